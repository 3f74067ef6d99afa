// SPDX-License-Identifier: MIT
#include "auth/username.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace siptxn::auth {
namespace {

constexpr std::string_view charset = "UTF-8";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// RFC 8187 §3.2.1, attr-char.
bool stands_for_itself(char c) {
    const bool alphanumeric = (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
    return alphanumeric || std::string_view("!#$&+-.^_`|~").contains(c);
}

// RFC 8187 §3.2: charset, language and octets.
std::string encoded(std::string_view text) {
    std::string out = fmt::format("{}''", charset);
    for (char c : text)
        out += stands_for_itself(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return out;
}

std::optional<std::string> decoded(std::string_view text) {
    const auto language = text.find('\'');
    const auto octets = language == text.npos ? text.npos : text.find('\'', language + 1);
    if (octets == text.npos || !sipmsg::iequals(text.substr(0, language), charset)) return std::nullopt;
    std::string out;
    for (auto at = octets + 1; at < text.size(); ++at) {
        if (text[at] != '%') {
            out += text[at];
            continue;
        }
        unsigned value = 0;
        const char* begin = text.data() + at + 1;
        if (text.size() - at < 3) return std::nullopt;
        if (auto [end, error] = std::from_chars(begin, begin + 2, value, 16); error != std::errc() || end != begin + 2)
            return std::nullopt;
        out += static_cast<char>(value);
        at += 2;
    }
    return out;
}

}  // namespace

std::string username_parameters(UsernameForm form, Algorithm algorithm, std::string_view username,
                                std::string_view realm) {
    switch (form) {
        case UsernameForm::hashed:
            return fmt::format(R"(username="{}", userhash=true)", hash_username(algorithm, username, realm));
        case UsernameForm::extended: return fmt::format("username*={}", encoded(username));
        case UsernameForm::plain: break;
    }
    return fmt::format("username={}", sipmsg::quote(username));
}

// RFC 7616 §3.4: both at once are an error, and what is encoded is not hashed.
std::optional<ReadUsername> read_username(const sipmsg::AuthValue& credentials) {
    auto plain = credentials.get("username");
    const auto extended = credentials.get("username*");
    const bool hashed = sipmsg::iequals(credentials.get("userhash").value_or(""), "true");
    if (plain.has_value() == extended.has_value() || (extended && hashed)) return std::nullopt;
    if (extended) plain = decoded(*extended);
    if (!plain) return std::nullopt;
    if (hashed) std::ranges::transform(*plain, plain->begin(), lower);
    return ReadUsername{std::move(*plain), hashed};
}

}  // namespace siptxn::auth
