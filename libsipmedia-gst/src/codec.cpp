// SPDX-License-Identifier: MIT
#include "codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sipmedia {
namespace {

constexpr auto table = std::to_array<Codec>({
    {
     .kind = MediaKind::audio,
     .name = "OPUS",
     .sdp_name = "opus",
     .clock_rate = 48000,
     .format = ",encoding-params=(string)2,minptime=(string)10,useinbandfec=(string)1",
     .raw = "audioconvert ! audioresample",
     .encoder = "opusenc frame-size=20 inband-fec=true",
     .rate_property = "bitrate",
     .payloader = "rtpopuspay",
     .decoder = "rtpopusdepay ! opusdec name=decoder ! audioconvert ! audioresample",
     },
    {
     .kind = MediaKind::video,
     .name = "VP8",
     .sdp_name = "VP8",
     .clock_rate = 90000,
     .format = "",
     .raw = "videoconvert",
     .encoder = "vp8enc name=encoder deadline=1 cpu-used=8 keyframe-max-dist=60 error-resilient=partitions",
     .rate_property = "target-bitrate",
     .payloader = "rtpvp8pay picture-id-mode=15-bit",
     // After a gap nothing can be decoded before a key frame, so one is asked for.
        .decoder = "rtpvp8depay wait-for-keyframe=true request-keyframe=true ! vp8dec name=decoder ! videoconvert",
     },
});

bool same_name(std::string_view a, std::string_view b) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::span<const Codec> codecs() { return table; }

const Codec* find_codec(MediaKind kind, std::string_view name) {
    auto row = std::ranges::find_if(table, [&](auto& c) { return c.kind == kind && same_name(c.name, name); });
    return row == table.end() ? nullptr : &*row;
}

const Codec& preferred_codec(MediaKind kind) { return *std::ranges::find(table, kind, &Codec::kind); }

std::string rtp_caps(const AgreedCodec& agreed) {
    const auto& codec = *agreed.codec;
    return fmt::format("application/x-rtp,media={},encoding-name={},clock-rate={},payload={},ssrc=(uint){}{}",
                       codec.kind == MediaKind::audio ? "audio" : "video", codec.name, codec.clock_rate, agreed.payload,
                       agreed.ssrc, codec.format);
}

// The valve stands before the encoder: what it holds back leaves no gap in the RTP sequence numbers.
std::string send_launch(const AgreedCodec& agreed, const WebRtcOptions& options) {
    const auto& codec = *agreed.codec;
    const bool audio = codec.kind == MediaKind::audio;
    return fmt::format(
        "{} ! valve name=gate drop=true drop-mode=forward-sticky-events ! {} ! {} {}={} ! {} pt={} ssrc={}",
        audio ? options.audio.launch : options.video->launch, codec.raw, codec.encoder, codec.rate_property,
        audio ? options.opus_bitrate : options.vp8_bitrate, codec.payloader, agreed.payload, agreed.ssrc);
}

std::string receive_launch(const Codec& codec, const WebRtcOptions& options) {
    const auto& sink = codec.kind == MediaKind::audio ? options.audio_sink : options.video_sink;
    return fmt::format("{} ! {}", codec.decoder, sink.launch);
}

}  // namespace sipmedia
