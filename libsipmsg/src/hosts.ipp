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

/// A bit for each of 64 octets: not of a host, a dot, a hyphen.
struct HostView {
    std::uint64_t other;
    std::uint64_t dots;
    std::uint64_t hyphens;
};

/// The second half of a host that goes on behind 32 octets. Out of the way: most hosts are shorter.
[[gnu::noinline]] inline HostView see_farther(const char* p, const HostView& near) noexcept {
    const auto far = sorted32<is_host, '.', '-'>(p + 32);
    return {std::uint64_t{far.other} << 32U, std::uint64_t{far.first} << 32U | near.dots,
            std::uint64_t{far.second} << 32U | near.hyphens};
}

#endif

/// A host name or an IPv4 address at `p`, and which of the two. Where it ends, or nullptr when the machine must look:
/// with vector instructions at what has more than 63 octets. A name has no empty label and none that begins or ends with
/// a hyphen, and its last label begins with a letter, which is what host.cpp asks for (RFC 3261 §25.1).
inline const char* plain_host(const char* p, const char* end, const char* readable, HostKind& kind) noexcept {
#if SIPMSG_LANES > 0
    if (readable - p < 32) return nullptr;
    const auto near = sorted32<is_host, '.', '-'>(p);
    HostView host{near.other, near.first, near.second};
    if (near.other == 0) {
        if (readable - p < 64) return nullptr;
        host = see_farther(p, host);
    }
    const auto size = std::min<std::size_t>(static_cast<std::size_t>(std::countr_zero(host.other)),
                                            static_cast<std::size_t>(end - p));
    if (size - 1 > 62) return nullptr;
    const std::uint64_t all = (std::uint64_t{1} << size) - 1;
    const std::uint64_t begins = (host.dots << 1U | 1U) & all;
    const std::uint64_t ends = (host.dots >> 1U | std::uint64_t{1} << (size - 1)) & all;
    if (((begins & (host.dots | host.hyphens)) | (ends & host.hyphens)) != 0) return nullptr;
    const char* const behind = p + size;
    kind = p[std::bit_width(begins) - 1] > '9' ? HostKind::name : HostKind::ipv4;
    return kind == HostKind::name || is_dotted_quad(p, behind, readable) ? behind : nullptr;
#else
    const char* const behind = skip<is_host>(p, end, readable);
    kind = is_dotted_quad(p, behind, readable) ? HostKind::ipv4 : HostKind::name;
    return kind == HostKind::ipv4 || is_hostname(between(p, behind)) ? behind : nullptr;
#endif
}

/// The port at `p`. Where it ends, or nullptr.
inline const char* plain_port(const char* p, const char* end, const char* readable, HostPlace& host) noexcept {
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
