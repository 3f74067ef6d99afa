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

/// A host that ends within as many octets as `Word` has bits. In each word the lowest bit is that of the octet at `p`:
/// no octet of a host, a dot, a hyphen.
template <class Word>
inline const char* host_within(const char* p, const char* end, const char* readable, Word other, Word dots,
                               Word hyphens, HostKind& kind) noexcept {
    constexpr std::size_t most = sizeof(Word) * 8 - 1;
    const auto size =
        std::min<std::size_t>(static_cast<std::size_t>(std::countr_zero(other)), static_cast<std::size_t>(end - p));
    if (size - 1 > most - 1) return nullptr;
    const Word all = (Word{1} << size) - 1;
    const Word begins = (dots << 1U | 1U) & all;
    const Word ends = (dots >> 1U | Word{1} << (size - 1)) & all;
    if (((begins & (dots | hyphens)) | (ends & hyphens)) != 0) return nullptr;
    const char* const behind = p + size;
    kind = p[std::bit_width(begins) - 1] > '9' ? HostKind::name : HostKind::ipv4;
    return kind == HostKind::name || is_dotted_quad(p, behind, readable) ? behind : nullptr;
}

/// Out of the way of those that end within 31 octets.
[[gnu::noinline]] inline const char* long_host(const char* p, const char* end, const char* readable,
                                               HostKind& kind) noexcept {
    if (readable - p < 64) return nullptr;
    const auto near = sorted32<is_host, '.', '-'>(p);
    const auto far = sorted32<is_host, '.', '-'>(p + 32);
    const auto joined = [](std::uint32_t low, std::uint32_t high) { return low | std::uint64_t{high} << 32U; };
    return host_within(p, end, readable, joined(near.other, far.other), joined(near.first, far.first),
                       joined(near.second, far.second), kind);
}

#endif

/// A host name or an IPv4 address at `p`, and which of the two. Where it ends, or nullptr when the machine must look:
/// with vector instructions at what has more than 63 octets. A name has no empty label and none that begins or ends
/// with a hyphen, and its last label begins with a letter, which is what host.cpp asks for (RFC 3261 §25.1).
inline const char* plain_host(const char* p, const char* end, const char* readable, HostKind& kind) noexcept {
#if SIPMSG_LANES > 0
    if (readable - p < 32) return nullptr;
    const auto seen = sorted32<is_host, '.', '-'>(p);
    if (seen.other == 0) return long_host(p, end, readable, kind);
    return host_within(p, end, readable, seen.other, seen.first, seen.second, kind);
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
