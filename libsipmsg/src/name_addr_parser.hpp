// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header/name_addr.hpp>

namespace sipmsg::detail {

/// One name-addr or addr-spec with parameters; stops at a comma or at the end.
[[nodiscard]] Result<NameAddr> scan_name_addr(std::string_view text, std::size_t& used);

}  // namespace sipmsg::detail
