// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace siptxn::net {

/// Whether the octets are UTF-8 (RFC 3629 §4): shortest forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view octets) noexcept;

}  // namespace siptxn::net
