// SPDX-License-Identifier: MIT
#pragma once

// How the parsers say no, and how one item machine serves single values and comma lists alike.

#include "chars.hpp"

#include <sipmsg/error.hpp>

#include <optional>

namespace sipmsg::detail {

[[nodiscard]] inline std::unexpected<ParseError> fail(ParseErrc code, std::size_t offset, const char* expected,
                                                      Header header = Header::none) noexcept {
    return std::unexpected(ParseError{code, header, static_cast<std::uint32_t>(offset), expected});
}

/// A machine that reads one item and stops at a comma or at the end; `used` is that position.
template <class T>
using ItemScanner = Result<T> (*)(std::string_view text, std::size_t& used);

/// `used` says where the first item ended: `rest` moves behind its comma. An error when nothing follows the comma.
[[nodiscard]] inline std::optional<ParseError> step(std::string_view& rest, std::size_t used) noexcept {
    if (used == rest.size()) {
        rest = {};
        return std::nullopt;
    }
    auto behind = rest.substr(used + 1);
    while (!behind.empty() && is_lws(behind.front())) behind.remove_prefix(1);
    if (behind.empty())
        return ParseError{ParseErrc::syntax, Header::none, static_cast<std::uint32_t>(rest.size()),
                          "a value behind the comma"};
    rest = behind;
    return std::nullopt;
}

/// The item must be the whole text.
template <class T>
[[nodiscard]] Result<T> scan_whole(std::string_view text, ItemScanner<T> scan) {
    std::size_t used = 0;
    auto item = scan(text, used);
    if (item && used != text.size()) return fail(ParseErrc::syntax, used, "a single value");
    return item;
}

/// The first item of a comma list; `rest` moves behind its comma.
template <class T>
[[nodiscard]] Result<T> scan_item(std::string_view& rest, ItemScanner<T> scan) {
    std::size_t used = 0;
    auto item = scan(rest, used);
    if (item)
        if (const auto error = step(rest, used)) item = std::unexpected(*error);
    return item;
}

}  // namespace sipmsg::detail
