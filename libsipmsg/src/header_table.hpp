// SPDX-License-Identifier: MIT
#pragma once

// The rows of sipmsg/headers.def as values: to_string(), header_of() and check_all() are driven by them.

#include <sipmsg/header_name.hpp>

#include <array>
#include <string_view>

namespace sipmsg::detail {

/// How often a header may stand, and whether one line may hold several values.
enum class Lines : unsigned char {
    once,
    each,   // one value a line, any number of lines
    list,   // a comma list of at least one value
    list0,  // a comma list, possibly empty
};

struct HeaderRow {
    Header id;
    std::string_view name;
    char compact;  // '\0' when there is none
    Lines lines;
    std::string_view rfc;
};

// In the order of the enum, so that a row is found by its value.
inline constexpr auto header_table = std::to_array<HeaderRow>({
#define SIPMSG_HEADER(id, name, compact, lines, type, rfc) {Header::id, name, compact, Lines::lines, rfc},
#include <sipmsg/headers.def>
});

inline constexpr int first_known = static_cast<int>(Header::other) + 1;

[[nodiscard]] constexpr const HeaderRow* row_of(Header id) noexcept {
    const int index = static_cast<int>(id) - first_known;
    return index < 0 ? nullptr : &header_table[static_cast<std::size_t>(index)];
}

}  // namespace sipmsg::detail
