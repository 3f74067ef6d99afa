// SPDX-License-Identifier: MIT
#include <siptxn/address.hpp>

#include <fmt/format.h>

#include <charconv>

namespace siptxn {
namespace {

std::optional<unsigned> number(std::string_view digits, int base, unsigned max) {
    unsigned value = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (error != std::errc{} || end != digits.data() + digits.size() || value > max) return std::nullopt;
    return value;
}

/// Four decimal octets; no leading zero, which some systems read as octal.
std::optional<std::array<std::uint8_t, 4>> parse_v4(std::string_view text) {
    std::array<std::uint8_t, 4> octets{};
    for (int i = 0; i < 4; ++i) {
        auto dot = i < 3 ? text.find('.') : text.size();
        if (dot == std::string_view::npos || dot == 0 || dot > 3) return std::nullopt;
        auto part = text.substr(0, dot);
        auto value = number(part, 10, 255);
        if (!value || (part.size() > 1 && part[0] == '0')) return std::nullopt;
        octets[i] = static_cast<std::uint8_t>(*value);
        text.remove_prefix(i < 3 ? dot + 1 : dot);
    }
    return octets;
}

/// The 16-bit groups of one side of "::"; the last may be an IPv4 address. Nullopt when broken or more than eight.
struct Groups {
    std::array<std::uint16_t, 8> value{};
    int count = 0;
};

std::optional<Groups> parse_groups(std::string_view text, bool may_end_in_v4) {
    Groups groups;
    if (text.empty()) return groups;
    for (;;) {
        auto colon = text.find(':');
        auto part = text.substr(0, colon);
        bool last = colon == std::string_view::npos;
        if (last && may_end_in_v4 && part.find('.') != std::string_view::npos) {
            auto v4 = parse_v4(part);
            if (!v4 || groups.count > 6) return std::nullopt;
            groups.value[groups.count++] = static_cast<std::uint16_t>((*v4)[0] << 8 | (*v4)[1]);
            groups.value[groups.count++] = static_cast<std::uint16_t>((*v4)[2] << 8 | (*v4)[3]);
            return groups;
        }
        if (part.empty() || part.size() > 4 || groups.count == 8) return std::nullopt;
        auto value = number(part, 16, 0xffff);
        if (!value) return std::nullopt;
        groups.value[groups.count++] = static_cast<std::uint16_t>(*value);
        if (last) return groups;
        text.remove_prefix(colon + 1);
    }
}

std::optional<std::array<std::uint8_t, 16>> parse_v6(std::string_view text) {
    auto gap = text.find("::");
    bool has_gap = gap != std::string_view::npos;
    auto head = parse_groups(has_gap ? text.substr(0, gap) : text, !has_gap);
    auto tail = has_gap ? parse_groups(text.substr(gap + 2), true) : std::optional(Groups{});
    if (!head || !tail) return std::nullopt;
    int count = head->count + tail->count;
    if (has_gap ? count > 7 : count != 8) return std::nullopt;
    std::array<std::uint16_t, 8> groups{};
    for (int i = 0; i < head->count; ++i) groups[i] = head->value[i];
    for (int i = 0; i < tail->count; ++i) groups[8 - tail->count + i] = tail->value[i];
    std::array<std::uint8_t, 16> octets{};
    for (int i = 0; i < 8; ++i) {
        octets[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
        octets[2 * i + 1] = static_cast<std::uint8_t>(groups[i] & 0xff);
    }
    return octets;
}

/// RFC 5952 §4: lower case, no leading zeros, the longest run of two or more zero groups as "::".
std::string v6_text(const std::array<std::uint8_t, 16>& octets) {
    std::array<unsigned, 8> groups{};
    for (int i = 0; i < 8; ++i) groups[i] = static_cast<unsigned>(octets[2 * i] << 8 | octets[2 * i + 1]);
    int best = -1, best_length = 1;
    for (int i = 0; i < 8;) {
        int end = i;
        while (end < 8 && groups[end] == 0) ++end;
        if (end - i > best_length) {
            best = i;
            best_length = end - i;
        }
        i = end > i ? end : i + 1;
    }
    std::string out;
    for (int i = 0; i < 8; ++i) {
        if (i == best) {
            out += "::";
            i += best_length - 1;
            continue;
        }
        if (!out.empty() && out.back() != ':') out += ':';
        fmt::format_to(std::back_inserter(out), "{:x}", groups[i]);
    }
    return out;
}

/// "255.255.255.255:65535"
using V4Text = std::array<char, 21>;

char* put_v4(const std::array<std::uint8_t, 16>& octets, V4Text& text) {
    char* end = text.data();
    for (std::size_t i = 0; i < 4; ++i) {
        const unsigned octet = octets[i];
        if (i > 0) *end++ = '.';
        if (octet >= 100) *end++ = static_cast<char>('0' + octet / 100);
        if (octet >= 10) *end++ = static_cast<char>('0' + octet / 10 % 10);
        *end++ = static_cast<char>('0' + octet % 10);
    }
    return end;
}

std::string v4_text(const std::array<std::uint8_t, 16>& octets) {
    V4Text text;
    return {text.data(), put_v4(octets, text)};
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
        text = text.substr(1, text.size() - 2);
        if (text.find(':') == std::string_view::npos) return std::nullopt;
    }
    IpAddress ip;
    if (text.find(':') != std::string_view::npos) {
        auto v6 = parse_v6(text);
        if (!v6) return std::nullopt;
        ip.family = Family::v6;
        ip.octets = *v6;
        return ip;
    }
    auto v4 = parse_v4(text);
    if (!v4) return std::nullopt;
    for (int i = 0; i < 4; ++i) ip.octets[i] = (*v4)[i];
    return ip;
}

bool IpAddress::is_loopback() const noexcept {
    if (!is_v6()) return octets[0] == 127;
    std::array<std::uint8_t, 16> one{};
    one[15] = 1;
    return octets == one;
}

bool IpAddress::is_multicast() const noexcept {
    return is_v6() ? octets[0] == 0xff : octets[0] >= 224 && octets[0] <= 239;
}

std::optional<SocketAddress> SocketAddress::parse(std::string_view text, std::uint16_t default_port) {
    auto colon = text.rfind(':');
    bool bracketed = !text.empty() && text.front() == '[';
    bool has_port = bracketed ? colon != std::string_view::npos && colon > 0 && text[colon - 1] == ']'
                              : colon != std::string_view::npos && text.find(':') == colon;
    auto ip = IpAddress::parse(has_port ? text.substr(0, colon) : text);
    if (!ip) return std::nullopt;
    if (!has_port) return SocketAddress{*ip, default_port};
    auto port = number(text.substr(colon + 1), 10, 65535);
    if (!port) return std::nullopt;
    return SocketAddress{*ip, static_cast<std::uint16_t>(*port)};
}

std::string to_string(const IpAddress& ip) { return ip.is_v6() ? v6_text(ip.octets) : v4_text(ip.octets); }

std::string to_host(const IpAddress& ip) { return ip.is_v6() ? '[' + to_string(ip) + ']' : to_string(ip); }

std::string to_string(const SocketAddress& address) {
    if (address.ip.is_v6()) return to_host(address.ip).append(":").append(std::to_string(address.port));
    V4Text text;
    char* end = put_v4(address.ip.octets, text);
    *end++ = ':';
    return {text.data(), std::to_chars(end, text.data() + text.size(), address.port).ptr};
}

}  // namespace siptxn

std::size_t std::hash<siptxn::SocketAddress>::operator()(const siptxn::SocketAddress& a) const noexcept {
    std::uint64_t sum = 0xcbf29ce484222325 ^ a.port;  // FNV-1a; addresses are few beside what a flood needs
    for (auto octet : a.ip.octets) sum = (sum ^ octet) * 0x100000001b3;
    return static_cast<std::size_t>(sum ^ (sum >> 32));
}
