// SPDX-License-Identifier: MIT
#pragma once

#include "sim/chance.hpp"

#include <siptxn/sim/network.hpp>

#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace siptxn::sim {

class Connection;
class SimWire;

/// What all wires of one network share: who is bound where, how the paths behave, what is on its way.
class Fabric : public std::enable_shared_from_this<Fabric> {
public:
    explicit Fabric(std::uint64_t seed);

    /// Runs `work` later unless the network is gone by then.
    template <class Work>
    void after(Duration delay, Work work) {
        clock->schedule(clock->now() + delay, [alive = weak_from_this(), work = std::move(work)]() mutable {
            if (auto self = alive.lock()) work();
        });
    }

    // Paths.
    const Impairments& path(const IpAddress& from, const IpAddress& to) const;
    Duration delay(const IpAddress& from, const IpAddress& to);
    bool partitioned(const IpAddress& a, const IpAddress& b) const;

    // Sockets. Stream listeners of all transports share one space of ports, as they do in a host.
    void bind(SimWire& wire, const Listener& listener);
    void unbind(const SimWire& wire);
    std::uint16_t free_port(Transport transport, const IpAddress& ip);
    SimWire* datagram_socket(const SocketAddress& at) const;
    SimWire* stream_listener(const SocketAddress& at, Transport transport) const;
    /// Whether anything accepts connections there, of whatever transport.
    bool accepts_connections(const SocketAddress& at) const { return stream_listeners_.contains(at); }
    bool host_exists(const IpAddress& ip) const;

    /// Notes what is sent, unless the log is off.
    std::shared_ptr<Datagram> note(Transport transport, const SocketAddress& from, const SocketAddress& to,
                                   const Octets& octets);
    void send_datagram(const SocketAddress& from, const SocketAddress& to, const Octets& octets);

    std::shared_ptr<Clock> clock = std::make_shared<Clock>();
    Chance chance;
    Zone zone;
    Duration dns_delay = 1ms;
    Impairments everywhere;
    std::map<std::pair<IpAddress, IpAddress>, Impairments> paths;
    std::set<std::pair<IpAddress, IpAddress>> partitions;  ///< the smaller address first
    std::vector<std::weak_ptr<Connection>> connections;
    std::vector<std::shared_ptr<const Datagram>> log;
    bool keep_log = true;

private:
    struct Bound {
        SimWire* wire;
        Transport transport;
    };
    void deliver(const std::shared_ptr<Datagram>& datagram, const Octets& octets);
    void report_refused(const Datagram& datagram);
    TimePoint arrival(const Datagram& datagram, const Impairments& path, bool held_back);
    Octets corrupted(const Octets& octets);

    std::map<SocketAddress, SimWire*> datagram_sockets_;
    std::map<SocketAddress, Bound> stream_listeners_;
    std::map<IpAddress, std::uint16_t> next_port_;
    std::map<std::pair<IpAddress, IpAddress>, TimePoint> last_arrival_;
};

}  // namespace siptxn::sim
