// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/net/certificate_names.hpp>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>

namespace siptxn::net {

/// The way of a connection's octets through its connected, non-blocking socket; by itself they go as they are, and TLS
/// overrides that. Nothing waits: what cannot be done yet gives would_block, and is tried again when the socket is
/// readable, or writable when waits_to_write() says so.
class Channel {
public:
    explicit Channel(asio::ip::tcp::socket& socket) : socket_(socket) {}
    virtual ~Channel() = default;

    /// Comes first, until it gives no error.
    virtual void shake_hands(std::error_code& error) { error.clear(); }
    /// At least one octet, or an error; `eof` when the peer has said all.
    virtual std::size_t read(std::span<char> into, std::error_code& error);
    /// As many octets from the front as can go now. After would_block the same octets must come again.
    virtual std::size_t write(std::span<const asio::const_buffer> pieces, std::error_code& error);
    /// Nothing more will be written.
    virtual void shutdown(std::error_code& error);

    [[nodiscard]] virtual bool waits_to_write() const { return false; }
    /// What is wrong beyond the error code, when shake_hands() failed.
    [[nodiscard]] virtual std::string reason() const { return {}; }
    /// Of a peer whose certificate was verified.
    [[nodiscard]] virtual std::optional<CertificateNames> peer_names() const { return std::nullopt; }

protected:
    [[nodiscard]] asio::ip::tcp::socket& socket() { return socket_; }

private:
    asio::ip::tcp::socket& socket_;
};

[[nodiscard]] inline bool must_wait(std::error_code error) {
    return error == asio::error::would_block || error == asio::error::interrupted;
}

}  // namespace siptxn::net
