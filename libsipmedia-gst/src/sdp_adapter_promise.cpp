// SPDX-License-Identifier: MIT
// What a later offer adds: accepted at once, opened by a fresh engine that offers it back.
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

bool has_kind(const SessionDescription& description, std::string_view kind) {
    return std::ranges::any_of(description.media,
                               [&](const auto& media) { return media.kind == kind && !media.is_refused(); });
}

/// The first line of that kind that `answer` refuses and could take; nothing when it has one.
std::optional<std::size_t> added_line(const SessionDescription& answer, const SessionDescription& offer,
                                      const Normalized& normalized, std::string_view kind) {
    if (has_kind(answer, kind)) return std::nullopt;
    for (std::size_t i = 0; i < offer.media.size(); ++i)
        if (offer.media[i].kind == kind && normalized.lines[i].usable) return i;
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

/// The offered line with its first codec among those, and inactive; nothing when there is none.
std::optional<MediaDescription> with_codec(const MediaDescription& offered, std::span<const sipdialog::Codec> codecs) {
    const auto chosen = choose_codec(offered, codecs);
    if (!chosen) return std::nullopt;
    MediaDescription line = detail::refused_line(offered);  // mid, and inactive
    const auto& codec = codecs[chosen->codec];
    const auto payload = std::to_string(chosen->payload);
    line.formats = {payload};
    add(line.attributes, "rtpmap",
        to_string(sipmsg::sdp::RtpMap{chosen->payload, codec.name, codec.clock_rate, codec.channels}));
    if (!chosen->fmtp.empty()) add(line.attributes, "fmtp", payload + " " + chosen->fmtp);
    return line;
}

/// A data channel has no direction: it opens when there is somebody behind it.
MediaDescription with_association(const MediaDescription& offered) {
    MediaDescription line = detail::refused_line(offered);
    detail::remove_direction(line);
    add(line.attributes, "sctp-port", "5000");
    add(line.attributes, "max-message-size", "65536");
    return line;
}

/// Puts `line`, made without a transport, where the offer has it; false when that shares none with a line that stands.
bool promise(SessionDescription& answer, const SessionDescription& offer, std::size_t mline, MediaDescription line) {
    const auto* transport = shared_transport(answer, offer, mline);
    const auto mid = detail::mid_of(offer.media[mline]);
    if (!transport || !mid) return false;
    line.port = transport->port;
    line.connection = transport->connection;
    for (const auto name : detail::transport_names) {
        if (is_data_channel(line) && name == "rtcp-mux") continue;
        if (const auto* found = find(transport->attributes, name)) set(line.attributes, name, found->value);
    }
    answer.media[mline] = std::move(line);
    auto mids = detail::bundle(answer);
    mids.emplace_back(*mid);
    detail::set_bundle(answer, mids);
    return true;
}

}  // namespace

bool takes_other_certificate(const SessionDescription& remote) noexcept {
    return !remote.origin.username.starts_with("mozilla");
}

std::optional<SessionDescription> promised_lines(SessionDescription answer, const SessionDescription& offer,
                                                 const Addable& wanted) {
    const auto normalized = normalize_offer(offer);
    if (!normalized) return std::nullopt;
    bool promised = false;
    for (const auto& [kind, codecs] : {std::pair("audio", &wanted.audio), std::pair("video", &wanted.video)}) {
        const auto mline = added_line(answer, offer, *normalized, kind);
        auto line = mline ? with_codec(offer.media[*mline], *codecs) : std::nullopt;
        promised = (line && promise(answer, offer, *mline, *std::move(line))) || promised;
    }
    const auto data = wanted.data ? added_line(answer, offer, *normalized, "application") : std::nullopt;
    promised = (data && promise(answer, offer, *data, with_association(offer.media[*data]))) || promised;
    return promised ? std::optional(std::move(answer)) : std::nullopt;
}

SessionDescription with_promises_inactive(SessionDescription ours, std::span<const std::size_t> places) {
    for (std::size_t i = 0; i < ours.media.size(); ++i)
        if (stands(ours, i) && !is_data_channel(ours.media[i]) && std::ranges::find(places, i) == places.end())
            set_direction(ours.media[i], Direction::inactive);
    return ours;
}

}  // namespace sipmedia
