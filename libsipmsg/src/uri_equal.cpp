// SPDX-License-Identifier: MIT
#include <sipmsg/uri.hpp>

#include "chars.hpp"
#include "host.hpp"

#include <algorithm>
#include <array>

namespace sipmsg {

namespace {

int hex_digit(char c) noexcept {
    const char l = detail::lower(c);
    return l >= '0' && l <= '9' ? l - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/// One character of a component: an escape that stands for an unreserved character is that character; any other
/// escape is distinct from the bare octet (RFC 3261 §19.1.4: reserved characters do not equal their escapes).
struct Reader {
    std::string_view text;
    int next() noexcept {
        const char c = text.front();
        if (c == '%' && text.size() > 2) {
            const int value = hex_digit(text[1]) * 16 + hex_digit(text[2]);
            text.remove_prefix(3);
            const bool unreserved =
                detail::is(static_cast<char>(value), detail::is_hnv) &&
                std::string_view("[]/?:+$").find(static_cast<char>(value)) == std::string_view::npos;
            return unreserved ? value : value + 256;
        }
        text.remove_prefix(1);
        return static_cast<unsigned char>(c);
    }
};

bool same_text(std::string_view a, std::string_view b, bool fold_case) noexcept {
    Reader left{a};
    Reader right{b};
    while (!left.text.empty() && !right.text.empty()) {
        int x = left.next();
        int y = right.next();
        if (fold_case && x < 256) x = static_cast<unsigned char>(detail::lower(static_cast<char>(x)));
        if (fold_case && y < 256) y = static_cast<unsigned char>(detail::lower(static_cast<char>(y)));
        if (x != y) return false;
    }
    return left.text.empty() && right.text.empty();
}

std::optional<std::string_view> find_param(const Params& params, std::string_view name) noexcept {
    for (const auto& param : params)
        if (same_text(param.name, name, true)) return param.value.value_or(std::string_view{});
    return std::nullopt;
}

/// These count even when only one of the two URIs has them.
bool is_significant(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 5> names = {"user", "ttl", "method", "maddr", "transport"};
    return std::ranges::any_of(names, [&](auto known) { return same_text(name, known, true); });
}

/// Every parameter of `a` that `b` has too is the same, and none that matters is missing.
bool params_agree(const Params& a, const Params& b, bool all_matter) noexcept {
    for (const auto& param : a) {
        const auto other = find_param(b, param.name);
        if (!other && (all_matter || is_significant(param.name))) return false;
        if (other && !same_text(*other, param.value.value_or(std::string_view{}), true)) return false;
    }
    return true;
}

template <class List>
std::size_t count_of(const List& list) noexcept {
    std::size_t n = 0;
    for ([[maybe_unused]] const auto& item : list) ++n;
    return n;
}

/// Comparing is quadratic in the parameters; nobody honest has this many.
bool is_reasonable(const Uri& uri) noexcept { return count_of(uri.params) <= 128 && count_of(uri.headers) <= 128; }

/// Headers are never ignored: each must stand in the other.
bool same_headers(const UriHeaders& a, const UriHeaders& b) noexcept {
    if (count_of(a) != count_of(b)) return false;
    for (const auto& header : a) {
        bool found = false;
        for (const auto& other : b)
            found = found || (same_text(header.name, other.name, true) &&
                              same_text(header.value.value_or(""), other.value.value_or(""), false));
        if (!found) return false;
    }
    return true;
}

bool same_sip(const Uri& a, const Uri& b) {
    return same_text(a.user, b.user, false) && a.password.has_value() == b.password.has_value() &&
           same_text(a.password.value_or(""), b.password.value_or(""), false) && detail::same_host(a.host, b.host) &&
           a.port == b.port && params_agree(a.params, b.params, false) && params_agree(b.params, a.params, false) &&
           same_headers(a.headers, b.headers);
}

/// Digits without visual separators. RFC 3966 §4.
std::string plain_number(std::string_view number) {
    std::string digits;
    for (char c : number)
        if (std::string_view("-.()").find(c) == std::string_view::npos) digits += detail::lower(c);
    return digits;
}

bool same_tel(const Uri& a, const Uri& b) {
    return plain_number(a.user) == plain_number(b.user) && params_agree(a.params, b.params, true) &&
           params_agree(b.params, a.params, true);
}

}  // namespace

bool equivalent(const Uri& a, const Uri& b) {
    if (!iequals(a.scheme_text, b.scheme_text)) return false;
    if (!is_reasonable(a) || !is_reasonable(b)) return a.opaque == b.opaque;
    if (a.is_sip()) return same_sip(a, b);
    if (a.scheme == Scheme::tel) return same_tel(a, b);
    return a.opaque == b.opaque;
}

}  // namespace sipmsg
