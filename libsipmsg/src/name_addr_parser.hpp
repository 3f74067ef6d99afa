// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header/name_addr.hpp>

namespace sipmsg::detail {

/// One name-addr or addr-spec with parameters; stops at a comma or at the end.
[[nodiscard]] std::optional<ParseError> scan_name_addr(std::string_view text, std::size_t& used, NameAddr& value);

[[nodiscard]] inline Result<NameAddr> scan_name_addr(std::string_view text, std::size_t& used) {
    Result<NameAddr> result;
    if (const auto error = scan_name_addr(text, used, *result)) result = std::unexpected(*error);
    return result;
}

}  // namespace sipmsg::detail
