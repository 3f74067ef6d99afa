// SPDX-License-Identifier: MIT
#pragma once

#include "scan.hpp"

#include <sipmsg/header/identity.hpp>

namespace sipmsg::detail {

/// A signed digest with its parameters, the whole text.
[[nodiscard]] bool scan_identity(Scan& scan, Identity& value);

}  // namespace sipmsg::detail
