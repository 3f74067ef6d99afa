// SPDX-License-Identifier: MIT
#include <sipmsg/uri.hpp>

#include "chars.hpp"

namespace sipmsg {

namespace {

int hex_digit(char c) noexcept {
    const char l = detail::lower(c);
    return l >= '0' && l <= '9' ? l - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

std::string escape(std::string_view text, detail::CharClass bare) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string escaped;
    escaped.reserve(text.size());
    for (char c : text) {
        if (detail::is(c, bare)) {
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
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool whole = text[i] == '%' && i + 2 < text.size();
        const int high = whole ? hex_digit(text[i + 1]) : -1;
        const int low = whole ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            plain += text[i];
            continue;
        }
        plain += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return plain;
}

std::string escape_user(std::string_view text) { return escape(text, detail::is_user); }

std::string escape_header(std::string_view text) { return escape(text, detail::is_hnv); }

}  // namespace sipmsg
