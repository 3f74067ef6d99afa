// SPDX-License-Identifier: MIT
#pragma once

#include "layer/context.hpp"

#include <siptxn/stun.hpp>

#include <memory>
#include <optional>
#include <unordered_map>

namespace siptxn {

/// A UDP flow that is kept alive by STUN binding requests (RFC 5626 §4.4.2).
struct Binding : Timed {
    explicit Binding(const Flow& kept) : Timed(Kind::binding), flow(kept) {}

    Flow flow;
    StunMessage::Transaction transaction{};
    std::optional<SocketAddress> mapped;  ///< where the peer saw us so far
    int sent = 0;                         ///< requests of the transaction under way; 0: there is none
    Duration wait{};
};

/// The client side of STUN: which flows live. What these functions return is a flow that does not.
class Bindings {
public:
    explicit Bindings(Context& context) : context_(context) {}

    void keep(const Flow& flow, TimePoint now);
    /// False when it is not kept.
    bool forget(FlowId id) { return bindings_.erase(id) > 0; }
    /// The next request is due, or the last one's answer overdue.
    [[nodiscard]] std::optional<Flow> expire(Binding& binding, TimePoint now);
    /// A response; one that was not asked for changes nothing.
    [[nodiscard]] std::optional<Flow> answered(const StunMessage& response, const Flow& from, TimePoint now);
    /// The peer is known not to be there.
    [[nodiscard]] std::optional<Flow> refused(const SocketAddress& remote);

private:
    void plan(Binding& binding, TimePoint now);
    void request(Binding& binding, TimePoint now);
    Flow lost(Binding& binding);

    Context& context_;
    std::unordered_map<FlowId, std::unique_ptr<Binding>> bindings_;
};

}  // namespace siptxn
