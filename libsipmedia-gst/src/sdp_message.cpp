// SPDX-License-Identifier: MIT
#include "sdp_message.hpp"

#include <sipmsg/params.hpp>

#include <algorithm>
#include <charconv>
#include <functional>

namespace sipmedia {
namespace {

GstSDPMedia& media_at(GstSDPMessage& message, std::size_t index) {
    return g_array_index(message.medias, GstSDPMedia, index);
}

std::optional<MediaKind> kind_of(std::string_view media) {
    if (media == "audio") return MediaKind::audio;
    if (media == "video") return MediaKind::video;
    return std::nullopt;
}

std::optional<unsigned> number_in(std::string_view text) {
    unsigned value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return std::nullopt;
    return value;
}

// "111 opus/48000/2" (RFC 8866 §6.6).
const Codec* codec_in_rtpmap(MediaKind kind, std::string_view rtpmap) {
    auto space = rtpmap.find(' ');
    auto slash = rtpmap.find('/', space == rtpmap.npos ? 0 : space);
    if (space == rtpmap.npos || slash == rtpmap.npos) return nullptr;
    const auto* codec = find_codec(kind, rtpmap.substr(space + 1, slash - space - 1));
    return codec && number_in(rtpmap.substr(slash + 1)) == codec->clock_rate ? codec : nullptr;
}

const Codec* codec_of(const GstSDPMedia& media, MediaKind kind, unsigned payload) {
    for (guint i = 0;; ++i) {
        const char* rtpmap = gst_sdp_media_get_attribute_val_n(&media, "rtpmap", i);
        if (!rtpmap) return nullptr;
        if (number_in(rtpmap) == payload) return codec_in_rtpmap(kind, rtpmap);
    }
}

bool is_allowed(const Codec* codec, const std::vector<std::string>& audio) {
    if (!codec || codec->kind != MediaKind::audio) return codec != nullptr;
    return std::ranges::any_of(audio, [&](auto& name) { return find_codec(MediaKind::audio, name) == codec; });
}

void choose_codec(RemoteLine& line, const GstSDPMedia& media, const std::vector<std::string>& audio) {
    for (guint i = 0; line.kind && !line.codec && i < gst_sdp_media_formats_len(&media); ++i) {
        auto payload = number_in(text_of(gst_sdp_media_get_format(&media, i)));
        if (!payload || *payload > 127) continue;
        const auto* codec = codec_of(media, *line.kind, *payload);
        if (!is_allowed(codec, audio)) continue;
        line.codec = codec;
        line.payload = *payload;
    }
}

std::optional<EventFormat> events_in_rtpmap(std::string_view rtpmap) {
    static constexpr std::string_view name = "telephone-event/";
    const auto payload = number_in(rtpmap);
    const auto encoding = rtpmap.substr(std::min(rtpmap.find(' '), rtpmap.size() - 1) + 1);
    if (!payload || *payload > 127 || !sipmsg::iequals(encoding.substr(0, name.size()), name)) return std::nullopt;
    const auto clock_rate = number_in(encoding.substr(name.size()));
    return clock_rate && *clock_rate != 0 ? std::optional(EventFormat{*payload, *clock_rate}) : std::nullopt;
}

/// Those with the clock of the sound, else those whose clock it is a multiple of.
std::optional<EventFormat> events_of(const GstSDPMedia& media, const Codec& codec) {
    std::optional<EventFormat> slower;
    for (guint i = 0;; ++i) {
        const auto rtpmap = text_of(gst_sdp_media_get_attribute_val_n(&media, "rtpmap", i));
        if (rtpmap.empty()) return slower;
        const auto events = events_in_rtpmap(rtpmap);
        if (events && events->clock_rate == codec.clock_rate) return events;
        if (events && !slower && codec.clock_rate % events->clock_rate == 0) slower = events;
    }
}

using AttributeGetter = std::function<const char*(guint)>;

std::vector<Fingerprint> fingerprints(const AttributeGetter& attribute) {
    std::vector<Fingerprint> found;
    for (guint i = 0;; ++i) {
        const char* value = attribute(i);
        if (!value) return found;
        if (auto fingerprint = parse_fingerprint(value)) found.push_back(*std::move(fingerprint));
    }
}

std::vector<Fingerprint> fingerprints_of(const GstSDPMessage& message, const GstSDPMedia& media) {
    auto own = fingerprints([&](guint i) { return gst_sdp_media_get_attribute_val_n(&media, "fingerprint", i); });
    if (!own.empty()) return own;
    return fingerprints([&](guint i) { return gst_sdp_message_get_attribute_val_n(&message, "fingerprint", i); });
}

bool is_data(const GstSDPMedia& media) {
    return text_of(gst_sdp_media_get_media(&media)) == "application" &&
           sipmsg::iequals(text_of(gst_sdp_media_get_proto(&media)), "UDP/DTLS/SCTP") &&
           gst_sdp_media_formats_len(&media) == 1 &&
           text_of(gst_sdp_media_get_format(&media, 0)) == "webrtc-datachannel";
}

RemoteLine remote_line(const GstSDPMessage& message, const GstSDPMedia& media, const std::vector<std::string>& audio) {
    RemoteLine line;
    line.kind = kind_of(text_of(gst_sdp_media_get_media(&media)));
    line.is_data = is_data(media);
    line.accepted = gst_sdp_media_get_port(&media) != 0 || gst_sdp_media_get_attribute_val(&media, "bundle-only");
    line.fingerprints = fingerprints_of(message, media);
    choose_codec(line, media, audio);
    if (line.codec && line.kind == MediaKind::audio) line.events = events_of(media, *line.codec);
    return line;
}

std::string without_word(std::string_view words, std::string_view unwanted) {
    std::string kept;
    while (!words.empty()) {
        auto word = words.substr(0, words.find(' '));
        words.remove_prefix(std::min(words.size(), word.size() + 1));
        if (word.empty() || word == unwanted) continue;
        if (!kept.empty()) kept += ' ';
        kept += word;
    }
    return kept;
}

void leave_bundle(GstSDPMessage& message, std::string_view mid) {
    for (guint i = 0; i < gst_sdp_message_attributes_len(&message); ++i) {
        const auto* attribute = gst_sdp_message_get_attribute(&message, i);
        if (text_of(attribute->key) != "group" || !text_of(attribute->value).starts_with("BUNDLE")) continue;
        GstSDPAttribute changed;
        gst_sdp_attribute_set(&changed, "group", without_word(text_of(attribute->value), mid).c_str());
        gst_sdp_message_replace_attribute(&message, i, &changed);
    }
}

}  // namespace

SdpPtr parse_description(std::string_view text) {
    if (text.empty()) return nullptr;
    GstSDPMessage* message = nullptr;
    if (gst_sdp_message_new(&message) != GST_SDP_OK) return nullptr;
    SdpPtr owned(message);
    auto parsed = gst_sdp_message_parse_buffer(reinterpret_cast<const guint8*>(text.data()),
                                               static_cast<guint>(text.size()), message);
    if (parsed != GST_SDP_OK || gst_sdp_message_medias_len(message) == 0) return nullptr;
    return owned;
}

std::string text_of(const GstSDPMessage& message) {
    StringPtr text(gst_sdp_message_as_text(&message));
    return text_of(text.get());
}

std::vector<RemoteLine> remote_lines(const GstSDPMessage& message, const std::vector<std::string>& audio) {
    std::vector<RemoteLine> lines;
    for (guint i = 0; i < gst_sdp_message_medias_len(&message); ++i)
        lines.push_back(remote_line(message, *gst_sdp_message_get_media(&message, i), audio));
    return lines;
}

void set_fingerprints(GstSDPMessage& message, const std::string& sha256) {
    const auto value = "sha-256 " + sha256;
    for (guint i = 0; i < gst_sdp_message_medias_len(&message); ++i) {
        auto& media = media_at(message, i);
        for (guint j = 0; j < gst_sdp_media_attributes_len(&media); ++j) {
            if (text_of(gst_sdp_media_get_attribute(&media, j)->key) != "fingerprint") continue;
            GstSDPAttribute changed;
            gst_sdp_attribute_set(&changed, "fingerprint", value.c_str());
            gst_sdp_media_replace_attribute(&media, j, &changed);
        }
    }
}

void refuse_line(GstSDPMessage& message, std::size_t mline) {
    auto& media = media_at(message, mline);
    gst_sdp_media_set_port_info(&media, 0, 0);
    leave_bundle(message, text_of(gst_sdp_media_get_attribute_val(&media, "mid")));
}

void add_events(GstSDPMessage& message, std::size_t mline, const EventFormat& events) {
    auto& media = media_at(message, static_cast<guint>(mline));
    const auto number = std::to_string(events.payload);
    for (guint i = 0; i < gst_sdp_media_formats_len(&media); ++i)
        if (text_of(gst_sdp_media_get_format(&media, i)) == number) return;
    gst_sdp_media_add_format(&media, number.c_str());
    gst_sdp_media_add_attribute(&media, "rtpmap",
                                (number + " telephone-event/" + std::to_string(events.clock_rate)).c_str());
    gst_sdp_media_add_attribute(&media, "fmtp", (number + " 0-15").c_str());
}

void set_max_message_size(GstSDPMessage& message, unsigned octets) {
    for (guint i = 0; i < gst_sdp_message_medias_len(&message); ++i) {
        auto& media = media_at(message, i);
        if (!is_data(media) || gst_sdp_media_get_attribute_val(&media, "max-message-size")) continue;
        gst_sdp_media_add_attribute(&media, "max-message-size", std::to_string(octets).c_str());
    }
}

void set_ice_pacing(GstSDPMessage& message, std::chrono::milliseconds interval) {
    gst_sdp_message_add_attribute(&message, "ice-pacing", std::to_string(interval.count()).c_str());
}

std::vector<LocalCandidate> candidates_of(const GstSDPMessage& message) {
    std::vector<LocalCandidate> found;
    for (guint i = 0; i < gst_sdp_message_medias_len(&message); ++i) {
        const auto* media = gst_sdp_message_get_media(&message, i);
        for (guint j = 0; const auto* value = gst_sdp_media_get_attribute_val_n(media, "candidate", j); ++j)
            found.push_back({i, value});
    }
    return found;
}

}  // namespace sipmedia
