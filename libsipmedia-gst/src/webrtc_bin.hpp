// SPDX-License-Identifier: MIT
#pragma once

#include "certificate.hpp"
#include "data_link.hpp"
#include "gst_ptr.hpp"
#include "mailbox.hpp"
#include "pipeline.hpp"
#include "tap.hpp"

#include <sipmedia/error.hpp>
#include <sipmedia/events.hpp>
#include <sipmedia/options.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sipmedia {

/// A pipeline with one webrtcbin in it, as the engine wants it; no knowledge of offers and answers.
///
/// Everything is called on the engine's executor. GStreamer's threads only ever post to the mailbox. Destruction hands
/// the pipeline to the reaper and may happen anywhere.
class WebRtcBin {
public:
    /// What GStreamer reports, on the executor.
    class Listener {
    public:
        virtual void gathering_changed() = 0;
        virtual void ice_changed() = 0;
        virtual void candidate_found(const LocalCandidate& candidate) = 0;
        virtual void connection_changed() = 0;
        virtual void pad_added(ReceivedPad pad) = 0;
        virtual void media_seen(const std::shared_ptr<Tap>& tap) = 0;
        virtual void tone_heard(char tone) = 0;
        virtual void channel_added(ChannelPtr channel) = 0;  ///< open, by the peer
        virtual void channel_opened(const GstWebRTCDataChannel* channel) = 0;
        virtual void channel_drained(const GstWebRTCDataChannel* channel) = 0;
        virtual void channel_closed(const GstWebRTCDataChannel* channel) = 0;
        virtual void message_received(const GstWebRTCDataChannel* channel, DataMessage message) = 0;
        /// Messages came faster than they were taken; no other is reported.
        virtual void channel_flooded(const GstWebRTCDataChannel* channel) = 0;
        virtual void pipeline_failed(const std::string& reason) = 0;

    protected:
        ~Listener() = default;
    };

    /// The fields of a promise's reply; null when there are none, which is how set-* succeed.
    using Reply = std::move_only_function<void(std::expected<StructurePtr, EngineError>)>;

    [[nodiscard]] static std::expected<std::unique_ptr<WebRtcBin>, EngineError> make(
        const WebRtcOptions& options, GstWebRTCBundlePolicy bundle, const Certificate& certificate,
        std::shared_ptr<Mailbox<Listener>> mailbox);
    ~WebRtcBin();
    WebRtcBin(const WebRtcBin&) = delete;
    WebRtcBin& operator=(const WebRtcBin&) = delete;

    [[nodiscard]] bool add_transceiver(const std::string& caps);
    /// A data channel, opened once the peer is there; null when webrtcbin makes none.
    [[nodiscard]] ChannelPtr create_channel(const DataChannelOptions& options);
    /// For an offer with a line for data channels that the peer opens.
    [[nodiscard]] ChannelPtr create_placeholder();
    /// What the peer sends of data channels beside media, where none was agreed on, is thrown away.
    void ignore_data();
    void create_offer(Reply reply);
    void create_answer(Reply reply);
    void set_local(GstWebRTCSDPType type, SdpPtr sdp, Reply reply);
    void set_remote(GstWebRTCSDPType type, SdpPtr sdp, Reply reply);
    void statistics(Reply reply);
    /// The interval of ICE's connectivity checks, before there are any.
    void pace_checks(std::chrono::milliseconds interval);
    /// The peer's; the value of a=candidate, or empty: no other will come.
    void add_candidate(std::size_t mline, const std::string& candidate);

    /// Sends a datagram that means nothing on each path that ICE has found.
    void touch_paths();

    [[nodiscard]] SdpPtr local_description() const;  ///< with the candidates found so far
    [[nodiscard]] GatheringState gathering_state() const;
    [[nodiscard]] IceState ice_state() const;
    [[nodiscard]] GstWebRTCPeerConnectionState connection_state() const;
    /// From now on the last two are those of the transports of these m-lines, and of the data channel if `data` says
    /// so. webrtcbin's own leave a data channel out where ICE is asked for, and wait for a refused one.
    void follow(const std::vector<std::size_t>& mlines, bool data);

    /// The peer's certificate is the promised one; what comes from now on may take the short way.
    void peer_is_known() { peer_is_known_->store(true, std::memory_order_release); }
    /// The pad that takes the RTP of an m-line; null when webrtcbin made none.
    [[nodiscard]] ObjectPtr<GstPad> sink_pad(std::size_t mline) const;
    /// PEM of the peer's certificate on the transport of each transceiver, with its m-line.
    struct PeerCertificate {
        std::size_t mline = 0;
        std::string pem;
    };
    [[nodiscard]] std::vector<PeerCertificate> peer_certificates() const;
    /// The same of the data channel's transport; empty while there is none.
    [[nodiscard]] std::string data_certificate() const;
    [[nodiscard]] static std::size_t mline_of(GstPad* pad);

    [[nodiscard]] Pipeline& pipeline() { return pipeline_; }

private:
    explicit WebRtcBin(std::shared_ptr<Mailbox<Listener>> mailbox);

    /// Of each transceiver, with its m-line.
    [[nodiscard]] std::vector<std::pair<std::size_t, ObjectPtr<GObject>>> transports() const;
    [[nodiscard]] ObjectPtr<GObject> data_transport() const;
    void follow(ObjectPtr<GObject> transport);
    [[nodiscard]] std::expected<void, EngineError> configure_ice(const WebRtcOptions& options);
    void connect_signals(const Certificate& certificate);
    void connect_channels();
    template <class... Arguments>
    void call(const char* signal, Reply reply, Arguments... arguments);

    std::shared_ptr<Mailbox<Listener>> mailbox_;
    std::shared_ptr<std::atomic<bool>> peer_is_known_ = std::make_shared<std::atomic<bool>>(false);
    Pipeline pipeline_;
    GstElement* webrtc_ = nullptr;              // owned by the pipeline
    std::vector<ObjectPtr<GObject>> followed_;  // DTLS transports; empty: all
    struct OpenCall {
        PromisePtr promise;
        std::shared_ptr<void> call;  // what the promise's function works with: webrtcbin does not free every promise
    };
    std::vector<OpenCall> promises_;  // not replied to yet
};

}  // namespace sipmedia
