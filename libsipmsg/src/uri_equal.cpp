// SPDX-License-Identifier: MIT
#include "host.hpp"
#include "uri_text.hpp"

#include <sipmsg/tel.hpp>
#include <sipmsg/uri.hpp>

#include <algorithm>
#include <array>
#include <bitset>

namespace sipmsg {

namespace {

using detail::Case;
using detail::same_text;

constexpr std::size_t most_items = 128;

/// These count even when only one of the two URIs has them.
constexpr std::array<std::string_view, 5> significant_names = {"maddr", "method", "transport", "ttl", "user"};

std::optional<std::string_view> find_param(const Params& params, std::string_view name) noexcept {
    for (const auto& param : params)
        if (same_text(param.name, name, Case::folded)) return param.value.value_or(std::string_view{});
    return std::nullopt;
}

bool is_significant(std::string_view name) noexcept {
    return std::ranges::any_of(significant_names, [&](auto known) { return same_text(name, known, Case::folded); });
}

/// Every parameter of `a` that `b` has too is the same, and none that matters is missing.
bool params_agree(const Params& a, const Params& b) noexcept {
    for (const auto& param : a) {
        const auto other = find_param(b, param.name);
        if (!other && is_significant(param.name)) return false;
        if (other && !same_text(*other, param.value.value_or(std::string_view{}), Case::folded)) return false;
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
bool is_reasonable(const Uri& uri) noexcept {
    return count_of(uri.params()) <= most_items && count_of(uri.headers()) <= most_items;
}

/// Headers whose values are tokens or text for people; RFC 3261 §7.3.1: without case. Addresses, Call-IDs, methods,
/// bodies and what nobody knows compare with case: to call two different bindings one is the worse mistake.
bool ignores_case(std::string_view name) {
    switch (header_of(unescape(name))) {
        case Header::accept:
        case Header::accept_encoding:
        case Header::accept_language:
        case Header::content_disposition:
        case Header::content_encoding:
        case Header::content_language:
        case Header::content_type:
        case Header::organization:
        case Header::priority:
        case Header::proxy_require:
        case Header::require:
        case Header::subject:
        case Header::supported:
        case Header::unsupported: return true;
        default: return false;
    }
}

bool same_header(const Param& a, const Param& b) {
    if (!same_text(a.name, b.name, Case::folded)) return false;
    const auto left = a.value.value_or(std::string_view{});
    const auto right = b.value.value_or(std::string_view{});
    // Quoted strings keep their case (RFC 3261 §7.3.1).
    const bool quoted = left.find("%22") != std::string_view::npos || right.find("%22") != std::string_view::npos;
    return same_text(left, right, ignores_case(a.name) && !quoted ? Case::folded : Case::kept);
}

/// Headers are never ignored: each must stand in the other, as often.
bool same_headers(const UriHeaders& a, const UriHeaders& b) {
    if (count_of(a) != count_of(b)) return false;
    std::bitset<most_items> taken;
    for (const auto& header : a) {
        std::size_t i = 0;
        bool found = false;
        for (const auto& other : b) {
            if (!taken.test(i) && same_header(header, other)) {
                taken.set(i);
                found = true;
                break;
            }
            ++i;
        }
        if (!found) return false;
    }
    return true;
}

bool same_sip(const Uri& a, const Uri& b) {
    return same_text(a.user(), b.user(), Case::kept) && a.password().has_value() == b.password().has_value() &&
           same_text(a.password().value_or(""), b.password().value_or(""), Case::kept) &&
           equivalent(a.host(), b.host()) && a.port() == b.port() && params_agree(a.params(), b.params()) &&
           params_agree(b.params(), a.params()) && same_headers(a.headers(), b.headers());
}

/// phone-context is a host name or the beginning of a number, ext a number; the rest is text. RFC 3966 §4.
bool same_tel_value(std::string_view name, std::string_view a, std::string_view b) {
    const bool number = same_text(name, "ext", Case::folded) ||
                        (same_text(name, "phone-context", Case::folded) && a.starts_with('+') && b.starts_with('+'));
    if (number) return detail::plain_number(a) == detail::plain_number(b);
    return same_text(a, b, Case::folded);
}

bool has_all_of(const Params& a, const Params& b) {
    return std::ranges::all_of(a.begin(), a.end(), [&](const Param& param) {
        const auto other = find_param(b, param.name);
        return other && same_tel_value(param.name, param.value.value_or(std::string_view{}), *other);
    });
}

bool same_tel(std::string_view a, const Params& a_params, std::string_view b, const Params& b_params) {
    return detail::plain_number(a) == detail::plain_number(b) && has_all_of(a_params, b_params) &&
           has_all_of(b_params, a_params);
}

}  // namespace

std::string detail::plain_number(std::string_view number) {
    std::string digits;
    for (char c : number)
        if (std::string_view("-.()").find(c) == std::string_view::npos) digits += lower(c);
    return digits;
}

std::string_view detail::assigned_name(std::string_view opaque) noexcept {
    return opaque.substr(0, opaque.find_first_of("?#"));
}

std::string detail::normal_urn(std::string_view opaque) {
    const auto name = assigned_name(opaque);
    const auto nid = std::min(name.find(':'), name.size());
    std::string normal;
    normal.reserve(name.size());
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool escape = escaped_octet(name.substr(i)) >= 0;
        normal += i < nid ? lower(name[i]) : name[i];
        for (int digit = 0; escape && digit < 2; ++digit) {
            const char c = name[++i];
            normal += c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
        }
    }
    return normal;
}

bool equivalent(const Uri& a, const Uri& b) {
    if (!iequals(a.scheme_text(), b.scheme_text())) return false;
    if (a.opaque() == b.opaque()) return true;
    if (!is_reasonable(a) || !is_reasonable(b)) return false;
    if (a.is_sip()) return same_sip(a, b);
    if (a.scheme() == Scheme::tel) return same_tel(a.user(), a.params(), b.user(), b.params());
    return a.scheme() == Scheme::urn && detail::normal_urn(a.opaque()) == detail::normal_urn(b.opaque());
}

bool equivalent(const TelephoneNumber& a, const TelephoneNumber& b) {
    if (a.text() == b.text()) return true;
    if (count_of(a.params()) > most_items || count_of(b.params()) > most_items) return false;
    return same_tel(a.number(), a.params(), b.number(), b.params());
}

std::string equivalence_key(const Uri& uri) {
    std::string key;
    for (char c : uri.scheme_text()) key += detail::lower(c);
    key += ':';
    if (!uri.is_sip() && uri.scheme() != Scheme::tel && uri.scheme() != Scheme::urn) return key.append(uri.opaque());
    if (uri.scheme() == Scheme::urn) return key + detail::normal_urn(uri.opaque());
    if (uri.scheme() == Scheme::tel) return key + detail::plain_number(uri.user());
    detail::append_normal(key, uri.user(), Case::kept);
    if (uri.password()) detail::append_normal(key += ':', *uri.password(), Case::kept);
    key.append("@").append(canonical(uri.host()));
    if (uri.port()) key.append(":").append(std::to_string(*uri.port()));
    for (const auto name : significant_names) {
        const auto value = find_param(uri.params(), name);
        if (value) detail::append_normal(key.append(";").append(name) += '=', *value, Case::folded);
    }
    const auto headers = count_of(uri.headers());
    if (headers > 0) key.append("?").append(std::to_string(headers));
    return key;
}

}  // namespace sipmsg
