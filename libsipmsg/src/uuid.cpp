// SPDX-License-Identifier: MIT
#include <sipmsg/uuid.hpp>

#include "fail.hpp"
#include "fold.hpp"
#include "uri_text.hpp"

namespace sipmsg {

namespace {

constexpr std::string_view urn_prefix = "urn:uuid:";
constexpr std::size_t text_size = 36;

constexpr bool is_hyphen_place(std::size_t i) noexcept { return i == 8 || i == 13 || i == 18 || i == 23; }

bool has_prefix(std::string_view text) noexcept {
    return text.size() > urn_prefix.size() && detail::same_folded(text.substr(0, urn_prefix.size()), urn_prefix);
}

}  // namespace

Result<Uuid> Uuid::parse(std::string_view text) noexcept {
    const std::size_t begin = has_prefix(text) ? urn_prefix.size() : 0;
    const auto digits = text.substr(begin);
    Uuid uuid;
    std::size_t nibble = 0;
    for (std::size_t i = 0; i < text_size; ++i) {
        if (i == digits.size()) return detail::fail(ParseErrc::incomplete, text.size(), "36 characters");
        if (is_hyphen_place(i)) {
            if (digits[i] != '-') return detail::fail(ParseErrc::syntax, begin + i, "a hyphen");
            continue;
        }
        const int digit = detail::hex_digit(digits[i]);
        if (digit < 0) return detail::fail(ParseErrc::syntax, begin + i, "a hexadecimal digit");
        auto& octet = uuid.octets[nibble++ / 2];
        octet = static_cast<std::uint8_t>(octet << 4 | digit);
    }
    if (digits.size() > text_size) return detail::fail(ParseErrc::syntax, begin + text_size, "the end of the UUID");
    return uuid;
}

Uuid Uuid::version4(std::uint64_t random_high, std::uint64_t random_low) noexcept {
    Uuid uuid;
    for (std::size_t i = 0; i < 8; ++i) {
        uuid.octets[i] = static_cast<std::uint8_t>(random_high >> (56 - 8 * i));
        uuid.octets[8 + i] = static_cast<std::uint8_t>(random_low >> (56 - 8 * i));
    }
    uuid.octets[6] = static_cast<std::uint8_t>((uuid.octets[6] & 0x0F) | 0x40);
    uuid.octets[8] = static_cast<std::uint8_t>((uuid.octets[8] & 0x3F) | 0x80);
    return uuid;
}

std::string to_string(const Uuid& uuid) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    text.reserve(text_size);
    for (const auto octet : uuid.octets) {
        if (is_hyphen_place(text.size())) text += '-';
        text += hex[octet >> 4];
        text += hex[octet & 15];
    }
    return text;
}

std::string to_urn(const Uuid& uuid) { return std::string(urn_prefix) + to_string(uuid); }

}  // namespace sipmsg
