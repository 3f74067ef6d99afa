// SPDX-License-Identifier: MIT

// Telling hosts apart, fast for names of up to 32 octets. No include guard: see kernel_machines.hpp.

#if SIPMSG_LANES > 0

inline std::uint32_t equal32(const char* p, char wanted) noexcept {
    return equal16(p, wanted) | equal16(p + 16, wanted) << 16U;
}

/// No empty label, none that begins or ends with a hyphen, and the last one begins with a letter: what host.cpp asks for
/// (RFC 3261 §25.1), for 1 to 31 octets of the class of host names.
inline bool is_short_name(const char* p, std::size_t size) noexcept {
    const std::uint32_t all = (1U << size) - 1;
    const std::uint32_t dots = equal32(p, '.') & all;
    const std::uint32_t hyphens = equal32(p, '-') & all;
    const std::uint32_t begins = dots << 1U | 1U;
    const std::uint32_t ends = dots >> 1U | 1U << (size - 1);
    const std::uint32_t begins_of_labels = begins & all;
    if ((begins_of_labels & (dots | hyphens)) != 0 || (ends & hyphens) != 0) return false;
    return p[std::bit_width(begins_of_labels) - 1] > '9';
}

#endif

/// What kind of host the lexical text is; false when it is none.
inline bool accept_host(std::string_view text, [[maybe_unused]] const char* readable, Host& host) noexcept {
#if SIPMSG_LANES > 0
    if (text.size() - 1 < 31 && readable - text.data() >= 32 && text.front() != '[' &&
        is_short_name(text.data(), text.size())) {
        host = {text, HostKind::name};
        return true;
    }
#endif
    const auto kind = classify_host(text);
    if (kind) host = *kind;
    return kind.has_value();
}

/// 1*DIGIT up to 65535.
inline bool accept_port(std::string_view digits, std::optional<std::uint16_t>& port) noexcept {
    const auto number = decimal(digits, max_u16);
    if (number) port = static_cast<std::uint16_t>(*number);
    return number.has_value();
}
