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
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

/// A GET on a WebSocket listener that asks for no upgrade.
struct HttpRequest {
    Flow flow;
    std::string_view target;  ///< "/status?x=1", as sent
    std::string_view head;    ///< the whole head of the request
};
struct HttpResponse {
    int status = 404;  ///< 200..599
    std::string content_type = "text/plain";
    std::string body = {};
};

/// What a wire of sockets is made from.
struct WireOptions {
    /// Where to be reached. Port 0 takes a free one. An unspecified IPv6 address does not cover IPv4.
    std::vector<Listener> listen;
    /// Others of this user may listen there too, if they also say so; the system spreads peers over them by address
    /// (SO_REUSEPORT). See siptxn/net/workers.hpp.
    bool share_port = false;
    TlsOptions tls;
    ResolverOptions resolver;
    /// Of these the wire keeps `connect_timeout`, `flows` and an eighth more, so that the layer says which of those
    /// that are open go, and, for one WebSocket message, `stream_octets` and `head_timeout`, from its first octets to
    /// its end. Beyond that, connections that are closing and handshakes of peers are given up, the oldest first.
    Limits limits;
    Duration handshake_timeout = 10s;      ///< TLS and WebSocket together, from connected to open
    Duration linger = 2s;                  ///< how long a closed connection waits for its peer's end
    std::size_t handshake_octets = 8'192;  ///< head of an HTTP request or response
    std::size_t send_queue =
        1'048'576;                  ///< octets waiting in one connection, with 64 for each piece; above it that fails
    std::size_t fragments = 1'024;  ///< of one WebSocket message
    std::size_t datagram_buffer = 4'194'304;  ///< asked of the system for each UDP socket, each direction
    std::string websocket_path = "/";         ///< asked for by connections of ours
    /// Web pages from which browsers may connect, "https://phone.example.com"; others get 403 (RFC 6455 §10.2). Empty:
    /// all. Who sends no Origin is no browser, and is let in.
    std::vector<std::string> websocket_origins = {};
    /// Answers GETs on WebSocket listeners that ask for no upgrade: a health check, the page of a phone. The connection
    /// is closed behind the answer. Absent: 426. On the wire's executor; it must not end the wire.
    std::function<HttpResponse(const HttpRequest&)> on_http_get = {};
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
