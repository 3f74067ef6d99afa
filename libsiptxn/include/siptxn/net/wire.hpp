// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/limits.hpp>
#include <siptxn/net/certificate_names.hpp>
#include <siptxn/net/setup_error.hpp>
#include <siptxn/net/tls.hpp>
#include <siptxn/wire.hpp>

#include <asio/any_io_executor.hpp>

#include <cstddef>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace siptxn::net {

/// How a wire looks up names.
struct ResolverOptions {
    /// Name servers in the order to ask them, port 0 meaning 53; none: those of the system's configuration.
    std::vector<SocketAddress> servers;
    Duration timeout = 1s;      ///< of the first attempt at a server; doubled for each round through all of them
    int tries = 2;              ///< rounds
    std::size_t queries = 256;  ///< at once; above it a query fails with Errc::overloaded
    /// Its names are looked up nowhere else. Read again when it changes; empty: none.
    std::filesystem::path hosts_file = "/etc/hosts";
};

/// What a wire of sockets is made from.
struct WireOptions {
    /// Where to be reached. Port 0 takes a free one. An unspecified IPv6 address does not cover IPv4.
    std::vector<Listener> listen;
    TlsOptions tls;
    ResolverOptions resolver;
    /// Of these the wire keeps `flows`, `connect_timeout` and, for one WebSocket message, `stream_octets`.
    Limits limits;
    Duration handshake_timeout = 10s;         ///< TLS and WebSocket together, from connected to open
    Duration linger = 2s;                     ///< how long a closed connection waits for its peer's end
    std::size_t handshake_octets = 8'192;     ///< head of an HTTP request or response
    std::size_t send_queue = 1'048'576;       ///< octets waiting in one connection; above it the connection fails
    std::size_t fragments = 1'024;            ///< of one WebSocket message
    std::size_t datagram_buffer = 4'194'304;  ///< asked of the system for each UDP socket, each direction
    std::string websocket_path = "/";         ///< asked for by connections of ours
};

/// A Wire of sockets: what only these have.
class SocketWire : public Wire {
public:
    /// Takes new certificates, keys and issuers for connections that begin from now on; those that stand live on. When
    /// something is wrong with them the old ones stay in force.
    [[nodiscard]] virtual std::expected<void, SetupError> reload_tls(const TlsOptions& options) = 0;
    /// The names in the peer's certificate; nullopt when the peer showed none, or none that was verified.
    [[nodiscard]] virtual std::optional<CertificateNames> peer_names(FlowId flow) const = 0;
};

/// UDP, TCP, TLS, WebSocket and secure WebSocket sockets (RFC 3261 §18, RFC 7118) as a Wire. `executor`: a strand, or
/// that of a context which one thread runs; everything happens there. Destroying the wire closes its sockets at once,
/// at any moment, inside its own events too.
[[nodiscard]] std::expected<std::shared_ptr<SocketWire>, SetupError> make_wire(asio::any_io_executor executor,
                                                                               WireOptions options);

}  // namespace siptxn::net
