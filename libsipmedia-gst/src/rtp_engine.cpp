// SPDX-License-Identifier: MIT
#include "rtp_engine.hpp"

#include "gst_setup.hpp"
#include "rtp_statistics.hpp"

#include <sipmsg/sdp/direction.hpp>

#include <utility>

namespace sipmedia {
namespace {

constexpr unsigned default_packet_time = 20;

bool is_packet_time(std::uint32_t milliseconds) { return milliseconds >= 10 && milliseconds <= 60; }

RtpStream stream_of(const RtpAgreement& agreement) {
    const auto& media = agreement.media;
    RtpStream stream{.codec = find_codec(MediaKind::audio, media.codec),
                     .payload = media.send_payload,
                     .event_payload = media.send_event_payload,
                     .packet_time = is_packet_time(media.ptime) ? media.ptime : default_packet_time,
                     .send_key = agreement.send_key,
                     .receive_key = agreement.receive_key,
                     .rtcp_mux = agreement.rtcp_mux};
    for (const auto& map : agreement.receivable) {
        auto name = map.encoding;
        for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;  // as GStreamer writes it
        stream.receivable.push_back({map.payload, std::move(name), map.clock_rate});
    }
    return stream;
}

}  // namespace

RtpEngine::RtpEngine(asio::any_io_executor executor, RtpOptions options, EngineEvents events)
    : executor_(std::move(executor)),
      options_(std::move(options)),
      events_(std::move(events)),
      watch_(executor_, options_.media_timeout) {}

std::expected<void, EngineError> RtpEngine::open(const std::string& address) {
    if (auto ready = initialise_gstreamer(); !ready) return ready;
    if (auto claim = claim_descriptors(); !claim) return std::unexpected(claim.error());
    auto bound = bind_rtp(address, options_.ports);
    if (!bound) return std::unexpected(bound.error());
    sockets_ = *std::move(bound);
    return {};
}

std::expected<void, EngineError> RtpEngine::apply(const RtpAgreement& agreement) {
    auto stream = stream_of(agreement);
    if (!stream.codec) return std::unexpected(EngineError{Errc::not_acceptable, "a codec that is not here"});
    const bool first = !stream_;
    const bool fresh = stream != stream_;
    if (fresh)
        if (auto built = rebuild(std::move(stream)); !built) return built;
    aim({agreement.media.address, agreement.media.port}, {agreement.rtcp_address, agreement.rtcp_port});
    if (fresh)
        if (auto playing = pipeline_->play(); !playing) return playing;  // not before it has an address
    descriptors_.reset();
    const auto direction = agreement.media.direction;
    line_->set_gate({.send = sipmsg::sdp::sends(direction), .receive = sipmsg::sdp::receives(direction)});
    if (first) watch_media();
    return {};
}

void RtpEngine::watch_media() {
    const auto look = [weak = weak_from_this()] {
        std::vector<MediaWatch::Stream> streams;
        if (const auto self = weak.lock(); self && self->line_) {
            const auto packets = self->line_->statistics().packets_received + self->earlier_.packets_received;
            streams.push_back({0, self->line_->is_heard(), packets});
        }
        return streams;
    };
    watch_.start(look, std::shared_ptr<EngineEvents>(shared_from_this(), &events_));
}

std::expected<void, EngineError> RtpEngine::rebuild(RtpStream stream) {
    auto claim = claim_descriptors();
    if (!claim) return std::unexpected(claim.error());
    descriptors_ = *std::move(claim);
    if (line_) {
        auto figures = line_->statistics();
        figures.add_counts(earlier_);
        earlier_ = std::move(figures);
    }
    pipeline_.reset();
    rtp_target_ = rtcp_target_ = {};
    line_.emplace(0, MediaKind::audio);
    line_->propose({
        {stream.codec, stream.payload}
    });
    std::optional<EventFormat> events;
    if (stream.event_payload) events = EventFormat{*stream.event_payload, stream.codec->clock_rate};
    line_->agree(stream.codec, stream.payload, events);
    auto mailbox = std::make_shared<Mailbox<RtpPipeline::Listener>>(executor_, weak_from_this());
    line_->attach(events_.sound, [mailbox](char tone) {
        mailbox->post([tone](RtpPipeline::Listener& listener) { listener.tone_heard(tone); });
    });
    auto made = RtpPipeline::make(sockets_, stream, line_->agreed().ssrc, options_, std::move(mailbox));
    if (!made) return std::unexpected(made.error());
    SendSource source{.launch = options_.audio.launch,
                      .bitrate = options_.opus_bitrate,
                      .complexity = options_.opus_complexity,
                      .packet_time = stream.packet_time};
    if (auto linked = line_->link_sender((*made)->pipeline(), (*made)->sink_pad(), source); !linked) return linked;
    pipeline_ = *std::move(made);
    stream_ = std::move(stream);
    return {};
}

// A description that names the same address leaves what symmetric RTP has found out.
void RtpEngine::aim(Target rtp, Target rtcp) {
    if (rtp == rtp_target_ && rtcp == rtcp_target_) return;
    pipeline_->send_to(Component::rtp, rtp.address, rtp.port);
    pipeline_->send_to(Component::rtcp, rtcp.address, rtcp.port);
    pipeline_->look_at_source_again();
    rtp_target_ = std::move(rtp);
    rtcp_target_ = std::move(rtcp);
}

void RtpEngine::source_seen(Component component, const std::string& address, std::uint16_t port) {
    const auto& promised = component == Component::rtp ? rtp_target_ : rtcp_target_;
    if (!options_.symmetric || !pipeline_ || promised == Target{address, port}) return;
    for (const auto each : {Component::rtp, Component::rtcp})
        if (each == component || stream_->rtcp_mux) pipeline_->send_to(each, address, port);
}

void RtpEngine::pad_added(ReceivedPad pad) {
    if (!line_ || !pipeline_) return;
    auto linked = line_->link_receiver(pipeline_->pipeline(), std::move(pad), options_.audio_sink.launch);
    if (!linked) fail(linked.error());
}

void RtpEngine::media_seen(const std::shared_ptr<Tap>&) {
    if (!std::exchange(flowing_, true) && events_.on_media) events_.on_media(0);
}

void RtpEngine::tone_heard(char tone) {
    if (!closed_ && events_.on_dtmf) events_.on_dtmf(tone);
}

bool RtpEngine::send_dtmf(std::string_view tones, std::chrono::milliseconds duration, std::chrono::milliseconds gap) {
    return pipeline_ && line_ && line_->send_dtmf(tones, duration, gap);
}

void RtpEngine::pipeline_failed(const std::string& reason) { fail({Errc::engine_failure, reason}); }

MediaStatistics RtpEngine::statistics() const {
    if (!line_) return {};
    auto figures = line_->statistics();
    figures.add_counts(earlier_);
    if (pipeline_)
        if (auto report = pipeline_->report()) add_session_statistics(figures, *report);
    return {{std::move(figures)}};
}

// Nothing is sent while the pipeline waits for its end.
void RtpEngine::close() {
    closed_ = true;
    watch_.stop();
    if (line_) line_->set_gate({});
    pipeline_.reset();
    sockets_ = {};
}

void RtpEngine::fail(const EngineError& error) {
    if (closed_) return;
    close();
    if (events_.on_failed) events_.on_failed(error);
}

}  // namespace sipmedia
