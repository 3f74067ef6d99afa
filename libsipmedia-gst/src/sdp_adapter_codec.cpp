// SPDX-License-Identifier: MIT
// Which codec of a peer's m-line is used.
#include <sipmedia/sdp_adapter.hpp>

#include <sipdialog/h264.hpp>
#include <sipmsg/params.hpp>
#include <sipmsg/sdp/rtp.hpp>

#include <algorithm>
#include <vector>

namespace sipmedia {
namespace {

using sipmsg::iequals;
using sipmsg::sdp::RtpMap;

/// Channels are not compared: of Opus some peers leave them out, though there are always two (RFC 7587 §7).
bool is_codec(const RtpMap& map, const sipdialog::Codec& ours) {
    return iequals(map.encoding, ours.name) && map.clock_rate == ours.clock_rate;
}

/// GStreamer does not take another codec under a number that RFC 3551 §6 has given away.
bool has_its_number(const RtpMap& map) {
    const auto given = sipmsg::sdp::static_rtpmap(map.payload);
    return !given || iequals(given->encoding, map.encoding);
}

std::optional<EventFormat> events_for(const std::vector<RtpMap>& maps, std::uint32_t clock_rate) {
    std::optional<EventFormat> slower;
    for (const RtpMap& map : maps) {
        if (!iequals(map.encoding, "telephone-event") || clock_rate % map.clock_rate != 0) continue;
        const EventFormat events{map.payload, map.clock_rate};
        if (map.clock_rate == clock_rate) return events;
        if (!slower) slower = events;
    }
    return slower;
}

}  // namespace

std::optional<ChosenCodec> choose_codec(const sipmsg::sdp::MediaDescription& media,
                                        std::span<const sipdialog::Codec> ours, bool is_answer) {
    const auto maps = sipmsg::sdp::rtpmaps(media);
    for (const RtpMap& map : maps) {
        if (!has_its_number(map)) continue;
        const std::string_view fmtp = sipmsg::sdp::fmtp(media, map.payload);
        const auto found = std::ranges::find_if(ours, [&](const sipdialog::Codec& codec) {
            const bool has_formats = iequals(codec.name, "H264") && !is_answer;
            return is_codec(map, codec) && (!has_formats || sipdialog::is_same_h264(fmtp, codec.fmtp));
        });
        if (found == ours.end()) continue;
        return ChosenCodec{.codec = static_cast<std::size_t>(found - ours.begin()),
                           .payload = map.payload,
                           .fmtp = std::string(fmtp),
                           .events = events_for(maps, map.clock_rate)};
    }
    return std::nullopt;
}

}  // namespace sipmedia
