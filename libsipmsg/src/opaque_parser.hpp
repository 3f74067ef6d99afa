// SPDX-License-Identifier: MIT
#pragma once

// The machines of values whose parameters matter more than what stands in front of them.

#include <sipmsg/header/value.hpp>

namespace sipmsg::detail {

struct OpaqueParams {
    std::string_view text;
    Params params;
};
// Each stops at a comma or at the end.

/// ( token / quoted-string ) *( SEMI generic-param ).
[[nodiscard]] Result<OpaqueParams> scan_quoted_params(std::string_view text, std::size_t& used, Padding behind = {});
/// Visible characters but comma, semicolon and quotes, and parameters whose values may be hosts with ports.
[[nodiscard]] Result<OpaqueParams> scan_opaque_params(std::string_view text, std::size_t& used, Padding behind = {});
/// generic-param *( SEMI generic-param ).
[[nodiscard]] Result<OpaqueParams> scan_params(std::string_view text, std::size_t& used, Padding behind = {});

}  // namespace sipmsg::detail
