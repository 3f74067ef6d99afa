// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>

#include <cstddef>
#include <string_view>

namespace sipmsg::detail {

/// The head of a body part, and how much of the text it is.
struct PartHead {
    std::size_t fields = 0;  ///< octets of the header lines
    std::size_t size = 0;    ///< with the blank line, which is missing when there is no body either
};
[[nodiscard]] Result<PartHead> scan_part_head(std::string_view text, bool bare_lf);

}  // namespace sipmsg::detail
