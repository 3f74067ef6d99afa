// SPDX-License-Identifier: MIT
#include "host.hpp"

#include "chars.hpp"
#include "fold.hpp"
#include "number.hpp"

#include <sipmsg/params.hpp>

#include <algorithm>
#include <cstring>
#include <span>

namespace sipmsg::detail {

namespace {

using Octets4 = std::array<std::uint8_t, 4>;
using Octets16 = std::array<std::uint8_t, 16>;

}  // namespace

std::optional<Octets4> ipv4_octets(std::string_view text) noexcept {
    Octets4 octets{};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto dot = i < 3 ? text.find('.') : text.size();
        if (dot == std::string_view::npos || dot > 3) return std::nullopt;
        const auto value = decimal(text.substr(0, dot), 255);
        if (!value) return std::nullopt;
        octets[i] = static_cast<std::uint8_t>(*value);
        text.remove_prefix(i < 3 ? dot + 1 : dot);
    }
    return text.empty() ? std::optional(octets) : std::nullopt;
}

namespace {

std::optional<std::uint16_t> hex4(std::string_view text) noexcept {
    if (text.empty() || text.size() > 4) return std::nullopt;
    std::uint32_t value = 0;
    for (char c : text) {
        const char l = lower(c);
        const int digit = l >= '0' && l <= '9' ? l - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
        if (digit < 0) return std::nullopt;
        value = value * 16 + static_cast<std::uint32_t>(digit);
    }
    return static_cast<std::uint16_t>(value);
}

/// hexseq, perhaps ending in an IPv4address; writes octets and counts them.
bool read_groups(std::string_view text, Octets16& out, std::size_t& count) noexcept {
    while (true) {
        const auto colon = text.find(':');
        const auto group = text.substr(0, colon);
        if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
            const auto v4 = ipv4_octets(group);
            if (!v4 || count > 12) return false;
            for (auto octet : *v4) out[count++] = octet;
            return true;
        }
        const auto value = hex4(group);
        if (!value || count > 14) return false;
        out[count++] = static_cast<std::uint8_t>(*value >> 8);
        out[count++] = static_cast<std::uint8_t>(*value & 0xFF);
        if (colon == std::string_view::npos) return true;
        text.remove_prefix(colon + 1);
    }
}

bool is_label(std::string_view label) noexcept { return !label.empty() && label.front() != '-' && label.back() != '-'; }

}  // namespace

bool is_hostname(std::string_view text) noexcept {
    if (!text.empty() && text.back() == '.') text.remove_suffix(1);
    while (true) {
        const auto dot = text.find('.');
        const auto label = text.substr(0, dot);
        if (!is_label(label)) return false;
        if (dot == std::string_view::npos) return label.front() > '9';
        text.remove_prefix(dot + 1);
    }
}

bool is_ipv4(std::string_view text) noexcept { return ipv4_octets(text).has_value(); }

std::optional<Octets16> ipv6_octets(std::string_view text) noexcept {
    if (text.size() < 2 || text.size() > 45) return std::nullopt;
    Octets16 head{};
    Octets16 tail{};
    std::size_t head_count = 0;
    std::size_t tail_count = 0;
    const auto gap = text.find("::");
    const auto left = text.substr(0, gap);
    if (gap == std::string_view::npos)
        return read_groups(text, head, head_count) && head_count == 16 ? std::optional(head) : std::nullopt;
    auto right = text.substr(gap + 2);
    // RFC 3261's IPv6address lets "::" meet ":" IPv4address; RFC 5118 §4.10 asks readers to take it.
    if (right.starts_with(':') && is_ipv4(right.substr(1))) right.remove_prefix(1);
    if (left.find('.') != std::string_view::npos) return std::nullopt;
    if (!left.empty() && !read_groups(left, head, head_count)) return std::nullopt;
    if (!right.empty() && !read_groups(right, tail, tail_count)) return std::nullopt;
    if (head_count + tail_count > 14) return std::nullopt;
    for (std::size_t i = 0; i < tail_count; ++i) head[16 - tail_count + i] = tail[i];
    return head;
}

std::optional<Host> classify_host(std::string_view text) noexcept {
    if (text.empty()) return std::nullopt;
    if (text.front() == '[') {
        if (text.back() != ']') return std::nullopt;
        const auto inner = text.substr(1, text.size() - 2);
        return ipv6_octets(inner) ? std::optional(Host{inner, HostKind::ipv6}) : std::nullopt;
    }
    if (is(text.front(), is_digit) && is_ipv4(text)) return Host{text, HostKind::ipv4};
    return is_hostname(text) ? std::optional(Host{text, HostKind::name}) : std::nullopt;
}

bool take_hostport(Scan& scan, std::string_view host, std::string_view port, const char* base, HostPlace& to) noexcept {
    const auto known = classify_host(host);
    if (!known) return scan.syntax(host.data(), "a host");
    const auto number = decimal(port, max_u16);
    to = {.begin = static_cast<std::uint32_t>(known->text.data() - base),
          .end = static_cast<std::uint32_t>(known->text.data() + known->text.size() - base),
          .port_number = static_cast<std::uint16_t>(number.value_or(0)),
          .kind = known->kind,
          .has_port = number.has_value()};
    return number || port.empty() || scan.fail(ParseErrc::out_of_range, port.data(), "a port below 65536");
}

