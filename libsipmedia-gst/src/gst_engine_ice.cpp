// SPDX-License-Identifier: MIT
// The candidates of an engine, and what ICE makes of them.
#include "gst_engine_core.hpp"

#include "sdp_adapter_ice.hpp"

#include <sipmedia/sdp_adapter.hpp>

#include <algorithm>
#include <utility>

namespace sipmedia {

void GstEngine::Core::gather() {
    if (trickles_) return describe();
    gathering_ = true;
    if (bin_->gathering_state() == GatheringState::complete) return gathered();
    after(options_.gather_timeout, &Core::gathered);
}

void GstEngine::Core::gathering_changed() {
    const auto state = bin_->gathering_state();
    tell_candidates(state);
    if (std::exchange(gathering_told_, state) != state && events_.on_gathering_state) events_.on_gathering_state(state);
    if (!is_over() && gathering_ && state == GatheringState::complete) gathered();
}

// All candidates are there, or the time is up and it goes on with those that are.
void GstEngine::Core::gathered() {
    if (!gathering_) return;
    gathering_ = false;
    timer_.cancel();
    describe();
}

bool GstEngine::Core::stop_gathering() {
    const auto sdp = gathering_ && !is_over() ? bin_->local_description() : nullptr;
    if (!sdp || candidates_of(*sdp).empty()) return false;
    gathered();
    return true;
}

void GstEngine::Core::describe() {
    descriptors_.reset();
    auto sdp = bin_->local_description();
    if (!sdp || (!trickles_ && candidates_of(*sdp).empty()))
        return fail({Errc::no_candidates, "ICE gathering ended with no candidate"});
    if (keeps_first_line_) refuse_line(*sdp, 0);
    set_fingerprints(*sdp, certificate_.fingerprint);
    if (options_.ice_pacing.count() > 0) set_ice_pacing(*sdp, options_.ice_pacing);
    if (phase_ == Phase::answering)
        start_media();
    else
        phase_ = Phase::offered;
    if (!is_over()) complete(description_handler_, Description(text_of(*sdp)));
}

// webrtcbin may say that it has found all before it has told the last ones.
void GstEngine::Core::tell_candidates(GatheringState state) {
    if (state != GatheringState::complete) return;
    if (const auto sdp = bin_->local_description())
        for (const auto& candidate : candidates_of(*sdp)) candidate_found(candidate);
}

void GstEngine::Core::candidate_found(const LocalCandidate& candidate) {
    if (is_over() || std::ranges::count(candidates_told_, candidate) > 0) return;
    candidates_told_.push_back(candidate);
    if (events_.on_candidate) events_.on_candidate(candidate);
}

void GstEngine::Core::add_candidate(std::size_t mline, const std::string& candidate) {
    if (phase_ != Phase::stable && phase_ != Phase::applying) return;
    const auto parsed = detail::parse_candidate(candidate);
    if (is_active(mline) && (candidate.empty() || (parsed && detail::is_usable(*parsed))))
        bin_->add_candidate(mline, candidate);
}

void GstEngine::Core::ice_changed() {
    const auto state = bin_->ice_state();
    const bool found = state == IceState::connected || state == IceState::completed;
    if (events_.moves && found && !verified_) bin_->touch_paths();
    if (std::exchange(ice_told_, state) != state && events_.on_ice_state) events_.on_ice_state(state);
}

// Both sides have said what they wish, or libnice's own interval stays.
void GstEngine::Core::pace_checks(const SessionDescription& remote) {
    if (options_.ice_pacing.count() <= 0) return;
    if (const auto agreed = agreed_ice_pacing(options_.ice_pacing, ice_pacing(remote))) bin_->pace_checks(*agreed);
}

}  // namespace sipmedia
