// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header/auth.hpp>

namespace sipmsg::detail {

/// One challenge or one set of credentials; stops at the comma in front of the next scheme, or at the end.
[[nodiscard]] Result<AuthValue> scan_auth(std::string_view text, std::size_t& used);

}  // namespace sipmsg::detail
