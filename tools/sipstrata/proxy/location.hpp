// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/flow.hpp>
#include <siptxn/time.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipstrata {

/// Where a user can be reached. RFC 3261 §10.
struct Binding {
    std::string uri;         ///< of the Contact, never rewritten
    std::string params;      ///< its header parameters but `expires`, with their semicolons
    std::uint16_t q = 1000;  ///< thousandths
    siptxn::TimePoint expires;
    std::string call_id;
    std::uint32_t cseq = 0;
    std::optional<siptxn::Flow> flow;  ///< the connection it was registered over; none for UDP
    std::string instance;              ///< +sip.instance and reg-id together, empty without either (RFC 5626 §4.2)
};

/// The location service: bindings by user. A value; time is an argument.
class Location {
public:
    /// What lookups see: the living ones, by falling q.
    [[nodiscard]] std::vector<Binding> lookup(std::string_view user, siptxn::TimePoint now) const;
    /// The user has or had a binding since the last sweep.
    [[nodiscard]] bool knows(std::string_view user) const { return users_.contains(user); }
    /// All bindings of the user, replaced as one.
    void replace(std::string_view user, std::vector<Binding> bindings);
    /// Drops what is out of date.
    void expire(siptxn::TimePoint now);
    /// The connection is gone: WebSocket bindings go with it, others fall back to their URI (RFC 5626 §5.2).
    void flow_closed(siptxn::FlowId flow);
    [[nodiscard]] std::size_t users() const noexcept { return users_.size(); }

private:
    std::map<std::string, std::vector<Binding>, std::less<>> users_;
};

}  // namespace sipstrata
