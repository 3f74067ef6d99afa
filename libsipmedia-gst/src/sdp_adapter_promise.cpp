// SPDX-License-Identifier: MIT
// Video that a later offer brings: accepted at once, opened by a fresh engine that offers it back.
#include <sipmedia/sdp_adapter.hpp>

#include "sdp_adapter_ice.hpp"

#include <sipmsg/sdp/rtp.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sipmedia {
namespace {

using detail::MediaDescription;

bool stands(const SessionDescription& description, std::size_t mline) {
    return mline < description.media.size() && !description.media[mline].is_refused();
}

bool has_video(const SessionDescription& description) {
    return std::ranges::any_of(description.media,
                               [](const auto& media) { return media.kind == "video" && !media.is_refused(); });
}

/// The first line of video that `answer` refuses and could take.
std::optional<std::size_t> added_video(const SessionDescription& answer, const SessionDescription& offer) {
    const auto normalized = normalize_offer(offer);
    if (!normalized || has_video(answer)) return std::nullopt;
    for (std::size_t i = 0; i < offer.media.size(); ++i)
        if (offer.media[i].kind == "video" && normalized->lines[i].usable) return i;
    return std::nullopt;
}

/// Ours in whose transport the offer puts that line: the first of its group that stands (RFC 9143 §7.3).
const MediaDescription* shared_transport(const SessionDescription& answer, const SessionDescription& offer,
                                         std::size_t mline) {
    const auto offered = detail::bundle(offer), agreed = detail::bundle(answer);
    if (!detail::is_bundled(offered, offer.media[mline])) return nullptr;
    for (std::size_t i = 0; i < offer.media.size(); ++i)
        if (stands(answer, i) && detail::is_bundled(agreed, answer.media[i]))
            return detail::is_bundled(offered, offer.media[i]) ? &answer.media[i] : nullptr;
    return nullptr;
}

MediaDescription inactive_line(const MediaDescription& offered, const ChosenCodec& chosen,
                               const sipdialog::Codec& codec, const MediaDescription& transport) {
    MediaDescription line = detail::refused_line(offered);  // mid, and inactive
    line.port = transport.port;
    line.connection = transport.connection;
    const auto payload = std::to_string(chosen.payload);
    line.formats = {payload};
    add(line.attributes, "rtpmap", to_string(sipmsg::sdp::RtpMap{chosen.payload, codec.name, codec.clock_rate}));
    if (!chosen.fmtp.empty()) add(line.attributes, "fmtp", payload + " " + chosen.fmtp);
    for (const auto name : detail::transport_names)
        if (const auto* found = find(transport.attributes, name)) set(line.attributes, name, found->value);
    return line;
}

}  // namespace

bool takes_other_certificate(const SessionDescription& remote) noexcept {
    return !remote.origin.username.starts_with("mozilla");
}

std::optional<SessionDescription> promised_video(SessionDescription answer, const SessionDescription& offer,
                                                 std::span<const sipdialog::Codec> codecs) {
    const auto mline = added_video(answer, offer);
    if (!mline) return std::nullopt;
    const auto* transport = shared_transport(answer, offer, *mline);
    const auto chosen = choose_codec(offer.media[*mline], codecs);
    const auto mid = detail::mid_of(offer.media[*mline]);
    if (!transport || !chosen || !mid) return std::nullopt;
    answer.media[*mline] = inactive_line(offer.media[*mline], *chosen, codecs[chosen->codec], *transport);
    auto mids = detail::bundle(answer);
    mids.emplace_back(*mid);
    detail::set_bundle(answer, mids);
    return answer;
}

SessionDescription with_promises_inactive(SessionDescription ours, std::span<const std::size_t> places) {
    for (std::size_t i = 0; i < ours.media.size(); ++i)
        if (stands(ours, i) && std::ranges::find(places, i) == places.end())
            set_direction(ours.media[i], Direction::inactive);
    return ours;
}

}  // namespace sipmedia
