// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/address.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>

// What Asio has no words for: the local address of a datagram, and whom an ICMP error is about.

namespace siptxn::net {

/// The address the system would send from. No packet is sent.
[[nodiscard]] IpAddress local_address_towards(const SocketAddress& remote, std::error_code& error);

/// Lets other sockets of this user, that do the same, have the same address and port.
void enable_shared_port(int socket, std::error_code& error);

/// Asks for ICMP errors (IP_RECVERR) with what a socket receives.
void enable_datagram_errors(int socket, IpAddress::Family family, std::error_code& error);

/// Asks for the local address (IP_PKTINFO) of what a socket receives that has several.
void enable_local_addresses(int socket, IpAddress::Family family, std::error_code& error);

struct ReceivedDatagram {
    std::size_t size = 0;
    SocketAddress remote;
    std::optional<IpAddress> local;
    bool truncated = false;
};

/// `source` is used when given.
void send_datagram(int socket, const std::optional<IpAddress>& source, const SocketAddress& remote,
                   std::string_view octets, std::error_code& error);

struct DatagramError {
    SocketAddress remote;
    std::error_code error;
};
/// The next ICMP error that came back for something sent; nullopt when there is none.
[[nodiscard]] std::optional<DatagramError> receive_datagram_error(int socket);

}  // namespace siptxn::net
