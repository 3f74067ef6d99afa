// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>

namespace fuzz {

/// A property that holds for every input; libFuzzer keeps the input that breaks it.
inline void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace fuzz
