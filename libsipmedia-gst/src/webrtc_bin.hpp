// SPDX-License-Identifier: MIT
#pragma once

#include "certificate.hpp"
#include "gst_ptr.hpp"
#include "mailbox.hpp"

#include <sipmedia/error.hpp>
#include <sipmedia/options.hpp>

#include <atomic>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sipmedia {

/// The gate and the counters of one received RTP stream. Written by a streaming thread, read by the executor.
struct ReceiveTap {
    std::atomic<bool> open = false;
    std::atomic<bool> seen = false;  ///< a packet went through
    std::atomic<std::uint64_t> packets = 0;
    std::atomic<std::uint64_t> bytes = 0;
};

/// A source pad that webrtcbin made, with a probe already on it: closed, and dropping.
struct ReceivedPad {
    ObjectPtr<GstPad> pad;
    std::shared_ptr<ReceiveTap> tap;
};

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
        virtual void connection_changed() = 0;
        virtual void pad_added(ReceivedPad pad) = 0;
        virtual void media_seen(const std::shared_ptr<ReceiveTap>& tap) = 0;
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
    void create_offer(Reply reply);
    void create_answer(Reply reply);
    void set_local(GstWebRTCSDPType type, SdpPtr sdp, Reply reply);
    void set_remote(GstWebRTCSDPType type, SdpPtr sdp, Reply reply);
    void statistics(Reply reply);

    [[nodiscard]] SdpPtr local_description() const;  ///< with the candidates found so far
    [[nodiscard]] bool is_gathered() const;
    [[nodiscard]] GstWebRTCPeerConnectionState connection_state() const;

    /// The pad that takes the RTP of an m-line; null when webrtcbin made none.
    [[nodiscard]] ObjectPtr<GstPad> sink_pad(std::size_t mline) const;
    /// PEM of the peer's certificate on the transport of each transceiver, with its m-line.
    struct PeerCertificate {
        std::size_t mline = 0;
        std::string pem;
    };
    [[nodiscard]] std::vector<PeerCertificate> peer_certificates() const;
    [[nodiscard]] static std::size_t mline_of(GstPad* pad);

    /// Parses a launch line to a bin, puts it into the pipeline, and leaves starting it to `start`.
    [[nodiscard]] std::expected<GstBin*, EngineError> add_bin(const std::string& launch);
    static void start(GstBin* bin) { gst_element_sync_state_with_parent(GST_ELEMENT(bin)); }

private:
    WebRtcBin(ObjectPtr<GstElement> pipeline, GstElement* webrtc, std::shared_ptr<Mailbox<Listener>> mailbox);

    [[nodiscard]] std::expected<void, EngineError> configure_ice(const WebRtcOptions& options);
    void connect_signals(const Certificate& certificate);
    template <class... Arguments>
    void call(const char* signal, Reply reply, Arguments... arguments);

    ObjectPtr<GstElement> pipeline_;
    GstElement* webrtc_;  // owned by the pipeline
    std::shared_ptr<Mailbox<Listener>> mailbox_;
    std::vector<std::pair<GstElement*, gulong>> connections_;
    std::vector<PromisePtr> promises_;  // not replied to yet
};

}  // namespace sipmedia
