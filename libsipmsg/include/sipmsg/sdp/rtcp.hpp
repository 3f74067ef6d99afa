// SPDX-License-Identifier: MIT
#pragma once

// RTCP and RTP header extensions in SDP: rtcp (RFC 3605), rtcp-fb (RFC 4585), extmap (RFC 8285). Flags such as rtcp-mux
// and rtcp-rsize have no value: see has().

#include <sipmsg/sdp/sdp.hpp>
#include <sipmsg/sdp/typed.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sipmsg::sdp {

/// "a=rtcp:53020 IN IP4 192.0.2.4", or the port alone.
struct Rtcp {
    static constexpr std::string_view name = "rtcp";
    std::uint16_t port = 0;
    std::optional<Connection> connection = std::nullopt;  ///< where the RTCP goes, when it is elsewhere

    [[nodiscard]] static std::optional<Rtcp> parse(std::string_view value);
    friend bool operator==(const Rtcp&, const Rtcp&) = default;
};
[[nodiscard]] std::string to_string(const Rtcp& rtcp);

/// "a=rtcp-fb:96 nack pli", "a=rtcp-fb:* ccm fir".
struct RtcpFeedback {
    static constexpr std::string_view name = "rtcp-fb";
    std::optional<std::uint8_t> payload;  ///< nothing: "*", every payload of the line
    std::string_view type;                ///< "ack", "nack", "ccm", "trr-int", "goog-remb", ...
    std::string_view parameter = {};      ///< "pli", "fir", "100"; may be empty

    [[nodiscard]] bool applies_to(std::uint8_t number) const noexcept { return !payload || *payload == number; }
    [[nodiscard]] static std::optional<RtcpFeedback> parse(std::string_view value);
    friend bool operator==(const RtcpFeedback&, const RtcpFeedback&) = default;
};
[[nodiscard]] std::string to_string(const RtcpFeedback& feedback);

/// "a=extmap:1/recvonly urn:ietf:params:rtp-hdrext:ssrc-audio-level vad=on".
struct ExtMap {
    static constexpr std::string_view name = "extmap";
    std::uint16_t id = 1;  ///< 1..14 one octet, 1..255 two octets, 4096..4351 for offers only
    std::optional<Direction> direction = std::nullopt;
    std::string_view uri;
    std::string_view attributes = {};

    [[nodiscard]] static std::optional<ExtMap> parse(std::string_view value);
    friend bool operator==(const ExtMap&, const ExtMap&) = default;
};
[[nodiscard]] std::string to_string(const ExtMap& map);

}  // namespace sipmsg::sdp
