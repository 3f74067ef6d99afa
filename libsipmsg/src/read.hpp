// SPDX-License-Identifier: MIT
#pragma once

// How a machine is run over one value or over a comma list.

#include "fail.hpp"
#include "scan.hpp"

#include <sipmsg/header/value.hpp>

namespace sipmsg::detail {

[[nodiscard]] inline std::uint32_t offset_in(std::string_view text, std::string_view part) noexcept {
    return static_cast<std::uint32_t>(part.data() - text.data());
}

[[nodiscard]] inline Fault syntax_at(std::string_view text, std::string_view part, const char* expected) noexcept {
    return ParseError{ParseErrc::syntax, Header::none, offset_in(text, part), expected};
}

[[nodiscard]] inline std::unexpected<ParseError> pass_on(ParseError error, Header header) noexcept {
    error.header = header;
    return std::unexpected(error);
}

/// The item must be the whole text. `take(parts, text)` keeps what the machine found, or says why not.
template <class Parts>
[[nodiscard]] Fault read_one(std::string_view text, Padding behind, auto scanner, auto take) {
    Scan scan(text, behind);
    Parts parts;
    if (!scanner(scan, parts) || !is_whole(scan)) return scan.error();
    return take(parts, text);
}

/// The first item of a comma list; `rest` moves behind its comma.
template <class Parts>
[[nodiscard]] Fault read_first(std::string_view& rest, Padding behind, auto scanner, auto take) {
    Scan scan(rest, behind);
    Parts parts;
    if (!scanner(scan, parts)) return scan.error();
    if (auto fault = take(parts, rest)) return fault;
    return step(rest, scan) ? Fault() : scan.error();
}

/// What the machine finds in the whole text.
template <class Parts>
[[nodiscard]] Result<Parts> read_parts(std::string_view text, auto scanner, Header header, Padding behind = {}) {
    Result<Parts> parts;
    Scan scan(text, behind);
    if (!scanner(scan, *parts) || !is_whole(scan)) parts = std::unexpected(scan.error(header));
    return parts;
}

}  // namespace sipmsg::detail
