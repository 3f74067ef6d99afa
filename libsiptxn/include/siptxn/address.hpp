// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace siptxn {

/// An IPv4 or IPv6 address as a value; IPv4 stands in the first four octets.
struct IpAddress {
    enum class Family : std::uint8_t { v4, v6 };
    Family family = Family::v4;
    std::array<std::uint8_t, 16> octets{};

    /// "192.0.2.1", "2001:db8::1" or "[2001:db8::1]"; nullopt for anything else, names included.
    [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);
    [[nodiscard]] bool is_v6() const noexcept { return family == Family::v6; }
    [[nodiscard]] bool is_unspecified() const noexcept { return octets == std::array<std::uint8_t, 16>{}; }
    [[nodiscard]] bool is_loopback() const noexcept;
    [[nodiscard]] bool is_multicast() const noexcept;
    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// An address and a port.
struct SocketAddress {
    IpAddress ip;
    std::uint16_t port = 0;

    /// "192.0.2.1:5060", "[2001:db8::1]:5060"; a missing port gives `default_port`.
    [[nodiscard]] static std::optional<SocketAddress> parse(std::string_view text, std::uint16_t default_port = 0);
    friend auto operator<=>(const SocketAddress&, const SocketAddress&) = default;
};

[[nodiscard]] std::string to_string(const IpAddress& ip);           ///< IPv6 without brackets
[[nodiscard]] std::string to_host(const IpAddress& ip);             ///< IPv6 with brackets, as URIs and Via want it
[[nodiscard]] std::string to_string(const SocketAddress& address);  ///< "192.0.2.1:5060", "[::1]:5060"

}  // namespace siptxn

template <>
struct std::hash<siptxn::SocketAddress> {
    std::size_t operator()(const siptxn::SocketAddress& a) const noexcept;
};
