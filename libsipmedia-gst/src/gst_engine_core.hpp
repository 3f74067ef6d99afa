// SPDX-License-Identifier: MIT
#pragma once

#include "certificate.hpp"
#include "data_line.hpp"
#include "descriptor_claim.hpp"
#include "mailbox.hpp"
#include "media_line.hpp"
#include "media_watch.hpp"
#include "remote_line.hpp"
#include "sdp_message.hpp"
#include "webrtc_bin.hpp"

#include <sipmedia/gst_engine.hpp>

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <deque>
#include <optional>
#include <utility>

namespace sipmedia {

/// DER of a certificate that one of the fingerprints promised.
[[nodiscard]] std::expected<std::vector<std::uint8_t>, EngineError> promised_certificate(
    const std::string& pem, const std::vector<Fingerprint>& promised, std::size_t mline);

/// What stands behind a GstEngine. Held by it alone; callbacks hold it weakly.
class GstEngine::Core final : public WebRtcBin::Listener, public std::enable_shared_from_this<Core> {
public:
    Core(asio::any_io_executor executor, WebRtcOptions options, EngineEvents events);

    void create_offer(DescriptionHandler handler);
    void accept_answer(std::string_view answer, Handler handler);
    void accept_offer(std::string_view offer, DescriptionHandler handler);
    void trickle() { trickles_ = true; }
    bool stop_gathering();
    void add_candidate(std::size_t mline, const std::string& candidate);
    void set_gate(std::size_t mline, Gate gate);
    bool send_dtmf(std::string_view tones, std::chrono::milliseconds duration, std::chrono::milliseconds gap);
    void statistics(StatisticsHandler handler);
    void close();

private:
    //   idle -- create_offer --> offering --> offered -- accept_answer --> applying --> stable
    //   idle -- accept_offer --> answering -----------------------------------------> stable
    //   any -- error --> failed;  any -- close --> closed
    enum class Phase : std::uint8_t { idle, offering, offered, applying, answering, stable, failed, closed };

    // Listener
    void gathering_changed() override;
    void ice_changed() override;
    void candidate_found(const LocalCandidate& candidate) override;
    void connection_changed() override;
    void pad_added(ReceivedPad pad) override;
    void media_seen(const std::shared_ptr<Tap>& tap) override;
    void tone_heard(char tone) override;
    void channel_added(ChannelPtr channel) override;
    void channel_opened(const GstWebRTCDataChannel* channel) override;
    void channel_drained(const GstWebRTCDataChannel* channel) override;
    void channel_closed(const GstWebRTCDataChannel* channel) override;
    void message_received(const GstWebRTCDataChannel* channel, DataMessage message) override;
    void channel_flooded(const GstWebRTCDataChannel* channel) override;
    void pipeline_failed(const std::string& reason) override;

    using Step = std::expected<void, EngineError>;
    [[nodiscard]] Step build(GstWebRTCBundlePolicy bundle);
    [[nodiscard]] Step begin_offer();
    [[nodiscard]] Step begin_answer(std::string_view offer);
    [[nodiscard]] Step propose_lines();
    [[nodiscard]] Step propose_data();
    [[nodiscard]] Step propose_line(MediaKind kind, const std::vector<std::string>& names);
    [[nodiscard]] Step answer_lines(const std::vector<RemoteLine>& remote);
    [[nodiscard]] Step agree(const std::vector<RemoteLine>& remote);
    [[nodiscard]] Step agree_on_data(const std::vector<RemoteLine>& remote);
    [[nodiscard]] bool is_wanted(const RemoteLine& remote) const;
    [[nodiscard]] bool is_active(std::size_t mline) const;
    [[nodiscard]] std::vector<std::size_t> active_lines() const;

    void pace_checks(const SessionDescription& remote);
    void set_local(GstWebRTCSDPType type, const GstStructure* reply);
    void gather();
    void gathered();
    void describe();
    void tell_candidates(GatheringState state);
    void start_media();
    [[nodiscard]] Step start_line(MediaLine& line);
    void verify();
    [[nodiscard]] std::expected<std::vector<std::uint8_t>, EngineError> verified_certificate() const;
    void use_channel();
    [[nodiscard]] bool carries(const GstWebRTCDataChannel* channel) const { return data_ && data_->carries(channel); }
    void apply_gates();
    void watch_media();
    [[nodiscard]] SendSource source_of(MediaKind kind) const;
    [[nodiscard]] MediaLine* line(std::size_t mline);
    [[nodiscard]] MediaStatistics collect(const GstStructure* report) const;

    /// Ends the engine: the pending operation completes with the error, or an event reports it when there is none.
    void fail(const EngineError& error);
    void stop(const EngineError& error);  // ends the pipeline and completes whatever is pending
    [[nodiscard]] bool is_over() const { return phase_ == Phase::failed || phase_ == Phase::closed; }
    template <class HandlerType, class Result>
    void complete(HandlerType& handler, Result result);
    void after(std::chrono::milliseconds delay, void (Core::*step)());
    void connect_timed_out();

    /// A reply that goes on with `step`, or fails the engine.
    template <class Next>
    [[nodiscard]] WebRtcBin::Reply then(Next step);

    asio::any_io_executor executor_;
    WebRtcOptions options_;
    EngineEvents events_;
    Phase phase_ = Phase::idle;
    bool verified_ = false;
    Certificate certificate_;
    std::vector<MediaLine> lines_;
    std::optional<DataLine> data_;
    bool refused_data_ = false;                        // one of the peer's
    bool keeps_first_line_ = false;                    // refused on the wire, not in webrtcbin
    std::size_t more_channels_ = 0;                    // of the peer, besides the one that is used
    std::vector<std::pair<std::size_t, Gate>> gates_;  // as the user wants them
    std::vector<std::size_t> flowing_;                 // m-lines that have reported media
    DescriptionHandler description_handler_;
    Handler handler_;
    std::deque<StatisticsHandler> statistics_handlers_;
    DescriptorClaim descriptors_;  // until they are open
    asio::steady_timer timer_;     // of gathering, then of connecting
    MediaWatch watch_;             // once the peer is known
    bool trickles_ = false;
    bool gathering_ = false;
    GatheringState gathering_told_ = GatheringState::fresh;
    IceState ice_told_ = IceState::fresh;
    std::vector<LocalCandidate> candidates_told_;
    std::shared_ptr<Mailbox<WebRtcBin::Listener>> mailbox_;
    std::unique_ptr<WebRtcBin> bin_;
};

template <class HandlerType, class Result>
void GstEngine::Core::complete(HandlerType& handler, Result result) {
    if (!handler) return;
    asio::post(executor_, [handler = std::exchange(handler, nullptr), result = std::move(result)]() mutable {
        handler(std::move(result));
    });
}

// Replies come through the mailbox, which holds the core while they run and drops them once the bin is gone.
template <class Next>
WebRtcBin::Reply GstEngine::Core::then(Next step) {
    return [this, step = std::move(step)](std::expected<StructurePtr, EngineError> reply) mutable {
        if (!reply) return fail(reply.error());
        step(reply->get());
    };
}

}  // namespace sipmedia
