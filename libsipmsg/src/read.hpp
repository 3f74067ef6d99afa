// SPDX-License-Identifier: MIT
#pragma once

// How the shapes of header/value.hpp run their machine over one value or over a comma list.

#include "fail.hpp"

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

/// A machine that reads one item and stops at a comma or at the end; `used` is that position.
template <class Parts>
using Scanner = Result<Parts> (*)(std::string_view text, std::size_t& used, Padding behind);

/// The item must be the whole text. `take(parts, text)` keeps what the machine found, or says why not.
template <class Parts, class Take>
[[nodiscard]] Fault read_one(std::string_view text, Padding behind, Scanner<Parts> scan, Take take) {
    std::size_t used = 0;
    const auto parts = scan(text, used, behind);
    if (!parts) return parts.error();
    if (used != text.size())
        return ParseError{ParseErrc::syntax, Header::none, static_cast<std::uint32_t>(used), "a single value"};
    return take(*parts, text);
}

/// The first item of a comma list; `rest` moves behind its comma.
template <class Parts, class Take>
[[nodiscard]] Fault read_first(std::string_view& rest, Padding behind, Scanner<Parts> scan, Take take) {
    std::size_t used = 0;
    const auto parts = scan(rest, used, behind);
    if (!parts) return parts.error();
    if (auto fault = take(*parts, rest)) return fault;
    return step(rest, used);
}

}  // namespace sipmsg::detail
