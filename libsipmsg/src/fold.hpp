// SPDX-License-Identifier: MIT
#pragma once

// Comparing without case, eight octets at a time.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sipmsg::detail {

/// ASCII upper case to lower in each octet; the others stay.
[[nodiscard]] constexpr std::uint64_t fold8(std::uint64_t octets) noexcept {
    constexpr std::uint64_t each = 0x0101'0101'0101'0101U;
    const std::uint64_t low_bits = octets & (each * 0x7F);
    const std::uint64_t from_a = low_bits + each * (0x80 - 'A');
    const std::uint64_t past_z = low_bits + each * (0x7F - 'Z');
    const std::uint64_t upper = (from_a ^ past_z) & ~octets & (each * 0x80);
    return octets | upper >> 2U;
}

template <class Word>
[[nodiscard]] inline std::uint64_t load(const char* p) noexcept {
    Word word;
    std::memcpy(&word, p, sizeof word);
    return word;
}

/// Mostly the same octets; else they may differ in the bit of the case, and only then is it worth folding.
[[nodiscard]] constexpr bool same8(std::uint64_t a, std::uint64_t b) noexcept {
    if (a == b) return true;
    constexpr std::uint64_t case_bits = 0x2020'2020'2020'2020U;
    return ((a ^ b) & ~case_bits) == 0 && fold8(a) == fold8(b);
}

/// The same octets, for short texts: no call of a function.
[[nodiscard]] inline bool same_octets(std::string_view a, std::string_view b) noexcept {
    const auto size = a.size();
    if (size != b.size()) return false;
    if (size - 4 > 12) return a == b;
    const auto differ = [&]<class Word>(Word, std::size_t at) {
        return load<Word>(a.data() + at) ^ load<Word>(b.data() + at);
    };
    if (size >= 8) return (differ(std::uint64_t{}, 0) | differ(std::uint64_t{}, size - 8)) == 0;
    return (differ(std::uint32_t{}, 0) | differ(std::uint32_t{}, size - 4)) == 0;
}

/// `name` has as many octets as `wanted`, which are lower-case letters: then only the bit of the case may differ.
template <std::size_t Size>
[[nodiscard]] inline bool is_name(const char* name, const char (&wanted)[Size]) noexcept {
    constexpr std::size_t n = Size - 1;
    const auto differ = [&]<class Word>(Word, std::size_t at) -> std::uint64_t {
        const std::uint64_t case_bits = static_cast<Word>(0x2020'2020'2020'2020U);
        return (load<Word>(name + at) ^ load<Word>(wanted + at)) & ~case_bits;
    };
    if constexpr (n >= 8) return (differ(std::uint64_t{}, 0) | differ(std::uint64_t{}, n - 8)) == 0;
    if constexpr (n >= 4 && n < 8) return (differ(std::uint32_t{}, 0) | differ(std::uint32_t{}, n - 4)) == 0;
    if constexpr (n >= 2 && n < 4) return (differ(std::uint16_t{}, 0) | differ(std::uint16_t{}, n - 2)) == 0;
}

template <class Word>
[[nodiscard]] inline bool same_ends(const char* a, const char* b, std::size_t size) noexcept {
    const std::size_t last = size - sizeof(Word);
    return same8(load<Word>(a), load<Word>(b)) && same8(load<Word>(a + last), load<Word>(b + last));
}

/// Both texts have `size` octets.
[[nodiscard]] inline bool same_folded(const char* a, const char* b, std::size_t size) noexcept {
    for (; size > 16; a += 8, b += 8, size -= 8)
        if (!same8(load<std::uint64_t>(a), load<std::uint64_t>(b))) return false;
    if (size >= 8) return same_ends<std::uint64_t>(a, b, size);
    if (size >= 4) return same_ends<std::uint32_t>(a, b, size);
    if (size >= 2) return same_ends<std::uint16_t>(a, b, size);
    return size == 0 || same8(load<std::uint8_t>(a), load<std::uint8_t>(b));
}

[[nodiscard]] inline bool same_folded(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && same_folded(a.data(), b.data(), a.size());
}

}  // namespace sipmsg::detail
