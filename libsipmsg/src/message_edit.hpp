// SPDX-License-Identifier: MIT
#pragma once

// What a program may write into a message: checked before anything changes.

#include <string_view>

namespace sipmsg::detail {

/// Throws std::invalid_argument unless `name` is a token.
void check_name(std::string_view name, const char* what);
/// CR, LF or NUL stands in it.
[[nodiscard]] bool breaks_line(std::string_view value) noexcept;
/// Throws std::invalid_argument when a value holds CR, LF or NUL.
void check_value(std::string_view value);
/// Throws std::invalid_argument unless `uri` is printable ASCII without spaces.
void check_request_uri(std::string_view uri);

}  // namespace sipmsg::detail
