// SPDX-License-Identifier: MIT
// Offers and answers inside a session, in front of a webrtcbin that can change neither direction nor transport.
#include <sipmedia/sdp_adapter.hpp>

#include "sdp_adapter_ice.hpp"

#include <sipmsg/params.hpp>
#include <sipmsg/sdp/rtp.hpp>

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sipmedia {
namespace {

using detail::MediaDescription;
using sipmsg::iequals;

std::string_view setup_name(DtlsRole role) noexcept { return role == DtlsRole::active ? "active" : "passive"; }

/// The line whose ICE and DTLS a line uses: its own, or the first of its BUNDLE group.
const MediaDescription& transport_line(const SessionDescription& description, const MediaDescription& media) {
    if (has(media.attributes, "ice-ufrag")) return media;
    const auto mids = detail::bundle(description);
    if (!detail::is_bundled(mids, media)) return media;
    const auto tagged = std::ranges::find_if(description.media, [&](const MediaDescription& other) {
        return !other.is_refused() && detail::is_bundled(mids, other);
    });
    return tagged == description.media.end() ? media : *tagged;
}

/// Same ICE credentials, certificate and profile.
bool is_same_transport(const SessionDescription& before, const MediaDescription& old_line,
                       const SessionDescription& after, const MediaDescription& new_line) {
    const MediaDescription& old_transport = transport_line(before, old_line);
    const MediaDescription& new_transport = transport_line(after, new_line);
    return inherited(before, old_transport, "ice-ufrag") == inherited(after, new_transport, "ice-ufrag") &&
           inherited(before, old_transport, "ice-pwd") == inherited(after, new_transport, "ice-pwd") &&
           iequals(detail::fingerprint_of(before, old_transport), detail::fingerprint_of(after, new_transport)) &&
           iequals(old_line.protocol, new_line.protocol);
}

/// The peer may offer the role it has, or leave the choice to us.
bool keeps_role(const SessionDescription& offer, const MediaDescription& media, DtlsRole ours) {
    const auto setup = inherited(offer, transport_line(offer, media), "setup").value_or("actpass");
    return setup == "actpass" || setup == setup_name(ours == DtlsRole::active ? DtlsRole::passive : DtlsRole::active);
}

/// The number we send under still means the same codec.
bool keeps_codec(const MediaDescription& local, const MediaDescription& old_remote,
                 const MediaDescription& new_remote) {
    SessionDescription ours, theirs;
    ours.media = {local};
    theirs.media = {old_remote};
    const auto agreed = sipdialog::agree(ours, theirs).front();
    if (!agreed.accepted) return true;
    const auto maps = sipmsg::sdp::rtpmaps(new_remote);
    return std::ranges::any_of(maps, [&](const auto& map) {
        return map.payload == agreed.send_payload && map.clock_rate == agreed.clock_rate &&
               iequals(map.encoding, agreed.codec);
    });
}

/// The SCTP association of a data channel goes on (RFC 8841 §9.3). Of a limit that changes webrtcbin would not hear.
bool keeps_association(const MediaDescription& before, const MediaDescription& now) {
    static constexpr std::uint64_t unsaid = 65'536;  // RFC 8841 §6.1
    const auto limit = [](const MediaDescription& media) {
        return sipmsg::sdp::max_message_size(media).value_or(unsaid);
    };
    if (!is_data_channel(before) || !is_data_channel(now)) return is_data_channel(before) == is_data_channel(now);
    return sipmsg::sdp::sctp_port(before) == sipmsg::sdp::sctp_port(now) && limit(before) == limit(now);
}

/// What one m-line of an offer asks, against the same line as it was agreed.
Reoffer classify_line(const SessionDescription& local, const SessionDescription& remote, DtlsRole role,
                      const SessionDescription& offer, std::size_t i) {
    const MediaDescription &ours = local.media[i], &before = remote.media[i], &now = offer.media[i];
    const auto mid = detail::mid_of(now), old_mid = detail::mid_of(before);
    if (mid && old_mid && *mid != *old_mid && !ours.is_refused()) return Reoffer::refuse;
    if (!iequals(now.kind, before.kind)) return ours.is_refused() ? Reoffer::recreate : Reoffer::refuse;
    if (now.is_refused()) return Reoffer::absorb;  // removed, or still refused
    if (ours.is_refused()) return before.is_refused() ? Reoffer::renegotiate : Reoffer::absorb;
    if (!is_same_transport(remote, before, offer, now) || !keeps_association(before, now)) return Reoffer::recreate;
    return keeps_role(offer, now, role) && keeps_codec(ours, before, now) ? Reoffer::absorb : Reoffer::recreate;
}

void refuse(MediaDescription& media) { media = detail::refused_line(media); }

/// Ours for an added line: a refusal, so that the count is right.
void refuse_added_lines(SessionDescription& local, const SessionDescription& offer) {
    for (std::size_t i = local.media.size(); i < offer.media.size(); ++i)
        local.media.push_back(detail::refused_line(offer.media[i]));
}

/// Only formats that the offer still has, under the numbers they had (an answer may name no others that could be sent).
void keep_offered_formats(MediaDescription& local, const MediaDescription& offered) {
    std::vector<std::string> kept;
    for (const std::string& format : local.formats)
        if (std::ranges::find(offered.formats, format) != offered.formats.end()) kept.push_back(format);
    if (kept.empty()) return;
    std::erase_if(local.attributes, [&](const sipmsg::sdp::Attribute& attribute) {
        if (attribute.name != "rtpmap" && attribute.name != "fmtp" && attribute.name != "rtcp-fb") return false;
        const auto value = sipmsg::sdp::payload_value(attribute.text());
        return value && std::ranges::find(kept, std::to_string(value->payload)) == kept.end();
    });
    local.formats = std::move(kept);
}

constexpr auto no_place = static_cast<std::size_t>(-1);

/// The place of each fresh line in a session where `agreed` stands; nothing when an agreed line finds no other of its
/// kind.
std::optional<std::vector<std::size_t>> places_in(const SessionDescription& agreed, const SessionDescription& fresh) {
    std::vector<std::size_t> places(fresh.media.size(), no_place);
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < agreed.media.size(); ++i) {
        if (agreed.media[i].is_refused()) {
            left.push_back(i);
            continue;
        }
        std::size_t line = 0;
        while (line < places.size() &&
               (places[line] != no_place || !iequals(fresh.media[line].kind, agreed.media[i].kind)))
            ++line;
        if (line == places.size()) return std::nullopt;
        places[line] = i;
    }
    for (std::size_t i = agreed.media.size(); left.size() < places.size(); ++i) left.push_back(i);
    auto next = left.begin();
    for (auto& place : places)
        if (place == no_place) place = *next++;
    return places;
}

/// `fresh` with the mids that its lines get in a session where `agreed` stands.
SessionDescription continued_mids(SessionDescription fresh, const SessionDescription& agreed) {
    std::set<std::string, std::less<>> used;
    for (const auto& media : agreed.media)
        if (const auto mid = detail::mid_of(media)) used.emplace(*mid);
    for (std::size_t i = 0; i < fresh.media.size(); ++i) {
        const bool goes_on = i < agreed.media.size() && (!agreed.media[i].is_refused() || fresh.media[i].is_refused());
        const auto kept = detail::mid_of(goes_on ? agreed.media[i] : fresh.media[i]);
        if (!kept) continue;
        std::string mid(*kept);
        while (!goes_on && !used.insert(mid).second) mid += 'x';
        set(fresh.media[i].attributes, "mid", std::move(mid));
    }
    return fresh;
}

/// The group names its lines as they come.
SessionDescription with_bundle_in_order(SessionDescription description) {
    const auto before = detail::bundle(description);
    std::vector<std::string> mids;
    for (const auto& media : description.media)
        if (detail::is_bundled(before, media)) mids.emplace_back(*detail::mid_of(media));
    detail::set_bundle(description, mids);
    return description;
}

MediaDescription* tagged_line(const std::vector<std::string>& group, SessionDescription& description) {
    const auto line = std::ranges::find_if(description.media, [&](const MediaDescription& media) {
        return !group.empty() && detail::mid_of(media) == group.front();
    });
    return line == description.media.end() ? nullptr : &*line;
}

/// From the line that was the first of its group to the one that is (RFC 9143 §7.1.3).
void move_candidates(const std::vector<std::string>& before, const std::vector<std::string>& now,
                     SessionDescription& description) {
    auto *from = tagged_line(before, description), *to = tagged_line(now, description);
    if (!from || !to || from == to || has(to->attributes, "candidate")) return;
    for (const auto& attribute : from->attributes)
        if (attribute.name == "candidate") to->attributes.push_back(attribute);
    sipmsg::sdp::remove(from->attributes, "candidate");
    std::swap(from->port, to->port);
    std::swap(from->connection, to->connection);
}

SessionDescription versioned(SessionDescription next, const SessionDescription& last) {
    if (next != last) next.origin.version = last.origin.version + 1;
    return next;
}

}  // namespace

