// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace sipmsg {

/// How many octets behind a text may be read. Their values never matter; a parser that may read 16 of them or more
/// needs no special case for the end of the text. 0 is always right.
struct Padding {
    std::uint32_t octets = 0;
};

}  // namespace sipmsg
