// SPDX-License-Identifier: MIT
#include "sim/fabric.hpp"

#include "sim/delay.hpp"
#include "sim/sim_wire.hpp"

#include <algorithm>
#include <system_error>

namespace siptxn::sim {

Fabric::Fabric(std::uint64_t seed) : chance(seeded_random(seed)) {}

const Impairments& Fabric::path(const IpAddress& from, const IpAddress& to) const {
    auto own = paths.find({from, to});
    return own == paths.end() ? everywhere : own->second;
}

Duration Fabric::delay(const IpAddress& from, const IpAddress& to) { return draw_delay(chance, path(from, to)); }

bool Fabric::partitioned(const IpAddress& a, const IpAddress& b) const {
    return partitions.contains(std::minmax(a, b));
}

void Fabric::bind(SimWire& wire, const Listener& listener) {
    bool taken = listener.transport == Transport::udp
                     ? !datagram_sockets_.emplace(listener.local, &wire).second
                     : !stream_listeners_.emplace(listener.local, Bound{&wire, listener.transport}).second;
    if (taken) throw std::system_error(std::make_error_code(std::errc::address_in_use), to_string(listener.local));
}

void Fabric::unbind(const SimWire& wire) {
    std::erase_if(datagram_sockets_, [&](const auto& entry) { return entry.second == &wire; });
    std::erase_if(stream_listeners_, [&](const auto& entry) { return entry.second.wire == &wire; });
}

std::uint16_t Fabric::free_port(Transport transport, const IpAddress& ip) {
    auto& next = next_port_.try_emplace(ip, std::uint16_t{49152}).first->second;
    auto taken = [&](const SocketAddress& a) {
        return transport == Transport::udp ? datagram_sockets_.contains(a) : stream_listeners_.contains(a);
    };
    while (taken({ip, next})) next = next == 65535 ? 49152 : next + 1;
    auto port = next;
    next = next == 65535 ? 49152 : next + 1;
    return port;
}

SimWire* Fabric::datagram_socket(const SocketAddress& at) const {
    auto bound = datagram_sockets_.find(at);
    return bound == datagram_sockets_.end() ? nullptr : bound->second;
}

SimWire* Fabric::stream_listener(const SocketAddress& at, Transport transport) const {
    auto bound = stream_listeners_.find(at);
    return bound == stream_listeners_.end() || bound->second.transport != transport ? nullptr : bound->second.wire;
}

bool Fabric::host_exists(const IpAddress& ip) const {
    auto there = [&](const auto& entry) { return entry.first.ip == ip; };
    return std::ranges::any_of(datagram_sockets_, there) || std::ranges::any_of(stream_listeners_, there);
}

}  // namespace siptxn::sim
