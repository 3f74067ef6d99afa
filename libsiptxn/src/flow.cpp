// SPDX-License-Identifier: MIT
#include <siptxn/flow.hpp>

#include <sipmsg/params.hpp>

namespace siptxn {
namespace {

struct Row {
    Transport transport;
    std::string_view name;
    std::string_view via_token;
    std::uint16_t port;
};

constexpr Row rows[] = {
    {Transport::udp, "udp", "UDP", 5060},
    {Transport::tcp, "tcp", "TCP", 5060},
    {Transport::tls, "tls", "TLS", 5061},
    {Transport::ws,  "ws",  "WS",  80  },
    {Transport::wss, "wss", "WSS", 443 },
};

const Row& row_of(Transport transport) { return rows[static_cast<std::size_t>(transport)]; }

}  // namespace

std::string_view to_string(Transport transport) noexcept { return row_of(transport).name; }
std::string_view to_via_token(Transport transport) noexcept { return row_of(transport).via_token; }
std::uint16_t default_port(Transport transport) noexcept { return row_of(transport).port; }

std::optional<Transport> transport_of(std::string_view text) noexcept {
    for (const auto& row : rows) {
        if (sipmsg::iequals(row.name, text)) return row.transport;
    }
    return std::nullopt;
}

}  // namespace siptxn
