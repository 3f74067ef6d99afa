// SPDX-License-Identifier: MIT
#include <sipmedia/modifiers.hpp>

#include <sipmsg/sdp/ice.hpp>
#include <sipmsg/sdp/rtp.hpp>
#include <sipmsg/sdp/streams.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace sipmedia {
namespace {

namespace sdp = sipmsg::sdp;
using sdp::MediaDescription;
using sdp::SessionDescription;

constexpr auto of_payloads = std::to_array<std::string_view>({"rtpmap", "fmtp", "rtcp-fb"});

bool is_about(const sdp::Attribute& attribute, std::uint8_t payload) {
    if (std::ranges::find(of_payloads, attribute.name) == of_payloads.end()) return false;
    const auto value = sdp::payload_value(attribute.text());
    return value && value->payload == payload;
}

void strip(MediaDescription& media, std::string_view encoding) {
    if (!media.is_rtp() || media.is_refused()) return;
    auto formats = media.formats;
    for (const auto& map : sdp::rtpmaps(media)) {
        if (!sipmsg::iequals(map.encoding, encoding)) continue;
        std::erase(formats, std::to_string(map.payload));
        std::erase_if(media.attributes, [&](auto& attribute) { return is_about(attribute, map.payload); });
    }
    if (formats.empty())
        media.port = 0;  // an m-line names a format, whatever it is worth
    else
        media.formats = std::move(formats);
}

void leave_bundle(SessionDescription& description, std::string_view mid) {
    for (auto& attribute : description.attributes) {
        if (attribute.name != "group") continue;
        auto group = sdp::Group::parse(attribute.text());
        if (!group || std::erase(group->mids, mid) == 0) continue;
        attribute.value = to_string(*group);
    }
}

}  // namespace

SessionDescription strip_tcp_candidates(SessionDescription description) {
    for (auto& media : description.media)
        std::erase_if(media.attributes, [](const sdp::Attribute& attribute) {
            if (attribute.name != sdp::Candidate::name) return false;
            const auto candidate = sdp::Candidate::parse(attribute.text());
            return candidate && sipmsg::iequals(candidate->transport, "tcp");
        });
    return description;
}

Modifier strip_rtp_payload(std::string encoding) {
    return [encoding = std::move(encoding)](SessionDescription description) {
        for (auto& media : description.media) strip(media, encoding);
        return description;
    };
}

SessionDescription strip_telephone_event(SessionDescription description) {
    return strip_rtp_payload("telephone-event")(std::move(description));
}

SessionDescription strip_g722(SessionDescription description) {
    return strip_rtp_payload("G722")(std::move(description));
}

SessionDescription strip_video(SessionDescription description) {
    for (const auto& media : description.media)
        if (const auto mid = sdp::value_of(media.attributes, "mid"); mid && media.kind == "video")
            leave_bundle(description, *mid);
    std::erase_if(description.media, [](const MediaDescription& media) { return media.kind == "video"; });
    return description;
}

SessionDescription strip_image_attributes(SessionDescription description) {
    for (auto& media : description.media) sdp::remove(media.attributes, "imageattr");
    return description;
}

SessionDescription add_mid_lines(SessionDescription description) {
    const auto is_taken = [&](const std::string& mid) {
        return std::ranges::any_of(description.media,
                                   [&](auto& media) { return sdp::value_of(media.attributes, "mid") == mid; });
    };
    int next = 0;
    for (auto& media : description.media) {
        if (sdp::has(media.attributes, "mid")) continue;
        while (is_taken(std::to_string(next))) ++next;
        sdp::add(media.attributes, "mid", std::to_string(next++));
    }
    return description;
}

SessionDescription hold_modifier(SessionDescription description) {
    for (auto& media : description.media)
        if (!media.is_refused())
            sdp::set_direction(media, sdp::direction(description, media) & sdp::Direction::sendonly);
    return description;
}

}  // namespace sipmedia
