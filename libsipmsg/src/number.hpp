// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sipmsg::detail {

/// 1*DIGIT as a number up to `max`; nullopt for anything else. Any number of leading zeros; never overflows.
[[nodiscard]] constexpr std::optional<std::uint64_t> decimal(std::string_view digits, std::uint64_t max) noexcept {
    if (digits.empty()) return std::nullopt;
    std::uint64_t value = 0;
    for (char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
        if (value > max) return std::nullopt;  // max is below 2^32: one more digit cannot wrap
    }
    return value;
}

inline constexpr std::uint64_t max_u16 = 0xFFFF;
inline constexpr std::uint64_t max_u32 = 0xFFFF'FFFF;

}  // namespace sipmsg::detail
