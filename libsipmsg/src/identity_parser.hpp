// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header/identity.hpp>

namespace sipmsg::detail {

/// A signed digest with its parameters, the whole text.
[[nodiscard]] Result<Identity> scan_identity(std::string_view text);

}  // namespace sipmsg::detail