std::optional<ContinuedOffer> continued_offer(const SessionDescription& fresh, const SessionDescription& agreed) {
    auto places = places_in(agreed, fresh);
    if (!places) return std::nullopt;
    SessionDescription offer = fresh;
    offer.media.resize(std::max(agreed.media.size(), places->empty() ? 0 : std::ranges::max(*places) + 1));
    for (std::size_t i = 0; i < agreed.media.size(); ++i) offer.media[i] = detail::refused_line(agreed.media[i]);
    for (std::size_t i = 0; i < fresh.media.size(); ++i) offer.media[(*places)[i]] = fresh.media[i];
    return ContinuedOffer{with_mids_of(offer, continued_mids(offer, agreed)), *std::move(places)};
}

std::vector<std::size_t> engine_places(const Normalized& offer) {
    std::vector<std::size_t> places(offer.lines.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::ranges::stable_sort(places, {}, [&](std::size_t i) {
        return !offer.lines[i].usable ? 2 : is_data_channel(offer.description.media[i]) ? 1 : 0;
    });
    return places;
}

SessionDescription in_engine_order(const SessionDescription& description, std::span<const std::size_t> places) {
    SessionDescription ordered = description;
    ordered.media.clear();
    for (const std::size_t place : places) ordered.media.push_back(description.media.at(place));
    return with_bundle_in_order(std::move(ordered));
}

SessionDescription in_session_order(const SessionDescription& description, std::span<const std::size_t> places) {
    SessionDescription ordered = description;
    for (std::size_t i = 0; i < places.size(); ++i) ordered.media.at(places[i]) = description.media.at(i);
    ordered = with_bundle_in_order(std::move(ordered));
    move_candidates(detail::bundle(description), detail::bundle(ordered), ordered);
    return ordered;
}

SessionDescription with_mids_of(SessionDescription description, const SessionDescription& model) {
    std::vector<const MediaDescription*> grouped;  // mids may change places, so the lines are remembered
    for (const auto& mid : detail::bundle(description))
        for (const auto& media : description.media)
            if (!media.is_refused() && detail::mid_of(media) == mid) grouped.push_back(&media);
    for (std::size_t i = 0; i < std::min(description.media.size(), model.media.size()); ++i)
        if (const auto mid = detail::mid_of(model.media[i]))
            set(description.media[i].attributes, "mid", std::string(*mid));
    std::vector<std::string> mids;
    for (const auto* media : grouped) mids.emplace_back(*detail::mid_of(*media));
    detail::set_bundle(description, mids);
    return description;
}

SessionDescription settled_offer(const SessionDescription& our_offer, const SessionDescription& answer) {
    SessionDescription local = our_offer;
    const MediaDescription* first = nullptr;
    for (std::size_t i = 0; i < std::min(local.media.size(), answer.media.size()); ++i) {
        MediaDescription& media = local.media[i];
        if (answer.media[i].is_refused()) {
            refuse(media);
            continue;
        }
        if (first == nullptr) first = &media;
        if (sipmsg::sdp::remove(media.attributes, "bundle-only") == 0) continue;
        media.port = first->port;  // RFC 9143 §7.2: of the transport it shares
        media.connection = first->connection;
    }
    if (detail::bundle(answer).empty()) detail::set_bundle(local, {});
    detail::prune_bundle(local);
    return local;
}

SessionDescription reoffer_from_template(const SessionDescription& agreed_local, bool hold) {
    SessionDescription offer = agreed_local;
    for (MediaDescription& media : offer.media) {
        if (media.is_refused()) continue;
        if (!is_data_channel(media))
            set_direction(media, sipdialog::offered_direction(direction(agreed_local, media), hold));
        set(media.attributes, "setup", "actpass");
    }
    return versioned(std::move(offer), agreed_local);
}

SessionDescription answer_from_template(const SessionDescription& agreed_local, const SessionDescription& offer,
                                        DtlsRole role, bool hold) {
    SessionDescription answer = agreed_local;
    for (std::size_t i = 0; i < std::min(answer.media.size(), offer.media.size()); ++i) {
        MediaDescription& media = answer.media[i];
        if (media.is_refused()) continue;
        if (offer.media[i].is_refused()) {
            refuse(media);
            continue;
        }
        keep_offered_formats(media, offer.media[i]);
        if (!is_data_channel(media))
            set_direction(media, sipdialog::answered_direction(direction(offer, offer.media[i]), hold));
        set(media.attributes, "setup", std::string(setup_name(role)));
    }
    refuse_added_lines(answer, offer);
    detail::prune_bundle(answer);
    answer.times = offer.times;
    return versioned(std::move(answer), agreed_local);
}

Reoffer classify_reoffer(const SessionDescription& agreed_local, const SessionDescription& agreed_remote, DtlsRole role,
                         const SessionDescription& offer) {
    const std::size_t known = std::min(agreed_local.media.size(), agreed_remote.media.size());
    if (offer.media.size() < known) return Reoffer::refuse;  // RFC 3264 §8
    const auto normalized = normalize_offer(offer);
    const bool removes_all = std::ranges::all_of(offer.media, &MediaDescription::is_refused);
    if (!normalized && !removes_all) return Reoffer::refuse;
    Reoffer asked = Reoffer::absorb;
    for (std::size_t i = 0; i < known; ++i)
        asked = std::max(asked, classify_line(agreed_local, agreed_remote, role, offer, i));
    for (std::size_t i = known; i < offer.media.size() && !removes_all; ++i)
        if (normalized->lines[i].usable) asked = std::max(asked, Reoffer::renegotiate);
    return asked;
}

std::expected<void, Refusal> check_reanswer(const SessionDescription& agreed_remote,
                                            const SessionDescription& our_offer, const SessionDescription& answer) {
    const auto refuse_for = [](const char* reason) { return std::unexpected(Refusal{.reason = reason}); };
    if (answer.media.size() != our_offer.media.size()) return refuse_for("the answer has not the m-lines of the offer");
    for (std::size_t i = 0; i < std::min(answer.media.size(), agreed_remote.media.size()); ++i) {
        const MediaDescription &before = agreed_remote.media[i], &now = answer.media[i];
        if (!iequals(now.kind, our_offer.media[i].kind)) return refuse_for("an m-line changed its media type");
        if (now.is_refused() || our_offer.media[i].is_refused()) continue;
        if (!is_same_transport(agreed_remote, before, answer, now))
            return refuse_for("the answer changed the transport");
        if (!keeps_codec(our_offer.media[i], before, now)) return refuse_for("the answer changed the codec");
        if (!keeps_association(before, now)) return refuse_for("the answer changed the data channel");
    }
    return {};
}

std::vector<Direction> agreed_directions(const SessionDescription& local, const SessionDescription& remote) {
    std::vector<Direction> directions;
    for (std::size_t i = 0; i < std::min(local.media.size(), remote.media.size()); ++i) {
        const MediaDescription &ours = local.media[i], &theirs = remote.media[i];
        const bool refused = ours.is_refused() || theirs.is_refused();
        directions.push_back(refused ? Direction::inactive
                                     : direction(local, ours) & sipmsg::sdp::mirrored(direction(remote, theirs)));
    }
    return directions;
}

std::vector<Track> received_tracks(const SessionDescription& local, const SessionDescription& remote) {
    std::vector<Track> tracks;
    const auto directions = agreed_directions(local, remote);
    for (std::size_t mline = 0; mline < directions.size(); ++mline) {
        const auto& kind = local.media[mline].kind;
        if (!sipmsg::sdp::receives(directions[mline]) || (kind != "audio" && kind != "video")) continue;
        tracks.push_back({mline, kind == "audio" ? MediaKind::audio : MediaKind::video});
    }
    return tracks;
}

}  // namespace sipmedia
