// SPDX-License-Identifier: MIT
#pragma once

#include "scan.hpp"

#include <sipmsg/header/auth.hpp>

namespace sipmsg::detail {

/// One challenge or one set of credentials; stops at the comma in front of the next scheme, or at the end.
[[nodiscard]] bool scan_auth(Scan& scan, AuthValue& value);

}  // namespace sipmsg::detail
