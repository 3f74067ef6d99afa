// SPDX-License-Identifier: MIT
#pragma once

#include "chars.hpp"

namespace sipmsg::detail {

/// Behind the comment that opens at `p`, or nullptr when it does not close: a loop, so that depth costs no stack.
/// RFC 3261 §25.1 `comment`.
[[nodiscard]] inline const char* skip_comment(const char* p, const char* end) noexcept {
    int depth = 0;
    for (; p != end; ++p) {
        const auto c = static_cast<unsigned char>(*p);
        if (c == '\\') {
            if (++p == end || is_line_end(*p)) return nullptr;
        } else if (c == '(') {
            ++depth;
        } else if (c == ')' && --depth == 0) {
            return p + 1;
        } else if (c < 0x20 ? !is_lws(*p) : c == 0x7F) {
            return nullptr;
        }
    }
    return nullptr;
}

}  // namespace sipmsg::detail
