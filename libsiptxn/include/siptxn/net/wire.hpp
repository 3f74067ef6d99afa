// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/limits.hpp>
#include <siptxn/wire.hpp>

#include <asio/any_io_executor.hpp>

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace siptxn::net {

/// What a wire of sockets is made from.
struct WireOptions {
    /// Where to be reached. Port 0 takes a free one. An unspecified IPv6 address does not cover IPv4.
    std::vector<Listener> listen;
    /// Of these the wire keeps `flows`, `connect_timeout` and, for one WebSocket message, `stream_octets`.
    Limits limits;
    Duration handshake_timeout = 10s;         ///< WebSocket, from connected to open
    Duration linger = 2s;                     ///< how long a closed connection waits for its peer's end
    std::size_t handshake_octets = 8'192;     ///< head of an HTTP request or response
    std::size_t send_queue = 1'048'576;       ///< octets waiting in one connection; above it the connection fails
    std::size_t fragments = 1'024;            ///< of one WebSocket message
    std::size_t queries = 256;                ///< names being resolved; above it a query fails at once
    std::size_t datagram_buffer = 4'194'304;  ///< asked of the system for each UDP socket, each direction
    std::string websocket_path = "/";         ///< asked for by connections of ours
};

/// A listener that could not be had.
struct BindError {
    std::error_code code;
    std::string message;  ///< "cannot listen on udp 192.0.2.1:5060: Address already in use"
};

/// UDP, TCP and WebSocket sockets (RFC 3261 §18, RFC 7118) as a Wire; TLS and WSS are reported as Errc::unsupported.
/// `executor`: a strand, or that of a context which one thread runs; everything happens there. Destroying the wire
/// closes its sockets at once, at any moment, inside its own events too.
[[nodiscard]] std::expected<std::shared_ptr<Wire>, BindError> make_wire(asio::any_io_executor executor,
                                                                        WireOptions options);

}  // namespace siptxn::net
