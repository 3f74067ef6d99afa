// SPDX-License-Identifier: MIT
#pragma once

#include "scan.hpp"

#include <sipmsg/host.hpp>
#include <sipmsg/printer.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace sipmsg::detail {

/// Says what kind of host the lexical text is; nullopt when it is none. Brackets are taken off an IPv6 reference.
/// RFC 3261 §25.1 `host`, RFC 5954.
[[nodiscard]] std::optional<Host> classify_host(std::string_view text) noexcept;

/// Of octets that a host name may have: its last label begins with a letter, which is what tells it from an address.
[[nodiscard]] bool is_hostname(std::string_view text) noexcept;

[[nodiscard]] bool is_ipv4(std::string_view text) noexcept;

/// The 4 octets of an IPv4 address.
[[nodiscard]] std::optional<std::array<std::uint8_t, 4>> ipv4_octets(std::string_view text) noexcept;

/// The 16 octets of an IPv6 address without brackets.
[[nodiscard]] std::optional<std::array<std::uint8_t, 16>> ipv6_octets(std::string_view text) noexcept;

/// Keeps what a machine has read, places counted from `base`; false when it is no host, or no port.
[[nodiscard]] bool take_hostport(Scan& scan, std::string_view host, std::string_view port, const char* base,
                                 HostPlace& to) noexcept;

/// As it stands in a URI or a Via: in lower case, IPv6 in brackets.
[[nodiscard]] Printer print_host(Printer to, const Host& host);
[[nodiscard]] Printer print_hostport(Printer to, const Host& host, std::optional<std::uint16_t> port);

}  // namespace sipmsg::detail
