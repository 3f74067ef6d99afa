// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/identifiers.hpp>

#include <expected>
#include <span>
#include <string>
#include <string_view>

// The opening handshake of WebSocket with subprotocol `sip`: RFC 6455 §4, RFC 7118 §4. Pure text in, text out.

namespace siptxn::net {

/// The size of an HTTP head with its blank line; 0 while it is not all there.
[[nodiscard]] std::size_t http_head_size(std::string_view octets) noexcept;

/// Base64 of 16 random octets.
[[nodiscard]] std::string websocket_key(const RandomSource& random);
/// What a server must answer to a key (RFC 6455 §4.2.2 step 5.4).
[[nodiscard]] std::string websocket_accept(std::string_view key);

/// `host` as in a URI, with its port when that is not the default.
[[nodiscard]] std::string upgrade_request(std::string_view host, std::string_view path, std::string_view key);
/// The answer to a request's head: 101 when it is a good one, else the refusal to send before closing. `origins`: those
/// let in; empty: all (RFC 6455 §10.2).
[[nodiscard]] std::expected<std::string, std::string> answer_upgrade(std::string_view head,
                                                                     std::span<const std::string> origins = {});
/// The target of a GET that asks for no upgrade; empty when it is none.
[[nodiscard]] std::string_view plain_get(std::string_view head) noexcept;
[[nodiscard]] std::string http_response(int status, std::string_view content_type, std::string_view body);
/// Whether a response's head accepts our request (RFC 6455 §4.1).
[[nodiscard]] bool is_upgraded(std::string_view head, std::string_view key);

}  // namespace siptxn::net
