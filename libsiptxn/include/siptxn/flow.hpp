// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/address.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace siptxn {

enum class Transport : std::uint8_t { udp, tcp, tls, ws, wss };

[[nodiscard]] std::string_view to_string(Transport transport) noexcept;     ///< "udp": for URIs and flags
[[nodiscard]] std::string_view to_via_token(Transport transport) noexcept;  ///< "UDP": for Via
/// Without case; nullopt for an unknown word.
[[nodiscard]] std::optional<Transport> transport_of(std::string_view text) noexcept;
[[nodiscard]] constexpr bool is_reliable(Transport t) noexcept { return t != Transport::udp; }
[[nodiscard]] constexpr bool is_secure(Transport t) noexcept { return t == Transport::tls || t == Transport::wss; }
[[nodiscard]] constexpr bool is_websocket(Transport t) noexcept { return t == Transport::ws || t == Transport::wss; }
/// TCP and TLS carry a byte stream that must be framed; UDP and WebSocket carry whole messages.
[[nodiscard]] constexpr bool is_stream(Transport t) noexcept { return t == Transport::tcp || t == Transport::tls; }
/// 5060, 5061 (TLS), 80 (WS), 443 (WSS). RFC 3261 §19.1.2, RFC 7118 §5.
[[nodiscard]] std::uint16_t default_port(Transport transport) noexcept;

/// One connection, or one bound UDP socket; unique for the life of a Wire and never used again.
enum class FlowId : std::uint64_t { none = 0 };

/// Where octets go and came from. A connection is one flow; a UDP socket is one FlowId with many remotes.
struct Flow {
    FlowId id = FlowId::none;
    Transport transport = Transport::udp;
    SocketAddress local;
    SocketAddress remote;
    friend auto operator<=>(const Flow&, const Flow&) = default;
};

}  // namespace siptxn
