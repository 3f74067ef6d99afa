// SPDX-License-Identifier: MIT
#include "codec.hpp"

#include "gst_setup.hpp"

#include <sipdialog/h264.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>

namespace sipmedia {
namespace {

constexpr auto table = std::to_array<Codec>({
    {
     .kind = MediaKind::audio,
     .name = "OPUS",
     .sdp_name = "opus",
     .static_payload = std::nullopt,
     .payload = &WebRtcOptions::opus_payload,
     .clock_rate = 48000,
     .sdp_channels = 2,  // RFC 7587 §7: always, whatever is sent
     .sdp_fmtp = "minptime=10;useinbandfec=1",
     .pcm_rate = 48000,
     .format = ",encoding-params=(string)2",
     .encoder = "opusenc frame-size=20 inband-fec=true",
     .rate_property = "bitrate",
     .complexity_property = "complexity",
     .payloader = "rtpopuspay",
     .payloader_paces = false,
     .decoder = "rtpopusdepay ! opusdec name=decoder",
     .decodes_as_encoded = true,
     },
    {
     .kind = MediaKind::audio,
     .name = "PCMU",
     .sdp_name = "PCMU",
     .static_payload = 0,
     .payload = nullptr,
     .clock_rate = 8000,
     .sdp_channels = 1,
     .sdp_fmtp = "",
     .pcm_rate = 8000,
     .format = "",
     .encoder = "mulawenc",
     .rate_property = "",
     .complexity_property = "",
     .payloader = "rtppcmupay",
     .payloader_paces = true,
     .decoder = "rtppcmudepay ! mulawdec name=decoder",
     .decodes_as_encoded = false,
     },
    {
     .kind = MediaKind::audio,
     .name = "PCMA",
     .sdp_name = "PCMA",
     .static_payload = 8,
     .payload = nullptr,
     .clock_rate = 8000,
     .sdp_channels = 1,
     .sdp_fmtp = "",
     .pcm_rate = 8000,
     .format = "",
     .encoder = "alawenc",
     .rate_property = "",
     .complexity_property = "",
     .payloader = "rtppcmapay",
     .payloader_paces = true,
     .decoder = "rtppcmadepay ! alawdec name=decoder",
     .decodes_as_encoded = false,
     },
    {
     .kind = MediaKind::audio,
     .name = "G722",
     .sdp_name = "G722",
     .static_payload = 9,
     .payload = nullptr,
     .clock_rate = 8000,  // RFC 3551 §4.5.2: by mistake, and kept
     .sdp_channels = 1,
     .sdp_fmtp = "",
     .pcm_rate = 16000,
     .format = "",
     .encoder = "avenc_g722",
     .rate_property = "",
     .complexity_property = "",
     .payloader = "rtpg722pay",
     .payloader_paces = true,
     .decoder = "rtpg722depay ! avdec_g722 name=decoder",
     .decodes_as_encoded = false,
     },
    {
     .kind = MediaKind::video,
     .name = "VP8",
     .sdp_name = "VP8",
     .static_payload = std::nullopt,
     .payload = &WebRtcOptions::vp8_payload,
     .clock_rate = 90000,
     .sdp_channels = 1,
     .sdp_fmtp = "",
     .pcm_rate = 0,
     .format = "",
     .encoder = "vp8enc name=encoder deadline=1 cpu-used=8 keyframe-max-dist=60 error-resilient=partitions",
     .rate_property = "target-bitrate",
     .complexity_property = "",
     .payloader = "rtpvp8pay picture-id-mode=15-bit",
     .payloader_paces = false,
     // After a gap nothing can be decoded before a key frame, so one is asked for.
     .decoder = "rtpvp8depay wait-for-keyframe=true request-keyframe=true ! vp8dec name=decoder",
     .decodes_as_encoded = false,
     },
    {
     .kind = MediaKind::video,
     .name = "H264",
     .sdp_name = "H264",
     .static_payload = std::nullopt,
     .payload = &WebRtcOptions::h264_payload,
     .clock_rate = 90000,
     .sdp_channels = 1,
     .sdp_fmtp = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
     .pcm_rate = 0,
     .format = "",
     .encoder = "openh264enc name=encoder complexity=low rate-control=bitrate gop-size=60 multi-thread=1",
     .rate_property = "bitrate",
     .complexity_property = "",
     // Parameter sets go with each key frame: descriptions have none.
     .payloader = "capsfilter caps=\"video/x-h264,profile=constrained-baseline\""
                  " ! rtph264pay config-interval=-1 aggregate-mode=zero-latency",
     .payloader_paces = false,
     .decoder = "rtph264depay wait-for-keyframe=true request-keyframe=true ! h264parse ! openh264dec name=decoder",
     .decodes_as_encoded = false,
     },
});

bool same_name(std::string_view a, std::string_view b) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

const Codec* row_of(MediaKind kind, std::string_view name) {
    auto row = std::ranges::find_if(table, [&](auto& c) { return c.kind == kind && same_name(c.name, name); });
    return row == table.end() ? nullptr : &*row;
}

}  // namespace

std::span<const Codec> codecs() { return table; }

std::vector<std::string> elements_of(const Codec& codec) {
    std::vector<std::string> names;
    for (auto launch : {codec.encoder, codec.payloader, codec.decoder}) {
        std::istringstream words{std::string(launch)};
        bool first = true;
        for (std::string word; words >> word; first = word == "!")
            if (first) names.push_back(word);
    }
    return names;
}

const Codec* find_codec(MediaKind kind, std::string_view name) {
    const auto* row = row_of(kind, name);
    return row && are_installed(elements_of(*row)) ? row : nullptr;
}

bool is_known_codec(MediaKind kind, std::string_view name) { return row_of(kind, name) != nullptr; }

void check_codecs(MediaKind kind, const std::vector<std::string>& names) {
    const std::string sort = kind == MediaKind::audio ? "audio" : "video";
    for (const auto& name : names)
        if (!is_known_codec(kind, name)) throw std::invalid_argument("no such " + sort + " codec: " + name);
    if (installed_codecs(kind, names).empty())
        throw std::invalid_argument("none of the " + sort + " codecs is installed");
}

std::vector<const Codec*> installed_codecs(MediaKind kind, const std::vector<std::string>& names) {
    std::vector<const Codec*> list;
    for (const auto& name : names)
        if (const auto* codec = find_codec(kind, name)) list.push_back(codec);
    return list;
}

std::vector<std::string> missing_for(MediaKind kind, const std::vector<std::string>& names) {
    const auto* first = names.empty() ? nullptr : row_of(kind, names.front());
    if (!first || !installed_codecs(kind, names).empty()) return {};
    return missing_of(elements_of(*first));
}

sipdialog::Codec described(const Codec& codec) {
    return {.name = std::string(codec.sdp_name),
            .clock_rate = codec.clock_rate,
            .channels = static_cast<std::uint8_t>(codec.sdp_channels),
            .fmtp = std::string(codec.sdp_fmtp)};
}

// Parameters say what their side likes to receive; those of H.264 are part of the format (RFC 6184 §8.2.2).
std::string answered_fmtp(const Codec& codec, std::string_view offered) {
    const auto theirs = codec.name == "H264" ? sipdialog::read_h264(offered) : std::nullopt;
    const auto ours = theirs ? sipdialog::read_h264(codec.sdp_fmtp) : std::nullopt;
    return ours ? to_string(answered(*theirs, *ours)) : std::string(codec.sdp_fmtp);
}

void check_opus(unsigned complexity) {
    constexpr unsigned most = 10;
    if (complexity > most) throw std::invalid_argument("the complexity of Opus is 0 to 10");
}

std::string rtp_caps(const AgreedCodec& agreed) {
    const auto& codec = *agreed.codec;
    return fmt::format("application/x-rtp,media={},encoding-name={},clock-rate={},payload={},ssrc=(uint){}{}",
                       codec.kind == MediaKind::audio ? "audio" : "video", codec.name, codec.clock_rate, agreed.payload,
                       agreed.ssrc, codec.format);
}

std::string event_caps(unsigned clock_rate, unsigned payload, std::uint32_t ssrc) {
    return fmt::format(
        "application/x-rtp,media=audio,encoding-name=TELEPHONE-EVENT,clock-rate={},payload={},ssrc=(uint){}",
        clock_rate, payload, ssrc);
}

namespace {

// What encoders see, and what decoders give: one form for everything that works on samples.
std::string raw_form(const Codec& codec) {
    return fmt::format("capsfilter name=raw caps=\"audio/x-raw,format=S16LE,layout=interleaved,channels=1,rate={}\"",
                       codec.pcm_rate);
}

std::string converted(const Codec& codec) {
    return codec.kind == MediaKind::video ? "videoconvert" : "audioconvert ! audioresample ! " + raw_form(codec);
}

}  // namespace

// The valve stands before the encoder: what it holds back leaves no gap in the RTP sequence numbers.
std::string send_launch(const AgreedCodec& agreed, const SendSource& source) {
    const auto& codec = *agreed.codec;
    const bool has_rate = source.bitrate != 0 && !codec.rate_property.empty();
    const auto rate = has_rate ? fmt::format(" {}={}", codec.rate_property, source.bitrate) : "";
    const auto effort =
        codec.complexity_property.empty() ? "" : fmt::format(" {}={}", codec.complexity_property, source.complexity);
    const auto nanoseconds = source.packet_time * 1'000'000;
    const auto pace = codec.payloader_paces ? fmt::format(" min-ptime={0} max-ptime={0}", nanoseconds) : "";
    return fmt::format(
        "{} ! {} ! valve name=gate drop=true drop-mode=forward-sticky-events ! {}{}{} ! {}{} pt={} ssrc={}",
        source.launch, converted(codec), codec.encoder, rate, effort, codec.payloader, pace, agreed.payload,
        agreed.ssrc);
}

std::string receive_launch(const Codec& codec, const std::string& sink) {
    return fmt::format("{} ! {} ! {}", codec.decoder, codec.decodes_as_encoded ? raw_form(codec) : converted(codec),
                       sink);
}

}  // namespace sipmedia
