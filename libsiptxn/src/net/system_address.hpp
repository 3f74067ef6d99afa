// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/address.hpp>

#include <cstdint>
#include <cstring>
#include <optional>

#include <netinet/in.h>
#include <sys/socket.h>

namespace siptxn::net {

/// A socket address of either family, as the system wants it.
union SystemAddress {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;

    /// How many octets of it count.
    socklen_t set(const SocketAddress& address) noexcept {
        if (!address.ip.is_v6()) {
            v4 = {};
            v4.sin_family = AF_INET;
            v4.sin_port = htons(address.port);
            std::memcpy(&v4.sin_addr, address.ip.octets.data(), 4);
            return sizeof v4;
        }
        v6 = {};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(address.port);
        std::memcpy(&v6.sin6_addr, address.ip.octets.data(), 16);
        return sizeof v6;
    }
    [[nodiscard]] SocketAddress value() const noexcept {
        SocketAddress address;
        if (any.sa_family == AF_INET6) {
            address.ip.family = IpAddress::Family::v6;
            std::memcpy(address.ip.octets.data(), &v6.sin6_addr, 16);
            address.port = ntohs(v6.sin6_port);
        } else {
            std::memcpy(address.ip.octets.data(), &v4.sin_addr, 4);
            address.port = ntohs(v4.sin_port);
        }
        return address;
    }
};

/// Room for one packet-info or one extended error with its offender.
struct Control {
    alignas(cmsghdr) char octets[128];
};

/// The address that a received datagram was sent to.
[[nodiscard]] std::optional<IpAddress> local_of(msghdr& message);
/// Makes a datagram leave from that address.
void put_source(msghdr& message, Control& control, const IpAddress& source);

}  // namespace siptxn::net
