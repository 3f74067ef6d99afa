// SPDX-License-Identifier: MIT
// The data channel of an engine.
#include "gst_engine_core.hpp"

#include <utility>

namespace sipmedia {
namespace {

// Each channel costs a peer some octets, and us threads.
constexpr std::size_t max_more_channels = 8;

}  // namespace

// webrtcbin puts its line behind all others.
GstEngine::Core::Step GstEngine::Core::propose_data() {
    if (events_.data && options_.data_channel && options_.data_channel->offer) {
        auto channel =
            events_.awaits_channel ? bin_->create_placeholder() : bin_->create_channel(*options_.data_channel);
        if (!channel) return engine_failure("no data channel");
        data_.emplace(lines_.size(), events_.data);
        if (!events_.awaits_channel) data_->take(std::move(channel));
    }
    if (lines_.empty() && !data_) return failure(Errc::invalid_state, "there is nothing to offer");
    return {};
}

GstEngine::Core::Step GstEngine::Core::agree_on_data(const std::vector<RemoteLine>& remote) {
    if (!data_) return {};
    const auto& answered = remote[data_->mline()];
    if (answered.accepted && !(answered.is_data && answered.is_usable()))
        return failure(Errc::not_acceptable, "the answered data channel is none, or lacks a fingerprint");
    data_->agree(answered.accepted);
    data_->expect(answered.fingerprints);
    return {};
}

void GstEngine::Core::channel_added(ChannelPtr channel) {
    if (!data_ || !data_->is_active() || data_->has_channel()) {
        gst_webrtc_data_channel_close(channel.get());
        if (++more_channels_ > max_more_channels) fail({Errc::engine_failure, "the peer opens too many data channels"});
        return;
    }
    data_->take(std::move(channel));
    use_channel();
}

void GstEngine::Core::channel_opened(const GstWebRTCDataChannel* channel) {
    if (carries(channel)) use_channel();
}

// Its transport may be one of its own, and up before the others: so its certificate is looked at now.
void GstEngine::Core::use_channel() {
    const auto der = promised_certificate(bin_->data_certificate(), data_->fingerprints(), data_->mline());
    if (!der) return fail(der.error());
    data_->opened();
}

void GstEngine::Core::channel_drained(const GstWebRTCDataChannel* channel) {
    if (carries(channel)) data_->drained();
}

void GstEngine::Core::channel_closed(const GstWebRTCDataChannel* channel) {
    if (carries(channel)) data_->closed();
}

void GstEngine::Core::channel_flooded(const GstWebRTCDataChannel* channel) {
    if (carries(channel)) data_->give_up(std::make_error_code(std::errc::no_buffer_space));
}

void GstEngine::Core::message_received(const GstWebRTCDataChannel* channel, DataMessage message) {
    if (carries(channel)) data_->received(std::move(message));
}

}  // namespace sipmedia
