// SPDX-License-Identifier: MIT
#pragma once

#include "chars.hpp"
#include "fold.hpp"

#include <sipmsg/uri.hpp>

namespace sipmsg::detail {

/// "sip:" in any case, at the beginning of four octets.
[[nodiscard]] inline bool begins_with_sip(const char* p) noexcept {
    return (load<std::uint32_t>(p) | load<std::uint32_t>("   ")) == load<std::uint32_t>("sip:");
}

/// scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ); 0 when the text does not begin with one and a colon.
[[nodiscard]] inline std::size_t scheme_length(std::string_view text) noexcept {
    std::size_t n = 0;
    while (n < text.size() && (is(text[n], is_host) || text[n] == '+')) ++n;
    const bool letter_first = n > 0 && lower(text[0]) >= 'a' && lower(text[0]) <= 'z';
    return letter_first && n < text.size() && text[n] == ':' ? n : 0;
}

[[nodiscard]] inline Scheme scheme_of(std::string_view text) noexcept {
    const char* const name = text.data();
    if (text.size() == 4) return is_name(name, "sips") ? Scheme::sips : Scheme::other;
    if (text.size() != 3) return Scheme::other;
    if (is_name(name, "sip")) return Scheme::sip;
    if (is_name(name, "tel")) return Scheme::tel;
    return is_name(name, "urn") ? Scheme::urn : Scheme::other;
}

}  // namespace sipmsg::detail
