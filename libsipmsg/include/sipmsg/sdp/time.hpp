// SPDX-License-Identifier: MIT
#pragma once

// When a session is: t=, r= and z= lines. RFC 8866 §5.9, §5.10, §5.11.

#include <sipmsg/sdp/sdp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipmsg::sdp {

/// Seconds between 1900, where SDP counts from, and 1970. RFC 8866 §5.9.
inline constexpr std::uint64_t seconds_to_1970 = 2'208'988'800;

/// "7d", "1h", "5m", "30s" or "30" in seconds; nothing when it is none, or more than 2^63 - 1. RFC 8866 §5.10.
[[nodiscard]] std::optional<std::uint64_t> typed_time(std::string_view text) noexcept;
/// The shortest such text: 604800 -> "7d", 5400 -> "90m", 61 -> "61".
[[nodiscard]] std::string typed_time_text(std::uint64_t seconds);

/// "r=7d 1h 0 25h", all in seconds.
struct Repeat {
    std::uint64_t interval = 0;          ///< never 0
    std::uint64_t duration = 0;          ///< how long the session is active each time
    std::vector<std::uint64_t> offsets;  ///< from the start time; one at least

    [[nodiscard]] static std::optional<Repeat> parse(std::string_view value);
    friend bool operator==(const Repeat&, const Repeat&) = default;
};
/// With units where they are shorter.
[[nodiscard]] std::string to_string(const Repeat& repeat);

/// One pair of "z=3730928400 -1h 3749680800 0": from that time on, the base of the repeats is moved so far.
struct ZoneAdjustment {
    std::uint64_t time = 0;   ///< seconds since 1900
    std::int64_t offset = 0;  ///< seconds, against the original base: not cumulative

    friend bool operator==(const ZoneAdjustment&, const ZoneAdjustment&) = default;
};
/// Nothing when one of them is malformed.
[[nodiscard]] std::optional<std::vector<ZoneAdjustment>> zone_adjustments(std::string_view value);
[[nodiscard]] std::string to_string(const std::vector<ZoneAdjustment>& adjustments);

/// Whether a session with these times is active at `now` (seconds since 1900): inside start and stop (0: open), and,
/// when there are repeats, inside one of them, moved by the zone adjustment in force. Malformed lines are as if absent.
/// The time it takes does not grow with the number of repetitions.
[[nodiscard]] bool is_active(const Time& time, std::uint64_t now);

}  // namespace sipmsg::sdp
