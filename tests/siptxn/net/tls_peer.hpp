// SPDX-License-Identifier: MIT
#pragma once

#include "net/loop.hpp"

#include <asio/ssl/context.hpp>
#include <asio/ssl/stream.hpp>
#include <asio/write.hpp>

#include <array>
#include <memory>
#include <string>
#include <system_error>

/// A TLS client that is not ours (Asio's stream over memory) and checks nothing: octets out, octets in. Asio's stream
/// must outlive what it has begun, so each handler holds it.
struct TlsPeer : Incoming {
    using Stream = asio::ssl::stream<asio::ip::tcp::socket>;

    TlsPeer(Loop& l, const siptxn::SocketAddress& to) : loop(l) {
        stream->next_layer().connect(tcp_endpoint(to));
        stream->async_handshake(asio::ssl::stream_base::client,
                                [this, kept = stream, alive = std::weak_ptr(alive)](auto error) {
                                    if (alive.expired()) return;
                                    handshake_result = error;
                                    if (!error) read(*stream, stream);
                                });
    }
    ~TlsPeer() {
        std::error_code ignored;
        stream->next_layer().close(ignored);
    }
    TlsPeer(const TlsPeer&) = delete;
    TlsPeer& operator=(const TlsPeer&) = delete;

    bool shakes_hands() {
        return loop.until([&] { return handshake_result.has_value(); }) && !*handshake_result;
    }
    void write(std::string_view octets) { asio::write(*stream, asio::buffer(octets)); }
    /// Sends close_notify and waits for the peer's.
    void leave() {
        stream->async_shutdown([kept = stream](std::error_code) {});
    }
    bool ends() {
        return loop.until([&] { return end.has_value(); });
    }

    Loop& loop;
    asio::ssl::context context{asio::ssl::context::tls_client};
    std::shared_ptr<Stream> stream = std::make_shared<Stream>(loop.context, context);
    std::optional<std::error_code> handshake_result;
};
