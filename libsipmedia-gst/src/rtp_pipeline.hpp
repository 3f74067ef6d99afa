// SPDX-License-Identifier: MIT
#pragma once

#include "codec.hpp"
#include "mailbox.hpp"
#include "pipeline.hpp"
#include "rtp_sockets.hpp"
#include "tap.hpp"

#include <sipmedia/rtp.hpp>
#include <sipmedia/sdes.hpp>

#include <atomic>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sipmedia {

/// Where the two kinds of packets go, or come from.
enum class Component : std::uint8_t { rtp, rtcp };

/// What decides how a pipeline is built; another stream is another pipeline.
struct RtpStream {
    struct Format {
        unsigned payload = 0;
        std::string encoding;
        unsigned clock_rate = 8000;

        friend bool operator==(const Format&, const Format&) = default;
    };
    const Codec* codec = nullptr;  ///< what we send with
    unsigned payload = 0;
    std::optional<unsigned> event_payload;
    unsigned packet_time = 20;       ///< milliseconds
    std::vector<Format> receivable;  ///< by our numbers
    std::optional<SrtpKey> send_key;
    std::optional<SrtpKey> receive_key;
    bool rtcp_mux = false;  ///< both kinds share the RTP port

    friend bool operator==(const RtpStream&, const RtpStream&) = default;
};

/// rtpbin between two sockets, with SRTP when there are keys. No knowledge of offers and answers.
///
/// Called on the engine's executor; GStreamer's threads only ever post to the mailbox.
class RtpPipeline {
public:
    /// What GStreamer reports, on the executor.
    class Listener {
    public:
        virtual void pad_added(ReceivedPad pad) = 0;
        virtual void media_seen(const std::shared_ptr<Tap>& tap) = 0;
        /// The first packet of a component came, from this address.
        virtual void source_seen(Component component, const std::string& address, std::uint16_t port) = 0;
        virtual void tone_heard(char tone) = 0;
        virtual void pipeline_failed(const std::string& reason) = 0;

    protected:
        ~Listener() = default;
    };

    [[nodiscard]] static std::expected<std::unique_ptr<RtpPipeline>, EngineError> make(
        const RtpSockets& sockets, const RtpStream& stream, std::uint32_t own_ssrc, const RtpOptions& options,
        std::shared_ptr<Mailbox<Listener>> mailbox);
    ~RtpPipeline();
    RtpPipeline(const RtpPipeline&) = delete;
    RtpPipeline& operator=(const RtpPipeline&) = delete;

    [[nodiscard]] Pipeline& pipeline() { return pipeline_; }
    [[nodiscard]] GstPad* sink_pad() const { return sink_.get(); }  ///< takes the RTP that we send
    [[nodiscard]] std::expected<void, EngineError> play() { return pipeline_.play(); }

    /// Where packets go from now on.
    void send_to(Component component, const std::string& address, std::uint16_t port);
    /// The source of the next packet is reported again.
    void look_at_source_again();
    /// rtpbin's own figures of the session.
    [[nodiscard]] StructurePtr report() const;

private:
    using Step = std::expected<void, EngineError>;
    struct Leg {
        GstElement* receiver = nullptr;  // owned by the pipeline, as all the others
        GstElement* sender = nullptr;
        std::shared_ptr<std::atomic<bool>> source_known = std::make_shared<std::atomic<bool>>(false);
    };

    explicit RtpPipeline(std::shared_ptr<Mailbox<Listener>> mailbox);
    [[nodiscard]] Step build(const RtpSockets& sockets, const RtpStream& stream, std::uint32_t own_ssrc,
                             const RtpOptions& options);
    /// A null type: RTP and RTCP may come.
    [[nodiscard]] Step add_receiver(Leg& leg, GSocket* socket, const char* media_type);
    [[nodiscard]] Step add_sender(Leg& leg, GSocket* socket, bool is_v6);
    [[nodiscard]] Step connect_plain();
    [[nodiscard]] Step part_receiver();
    [[nodiscard]] Step connect_secure(const SrtpKey& send, const SrtpKey& receive);
    [[nodiscard]] ObjectPtr<GObject> session() const;
    [[nodiscard]] Leg& leg(Component component) { return component == Component::rtp ? rtp_ : rtcp_; }
    void watch_source(Component component, GstElement* element, const char* pad);
    void accept_echo(GstElement* element, const char* pad, std::uint32_t own_ssrc);

    std::shared_ptr<Mailbox<Listener>> mailbox_;
    Pipeline pipeline_;
    GstElement* bin_ = nullptr;
    ObjectPtr<GstPad> sink_;
    Leg rtp_;
    Leg rtcp_;
};

}  // namespace sipmedia
