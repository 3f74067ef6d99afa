// SPDX-License-Identifier: MIT

// Hosts and ports, for names of up to 63 octets without a loop. No include guard: see kernel_functions.ipp.

/// Four numbers up to 255 with a dot between each two, at most three digits each (RFC 3261 §25.1 IPv4address).
inline bool is_dotted_quad(const char* p, const char* end, const char* readable) noexcept {
    if (readable - p < 20) return is_ipv4(between(p, end));
    for (int i = 0; i < 4; ++i) {
        const DigitRun digits(load_first<std::uint32_t>(p));
        if (digits.count() - 1 > 2 || digits.in_order() > 0x020505U) return false;
        p += digits.count();
        if (i < 3 && *p++ != '.') return false;
    }
    return p == end;
}

#if SIPMSG_LANES > 0

/// The same of `size` octets, 16 of which can be read; a bit for each dot, of which none stands at an end or beside
/// another.
inline bool is_dotted_quad(const char* p, unsigned size, std::uint64_t dots) noexcept {
    const auto first = static_cast<unsigned>(std::countr_zero(dots));
    dots &= dots - 1;
    const auto second = static_cast<unsigned>(std::countr_zero(dots));
    dots &= dots - 1;
    const auto third = static_cast<unsigned>(std::countr_zero(dots));
    const unsigned a = first;
    const unsigned b = second - first - 1;
    const unsigned c = third - second - 1;
    const unsigned d = size - third - 1;
    if ((dots & (dots - 1)) != 0 || (a | b | c | d) > 3) return false;
    const auto& places = quad_places[quad_shape(a, b, c, d)];
    const __m128i values = _mm_xor_si128(load16(p), load16(row_of('0')));
    const __m128i digits = _mm_shuffle_epi8(values, load16(places.octets.data()));
    const __m128i above_nine = _mm_subs_epu8(digits, load16(row_of(9)));
    const __m128i pairs = _mm_maddubs_epi16(digits, load16(quad_weights.octets.data()));
    const __m128i numbers = _mm_add_epi16(pairs, _mm_srli_epi32(pairs, 16));
    const __m128i above_255 = _mm_slli_epi32(_mm_srli_epi16(numbers, 8), 16);
    return equal(_mm_or_si128(above_nine, above_255), '\0') == 0xFFFF;
}

#else

/// A bit for each octet that no host has, for dots and for hyphens: eight apart, as gathered() wants them.
inline constexpr auto host_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c) table[c] = (char_table[c] & is_host) == 0 ? 1U : 0U;
    table['.'] = 1U << 8U;
    table['-'] = 1U << 16U;
    return table;
}();

#endif

/// A host that ends within as many octets as `Word` has bits. In each word the lowest bit is that of the octet at `p`:
/// no octet of a host or the end of the text, a dot, a hyphen. Where it ends, or nullptr.
template <class Word>
inline const char* host_within(const char* p, const char* readable, Word other, Word dots, Word hyphens,
                               HostKind& kind) noexcept {
    constexpr std::size_t most = sizeof(Word) * 8 - 1;
    const auto size = static_cast<std::size_t>(std::countr_zero(other));
    if (size - 1 > most - 1) return nullptr;
    const Word all = (Word{1} << size) - 1;
    const Word begins = (dots << 1U | 1U) & all;
    const Word ends = (dots >> 1U | Word{1} << (size - 1)) & all;
    if (((begins & (dots | hyphens)) | (ends & hyphens)) != 0) return nullptr;
    const char* const behind = p + size;
    kind = p[std::bit_width(begins) - 1] > '9' ? HostKind::name : HostKind::ipv4;
    if (kind == HostKind::name) return behind;
#if SIPMSG_LANES > 0
    if (readable - p >= 16) return is_dotted_quad(p, static_cast<unsigned>(size), dots & all) ? behind : nullptr;
#endif
    return is_dotted_quad(p, behind, readable) ? behind : nullptr;
}

// A host name or an IPv4 address at `p`, and which of the two. Where it ends, or nullptr when the machine must look: at
// what has more than 63 octets. A name has no empty label and none that begins or ends with a hyphen, and its last
// label begins with a letter, which is what host.cpp asks for (RFC 3261 §25.1).

inline const char* plain_host(const char* p, const Far& text, HostKind& kind) noexcept {
#if SIPMSG_LANES > 0
    const Front<is_host> host(p, text.end, text.readable);
    return host_within(p, text.readable, host.others<is_host>(p), host.dots(p), host.hyphens(p), kind);
#else
    if (text.readable - p < 64) return nullptr;
    std::uint64_t other = 0;
    std::uint64_t dots = 0;
    std::uint64_t hyphens = 0;
    for (unsigned i = 0; other == 0 && i < 64; i += 8) {
        const std::uint64_t eight = gathered(host_table, p + i);
        other = (eight & 0xFFU) << i;
        dots |= (eight >> 8U & 0xFFU) << i;
        hyphens |= eight >> 16U << i;
    }
    return host_within(p, text.readable, other | end_bit(p, text.end), dots, hyphens, kind);
#endif
}

#if SIPMSG_LANES > 0

/// Out of the way of those that end within the front of a value.
[[gnu::noinline]] inline const char* far_host(const char* p, const Far& text, HostKind& kind) noexcept {
    return plain_host(p, text, kind);
}

template <CharClass... Classes>
inline const char* plain_host(const char* p, const Front<Classes...>& text, HostKind& kind) noexcept {
    const auto others = text.template others<is_host>(p);
    if (others == 0) return far_host(p, text, kind);
    return host_within(p, text.readable, others, text.dots(p), text.hyphens(p), kind);
}

#endif

/// The port at `p`. Where it ends, or nullptr.
inline const char* plain_port(const char* p, const Far& text, HostPlace& host) noexcept {
    const auto [end, readable] = text;
    if (readable - p < 8) {
        const char* const behind = detail::skip<is_digit>(p, end);
        const auto number = decimal(between(p, behind), max_u16);
        host.port_number = static_cast<std::uint16_t>(number.value_or(0));
        host.has_port = true;
        return number ? behind : nullptr;
    }
    const DigitRun digits(load_first<std::uint64_t>(p));
    if (digits.count() - 1 > 4) return nullptr;
    const auto number = digits.value();
    host.port_number = static_cast<std::uint16_t>(number);
    host.has_port = true;
    p += digits.count();
    return number <= max_u16 && p <= end ? p : nullptr;
}
