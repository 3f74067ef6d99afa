// SPDX-License-Identifier: MIT
#pragma once

#include <array>

namespace sipmsg::detail {

/// 32 times each ASCII octet. Out of sight of the compiler, which would make a constant anew, in three instructions,
/// wherever it is compared with: from here it is an operand.
struct alignas(32) OctetRow {
    std::array<char, 32> octets;
};
[[gnu::visibility("hidden")]] extern const std::array<OctetRow, 128> octet_rows;

}  // namespace sipmsg::detail
