// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace sipmsg {

/// Which instructions the parsers use to skip runs and to find line ends. All give the same results.
enum class Simd : std::uint8_t {
    portable,  ///< no vector instructions: eight octets at a time in a general register
    ssse3,     ///< x86: 16 octets
    avx2,      ///< x86: 16 and 32 octets
};

/// What is in use: chosen for this processor when the library is loaded.
[[nodiscard]] Simd simd() noexcept;

/// For tests and benchmarks: uses `wanted` from now on, in every thread. False, and nothing changed, when this
/// processor or this build does not have it.
bool use_simd(Simd wanted) noexcept;

}  // namespace sipmsg
