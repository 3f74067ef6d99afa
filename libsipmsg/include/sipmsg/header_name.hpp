// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipmsg {

/// The header fields known by name: the rows of `sipmsg/headers.def`, `Header::accept` to `Header::www_authenticate`.
/// libsipmsg/docs/headers.md lists them with compact form, class and RFC.
enum class Header : std::uint8_t {
    none,   ///< no header: a start line, a URI, a body
    other,  ///< a header whose name is not in the table; its text stays readable
#define SIPMSG_HEADER(id, name, compact, lines, type, rfc) id,
#include <sipmsg/headers.def>
};

/// Values of Header, `none` and `other` included.
inline constexpr std::size_t header_count = static_cast<std::size_t>(Header::www_authenticate) + 1;

/// By full or compact name, without case; `other` when unknown (RFC 3261 §7.3.1, §7.3.3).
[[nodiscard]] Header header_of(std::string_view name) noexcept;

/// The canonical spelling, "Call-ID"; empty for `none` and `other`.
[[nodiscard]] std::string_view to_string(Header header) noexcept;

}  // namespace sipmsg
