// SPDX-License-Identifier: MIT

// Telling hosts apart, fast for names of up to 32 octets. No include guard: see kernel_functions.ipp.

/// A host name, or an IPv4 address, jumped over: where it ends, and whether it is surely a name.
struct HostRun {
    const char* end;
    bool name;
};

#if SIPMSG_LANES > 0

/// Which of the 32 octets at `p` cannot be in a host name, are dots, are hyphens.
struct HostOctets {
    std::uint32_t other;
    std::uint32_t dots;
    std::uint32_t hyphens;
};

inline HostOctets host_octets(const char* p) noexcept {
#if SIPMSG_LANES == 32
    static constexpr NibbleSet set = nibbles_of(is_host);
    const __m256i octets = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    const __m256i rows = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(load16(set.low.data())), octets);
    const __m256i high = _mm256_and_si256(_mm256_srli_epi16(octets, 4), _mm256_set1_epi8(0x0F));
    const __m256i row = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(load16(set.high.data())), high);
    const __m256i none = _mm256_cmpeq_epi8(_mm256_and_si256(rows, row), _mm256_setzero_si256());
    const __m256i dots = _mm256_cmpeq_epi8(octets, _mm256_set1_epi8('.'));
    const __m256i hyphens = _mm256_cmpeq_epi8(octets, _mm256_set1_epi8('-'));
    return {static_cast<std::uint32_t>(_mm256_movemask_epi8(none)), static_cast<std::uint32_t>(_mm256_movemask_epi8(dots)),
            static_cast<std::uint32_t>(_mm256_movemask_epi8(hyphens))};
#else
    return {strangers<is_host>(p) | strangers<is_host>(p + 16) << 16U, equal16(p, '.') | equal16(p + 16, '.') << 16U,
            equal16(p, '-') | equal16(p + 16, '-') << 16U};
#endif
}

#endif

/// A name of up to 31 octets is recognized on the way: no empty label, none that begins or ends with a hyphen, and the
/// last one begins with a letter, which is what host.cpp asks for (RFC 3261 §25.1).
inline HostRun skip_host(const char* p, const char* end, const char* readable) noexcept {
#if SIPMSG_LANES > 0
    if (readable - p >= 32) {
        const auto octets = host_octets(p);
        const auto size = std::min<std::size_t>(static_cast<std::size_t>(std::countr_zero(octets.other)),
                                                static_cast<std::size_t>(end - p));
        if (size - 1 < 31) {
            const std::uint32_t begins = (octets.dots << 1U | 1U) & ((1U << size) - 1);
            const std::uint32_t ends = octets.dots >> 1U | 1U << (size - 1);
            const std::uint32_t bad = (begins & (octets.dots | octets.hyphens)) | (ends & octets.hyphens);
            return {p + size, (bad & ((1U << size) - 1)) == 0 && p[std::bit_width(begins) - 1] > '9'};
        }
    }
#endif
    const char* const last = skip<is_host>(p, end, readable);
    return {last, SIPMSG_LANES == 0 && is_hostname(between(p, last))};  // else: no call on the usual way
}

/// Four numbers up to 255 with a dot between each two, at most three digits each (RFC 3261 §25.1 IPv4address).
inline bool is_dotted_quad(const char* p, const char* end) noexcept {
    for (int i = 0; i < 4; ++i) {
        unsigned value = 0;
        const char* const begin = p;
        while (p != end && *p >= '0' && *p <= '9') value = value * 10 + static_cast<unsigned>(*p++ - '0');
        if (p == begin || p - begin > 3 || value > 255) return false;
        if (i < 3 && (p == end || *p++ != '.')) return false;
    }
    return p == end;
}

