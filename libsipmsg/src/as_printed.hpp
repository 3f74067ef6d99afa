// SPDX-License-Identifier: MIT
#pragma once

// The parts of a value lie side by side in one text. Where they are written as they are printed, but for the case of
// the host, the value is printed in one piece.

#include "fold.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/via.hpp>
#include <sipmsg/host.hpp>
#include <sipmsg/printer.hpp>
#include <sipmsg/uri.hpp>

#include <cstdint>
#include <string_view>

namespace sipmsg::detail {

/// Between a host and `end`, where parameters begin, stands nothing, or a colon and a port without leading zeros.
[[nodiscard]] inline bool is_port_as_printed(const char* text, const HostPlace& host, std::uint32_t end) noexcept {
    const auto is_digit = [text](std::uint32_t at, char least) { return text[at] >= least && text[at] <= '9'; };
    const std::uint32_t behind = host.end + (host.kind == HostKind::ipv6 ? 1 : 0);
    if (behind == end) return true;
    return host.has_port && text[behind] == ':' && is_digit(behind + 1, '1') && is_digit(end - 1, '0');
}

/// A sip or sips URI with its scheme in lower case.
[[nodiscard]] inline bool is_as_printed(const UriPlaces& uri) noexcept {
    if (uri.scheme != Scheme::sip && uri.scheme != Scheme::sips) return false;
    const auto scheme = load<std::uint32_t>(uri.text);
    return (scheme == load<std::uint32_t>("sip:") || scheme == load<std::uint32_t>("sips")) &&
           is_port_as_printed(uri.text, uri.host, uri.params);
}

/// "SIP/2.0/UDP host": one space and no other.
[[nodiscard]] inline bool is_as_printed(const ViaPlaces& via) noexcept {
    return via.version == via.protocol_end + 1 && via.transport == via.version_end + 1 &&
           via.host.written_at() == via.transport_end + 1 && via.text[via.transport_end] == ' ' &&
           is_port_as_printed(via.text, via.host, via.params);
}

/// `"Display" <uri>;params` with one space behind the display name.
[[nodiscard]] inline bool is_as_printed(const NameAddrPlaces& address) noexcept {
    const auto& uri = places(address.uri);
    if (!is_as_printed(uri)) return false;
    const auto begin = static_cast<std::uint32_t>(uri.text - address.text);
    const std::uint32_t space = address.display_end == 0 ? 0 : 1;
    return begin == address.display_end + space + 1 && address.text[begin - 1] == '<' &&
           (space == 0 || address.text[address.display_end] == ' ') && address.params == begin + uri.size + 1;
}

/// The text as it stands, but the host in it in lower case.
[[nodiscard]] Printer print_but_for_host(Printer to, std::string_view text, const Host& host);

}  // namespace sipmsg::detail
