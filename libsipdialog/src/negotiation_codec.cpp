// SPDX-License-Identifier: MIT
#include "negotiation_codec.hpp"

#include <sipdialog/h264.hpp>
#include <sipmsg/params.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <string>

namespace sipdialog::detail {
namespace {

using sipmsg::iequals;
using sipmsg::sdp::MediaDescription;
using sipmsg::sdp::RtpMap;

/// A parameter of fmtp that makes another format of the same encoding.
struct FormatParameter {
    std::string_view encoding;
    std::string_view name;
    std::string_view by_default;
};
constexpr auto format_parameters = std::to_array<FormatParameter>({
    {"VP9",    "profile-id",  "0"}, // RFC 9628 §7.2
    {"AMR",    "octet-align", "0"}, // RFC 4867 §8.3.1
    {"AMR-WB", "octet-align", "0"},
    {"G7221",  "bitrate",     "" }, // RFC 5577 §5.2
});

constexpr auto auxiliary =
    std::to_array<std::string_view>({"telephone-event", "tone", "CN", "red", "rtx", "ulpfec", "flexfec-03"});

std::string_view trimmed(std::string_view text) noexcept {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

Format format_of(const Codec& codec) {
    return {
        .map = {.encoding = codec.name, .clock_rate = codec.clock_rate, .channels = codec.channels},
        .fmtp = codec.fmtp
    };
}

std::optional<std::uint8_t> static_number(const Codec& codec) {
    for (std::uint8_t payload = 0; payload < 35; ++payload)
        if (const auto map = sipmsg::sdp::static_rtpmap(payload); map && map->same_codec(format_of(codec).map))
            return payload;
    return std::nullopt;
}

/// Auxiliary codecs whose clock no real one has, and all when there is no real one, are dropped (RFC 4733 §2.1).
void drop_lone_auxiliaries(std::vector<Match>& matches) {
    std::vector<std::uint32_t> clocks;
    clocks.reserve(matches.size());
    for (const Match& match : matches)
        if (!is_auxiliary(match.codec->name)) clocks.push_back(match.codec->clock_rate);
    std::erase_if(matches, [&](const Match& match) {
        return is_auxiliary(match.codec->name) && std::ranges::find(clocks, match.codec->clock_rate) == clocks.end();
    });
}

bool contains(const std::vector<std::string>& list, std::string_view text) {
    return std::ranges::any_of(list, [text](const std::string& each) { return iequals(each, text); });
}

/// How far an m-line and a capability agree; the furthest says why the line is refused.
enum class Fit { kind, protocol, format, all };

Fit fit(const MediaDescription& media, const MediaCapability& capability, bool own_order, std::vector<Match>& codecs) {
    if (!iequals(media.kind, capability.kind)) return Fit::kind;
    if (!media.is_rtp() || !contains(capability.protocols, media.protocol)) return Fit::protocol;
    codecs = common_codecs(media, capability, own_order);
    return codecs.empty() ? Fit::format : Fit::all;
}

Refusal refusal(Fit reached, const MediaDescription& media) {
    switch (reached) {
        case Fit::kind: return {.warning = 304, .reason = "no " + media.kind + " here"};
        case Fit::protocol: return {.warning = 302, .reason = "no " + media.protocol + " for " + media.kind};
        default: return {.warning = 305, .reason = "no codec in common for " + media.kind};
    }
}

}  // namespace

std::string_view parameter(std::string_view fmtp, std::string_view name, std::string_view by_default) noexcept {
    while (!fmtp.empty()) {
        const std::string_view item = fmtp.substr(0, fmtp.find(';'));
        fmtp.remove_prefix(std::min(item.size() + 1, fmtp.size()));
        const auto equals = item.find('=');
        if (equals != std::string_view::npos && iequals(trimmed(item.substr(0, equals)), name))
            return trimmed(item.substr(equals + 1));
    }
    return by_default;
}

bool is_auxiliary(std::string_view encoding) noexcept {
    return std::ranges::any_of(auxiliary, [encoding](std::string_view each) { return iequals(encoding, each); });
}

bool is_telephone_event(std::string_view encoding) noexcept { return iequals(encoding, "telephone-event"); }

std::vector<Format> formats_of(const MediaDescription& media) {
    std::vector<Format> list;
    list.reserve(media.formats.size());
    for (RtpMap& map : sipmsg::sdp::rtpmaps(media)) {
        const auto fmtp = sipmsg::sdp::fmtp(media, map.payload);
        list.push_back({std::move(map), fmtp});
    }
    return list;
}

bool is_same_format(const Format& a, const Format& b) noexcept {
    if (!a.map.same_codec(b.map)) return false;
    if (iequals(a.map.encoding, "H264")) return is_same_h264(a.fmtp, b.fmtp);
    return std::ranges::all_of(format_parameters, [&](const FormatParameter& row) {
        if (!iequals(a.map.encoding, row.encoding)) return true;
        return iequals(parameter(a.fmtp, row.name, row.by_default), parameter(b.fmtp, row.name, row.by_default));
    });
}

const Format* find_format(std::span<const Format> list, const Format& wanted) noexcept {
    const auto it = std::ranges::find_if(list, [&](const Format& each) { return is_same_format(each, wanted); });
    return it == list.end() ? nullptr : &*it;
}

std::vector<Match> common_codecs(const MediaDescription& offered, const MediaCapability& capability, bool own_order) {
    const auto formats = formats_of(offered);
    std::vector<Match> matches;
    matches.reserve(capability.codecs.size());
    for (const Codec& codec : capability.codecs)
        if (const Format* found = find_format(formats, format_of(codec)))
            matches.push_back({&codec, found->map.payload});
    drop_lone_auxiliaries(matches);
    const auto place = [&](const Match& match) {
        return std::ranges::find(formats, match.payload, [](const Format& format) { return format.map.payload; });
    };
    if (!own_order && !std::ranges::is_sorted(matches, {}, place)) std::ranges::stable_sort(matches, {}, place);
    return matches;
}

std::vector<Match> numbered(const MediaCapability& capability) {
    std::bitset<128> taken;
    std::vector<Match> list;
    std::vector<bool> done;
    for (const Codec& codec : capability.codecs) {
        const auto wanted = codec.payload ? codec.payload : static_number(codec);
        const bool free = wanted && *wanted <= 127 && !taken.test(*wanted);
        if (free) taken.set(*wanted);
        list.push_back({&codec, free ? *wanted : std::uint8_t{0}});
        done.push_back(free);
    }
    std::uint8_t next = 96;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (done[i]) continue;
        while (next <= 127 && taken.test(next)) ++next;
        if (next > 127) continue;
        list[i].payload = next;
        taken.set(next);
        done[i] = true;
    }
    std::size_t i = 0;
    std::erase_if(list, [&](const Match&) { return !done[i++]; });  // more codecs than numbers
    return list;
}

std::vector<Service> assign(const SessionDescription& description, const MediaCapabilities& ours) {
    std::vector<Service> services;
    services.reserve(description.media.size());
    const auto is_used = [&](const MediaCapability& capability) {
        return std::ranges::find(services, &capability, &Service::capability) != services.end();
    };
    for (const MediaDescription& media : description.media) {
        Service service;
        Fit furthest = Fit::kind;
        for (const MediaCapability& capability : ours.media) {
            if (media.is_refused() || service.capability != nullptr) break;
            if (is_used(capability)) continue;
            const Fit reached = fit(media, capability, ours.own_order, service.codecs);
            furthest = std::max(furthest, reached);
            if (reached == Fit::all) service.capability = &capability;
        }
        if (service.capability == nullptr && !media.is_refused()) service.refusal = refusal(furthest, media);
        services.push_back(std::move(service));
    }
    return services;
}

MediaDescription media_line(const MediaCapability& capability, std::string_view protocol, std::span<const Match> codecs,
                            Direction direction) {
    MediaDescription media{.kind = capability.kind, .port = capability.port, .protocol = std::string(protocol)};
    media.formats.reserve(codecs.size());
    const auto with_fmtp = std::ranges::count_if(codecs, [](const Match& match) { return !match.codec->fmtp.empty(); });
    media.attributes.reserve(codecs.size() + static_cast<std::size_t>(with_fmtp) + (capability.ptime != 0 ? 2 : 1));
    for (const Match& match : codecs) {
        const Codec& codec = *match.codec;
        media.formats.push_back(std::to_string(match.payload));
        const RtpMap map{match.payload, codec.name, codec.clock_rate, codec.channels};
        add(media.attributes, "rtpmap", to_string(map));
        if (!codec.fmtp.empty()) add(media.attributes, "fmtp", std::to_string(match.payload) + " " + codec.fmtp);
    }
    if (capability.ptime != 0) add(media.attributes, "ptime", std::to_string(capability.ptime));
    set_direction(media, direction);
    return media;
}

SessionDescription frame(const MediaCapabilities& ours, const sipmsg::sdp::Origin& origin) {
    SessionDescription description;
    description.connection = sipmsg::sdp::connection_to(ours.address);
    description.origin = origin;
    description.origin.address_type = description.connection->address_type;
    description.origin.address = ours.address;
    description.session_name = ours.session_name;
    return description;
}

}  // namespace sipdialog::detail
