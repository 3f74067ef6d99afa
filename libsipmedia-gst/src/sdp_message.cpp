// SPDX-License-Identifier: MIT
#include "sdp_message.hpp"

#include <sipmsg/params.hpp>

#include <algorithm>

namespace sipmedia {
namespace {

GstSDPMedia& media_at(GstSDPMessage& message, std::size_t index) {
    return g_array_index(message.medias, GstSDPMedia, index);
}

bool is_data(const GstSDPMedia& media) {
    return text_of(gst_sdp_media_get_media(&media)) == "application" &&
           sipmsg::iequals(text_of(gst_sdp_media_get_proto(&media)), "UDP/DTLS/SCTP") &&
           gst_sdp_media_formats_len(&media) == 1 &&
           text_of(gst_sdp_media_get_format(&media, 0)) == "webrtc-datachannel";
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

bool shares_transport(const GstSDPMessage& message) {
    const auto group = text_of(gst_sdp_message_get_attribute_val(&message, "group"));
    return group.starts_with("BUNDLE ") && std::ranges::count(group, ' ') > 1;
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

void set_fmtp(GstSDPMessage& message, std::size_t mline, unsigned payload, const std::string& fmtp) {
    auto& media = media_at(message, mline);
    const auto beginning = std::to_string(payload) + ' ';
    for (guint i = gst_sdp_media_attributes_len(&media); i-- > 0;) {
        const auto* attribute = gst_sdp_media_get_attribute(&media, i);
        if (text_of(attribute->key) == "fmtp" && text_of(attribute->value).starts_with(beginning))
            gst_sdp_media_remove_attribute(&media, i);
    }
    if (!fmtp.empty()) gst_sdp_media_add_attribute(&media, "fmtp", (beginning + fmtp).c_str());
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
