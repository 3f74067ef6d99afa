// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sipmsg {

enum class HostKind : std::uint8_t { name, ipv4, ipv6 };

/// A host as written. IPv6 is kept without its brackets. RFC 3261 §25.1 `host`.
struct Host {
    std::string_view text;
    HostKind kind = HostKind::name;

    /// All of `text`, with the brackets that IPv6 has in a URI or without them; nothing when it is no host.
    [[nodiscard]] static std::optional<Host> parse(std::string_view text) noexcept;
};

namespace detail {

/// Where a host and its port stand in a text.
struct HostPlace {
    std::uint32_t begin = 0;  ///< behind the bracket of IPv6
    std::uint32_t end = 0;
    std::uint16_t port_number = 0;
    HostKind kind = HostKind::name;
    bool has_port = false;

    /// Where it is written, the bracket of IPv6 included.
    [[nodiscard]] std::uint32_t written_at() const noexcept { return begin - (kind == HostKind::ipv6 ? 1 : 0); }
    [[nodiscard]] Host host(const char* text) const noexcept {
        return {
            {text + begin, end - begin},
            kind
        };
    }
    [[nodiscard]] std::optional<std::uint16_t> port() const noexcept {
        return has_port ? std::optional(port_number) : std::nullopt;
    }
};

}  // namespace detail

/// Names compare without case, addresses by their value (RFC 3261 §19.1.4, RFC 5954). A name never equals an
/// address, and IPv4 never equals the IPv6 address that maps it.
[[nodiscard]] bool equivalent(const Host& a, const Host& b) noexcept;

/// One text for all spellings of a host, without brackets: names in lower case, IPv4 without leading zeros, IPv6 as
/// RFC 5952 §4 wants it. Equal exactly when equivalent() says so, among hosts of one kind.
[[nodiscard]] std::string canonical(const Host& host);

/// The text of an IPv6 address: lower case, no leading zeros, "::" for the first of the longest runs of two or more
/// zero groups (RFC 5952 §4); IPv4-mapped addresses end in dotted decimal (RFC 5952).
[[nodiscard]] std::string ipv6_text(const std::array<std::uint8_t, 16>& octets);

}  // namespace sipmsg
