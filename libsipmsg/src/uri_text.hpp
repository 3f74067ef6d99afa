// SPDX-License-Identifier: MIT
#pragma once

// Comparing the parts of URIs as RFC 3261 §19.1.4 does: an escape stands for its character unless that is reserved.

#include "chars.hpp"

#include <string>
#include <string_view>

namespace sipmsg::detail {

[[nodiscard]] constexpr int hex_digit(char c) noexcept {
    const char l = lower(c);
    return l >= '0' && l <= '9' ? l - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/// The octet that "%XX" at the beginning of the text stands for, or -1.
[[nodiscard]] constexpr int escaped_octet(std::string_view text) noexcept {
    if (text.size() < 3 || text[0] != '%') return -1;
    const int high = hex_digit(text[1]);
    const int low = hex_digit(text[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/// reserved, RFC 3261 §25.1: bare and escaped are two different things.
[[nodiscard]] constexpr bool is_reserved(char c) noexcept {
    return std::string_view(";/?:@&=+$,").find(c) != std::string_view::npos;
}

enum class Case : bool { kept, folded };

/// Reads one character of a component after the other. An escaped reserved character is above 255.
class UriReader {
public:
    UriReader(std::string_view text, Case letters) noexcept : text_(text), letters_(letters) {}

    [[nodiscard]] bool done() const noexcept { return text_.empty(); }

    int next() noexcept {
        const int octet = escaped_octet(text_);
        const char c = octet < 0 ? text_.front() : static_cast<char>(octet);
        text_.remove_prefix(octet < 0 ? 1 : 3);
        if (octet >= 0 && is_reserved(c)) return octet + 256;
        return static_cast<unsigned char>(letters_ == Case::folded ? lower(c) : c);
    }

private:
    std::string_view text_;
    Case letters_;
};

[[nodiscard]] inline bool same_text(std::string_view a, std::string_view b, Case letters) noexcept {
    UriReader left(a, letters);
    UriReader right(b, letters);
    while (!left.done() && !right.done())
        if (left.next() != right.next()) return false;
    return left.done() && right.done();
}

/// One text for all that same_text() calls the same.
inline void append_normal(std::string& out, std::string_view text, Case letters) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    for (UriReader reader(text, letters); !reader.done();) {
        const int c = reader.next();
        if (c < 256 && c != '%') {
            out += static_cast<char>(c);
            continue;
        }
        const auto octet = static_cast<unsigned>(c) & 0xFFU;
        out.append({'%', hex[octet >> 4U], hex[octet & 15U]});
    }
}

/// Digits without visual separators, letters in lower case. RFC 3966 §4.
[[nodiscard]] std::string plain_number(std::string_view number);

/// The first "urn:" NID ":" NSS of what stands behind "urn:": without r-, q- and f-component. RFC 8141.
[[nodiscard]] std::string_view assigned_name(std::string_view opaque) noexcept;
/// NID in lower case, the digits of escapes in upper case.
[[nodiscard]] std::string normal_urn(std::string_view opaque);

}  // namespace sipmsg::detail
