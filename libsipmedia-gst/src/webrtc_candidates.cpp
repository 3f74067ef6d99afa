// SPDX-License-Identifier: MIT
// The candidates of a session that follow their description, both ways (RFC 8838, RFC 8840).
#include "webrtc_handler.hpp"

#include <sipmsg/header/content.hpp>

#include <algorithm>
#include <utility>

namespace sipmedia {

namespace sdp = sipmsg::sdp;

// Fragments name their lines by mid (RFC 8840 §4.1), so an offer without mids gets an answer that is complete.
void WebRtcHandler::begin_candidates(const sipua::DescriptionOptions& options, const SessionDescription* offer) {
    const auto has_mid = [](const auto& media) { return media.is_refused() || sdp::has(media.attributes, "mid"); };
    const bool taken = !offer || (offers_trickle(*offer) && std::ranges::all_of(offer->media, has_mid));
    identity_.trickle = options.takes_fragments;
    trickling_ = options.sends_fragments && taken ? last_engine_ : 0;
    found_.clear();
    if (trickling_ != 0) fresh_->trickle();
}

// Ours that stands on the engine's addresses; null before there is one.
SessionDescription* WebRtcHandler::described_by(unsigned engine) {
    auto* offer = std::get_if<LocalOffer>(&exchange_);
    if (offer && offer->engine_offer && engine == last_engine_) return &offer->offer;
    return agreed_ && engine == agreed_engine_ ? &agreed_->local : nullptr;
}

namespace {

// False when it is there already.
bool add_candidate(SessionDescription& description, const LocalCandidate& candidate) {
    if (candidate.mline >= description.media.size()) return false;
    auto& attributes = description.media[candidate.mline].attributes;
    if (std::ranges::count(attributes, sdp::Attribute{.name = "candidate", .value = candidate.value}) > 0) return false;
    sdp::add(attributes, "candidate", candidate.value);
    return true;
}

}  // namespace

// With what was found while it was on its way from the engine.
std::optional<SessionDescription> WebRtcHandler::described(const std::string& made) {
    auto raw = sdp::parse(made);
    if (!raw) return std::nullopt;
    for (const auto& candidate : std::exchange(found_, {})) (void)add_candidate(*raw, candidate);
    identity_.complete = trickling_ != last_engine_ || gathered_ == last_engine_;
    return *std::move(raw);
}

void WebRtcHandler::candidate_found(unsigned engine, const LocalCandidate& candidate) {
    const LocalCandidate told{session_line(engine, candidate.mline), candidate.value};
    auto* ours = engine == trickling_ ? described_by(engine) : nullptr;
    if (!ours && engine == trickling_) found_.push_back(candidate);
    if (ours && add_candidate(*ours, told) && on_fragment) on_fragment();
    tell(&MediaDelegate::on_candidate, told);
}

void WebRtcHandler::gathered(unsigned engine) {
    gathered_ = engine;
    auto* ours = described_by(engine);
    if (!ours || engine != trickling_) return;
    for (auto& media : ours->media)
        if (!media.is_refused()) sdp::set(media.attributes, "end-of-candidates");
    if (on_fragment) on_fragment();
}

sipua::Body WebRtcHandler::fragment() {
    const auto* ours = trickling_ != 0 && !closed_ ? described_by(trickling_) : nullptr;
    if (!ours) return {};
    return {std::string(sdp_fragment_type), to_string(fragment_of(*ours))};
}

bool WebRtcHandler::take_fragment(const sipua::Body& fragment) {
    const auto type = sipmsg::ContentType::parse(fragment.content_type);
    if (!type || !type->is("application", "trickle-ice-sdpfrag")) return false;
    const auto parsed = parse_fragment(fragment.content);
    if (parsed) use(*parsed);
    return parsed.has_value();
}

// It may belong to a description that is being agreed on: then it comes by here again. The last one has all.
void WebRtcHandler::use(const SdpFragment& fragment) {
    if (closed_) return;
    if (!agreed_ || !std::holds_alternative<std::monostate>(exchange_)) early_ = fragment;
    if (!agreed_) return;
    const auto added = candidates_in(fragment, agreed_->remote);
    for (const auto& [mline, value] : added.candidates) engine_->add_candidate(engine_line(mline), value);
    for (std::size_t mline = 0; mline < added.ended.size(); ++mline)
        if (added.ended[mline] && !sdp::has(agreed_->remote.media[mline].attributes, "end-of-candidates"))
            engine_->add_candidate(engine_line(mline), {});
    agreed_->remote = with_candidates(std::move(agreed_->remote), added);
}

}  // namespace sipmedia
