// SPDX-License-Identifier: MIT
#pragma once

#include "descriptor_claim.hpp"
#include "media_line.hpp"
#include "media_watch.hpp"
#include "rtp_pipeline.hpp"

#include <sipmedia/engine.hpp>
#include <sipmedia/rtp.hpp>
#include <sipmedia/rtp_negotiator.hpp>

#include <asio/any_io_executor.hpp>

#include <expected>
#include <memory>
#include <optional>
#include <string>

namespace sipmedia {

/// The media of one RTP session: two ports for all its life, and a pipeline that follows what was agreed last.
///
/// Everything on the executor, events too. A change of address or direction touches the pipeline that runs; another
/// codec or key is a new one, with a new SSRC, so that no key ever sees one packet number twice (RFC 3711 §9.1).
class RtpEngine final : public RtpPipeline::Listener, public std::enable_shared_from_this<RtpEngine> {
public:
    RtpEngine(asio::any_io_executor executor, RtpOptions options, EngineEvents events);

    /// Binds the ports; once, before anything else.
    [[nodiscard]] std::expected<void, EngineError> open(const std::string& address);
    [[nodiscard]] std::uint16_t port() const { return sockets_.port; }

    [[nodiscard]] std::expected<void, EngineError> apply(const RtpAgreement& agreement);
    bool send_dtmf(std::string_view tones, std::chrono::milliseconds duration, std::chrono::milliseconds gap);
    [[nodiscard]] MediaStatistics statistics() const;
    void close();

private:
    struct Target {
        std::string address;
        std::uint16_t port = 0;
        friend bool operator==(const Target&, const Target&) = default;
    };

    void pad_added(ReceivedPad pad) override;
    void media_seen(const std::shared_ptr<Tap>& tap) override;
    void source_seen(Component component, const std::string& address, std::uint16_t port) override;
    void tone_heard(char tone) override;
    void pipeline_failed(const std::string& reason) override;

    [[nodiscard]] std::expected<void, EngineError> rebuild(RtpStream stream);
    void aim(Target rtp, Target rtcp);
    void watch_media();
    void fail(const EngineError& error);

    asio::any_io_executor executor_;
    RtpOptions options_;
    EngineEvents events_;
    bool closed_ = false;
    bool flowing_ = false;
    DescriptorClaim descriptors_;  // until they are open
    MediaWatch watch_;             // from the first agreement on
    RtpSockets sockets_;
    std::optional<RtpStream> stream_;
    Target rtp_target_;
    Target rtcp_target_;
    LineStatistics earlier_;  // of the pipelines before this one
    std::optional<MediaLine> line_;
    std::unique_ptr<RtpPipeline> pipeline_;
};

}  // namespace sipmedia
