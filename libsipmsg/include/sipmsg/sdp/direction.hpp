// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sipmsg::sdp {

/// Which way media flows, seen by the one whose description it is. RFC 8866 §6.7. Bit 0 sends, bit 1 receives.
enum class Direction : std::uint8_t { inactive = 0, sendonly = 1, recvonly = 2, sendrecv = 3 };

[[nodiscard]] constexpr Direction make_direction(bool sends, bool receives) noexcept {
    return static_cast<Direction>((sends ? 1 : 0) | (receives ? 2 : 0));
}
[[nodiscard]] constexpr bool sends(Direction direction) noexcept {
    return (static_cast<std::uint8_t>(direction) & 1) != 0;
}
[[nodiscard]] constexpr bool receives(Direction direction) noexcept {
    return (static_cast<std::uint8_t>(direction) & 2) != 0;
}

/// The same stream seen from the other end: sendonly is recvonly there.
[[nodiscard]] constexpr Direction mirrored(Direction direction) noexcept {
    return make_direction(receives(direction), sends(direction));
}

/// What both allow.
[[nodiscard]] constexpr Direction operator&(Direction a, Direction b) noexcept {
    return make_direction(sends(a) && sends(b), receives(a) && receives(b));
}

/// "sendrecv", the attribute's name.
[[nodiscard]] std::string_view to_string(Direction direction) noexcept;
[[nodiscard]] std::optional<Direction> direction_from(std::string_view attribute_name) noexcept;

}  // namespace sipmsg::sdp
