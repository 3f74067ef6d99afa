// SPDX-License-Identifier: MIT
#pragma once

// Character classes of RFC 3261 §25.1 as bits of one table, and skipping a run of one class.

#include <array>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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
    is_word = 256,   // word
    is_plain = 512,  // neither a parameter separator nor '=', DQUOTE or LWS
};

consteval std::array<std::uint16_t, 256> make_char_table() {
    std::array<std::uint16_t, 256> table{};
    auto add = [&](std::string_view chars, int bits) {
        for (char c : chars) table[static_cast<unsigned char>(c)] |= static_cast<std::uint16_t>(bits);
    };
    constexpr std::string_view alphanum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::string_view mark = "-_.!~*'()";
    add(alphanum, is_token | is_user | is_uri_param | is_host | is_hnv | is_uric | is_word);
    add("0123456789", is_digit);
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

/// The first CR or LF at or behind `p`, or `end`.
[[nodiscard]] inline const char* find_line_end(const char* p, const char* end) noexcept {
#if defined(__SSE2__)
    const __m128i cr = _mm_set1_epi8('\r');
    const __m128i lf = _mm_set1_epi8('\n');
    for (; end - p >= 16; p += 16) {
        const __m128i octets = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        const int hits = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(octets, cr), _mm_cmpeq_epi8(octets, lf)));
        if (hits != 0) return p + __builtin_ctz(static_cast<unsigned>(hits));
    }
#endif
    while (p != end && *p != '\r' && *p != '\n') ++p;
    return p;
}

/// The first octet at or behind `p` that is not 0x21 to 0x7E, or `end`.
[[nodiscard]] inline const char* skip_visible(const char* p, const char* end) noexcept {
#if defined(__SSE2__)
    for (; end - p >= 16; p += 16) {
        const __m128i octets = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        const __m128i above_space = _mm_cmpgt_epi8(octets, _mm_set1_epi8(0x20));  // signed: 0x80 and up are below
        const __m128i rubout = _mm_cmpeq_epi8(octets, _mm_set1_epi8(0x7F));
        const int good = _mm_movemask_epi8(_mm_andnot_si128(rubout, above_space));
        if (good != 0xFFFF) return p + __builtin_ctz(~static_cast<unsigned>(good));
    }
#endif
    while (p != end && *p > 0x20 && *p < 0x7F) ++p;
    return p;
}

/// The first `wanted` in the next 32 octets, or nullptr when it is farther away.
[[nodiscard]] inline const char* find_near(const char* p, const char* end, char wanted) noexcept {
#if defined(__SSE2__)
    for (int i = 0; i < 2 && end - p >= 16; ++i, p += 16) {
        const __m128i octets = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        const int hits = _mm_movemask_epi8(_mm_cmpeq_epi8(octets, _mm_set1_epi8(wanted)));
        if (hits != 0) return p + __builtin_ctz(static_cast<unsigned>(hits));
    }
#endif
    for (int i = 0; i < 32 && p != end; ++i, ++p)
        if (*p == wanted) return p;
    return nullptr;
}

[[nodiscard]] constexpr bool is_lws(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

[[nodiscard]] constexpr bool is_line_end(char c) noexcept { return c == '\r' || c == '\n'; }

[[nodiscard]] constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

[[nodiscard]] constexpr std::string_view trim_lws(std::string_view text) noexcept {
    while (!text.empty() && is_lws(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_lws(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace sipmsg::detail
