// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/address.hpp>

#include <asio/ip/address.hpp>

#include <algorithm>

namespace siptxn::net {

inline asio::ip::address to_asio(const IpAddress& ip) {
    if (ip.is_v6()) {
        asio::ip::address_v6::bytes_type octets;
        std::ranges::copy(ip.octets, octets.begin());
        return asio::ip::address_v6(octets);
    }
    return asio::ip::address_v4({ip.octets[0], ip.octets[1], ip.octets[2], ip.octets[3]});
}

inline IpAddress from_asio(const asio::ip::address& address) {
    IpAddress ip;
    if (address.is_v6()) {
        ip.family = IpAddress::Family::v6;
        std::ranges::copy(address.to_v6().to_bytes(), ip.octets.begin());
    } else {
        std::ranges::copy(address.to_v4().to_bytes(), ip.octets.begin());
    }
    return ip;
}

template <class Endpoint>
Endpoint to_endpoint(const SocketAddress& address) {
    return Endpoint(to_asio(address.ip), address.port);
}

template <class Endpoint>
SocketAddress from_endpoint(const Endpoint& endpoint) {
    return {from_asio(endpoint.address()), endpoint.port()};
}

}  // namespace siptxn::net
