// SPDX-License-Identifier: MIT

// Jumping over runs and finding octets, with the vector instructions of one kernel. No include guard: see
// kernel_functions.ipp. SIPMSG_LANES is 0 (none), 16 (SSSE3) or 32 (AVX2).
//
// Octets from `p` to `readable` may be read, those up to `end` count: results never pass `end`.

#if SIPMSG_LANES > 0

inline const char* row_of(char octet) noexcept { return octet_rows[static_cast<std::size_t>(octet)].octets.data(); }

inline __m128i load16(const void* p) noexcept { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }

/// A bit for each of the 16 octets that is `wanted`.
inline std::uint32_t equal(__m128i octets, char wanted) noexcept {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(octets, load16(row_of(wanted)))));
}

inline constexpr DigitRow high_row = high_digit_bits();

/// A bit for each of the 16 octets that is not of the class: its high digit must be among those that its low digit
/// allows.
template <CharClass Bits>
inline std::uint32_t strangers(__m128i octets) noexcept {
    static constexpr DigitRow low = low_digits_of(Bits);
    const __m128i rows = _mm_shuffle_epi8(load16(low.octets.data()), octets);
    const __m128i high = _mm_and_si128(_mm_srli_epi16(octets, 4), load16(row_of(0x0F)));
    return equal(_mm_and_si128(rows, _mm_shuffle_epi8(load16(high_row.octets.data()), high)), '\0');
}

#if SIPMSG_LANES == 32

inline __m256i load32(const void* p) noexcept { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }

inline std::uint32_t equal(__m256i octets, char wanted) noexcept {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(octets, load32(row_of(wanted)))));
}

template <CharClass Bits>
inline std::uint32_t strangers(__m256i octets) noexcept {
    static constexpr DigitRow low = low_digits_of(Bits);
    const __m256i rows = _mm256_shuffle_epi8(load32(low.octets.data()), octets);
    const __m256i high = _mm256_and_si256(_mm256_srli_epi16(octets, 4), load32(row_of(0x0F)));
    const __m256i row = _mm256_shuffle_epi8(load32(high_row.octets.data()), high);
    return equal(_mm256_and_si256(rows, row), '\0');
}

#endif

/// `bits_of` of each of the 32 octets at `p`, whatever the width of a vector.
inline std::uint32_t bits32(const char* p, auto bits_of) noexcept {
#if SIPMSG_LANES == 32
    return bits_of(load32(p));
#else
    return bits_of(load16(p)) | bits_of(load16(p + 16)) << 16U;
#endif
}

inline std::uint64_t bits64(const char* p, auto bits_of) noexcept {
    return bits32(p, bits_of) | std::uint64_t{bits32(p + 32, bits_of)} << 32U;
}

/// A bit for each of 32 octets: not of the class, this octet, that octet.
struct Sorted {
    std::uint32_t other;
    std::uint32_t first;
    std::uint32_t second;
};

template <CharClass Bits, char First, char Second>
inline Sorted sorted32(const char* p) noexcept {
    return {bits32(p, [](auto octets) { return strangers<Bits>(octets); }),
            bits32(p, [](auto octets) { return equal(octets, First); }),
            bits32(p, [](auto octets) { return equal(octets, Second); })};
}

#endif

#if SIPMSG_LANES == 0

/// Bit i is what the table has for the octet at `p + i`, eight of them; further bits of an octet lie eight apart. No
/// loop whose end the processor would have to guess.
template <class Word>
inline Word gathered(const std::array<Word, 256>& table, const char* p) noexcept {
    Word bits = 0;
    for (int i = 8; i-- > 0;) bits = static_cast<Word>(bits * 2U + table[static_cast<unsigned char>(p[i])]);
    return bits;
}

/// 1 for each octet that is not of the class.
template <CharClass Bits>
inline constexpr auto stranger_table = [] {
    std::array<std::uint8_t, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c) table[c] = (char_table[c] & Bits) == 0 ? 1U : 0U;
    return table;
}();

#endif

/// Among the bits of 64 octets at `p` that of the first one behind the text.
inline std::uint64_t end_bit(const char* p, const char* end) noexcept {
    const auto size = static_cast<std::size_t>(end - p);
    return size < 64 ? std::uint64_t{1} << size : 0;
}

#if SIPMSG_LANES == 0

/// Classes of nearly all that is printable.
template <CharClass Bits>
inline constexpr bool is_wide = Bits == is_qdtext || Bits == is_visible;

