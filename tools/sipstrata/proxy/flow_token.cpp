// SPDX-License-Identifier: MIT
#include "flow_token.hpp"

#include <siptxn/auth/hash.hpp>

#include <fmt/format.h>

#include <charconv>

namespace sipstrata {

using siptxn::auth::Algorithm;

// Hashed twice with the secret, as HMAC does, and cut to 80 bits.
std::string FlowTokens::sign(std::string_view text) const {
    using siptxn::auth::hash;
    return hash(Algorithm::sha256, {secret_, hash(Algorithm::sha256, {secret_, text})}).substr(0, 20);
}

std::string FlowTokens::make(siptxn::FlowId flow) const {
    std::string text = fmt::format("{:x}", static_cast<std::uint64_t>(flow));
    return fmt::format("{}-{}", text, sign(text));
}

std::optional<siptxn::FlowId> FlowTokens::read(std::string_view token) const {
    auto dash = token.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    std::string_view text = token.substr(0, dash);
    if (!siptxn::auth::equal_in_constant_time(sign(text), token.substr(dash + 1))) return std::nullopt;
    std::uint64_t id = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id, 16);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return static_cast<siptxn::FlowId>(id);
}

}  // namespace sipstrata
