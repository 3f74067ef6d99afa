// SPDX-License-Identifier: MIT

// Jumping over runs and finding octets, with the vector instructions of one kernel. No include guard: see
// kernel_functions.ipp. SIPMSG_LANES is 0 (none), 16 (SSSE3) or 32 (AVX2).
//
// Octets from `p` to `readable` may be read, those up to `end` count: results never pass `end`.

#if SIPMSG_LANES > 0

inline __m128i load16(const char* p) noexcept { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }

/// A bit for each of the 16 octets at `p` that is not of the class: its high digit must be among those that its low
/// digit allows.
template <CharClass Bits>
inline unsigned strangers(const char* p) noexcept {
    static constexpr NibbleSet set = nibbles_of(Bits);
    const __m128i octets = load16(p);
    const __m128i rows = _mm_shuffle_epi8(load16(set.low.data()), octets);
    const __m128i high = _mm_and_si128(_mm_srli_epi16(octets, 4), _mm_set1_epi8(0x0F));
    const __m128i row = _mm_shuffle_epi8(load16(set.high.data()), high);
    const __m128i none = _mm_cmpeq_epi8(_mm_and_si128(rows, row), _mm_setzero_si128());
    return static_cast<unsigned>(_mm_movemask_epi8(none));
}

inline unsigned equal16(const char* p, char wanted) noexcept {
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(load16(p), _mm_set1_epi8(wanted))));
}

/// A bit for each of 32 octets: not of the class, this octet, that octet.
struct Sorted {
    std::uint32_t other;
    std::uint32_t first;
    std::uint32_t second;
};

template <CharClass Bits, char First, char Second>
inline Sorted sorted32(const char* p) noexcept {
#if SIPMSG_LANES == 32
    static constexpr NibbleSet set = nibbles_of(Bits);
    const __m256i octets = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    const __m256i rows = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(load16(set.low.data())), octets);
    const __m256i high = _mm256_and_si256(_mm256_srli_epi16(octets, 4), _mm256_set1_epi8(0x0F));
    const __m256i row = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(load16(set.high.data())), high);
    const __m256i none = _mm256_cmpeq_epi8(_mm256_and_si256(rows, row), _mm256_setzero_si256());
    const auto equal = [&](char c) {
        return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(octets, _mm256_set1_epi8(c))));
    };
    return {static_cast<std::uint32_t>(_mm256_movemask_epi8(none)), equal(First), equal(Second)};
#else
    return {strangers<Bits>(p) | strangers<Bits>(p + 16) << 16U, equal16(p, First) | equal16(p + 16, First) << 16U,
            equal16(p, Second) | equal16(p + 16, Second) << 16U};
#endif
}

#endif

/// The first octet at or behind `p` that is not of the class.
template <CharClass Bits>
inline const char* skip(const char* p, const char* end, [[maybe_unused]] const char* readable) noexcept {
#if SIPMSG_LANES > 0
    while (readable - p >= 16) {
        const unsigned other = strangers<Bits>(p);
        if (other != 0) {
            p += std::countr_zero(other);
            return p < end ? p : end;
        }
        p += 16;
        if (p >= end) return end;
    }
#endif
    return detail::skip<Bits>(p, end);
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
        const unsigned hits = equal16(p, wanted);
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

/// The first CR or LF at or behind `p`, or `end`.
inline const char* find_line_end(const char* p, const char* end) noexcept {
#if SIPMSG_LANES == 32
    const __m256i cr = _mm256_set1_epi8('\r');
    const __m256i lf = _mm256_set1_epi8('\n');
    for (; end - p >= 32; p += 32) {
        const __m256i octets = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
        const __m256i hit = _mm256_or_si256(_mm256_cmpeq_epi8(octets, cr), _mm256_cmpeq_epi8(octets, lf));
        const auto hits = static_cast<unsigned>(_mm256_movemask_epi8(hit));
        if (hits != 0) return p + std::countr_zero(hits);
    }
#elif SIPMSG_LANES == 16
    for (; end - p >= 16; p += 16) {
        const unsigned hits = equal16(p, '\r') | equal16(p, '\n');
        if (hits != 0) return p + std::countr_zero(hits);
    }
#else
    while (end - p >= 8) {
        const auto hits = control_octets(load<std::uint64_t>(p));
        p += first_octet(hits);
        if (hits != 0 && is_line_end(*p++)) return p - 1;  // HTAB is seldom
    }
#endif
    while (p != end && !is_line_end(*p)) ++p;
    return p;
}

/// Where the first colon and the first CR or LF stand in the 32 octets at `p`; 32 when they do not.
struct Line {
    unsigned colon;
    unsigned end;
};

inline Line line_at(const char* p) noexcept {
#if SIPMSG_LANES == 32
    const __m256i octets = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    const auto hits = [&](char c) { return _mm256_cmpeq_epi8(octets, _mm256_set1_epi8(c)); };
    const auto colons = static_cast<unsigned>(_mm256_movemask_epi8(hits(':')));
    const auto ends = static_cast<unsigned>(_mm256_movemask_epi8(_mm256_or_si256(hits('\r'), hits('\n'))));
#elif SIPMSG_LANES == 16
    const unsigned colons = equal16(p, ':') | equal16(p + 16, ':') << 16U;
    const unsigned ends = equal16(p, '\r') | equal16(p, '\n') | (equal16(p + 16, '\r') | equal16(p + 16, '\n')) << 16U;
#else
    const char* const end = find_line_end(p, p + 32);
    const char* const colon = find(p, end, end, ':');
    return {static_cast<unsigned>(colon == end ? 32 : colon - p), static_cast<unsigned>(end - p)};
#endif
#if SIPMSG_LANES > 0
    return {static_cast<unsigned>(std::countr_zero(colons)), static_cast<unsigned>(std::countr_zero(ends))};
#endif
}

/// The header whose full name begins at `p` and has `size` octets, 2 to 32 of them; `other` when it is not known.
/// Octets before `p` are CR LF; at least 32 from `p` on can be read.
inline Header known_name(const char* p, std::size_t size) noexcept {
    const auto id = name_index.ids[slot_of(name_key(load<std::uint16_t>(p), load<std::uint32_t>(p + size - 4), size))];
    const auto& name = known_names[id];
    if (name.size != size) return Header::other;
#if SIPMSG_LANES == 32
    const auto* wanted = reinterpret_cast<const __m256i*>(name.text.data());
    const auto* mask = reinterpret_cast<const __m256i*>(name.mask.data());
    const __m256i differing = _mm256_xor_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)),
                                               _mm256_loadu_si256(wanted));
    const bool same = _mm256_testz_si256(differing, _mm256_loadu_si256(mask)) != 0;
#else
    const bool same = same_folded(p, name.text.data(), size);
#endif
    return same ? static_cast<Header>(id) : Header::other;
}
