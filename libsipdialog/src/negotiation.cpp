// SPDX-License-Identifier: MIT
#include <sipdialog/negotiation.hpp>

#include "negotiation_codec.hpp"

#include <sipmsg/params.hpp>

#include <algorithm>
#include <utility>

namespace sipdialog {
namespace {

using sipmsg::sdp::MediaDescription;
using sipmsg::sdp::Origin;

/// RFC 3264 §6: port 0, and at least one format stays.
MediaDescription refused(const MediaDescription& offered) {
    return {.kind = offered.kind, .port = 0, .protocol = offered.protocol, .formats = offered.formats};
}

/// What the local m-line says of a format that the peer lists, in the peer's order of preference.
struct Pair {
    const detail::Format* local;
    const detail::Format* remote;
};
std::vector<Pair> pairs(std::span<const detail::Format> local, std::span<const detail::Format> remote) {
    std::vector<Pair> list;
    for (const detail::Format& theirs : remote)
        if (const detail::Format* mine = detail::find_format(local, theirs)) list.push_back({mine, &theirs});
    return list;
}

void add_events(NegotiatedMedia& media, std::span<const Pair> common) {
    for (const Pair& pair : common) {
        const auto& map = pair.remote->map;
        if (!detail::is_telephone_event(map.encoding) || map.clock_rate != media.clock_rate) continue;
        media.send_event_payload = map.payload;
        media.receive_event_payload = pair.local->map.payload;
        return;
    }
}

NegotiatedMedia agree_line(const SessionDescription& local, const MediaDescription& ours,
                           const SessionDescription& remote, const MediaDescription& theirs) {
    NegotiatedMedia media{.kind = ours.kind};
    if (ours.is_refused() || theirs.is_refused()) return media;
    const auto our_formats = detail::formats_of(ours);
    const auto their_formats = detail::formats_of(theirs);
    const auto common = pairs(our_formats, their_formats);
    const auto best =
        std::ranges::find_if(common, [](const Pair& p) { return !detail::is_auxiliary(p.remote->map.encoding); });
    if (best == common.end()) return media;
    const auto& map = best->remote->map;
    media.accepted = true;
    media.direction = direction(local, ours) & sipmsg::sdp::mirrored(remote_direction(remote, theirs));
    media.codec = map.encoding;
    media.clock_rate = map.clock_rate;
    media.channels = map.channels;
    media.send_payload = map.payload;
    media.receive_payload = best->local->map.payload;
    media.send_fmtp = best->remote->fmtp;
    add_events(media, common);
    if (auto where = connection(remote, theirs)) media.address = std::move(where->address);
    media.port = theirs.port;
    media.ptime = ptime(theirs).value_or(0);
    return media;
}

/// The rules of RFC 3264 §6 for one line of an answer; nothing when they are kept.
std::optional<Refusal> fault_of(const MediaDescription& offered, const MediaDescription& answered,
                                const NegotiatedMedia& media) {
    if (!sipmsg::iequals(offered.kind, answered.kind))
        return Refusal{.warning = 304, .reason = "an m-line of the answer has another media type than its offer"};
    if (offered.is_refused() || answered.is_refused()) return std::nullopt;
    if (!sipmsg::iequals(offered.protocol, answered.protocol))
        return Refusal{.warning = 302, .reason = "an m-line of the answer has another transport than its offer"};
    if (!media.accepted) return Refusal{.warning = 305, .reason = "an m-line of the answer has no codec of its offer"};
    return std::nullopt;
}

bool wants_media(const SessionDescription& description) {
    return std::ranges::any_of(description.media, [](const MediaDescription& media) { return !media.is_refused(); });
}

/// Directions mean nothing for data channels (RFC 8841 §9.2).
bool has_direction(const MediaDescription& media) { return media.protocol.find("SCTP") == std::string::npos; }

/// A line stands there without which nothing is held: most descriptions have none.
bool may_hold(std::string_view description) {
    while (!description.empty()) {
        const auto line = description.substr(0, description.find('\n'));
        description.remove_prefix(std::min(line.size() + 1, description.size()));
        if (line.starts_with("a=sendonly") || line.starts_with("a=inactive")) return true;
        const bool connects = line.starts_with("c=");
        if (connects && (line.find(" 0.0.0.0") != line.npos || line.find(" ::") != line.npos)) return true;
    }
    return false;
}

}  // namespace

Direction remote_direction(const SessionDescription& remote, const MediaDescription& media) {
    const Direction written = direction(remote, media);
    const auto where = connection(remote, media);
    const bool is_old_hold = where && where->is_unspecified() && !inherited(remote, media, "ice-ufrag");
    return is_old_hold ? written & Direction::sendonly : written;
}

bool is_hold(const SessionDescription& remote) {
    bool any = false;
    for (const MediaDescription& media : remote.media) {
        if (media.is_refused() || !has_direction(media)) continue;
        if (receives(remote_direction(remote, media))) return false;
        any = true;
    }
    return any;
}

bool is_hold(std::string_view remote) {
    if (!may_hold(remote)) return false;
    const auto description = sipmsg::sdp::parse(remote);
    return description && is_hold(*description);
}

SessionDescription make_offer(const MediaCapabilities& ours, const Origin& origin, bool hold) {
    SessionDescription offer = detail::frame(ours, origin);
    offer.times = {{}};
    for (const MediaCapability& capability : ours.media) {
        if (capability.codecs.empty()) continue;  // an m-line needs a format
        const Direction direction = hold ? capability.direction & Direction::sendonly : capability.direction;
        const std::string protocol = capability.protocols.empty() ? "RTP/AVP" : capability.protocols.front();
        offer.media.push_back(detail::media_line(capability, protocol, detail::numbered(capability), direction));
    }
    return offer;
}

SessionDescription make_reoffer(const SessionDescription& last_local, const MediaCapabilities& ours, bool hold) {
    SessionDescription offer = last_local;
    const auto services = detail::assign(last_local, ours);
    for (std::size_t i = 0; i < offer.media.size(); ++i) {
        MediaDescription& media = offer.media[i];
        if (media.is_refused()) continue;
        const Direction most =
            services[i].capability != nullptr ? services[i].capability->direction : Direction::sendrecv;
        set_direction(media, offered_direction(direction(last_local, media), hold) & most);
    }
    return offer;
}

std::expected<SessionDescription, Refusal> make_answer(const SessionDescription& offer, const MediaCapabilities& ours,
                                                       const Origin& origin, bool hold) {
    std::expected<SessionDescription, Refusal> result(std::in_place, detail::frame(ours, origin));
    auto& answer = *result;
    answer.times = offer.times;  // RFC 3264 §6: the time of a session cannot be negotiated
    const auto services = detail::assign(offer, ours);
    answer.media.reserve(services.size());
    const Refusal* first_refusal = nullptr;
    for (std::size_t i = 0; i < services.size(); ++i) {
        const MediaDescription& offered = offer.media[i];
        const detail::Service& service = services[i];
        if (service.capability == nullptr) {
            answer.media.push_back(refused(offered));
            if (first_refusal == nullptr && !offered.is_refused()) first_refusal = &service.refusal;
            continue;
        }
        const Direction direction =
            answered_direction(remote_direction(offer, offered), hold) & service.capability->direction;
        answer.media.push_back(detail::media_line(*service.capability, offered.protocol, service.codecs, direction));
    }
    if (first_refusal != nullptr && !wants_media(answer)) return std::unexpected(*first_refusal);
    return result;
}

std::expected<std::vector<NegotiatedMedia>, Refusal> check_answer(const SessionDescription& offer,
                                                                  const SessionDescription& answer) {
    if (answer.media.size() != offer.media.size())
        return std::unexpected(Refusal{.reason = "the answer has not the m-lines of the offer"});
    auto agreed = agree(offer, answer);
    for (std::size_t i = 0; i < agreed.size(); ++i)
        if (auto fault = fault_of(offer.media[i], answer.media[i], agreed[i]))
            return std::unexpected(*std::move(fault));
    if (wants_media(offer) && std::ranges::none_of(agreed, &NegotiatedMedia::accepted))
        return std::unexpected(Refusal{.warning = 305, .reason = "the answer refuses every m-line"});
    return agreed;
}

std::vector<NegotiatedMedia> agree(const SessionDescription& local, const SessionDescription& remote) {
    std::vector<NegotiatedMedia> agreed;
    for (std::size_t i = 0; i < std::min(local.media.size(), remote.media.size()); ++i)
        agreed.push_back(agree_line(local, local.media[i], remote, remote.media[i]));
    return agreed;
}

}  // namespace sipdialog
