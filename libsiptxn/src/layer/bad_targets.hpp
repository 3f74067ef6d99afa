// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/dns_message.hpp>
#include <siptxn/target.hpp>
#include <siptxn/time.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace siptxn {

/// Targets that failed lately: they are tried last, since each would cost a request the time it takes to fail again
/// (RFC 3263 §2 wants what is known of servers kept, and flushed again). A server that several domains share may fail
/// one of them and serve the others: its certificate names some, its 503 was for one. So each domain has its own.
class BadTargets {
public:
    explicit BadTargets(std::size_t most) : most_(most) {}

    void add(const Target& target, TimePoint until, TimePoint now);
    void remove(const Target& target) { until_.erase(key_of(target)); }
    /// Moves those that are bad now behind the others.
    void put_last(std::vector<Target>& targets, TimePoint now) const;

private:
    using Key = std::tuple<Transport, SocketAddress, std::string>;
    static Key key_of(const Target& target) {
        return {target.transport, target.address, canonical_name(target.server_name)};
    }

    std::size_t most_;
    std::map<Key, TimePoint> until_;
};

}  // namespace siptxn
