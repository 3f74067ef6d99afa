// SPDX-License-Identifier: MIT
// What stands after create-offer and create-answer: webrtcbin's description as it goes to a peer.
#include <sipmedia/sdp_adapter.hpp>

#include "sdp_adapter_ice.hpp"

#include <sipmsg/params.hpp>
#include <sipmsg/sdp/rtp.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace sipmedia {
namespace {

using detail::MediaDescription;
using sipmsg::iequals;
using sipmsg::sdp::Attribute;

/// Encoding names that webrtcbin writes in capitals and some peers compare octet for octet.
constexpr auto lower_case_names = std::to_array<std::string_view>({"opus", "telephone-event"});

/// Whether candidates follow is said by whoever knows, and RTCP without multiplexing was never on offer.
constexpr auto dropped_names = std::to_array<std::string_view>({"ice-options", "rtcp-mux-only", "end-of-candidates"});

void drop_attributes(sipmsg::sdp::Attributes& list) {
    std::erase_if(list, [](const Attribute& attribute) {
        return std::ranges::find(dropped_names, attribute.name) != dropped_names.end();
    });
}

void write_usual_names(MediaDescription& media) {
    for (Attribute& attribute : media.attributes) {
        const auto value = sipmsg::sdp::payload_value(attribute.text());
        if (attribute.name != "rtpmap" || !value) continue;
        const auto name = value->rest.substr(0, value->rest.find('/'));
        for (const std::string_view usual : lower_case_names)
            if (iequals(name, usual))
                attribute.value = std::to_string(value->payload) + " " + std::string(usual) +
                                  std::string(value->rest.substr(name.size()));
    }
}

/// webrtcbin names SSRC 0 in the group when it does not know its own yet; Firefox then shows no picture.
void drop_unknown_ssrc_groups(MediaDescription& media) {
    std::erase_if(media.attributes, [](const Attribute& attribute) {
        const std::string_view text = attribute.text();
        return attribute.name == "ssrc-group" && (text.ends_with(" 0") || text.find(" 0 ") != std::string_view::npos);
    });
}

bool place(MediaDescription& media) {
    const auto candidate = detail::best_candidate(media);
    if (!candidate) return false;
    media.connection = sipmsg::sdp::connection_to(std::string(candidate->address));
    if (!media.is_refused() && media.port != 0) media.port = candidate->port;
    return true;
}

/// c= and port by the best candidate, for lines without any by their transport's first line: webrtcbin leaves 0.0.0.0
/// and 9, which some peers take for a hold or for a lack of ICE.
void place_lines(SessionDescription& description, bool complete) {
    const auto mids = detail::bundle(description);
    const MediaDescription* tagged = nullptr;
    for (MediaDescription& media : description.media) {
        if (media.is_refused()) continue;
        const bool bundled = detail::is_bundled(mids, media);
        if (place(media)) {
            if (complete) set(media.attributes, "end-of-candidates");
        } else if (bundled && tagged != nullptr) {
            media.connection = tagged->connection;
            if (media.port != 0) media.port = tagged->port;
        }
        if (bundled && tagged == nullptr) tagged = &media;
    }
}

/// webrtcbin writes it for a data channel that has a transport of its own, too; it means something in a group alone
/// (RFC 9143 §6).
void drop_stray_bundle_only(SessionDescription& description) {
    const auto mids = detail::bundle(description);
    for (MediaDescription& media : description.media)
        if (!detail::is_bundled(mids, media)) sipmsg::sdp::remove(media.attributes, "bundle-only");
}

void finish_line(MediaDescription& media, const LocalIdentity& identity) {
    drop_attributes(media.attributes);
    write_usual_names(media);
    drop_unknown_ssrc_groups(media);
    if (!identity.fingerprint.empty()) set(media.attributes, "fingerprint", identity.fingerprint);
    if (is_data_channel(media)) detail::remove_direction(media);
}

SessionDescription finish(const SessionDescription& engine, const LocalIdentity& identity, std::uint64_t version) {
    SessionDescription local = engine;
    drop_attributes(local.attributes);
    for (MediaDescription& media : local.media)
        if (!media.is_refused()) finish_line(media, identity);
    drop_stray_bundle_only(local);
    place_lines(local, identity.complete);
    if (identity.trickle) set(local.attributes, "ice-options", "trickle");
    local.origin = {.session_id = identity.session_id, .version = version};
    if (!local.media.empty() && local.media.front().connection) {
        local.origin.address_type = local.media.front().connection->address_type;
        local.origin.address = local.media.front().connection->address;
    }
    return local;
}

void remove_mids(SessionDescription& description) {
    detail::set_bundle(description, {});
    for (MediaDescription& media : description.media) sipmsg::sdp::remove(media.attributes, "mid");
}

/// A mid goes back only to a line that came with one (RFC 5888 §9.2), BUNDLE only to an offer with it.
void return_offered_names(SessionDescription& local, const SessionDescription& offer) {
    for (std::size_t i = 0; i < local.media.size(); ++i)
        if (!detail::mid_of(offer.media[i])) sipmsg::sdp::remove(local.media[i].attributes, "mid");
    if (detail::bundle(offer).empty()) detail::set_bundle(local, {});
    if (std::ranges::none_of(offer.media, [](const MediaDescription& m) { return detail::mid_of(m).has_value(); }))
        remove_mids(local);
}

}  // namespace

SessionDescription finish_offer(const SessionDescription& engine_offer, const LocalIdentity& identity, bool hold) {
    SessionDescription local = finish(engine_offer, identity, 1);
    for (MediaDescription& media : local.media) {
        if (media.is_refused()) continue;
        if (!is_data_channel(media)) set_direction(media, hold ? Direction::sendonly : Direction::sendrecv);
        set(media.attributes, "setup", "actpass");  // RFC 5763 §5
    }
    return local;
}

SessionDescription finish_answer(const SessionDescription& engine_answer, const SessionDescription& offer,
                                 const Normalized& normalized, const LocalIdentity& identity, std::uint64_t version,
                                 bool hold) {
    SessionDescription local = finish(engine_answer, identity, version);
    local.media.resize(offer.media.size());
    local.times = offer.times;  // RFC 3264 §6
    for (std::size_t i = 0; i < local.media.size(); ++i) {
        MediaDescription& media = local.media[i];
        const bool usable = i < normalized.lines.size() && normalized.lines[i].usable;
        media.protocol = offer.media[i].protocol;  // RFC 3264 §6; webrtcbin knows one alone
        if (!usable || media.port == 0)
            media = detail::refused_line(offer.media[i]);
        else if (!is_data_channel(media))
            set_direction(media, sipdialog::answered_direction(normalized.lines[i].direction, hold));
    }
    if (!ice_pacing(offer)) set_ice_pacing(local, std::nullopt);
    detail::prune_bundle(local);
    return_offered_names(local, offer);
    return local;
}

DtlsRole dtls_role(const SessionDescription& answer, bool answer_is_ours) noexcept {
    for (const MediaDescription& media : answer.media) {
        if (media.is_refused()) continue;
        const bool answerer_is_active = inherited(answer, media, "setup").value_or("active") != "passive";
        return answerer_is_active == answer_is_ours ? DtlsRole::active : DtlsRole::passive;
    }
    return answer_is_ours ? DtlsRole::active : DtlsRole::passive;
}

}  // namespace sipmedia
