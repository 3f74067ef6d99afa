// SPDX-License-Identifier: MIT

// Telling hosts apart, fast for names of up to 32 octets. No include guard: see kernel_functions.ipp.

/// A host name, or an IPv4 address, jumped over: where it ends, and whether it is surely a name.
struct HostRun {
    const char* end;
    bool name;
};

/// A name of up to 31 octets is recognized on the way: no empty label, none that begins or ends with a hyphen, and the
/// last one begins with a letter, which is what host.cpp asks for (RFC 3261 §25.1).
inline HostRun skip_host(const char* p, const char* end, const char* readable) noexcept {
#if SIPMSG_LANES > 0
    if (readable - p >= 32) {
        const auto [other, dots, hyphens] = sorted32<is_host, '.', '-'>(p);
        const auto size = std::min<std::size_t>(static_cast<std::size_t>(std::countr_zero(other)),
                                                static_cast<std::size_t>(end - p));
        if (size - 1 < 31) {
            const std::uint32_t begins = (dots << 1U | 1U) & ((1U << size) - 1);
            const std::uint32_t ends = dots >> 1U | 1U << (size - 1);
            const std::uint32_t bad = (begins & (dots | hyphens)) | (ends & hyphens);
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

