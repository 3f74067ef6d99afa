// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/identifiers.hpp>
#include <siptxn/sim/clock.hpp>
#include <siptxn/sim/datagram.hpp>
#include <siptxn/sim/impairments.hpp>
#include <siptxn/sim/zone.hpp>
#include <siptxn/wire.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace siptxn::sim {

class Fabric;

/// A network that exists only in this process: hosts with addresses, datagrams that may be lost, connections, a name
/// service, and a clock of its own. The same seed and the same calls give the same run, octet for octet. One thread.
///
///     sim::Network network(7);
///     network.impair({.loss = 0.3});
///     auto alice = Endpoint::create(network.wire(a, {{Transport::udp, {a, 5060}}}), network.clock(),
///     network.random());
///     ...
///     network.run();  // until nothing waits any more, timeouts of minutes included
class Network {
public:
    explicit Network(std::uint64_t seed);
    ~Network();
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    [[nodiscard]] const std::shared_ptr<Clock>& clock() const noexcept;
    /// A fresh source that depends on the seed alone.
    [[nodiscard]] RandomSource random();

    /// A host's wire, or one of several on a host. Port 0 takes a free one; an unspecified address means `ip`. Throws
    /// std::system_error (address_in_use) when a port is taken. Destroying it closes its connections and frees its
    /// ports. WebSocket is simulated as a connection that keeps message boundaries; TLS is not encrypted, but fails
    /// towards a listener of another transport.
    [[nodiscard]] std::shared_ptr<Wire> wire(const IpAddress& ip, const std::vector<Listener>& listeners);

    void impair(const Impairments& all);
    /// One direction between two hosts.
    void impair(const IpAddress& from, const IpAddress& to, const Impairments& impairments);
    /// Nothing passes between the two: datagrams vanish, streams wait.
    void partition(const IpAddress& a, const IpAddress& b);
    void heal(const IpAddress& a, const IpAddress& b);
    /// Breaks every connection between the two with a reset; what was on its way is gone.
    void reset(const IpAddress& a, const IpAddress& b);

    [[nodiscard]] Zone& zone() noexcept;
    void set_dns_delay(Duration delay);

    /// Every datagram sent and every message written to a connection so far, in order.
    [[nodiscard]] std::span<const std::shared_ptr<const Datagram>> log() const noexcept;
    void keep_log(bool on);
    void clear_log();

    /// Runs what is ready, then jumps to the next event, until nothing waits or `most` pieces of work ran. Returns
    /// their number.
    std::size_t run(std::size_t most = 10'000'000);
    /// Runs all that is due up to `when`, and leaves the clock there.
    std::size_t run_until(TimePoint when);
    std::size_t run_for(Duration time) { return run_until(clock()->now() + time); }

private:
    std::shared_ptr<Fabric> fabric_;
};

}  // namespace siptxn::sim
