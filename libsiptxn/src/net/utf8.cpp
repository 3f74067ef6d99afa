// SPDX-License-Identifier: MIT
#include "net/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace siptxn::net {
namespace {

/// A row of RFC 3629 §4: leading octets, how many follow, and the range of the first that follows (the others
/// are 80..BF).
struct Form {
    std::uint8_t first_low, first_high;
    std::uint8_t following;
    std::uint8_t second_low, second_high;
};
constexpr auto forms = std::to_array<Form>({
    {0x00, 0x7f, 0, 0x00, 0x00},
    {0xc2, 0xdf, 1, 0x80, 0xbf},
    {0xe0, 0xe0, 2, 0xa0, 0xbf},
    {0xe1, 0xec, 2, 0x80, 0xbf},
    {0xed, 0xed, 2, 0x80, 0x9f},
    {0xee, 0xef, 2, 0x80, 0xbf},
    {0xf0, 0xf0, 3, 0x90, 0xbf},
    {0xf1, 0xf3, 3, 0x80, 0xbf},
    {0xf4, 0xf4, 3, 0x80, 0x8f},
});

bool is_between(char c, std::uint8_t low, std::uint8_t high) {
    auto octet = static_cast<std::uint8_t>(c);
    return low <= octet && octet <= high;
}

}  // namespace

bool is_utf8(std::string_view octets) noexcept {
    while (!octets.empty()) {
        auto form = std::ranges::find_if(
            forms, [&](const Form& f) { return is_between(octets[0], f.first_low, f.first_high); });
        if (form == forms.end() || octets.size() <= form->following) return false;
        if (form->following > 0 && !is_between(octets[1], form->second_low, form->second_high)) return false;
        for (std::size_t i = 2; i <= form->following; ++i) {
            if (!is_between(octets[i], 0x80, 0xbf)) return false;
        }
        octets.remove_prefix(form->following + 1u);
    }
    return true;
}

}  // namespace siptxn::net
