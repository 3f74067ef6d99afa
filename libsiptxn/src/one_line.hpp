// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string_view>

namespace siptxn {

/// Neither CR nor LF, nor one of the NULs that quoted pairs may hold (RFC 4475 §3.1.1.2): a header value may hold it.
/// Three looks through it: find_first_of() asks memchr() once for each octet.
[[nodiscard]] inline bool is_one_line(std::string_view text) noexcept {
    return std::ranges::none_of(std::string_view("\r\n\0", 3), [&](char c) { return text.contains(c); });
}

}  // namespace siptxn
