// SPDX-License-Identifier: MIT
#include <sipmsg/uri.hpp>

#include "chars.hpp"
#include "uri_text.hpp"

namespace sipmsg {

namespace {

template <class Predicate>
std::string escape(std::string_view text, Predicate is_bare) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string escaped;
    escaped.reserve(text.size());
    for (char c : text) {
        if (is_bare(c)) {
            escaped += c;
        } else {
            const auto octet = static_cast<unsigned char>(c);
            escaped.append({'%', hex[octet >> 4U], hex[octet & 15U]});
        }
    }
    return escaped;
}

}  // namespace

std::string unescape(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    while (!text.empty()) {
        const int octet = detail::escaped_octet(text);
        plain += octet < 0 ? text.front() : static_cast<char>(octet);
        text.remove_prefix(octet < 0 ? 1 : 3);
    }
    return plain;
}

std::string escape_user(std::string_view text) {
    return escape(text, [](char c) { return detail::is(c, detail::is_user); });
}

std::string escape_password(std::string_view text) {
    // password lacks three of the characters that user-unreserved has (RFC 3261 §25.1).
    return escape(text, [](char c) {
        return detail::is(c, detail::is_user) && std::string_view(";?/").find(c) == std::string_view::npos;
    });
}

std::string escape_param(std::string_view text) {
    return escape(text, [](char c) { return detail::is(c, detail::is_uri_param); });
}

std::string escape_header(std::string_view text) {
    return escape(text, [](char c) { return detail::is(c, detail::is_hnv); });
}

}  // namespace sipmsg