/// Bit 7 of octets that are not of the class, HTAB among them. Behind the first one others may seem to be.
template <CharClass Bits>
inline std::uint64_t narrow_octets(std::uint64_t word) noexcept {
    std::uint64_t bits = word | (word - each_octet * (Bits == is_visible ? 0x21U : 0x20U)) | (word + each_octet);
    if constexpr (Bits == is_qdtext)
        bits |= ((word ^ each_octet * '"') - each_octet) | ((word ^ each_octet * '\\') - each_octet);
    return bits & (each_octet * 0x80U);
}

template <CharClass Bits>
inline const char* skip_wide(const char* p, const char* end) noexcept {
    while (end - p >= 8) {
        const auto others = narrow_octets<Bits>(load_first<std::uint64_t>(p));
        if (others == 0) {
            p += 8;
            continue;
        }
        p += std::countr_zero(others) / 8;
        if (!is(*p, Bits)) return p;
        ++p;
    }
    return detail::skip<Bits>(p, end);
}

#endif

/// Where nothing may be read behind the text: out of the way of all the others.
[[gnu::noinline]] inline const char* skip_slowly(const char* p, const char* end, CharClass bits) noexcept {
    return detail::skip(p, end, bits);
}

/// The first octet at or behind `p` that is not of the class.
template <CharClass Bits>
inline const char* skip(const char* p, const char* end, [[maybe_unused]] const char* readable) noexcept {
#if SIPMSG_LANES > 0
    while (readable - p >= 16) {
        const auto other = strangers<Bits>(load16(p));
        if (other != 0) {
            p += std::countr_zero(other);
            return p < end ? p : end;
        }
        p += 16;
        if (p >= end) return end;
    }
    return skip_slowly(p, end, Bits);
#else
    if constexpr (is_wide<Bits>) return skip_wide<Bits>(p, end);
    return detail::skip<Bits>(p, end);
#endif
}

/// The first octet at or behind `p` that is not 0x21 to 0x7E. A Request-URI is long for a run.
inline const char* skip_visible(const char* p, const char* end, const char* readable) noexcept {
#if SIPMSG_LANES == 32
    for (; readable - p >= 32; p += 32) {
        if (p >= end) return end;
        const __m256i octets = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
        const __m256i above_space = _mm256_cmpgt_epi8(octets, _mm256_set1_epi8(0x20));  // signed: 0x80 and up are below
        const __m256i rubout = _mm256_cmpeq_epi8(octets, _mm256_set1_epi8(0x7F));
        const auto good = static_cast<unsigned>(_mm256_movemask_epi8(_mm256_andnot_si256(rubout, above_space)));
        if (good != 0xFFFF'FFFFU) return std::min(p + std::countr_one(good), end);
    }
#endif
    return skip<is_visible>(p, end, readable);
}

/// Bit 7 of each of the eight octets at `p` that is `wanted`.
inline std::uint64_t equal8(const char* p, char wanted) noexcept {
    return zero_octets(load<std::uint64_t>(p) ^ (each_octet * static_cast<unsigned char>(wanted)));
}

/// The first `wanted` at or behind `p`, or `end`.
inline const char* find(const char* p, const char* end, [[maybe_unused]] const char* readable, char wanted) noexcept {
#if SIPMSG_LANES > 0
    while (readable - p >= 16) {
        const auto hits = equal(load16(p), wanted);
        if (hits != 0) {
            p += std::countr_zero(hits);
            return p < end ? p : end;
        }
        p += 16;
        if (p >= end) return end;
    }
#else
    for (; end - p >= 8; p += 8) {
        if (const auto hits = equal8(p, wanted); hits != 0) return p + first_octet(hits);
    }
#endif
    while (p != end && *p != wanted) ++p;
    return p;
}

#if SIPMSG_LANES > 0

/// What stands at the place of an octet's low digit is that octet, for CR and LF alone.
inline constexpr DigitRow line_end_row = [] {
    DigitRow row;
    row.octets.fill(static_cast<char>(0xFF));
    for (const unsigned char octet : {'\r', '\n'})
        row.octets[octet] = row.octets[octet + 16U] = static_cast<char>(octet);
    return row;
}();

/// A bit for each octet that is CR or LF.
inline std::uint32_t line_ends(__m128i octets) noexcept {
    const __m128i row = _mm_shuffle_epi8(load16(line_end_row.octets.data()), octets);
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(row, octets)));
}

#if SIPMSG_LANES == 32

inline std::uint32_t line_ends(__m256i octets) noexcept {
    const __m256i row = _mm256_shuffle_epi8(load32(line_end_row.octets.data()), octets);
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(row, octets)));
}

#endif

#endif

#if SIPMSG_LANES == 0

