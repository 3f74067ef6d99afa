// SPDX-License-Identifier: MIT
#pragma once

#include "chars.hpp"
#include "fold.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sipmsg::detail {

/// The octets at `p`, the first one lowest, whatever the machine.
template <class Word>
[[nodiscard]] inline Word load_first(const char* p) noexcept {
    const auto word = static_cast<Word>(load<Word>(p));
    return std::endian::native == std::endian::little ? word : std::byteswap(word);
}

/// The digits that a word of text begins with.
template <class Word>
class DigitRun {
public:
    explicit constexpr DigitRun(Word octets) noexcept : values_(octets ^ each * '0') {
        constexpr Word low_bits = each * 0x7F;
        const Word others = (((values_ & low_bits) + each * 0x76) | values_) & ~low_bits;
        count_ = static_cast<unsigned>(std::countr_zero(others)) / 8U;
    }
    [[nodiscard]] constexpr unsigned count() const noexcept { return count_; }
    /// One octet a digit, the last one lowest: numbers of digits compare like the numbers. There must be a digit.
    [[nodiscard]] constexpr Word in_order() const noexcept { return std::byteswap(values_) >> (bits - 8 * count_); }
    /// There must be a digit.
    [[nodiscard]] constexpr std::uint64_t value() const noexcept {
        std::uint64_t pairs = std::uint64_t{values_} << (64 - 8 * count_);
        pairs = pairs * 10 + (pairs >> 8U);
        constexpr std::uint64_t each_other_pair = 0x0000'00FF'0000'00FFU;
        const auto high = (pairs & each_other_pair) * (100 + (1'000'000ULL << 32U));
        const auto low = (pairs >> 16U & each_other_pair) * (1 + (10'000ULL << 32U));
        return (high + low) >> 32U;
    }

private:
    static constexpr unsigned bits = 8 * sizeof(Word);
    static constexpr Word each = static_cast<Word>(each_octet);
    Word values_;
    unsigned count_;
};

/// 1*DIGIT as a number up to `max`, which is below 2^32; nullopt for anything else. Any number of leading zeros.
[[nodiscard]] inline std::optional<std::uint64_t> decimal(std::string_view digits, std::uint64_t max) noexcept {
    const auto size = digits.size();
    if (size - 4 < 5) {
        const auto unused = 64 - 8 * size;
        const DigitRun run(std::uint64_t{load_first<std::uint32_t>(digits.data())} << unused |
                           std::uint64_t{load_first<std::uint32_t>(digits.data() + size - 4)} << 32U |
                           (each_octet * '0' & ((std::uint64_t{1} << unused) - 1)));
        if (run.count() != 8) return std::nullopt;
        const auto value = run.value();
        return value <= max ? std::optional(value) : std::nullopt;
    }
    if (digits.empty()) return std::nullopt;
    std::uint64_t value = 0;
    if (size < 4) {  // most Max-Forwards and Content-Lengths: no branch for each digit
        const auto digit = [&](std::size_t at) { return static_cast<unsigned char>(digits[at] - '0'); };
        const unsigned first = digit(0);
        const unsigned middle = digit(size / 2);
        const unsigned last = digit(size - 1);
        if (std::max({first, middle, last}) > 9) return std::nullopt;
        value = first * (size == 3 ? 100U : size == 2 ? 10U : 0U) + middle * (size == 3 ? 10U : 0U) + last;
        return value <= max ? std::optional(value) : std::nullopt;
    }
    for (char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
        if (value > max) return std::nullopt;  // one more digit cannot wrap
    }
    return value;
}

inline constexpr std::uint64_t max_u16 = 0xFFFF;
inline constexpr std::uint64_t max_u32 = 0xFFFF'FFFF;

}  // namespace sipmsg::detail
