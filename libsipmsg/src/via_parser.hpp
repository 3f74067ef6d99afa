// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header/via.hpp>

namespace sipmsg::detail {

/// One via-parm; stops at a comma or at the end.
[[nodiscard]] Result<Via> scan_via(std::string_view text, std::size_t& used);

}  // namespace sipmsg::detail
