// SPDX-License-Identifier: MIT
#pragma once

// What an m= line of an RTP profile says about payload types. RFC 8866 §6, RFC 3551 §6.

#include <sipmsg/params.hpp>
#include <sipmsg/sdp/sdp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipmsg::sdp {

/// "a=rtpmap:111 opus/48000/2".
struct RtpMap {
    std::uint8_t payload = 0;  ///< 0..127
    std::string encoding;
    std::uint32_t clock_rate = 8000;  ///< Hz, never 0
    std::uint8_t channels = 1;

    /// Same encoding name (any case), clock rate and channels; the payload number does not matter.
    [[nodiscard]] bool same_codec(const RtpMap& other) const noexcept;
    friend bool operator==(const RtpMap&, const RtpMap&) = default;
};
/// "111 opus/48000/2", the attribute's value; one channel is not written.
[[nodiscard]] std::string to_string(const RtpMap& map);

/// 0..127, or nothing.
[[nodiscard]] std::optional<std::uint8_t> payload_number(std::string_view format) noexcept;

/// What a static payload number means without an rtpmap (RFC 3551 Tables 4 and 5).
[[nodiscard]] std::optional<RtpMap> static_rtpmap(std::uint8_t payload);

/// The payloads of the m= line in its order, by their rtpmap or the static table. A format that is no payload
/// number, stands twice, or has no usable mapping (none, clock rate 0) is left out.
[[nodiscard]] std::vector<RtpMap> rtpmaps(const MediaDescription& media);
[[nodiscard]] std::optional<RtpMap> rtpmap(const MediaDescription& media, std::uint8_t payload);

/// The parameters of a=fmtp for that payload, "" when it has none. Points into the description.
[[nodiscard]] std::string_view fmtp(const MediaDescription& media, std::uint8_t payload) noexcept;

/// Splits "111 minptime=10": the payload a value is about, and the rest. rtcp-fb's "*" gives nothing.
struct PayloadValue {
    std::uint8_t payload = 0;
    std::string_view rest;
};
[[nodiscard]] std::optional<PayloadValue> payload_value(std::string_view attribute_value) noexcept;

/// The same, taken apart: "minptime", "useinbandfec". Names compare without case (RFC 8866 §5.14).
[[nodiscard]] Params fmtp_params(const MediaDescription& media, std::uint8_t payload) noexcept;

/// Takes a payload out of the m= line, with its rtpmap, fmtp and rtcp-fb lines, and the payloads that only repeat it
/// (rtx with its number as apt, RFC 4588 §8.1). False, and nothing changed, when it is not there or no format would be
/// left: a line without codecs is refused by port 0 (RFC 3264 §6).
bool remove_payload(MediaDescription& media, std::uint8_t payload);

/// "20", "2.5" or "0.125" milliseconds as microseconds; what is finer is cut off. Nothing for 0, for what is no such
/// number and for more than an hour. RFC 8866 §6.4, §6.5.
[[nodiscard]] std::optional<std::uint32_t> packet_time_us(std::string_view text) noexcept;

/// a=ptime in whole milliseconds, 1..1000; anything else is as if absent. RFC 8866 §6.4, RFC 3264 §5.1.
[[nodiscard]] std::optional<std::uint32_t> ptime(const MediaDescription& media) noexcept;
/// a=maxptime likewise. RFC 8866 §6.5.
[[nodiscard]] std::optional<std::uint32_t> maxptime(const MediaDescription& media) noexcept;

/// a=sctp-port, 1..65535. RFC 8841.
[[nodiscard]] std::optional<std::uint16_t> sctp_port(const MediaDescription& media) noexcept;
/// a=max-message-size in octets; 0: any size. RFC 8841: absent means 65536.
[[nodiscard]] std::optional<std::uint64_t> max_message_size(const MediaDescription& media) noexcept;

}  // namespace sipmsg::sdp
