// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sipua {

/// A tone from the peer, in the media (RFC 4733) or in an INFO (application/dtmf-relay).
struct Dtmf {
    char tone = '0';              ///< 0 to 9, '*', '#', 'A' to 'D'
    siptxn::Duration duration{};  ///< as an INFO says; zero in the media, where a tone is told when it begins
    bool in_media = false;

    friend bool operator==(const Dtmf&, const Dtmf&) = default;
};

/// Set in a variable, never inside a co_await expression: see UserAgentOptions.
struct DtmfOptions {
    enum class Way : std::uint8_t {
        media_or_info,  ///< in the media when it can, else by INFO
        media,
        info,
    };
    siptxn::Duration duration =
        std::chrono::milliseconds(100);                    ///< of each tone, 70 ms to 6 s; what is outside is moved
    siptxn::Duration gap = std::chrono::milliseconds(70);  ///< after each tone, 50 ms at least
    Way way = Way::media_or_info;
};

/// How long ',' in a string of tones waits.
inline constexpr siptxn::Duration dtmf_pause = std::chrono::seconds(2);

/// Whether every character is a tone (letters in any case) or ','.
[[nodiscard]] bool is_dtmf(std::string_view tones) noexcept;

/// "Signal=5\r\nDuration=100\r\n", as application/dtmf-relay has it. Nothing when it is malformed: no Signal that is a
/// tone, or a Duration that is no number up to 99999. Without a Duration it is 250 ms.
[[nodiscard]] std::optional<Dtmf> parse_dtmf_relay(std::string_view body);
[[nodiscard]] std::string dtmf_relay(const Dtmf& dtmf);

}  // namespace sipua
