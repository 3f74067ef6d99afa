// SPDX-License-Identifier: MIT
#include "rtp_sockets.hpp"

#include "pipeline.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <array>
#include <memory>
#include <random>

namespace sipmedia {
namespace {

constexpr int attempts = 200;  // another program may take the odd port between our two steps

ObjectPtr<GSocket> bound(GInetAddress* address, std::uint16_t port) {
    const auto family = g_inet_address_get_family(address);
    ObjectPtr<GSocket> socket(g_socket_new(family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, nullptr));
    ObjectPtr<GSocketAddress> where(g_inet_socket_address_new(address, port));
    if (!socket || !g_socket_bind(socket.get(), where.get(), FALSE, nullptr)) return nullptr;
    return socket;
}

std::uint16_t port_of(GSocket* socket) {
    ObjectPtr<GSocketAddress> where(g_socket_get_local_address(socket, nullptr));
    return where ? g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(where.get())) : 0;
}

// 0 leaves the choice to the system, which says even as often as odd.
std::uint16_t candidate(PortRange ports) {
    if (ports.last <= ports.first) return ports.first;
    static thread_local std::minstd_rand generator{std::random_device{}()};
    return std::uniform_int_distribution<std::uint16_t>(ports.first, ports.last)(generator);
}

bool is_pair(PortRange ports, std::uint16_t port) {
    return port % 2 == 0 && port != 0 && (ports.last == 0 || port + 1 <= ports.last);
}

std::string text_of_address(const sockaddr& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* octets = address.sa_family == AF_INET
                             ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr)
                             : &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    return text_of(inet_ntop(address.sa_family, octets, text.data(), text.size()));
}

}  // namespace

std::expected<RtpSockets, EngineError> bind_rtp(const std::string& text, PortRange ports) {
    ObjectPtr<GInetAddress> address(g_inet_address_new_from_string(text.c_str()));
    if (!address) return engine_failure("not an IP address: " + text);
    for (int i = 0; i < attempts; ++i) {
        auto rtp = bound(address.get(), candidate(ports));
        const auto port = rtp ? port_of(rtp.get()) : std::uint16_t{0};
        if (!is_pair(ports, port)) continue;
        if (auto rtcp = bound(address.get(), port + 1))
            return RtpSockets{std::move(rtp), std::move(rtcp), port,
                              g_inet_address_get_family(address.get()) == G_SOCKET_FAMILY_IPV6};
    }
    return engine_failure("no pair of ports is free on " + text);
}

std::string interface_address() {
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) return "127.0.0.1";
    std::unique_ptr<ifaddrs, Release<freeifaddrs>> owned(list);
    for (int family : {AF_INET, AF_INET6})
        for (auto* each = list; each; each = each->ifa_next) {
            if (!each->ifa_addr || each->ifa_addr->sa_family != family) continue;
            if ((each->ifa_flags & IFF_LOOPBACK) || !(each->ifa_flags & IFF_UP)) continue;
            auto text = text_of_address(*each->ifa_addr);
            if (!text.starts_with("fe80")) return text;  // of use on its link only, and with its name
        }
    return "127.0.0.1";
}

}  // namespace sipmedia