template <std::size_t Size>
inline std::array<std::uint64_t, Size> words_at(const char* p) noexcept {
    std::array<std::uint64_t, Size> words;
    for (std::size_t i = 0; i < Size; ++i) words[i] = load_first<std::uint64_t>(p + 8 * i);
    return words;
}

/// The octet of the first bit that `bits_of` finds in the words; 8 a word when there is none.
template <std::size_t Size>
inline unsigned first_of(const std::array<std::uint64_t, Size>& words, auto bits_of) noexcept {
    unsigned before = 0;
    for (const auto word : words) {
        if (const auto bits = bits_of(word); bits != 0)
            return before + static_cast<unsigned>(std::countr_zero(bits)) / 8U;
        before += 8;
    }
    return before;
}

/// Bit 6 of each octet, in which no other is set, brought together: then a count says which octet is the first. A
/// branch on which word it is in would be guessed wrong: no line ends where the one before did.
template <std::size_t Size>
inline std::uint64_t together(const std::array<std::uint64_t, Size>& words) noexcept {
    constexpr std::uint64_t move = 0x0004'0810'2040'8102U;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < Size; ++i) bits |= (words[i] * move >> 56U) << (8 * i);
    return bits;
}

#endif

/// The first CR or LF at or behind `p`, or `end`.
inline const char* find_line_end(const char* p, const char* end) noexcept {
#if SIPMSG_LANES > 0
    for (; end - p >= 32; p += 32) {
        const auto hits = bits32(p, [](auto octets) { return line_ends(octets); });
        if (hits != 0) return p + std::countr_zero(hits);
    }
#else
    while (end - p >= 32) {
        auto words = words_at<4>(p);
        // Bit 6 of an octet is not set then in control characters, nor in some that are not ASCII.
        for (auto& word : words) word = (word | word << 1U) & (each_octet * 0x40U);
        if ((words[0] & words[1] & words[2] & words[3]) == each_octet * 0x40U) {
            p += 32;
            continue;
        }
        p += std::countr_one(together(words));
        if (is_line_end(*p)) return p;
        do ++p;
        while (p != end && (*p & 0x80) != 0);
    }
#endif
    while (p != end && !is_line_end(*p)) ++p;
    return p;
}

/// How far a line is looked at in one step: most header lines are no longer.
inline constexpr unsigned line_view = 64;

/// Where the first colon stands in the 32 octets at `p`, at least 32 when it does not; and the first CR or LF. It may
/// lie behind the end, among the `line_view` octets that can be read.
struct Line {
    unsigned colon;
    const char* end;
};

inline Line line_at(const char* p, const char* end) noexcept {
#if SIPMSG_LANES > 0
    const auto colons = bits32(p, [](auto octets) { return equal(octets, ':'); });
    const auto ends = bits64(p, [](auto octets) { return line_ends(octets); });
    const char* const far = p + line_view;
    return {static_cast<unsigned>(std::countr_zero(colons)),
            ends != 0 ? p + std::countr_zero(ends) : find_line_end(std::min(far, end), end)};
#else
    // Behind the first octet that is one, others may seem to be.
    const auto colons = [](std::uint64_t word) {
        const auto others = word ^ (each_octet * ':');
        return (others - each_octet) & ~others & (each_octet * 0x80U);
    };
    auto colon = first_of(words_at<2>(p), colons);
    if (colon >= 16) colon = 16 + first_of(words_at<2>(p + 16), colons);
    return {colon, find_line_end(p, std::max(p + line_view, end))};
#endif
}

/// The header whose full name begins at `p`, has `size` octets, 2 to 31 of them, and ends with the first colon;
/// `other` when it is not known. Octets before `p` are CR LF; at least 32 from `p` on can be read.
inline Header known_name(const char* p, std::size_t size) noexcept {
    const auto id = name_index.ids[slot_of(name_key(load<std::uint16_t>(p), load<std::uint32_t>(p + size - 4), size))];
    const auto& name = known_names[id];
#if SIPMSG_LANES == 32
    const __m256i differing = _mm256_xor_si256(load32(p), load32(name.text.data()));
    const bool same = _mm256_testz_si256(differing, load32(name.mask.data())) != 0;
#else
    const auto differ = [&](std::size_t i) {
        const auto octets = load<std::uint64_t>(p + i) ^ load<std::uint64_t>(name.text.data() + i);
        return octets & load<std::uint64_t>(name.mask.data() + i);
    };
    const bool same = (differ(0) | differ(8)) == 0 && (size <= 16 || (differ(16) | differ(24)) == 0);
#endif
    return same ? static_cast<Header>(id) : Header::other;
}