namespace {

template <class Word>
void copy_folded(char* to, const char* from) noexcept {
    const auto folded = static_cast<Word>(fold8(load<Word>(from)));
    std::memcpy(to, &folded, sizeof folded);
}

/// Letters become lower case on the way: reading again what has just been written would make the processor wait.
void copy_lower(char* to, std::string_view text) noexcept {
    const char* const from = text.data();
    const auto size = text.size();
    if (size >= 8) {
        for (std::size_t i = 0; i + 8 < size; i += 8) copy_folded<std::uint64_t>(to + i, from + i);
        copy_folded<std::uint64_t>(to + size - 8, from + size - 8);
    } else if (size >= 4) {
        copy_folded<std::uint32_t>(to, from);
        copy_folded<std::uint32_t>(to + size - 4, from + size - 4);
    } else {
        for (std::size_t i = 0; i < size; ++i) to[i] = lower(from[i]);
    }
}

inline Printer print_lower(Printer to, std::string_view text) {
    return to.write(text.size(), [&](char* place) { copy_lower(place, text); });
}

}  // namespace

Printer print_host(Printer to, const Host& host) {
    if (host.kind == HostKind::ipv4) return to << host.text;
    return host.kind == HostKind::name ? print_lower(to, host.text) : print_lower(to << '[', host.text) << ']';
}

Printer print_hostport(Printer to, const Host& host, std::optional<std::uint16_t> port) {
    to = print_host(to, host);
    return port ? to << ':' << *port : to;
}

Printer print_but_for_host(Printer to, std::string_view text, const Host& host) {
    return to.write(text, [&](char* place) {
        if (host.kind != HostKind::ipv4) copy_lower(place + (host.text.data() - text.data()), host.text);
    });
}

}  // namespace sipmsg::detail

namespace sipmsg {

namespace {

using Groups = std::array<std::uint16_t, 8>;

/// Where "::" stands: the first of the longest runs of zero groups, of two at least (RFC 5952 §4.2).
struct Run {
    std::size_t begin = 0;
    std::size_t length = 0;
};

Run longest_zeros(const Groups& groups, std::size_t count) noexcept {
    Run best;
    Run run;
    for (std::size_t i = 0; i < count; ++i) {
        run = groups[i] != 0 ? Run{i + 1, 0} : Run{run.begin, run.length + 1};
        if (run.length > best.length) best = run;
    }
    return best.length >= 2 ? best : Run{};
}

void append_hex(std::string& out, std::uint16_t value) {
    constexpr std::string_view digits = "0123456789abcdef";
    bool begun = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
        const auto digit = static_cast<std::size_t>(value >> shift) & 15U;
        begun = begun || digit != 0 || shift == 0;
        if (begun) out += digits[digit];
    }
}

void append_decimal(std::string& out, std::span<const std::uint8_t> octets) {
    for (std::size_t i = 0; i < octets.size(); ++i) {
        if (i > 0) out += '.';
        out += std::to_string(octets[i]);
    }
}

/// ::ffff:0:0/96.
bool maps_ipv4(const Groups& groups) noexcept {
    return std::ranges::all_of(groups.begin(), groups.begin() + 5, [](auto group) { return group == 0; }) &&
           groups[5] == 0xFFFF;
}

}  // namespace

std::string ipv6_text(const std::array<std::uint8_t, 16>& octets) {
    Groups groups{};
    for (std::size_t i = 0; i < 8; ++i) groups[i] = static_cast<std::uint16_t>(octets[2 * i] << 8 | octets[2 * i + 1]);
    const bool mapped = maps_ipv4(groups);
    const std::size_t count = mapped ? 6 : 8;
    const auto zeros = longest_zeros(groups, count);
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        if (zeros.length > 0 && i == zeros.begin) {
            text += "::";
            i += zeros.length - 1;
            continue;
        }
        if (!text.empty() && text.back() != ':') text += ':';
        append_hex(text, groups[i]);
    }
    if (!mapped) return text;
    text += ':';
    append_decimal(text, std::span(octets).subspan(12));
    return text;
}

std::optional<Host> Host::parse(std::string_view text) noexcept {
    if (detail::ipv6_octets(text)) return Host{text, HostKind::ipv6};
    const bool bracketed = text.starts_with('[');
    const auto is_host = [](char c) { return detail::is(c, detail::is_host); };
    return bracketed || std::ranges::all_of(text, is_host) ? detail::classify_host(text) : std::nullopt;
}

bool equivalent(const Host& a, const Host& b) noexcept {
    if (a.kind != b.kind) return false;
    if (a.kind == HostKind::ipv6) return detail::ipv6_octets(a.text) == detail::ipv6_octets(b.text);
    if (a.kind == HostKind::ipv4) return detail::ipv4_octets(a.text) == detail::ipv4_octets(b.text);
    return iequals(a.text, b.text);
}

std::string canonical(const Host& host) {
    if (host.kind == HostKind::ipv6) {
        if (const auto octets = detail::ipv6_octets(host.text)) return ipv6_text(*octets);
    }
    std::string text;
    if (host.kind == HostKind::ipv4) {
        if (const auto octets = detail::ipv4_octets(host.text)) append_decimal(text, *octets);
        return text;
    }
    for (char c : host.text) text += detail::lower(c);
    return text;
}

}  // namespace sipmsg
