// SPDX-License-Identifier: MIT
#pragma once

// The machines of values whose parameters matter more than what stands in front of them.

#include "scan.hpp"

#include <sipmsg/header/value.hpp>

namespace sipmsg::detail {

struct OpaqueParams {
    std::string_view text;
    Params params;
};
// Each stops at a comma or at the end.

/// ( token / quoted-string ) *( SEMI generic-param ).
[[nodiscard]] bool run_quoted_params(Scan& scan, OpaqueParams& value);
/// Visible characters but comma, semicolon and quotes, and parameters whose values may be hosts with ports.
[[nodiscard]] bool scan_opaque_params(Scan& scan, OpaqueParams& value);
/// generic-param *( SEMI generic-param ).
[[nodiscard]] bool run_params(Scan& scan, OpaqueParams& value);

}  // namespace sipmsg::detail
