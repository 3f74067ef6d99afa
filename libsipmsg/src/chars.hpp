// SPDX-License-Identifier: MIT
#pragma once

// Character classes of RFC 3261 §25.1 as bits of one table, and skipping a run of one class.

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

namespace sipmsg::detail {

enum CharClass : std::uint16_t {
    is_token = 1,      // token
    is_user = 2,       // user without escapes
    is_uri_param = 4,  // paramchar without escapes
    is_host = 8,       // hostname
    is_hnv = 16,       // hname, hvalue without escapes
    is_uric = 32,      // uric without escapes
    is_qdtext = 64,    // qdtext in ASCII, SP and HTAB included
    is_digit = 128,
    is_word = 256,      // word
    is_plain = 512,     // neither a parameter separator nor '=', DQUOTE or LWS
    is_visible = 1024,  // 0x21 to 0x7E: what a Request-URI may hold
    is_base64 = 2048,   // base64, base64url and dots: what a signature may hold
};

consteval std::array<std::uint16_t, 256> make_char_table() {
    std::array<std::uint16_t, 256> table{};
    auto add = [&](std::string_view chars, int bits) {
        for (char c : chars) table[static_cast<unsigned char>(c)] |= static_cast<std::uint16_t>(bits);
    };
    constexpr std::string_view alphanum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::string_view mark = "-_.!~*'()";
    add(alphanum, is_token | is_user | is_uri_param | is_host | is_hnv | is_uric | is_word | is_base64);
    add("0123456789", is_digit);
    add("+/=._-", is_base64);
    add("-.!%*_+`'~", is_token | is_word);
    add("()<>:\\\"/[]?{}", is_word);
    add("-.", is_host);
    for (int set : {is_user, is_uri_param, is_hnv, is_uric}) add(mark, set);
    add("&=+$,;?/", is_user);
    add("[]/:&+$", is_uri_param);
    add("[]/?:+$", is_hnv);
    add(";/?:@&=+$,[]", is_uric);
    for (std::size_t c = 0; c < 256; ++c)
        if (std::string_view(";,&=\" \t\r\n").find(static_cast<char>(c)) == std::string_view::npos)
            table[c] |= is_plain;
    for (std::size_t c = 0x21; c < 0x7F; ++c) table[c] |= is_visible;
    for (int c = 0x20; c < 0x7F; ++c)
        if (c != '"' && c != '\\') table[static_cast<std::size_t>(c)] |= is_qdtext;
    table['\t'] |= is_qdtext;
    return table;
}
inline constexpr auto char_table = make_char_table();

[[nodiscard]] inline bool is(char c, CharClass bits) noexcept {
    return (char_table[static_cast<unsigned char>(c)] & bits) != 0;
}

/// The first octet at or behind `p` that is not of the class. Four at a time: runs are short and many.
template <CharClass Bits>
[[nodiscard]] inline const char* skip(const char* p, const char* end) noexcept {
    for (; end - p >= 4; p += 4) {
        if (!is(p[0], Bits)) return p;
        if (!is(p[1], Bits)) return p + 1;
        if (!is(p[2], Bits)) return p + 2;
        if (!is(p[3], Bits)) return p + 3;
    }
    while (p != end && is(*p, Bits)) ++p;
    return p;
}

[[nodiscard]] inline const char* skip(const char* p, const char* end, CharClass bits) noexcept {
    while (p != end && is(*p, bits)) ++p;
    return p;
}

/// Sixteen octets to look up by a digit, twice, for vectors of either width.
struct alignas(32) DigitRow {
    std::array<char, 32> octets{};
};

/// A class of ASCII octets: bit c / 16 of octet c % 16 says whether c is of it.
consteval DigitRow low_digits_of(CharClass bits) {
    DigitRow row;
    for (unsigned c = 0; c < 128; ++c) {
        auto& octet = row.octets[c & 15U];
        if ((char_table[c] & bits) != 0) octet = static_cast<char>(static_cast<unsigned char>(octet) | 1U << (c >> 4U));
        row.octets[16 + (c & 15U)] = octet;
    }
    return row;
}

/// The bit of each high digit, none of those that ASCII does not have.
consteval DigitRow high_digit_bits() {
    DigitRow row;
    for (unsigned digit = 0; digit < 8; ++digit)
        row.octets[digit] = row.octets[16 + digit] = static_cast<char>(1U << digit);
    return row;
}

inline constexpr std::uint64_t each_octet = 0x0101'0101'0101'0101U;

/// Bit 7 of each octet that is zero, and no other bit.
[[nodiscard]] constexpr std::uint64_t zero_octets(std::uint64_t octets) noexcept {
    constexpr std::uint64_t low_bits = each_octet * 0x7FU;
    return ~(((octets & low_bits) + low_bits) | octets | low_bits);
}

/// Bit 7 of each octet below 0x20, and no other bit.
[[nodiscard]] constexpr std::uint64_t control_octets(std::uint64_t octets) noexcept {
    return ~(((octets & (each_octet * 0x7FU)) + each_octet * 0x60U) | octets) & (each_octet * 0x80U);
}

/// Which octet in memory the first bit that is set belongs to; 8 when none is.
[[nodiscard]] constexpr unsigned first_octet(std::uint64_t bits) noexcept {
    const auto zeros = std::endian::native == std::endian::little ? std::countr_zero(bits) : std::countl_zero(bits);
    return static_cast<unsigned>(zeros) / 8U;
}

/// Bit 7 of each octet that is not printable ASCII, and no other bit.
[[nodiscard]] constexpr std::uint64_t unprintable_octets(std::uint64_t octets) noexcept {
    return control_octets(octets) | zero_octets(octets ^ each_octet * 0x7FU) | (octets & each_octet * 0x80U);
}

[[nodiscard]] constexpr bool is_lws(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

[[nodiscard]] constexpr bool is_line_end(char c) noexcept { return c == '\r' || c == '\n'; }

[[nodiscard]] constexpr bool is_hex(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

[[nodiscard]] constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

[[nodiscard]] constexpr std::string_view trim_lws(std::string_view text) noexcept {
    while (!text.empty() && is_lws(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_lws(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace sipmsg::detail
