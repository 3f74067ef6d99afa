// SPDX-License-Identifier: MIT
#include "gst_engine_core.hpp"

#include "rtp_statistics.hpp"
#include "short_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace sipmedia {
namespace {

EngineError canceled() { return {std::make_error_code(std::errc::operation_canceled), "the engine was closed"}; }

}  // namespace

std::expected<std::vector<std::uint8_t>, EngineError> promised_certificate(const std::string& pem,
                                                                           const std::vector<Fingerprint>& promised,
                                                                           std::size_t mline) {
    auto der = der_of_pem(pem);
    const bool matches = std::ranges::any_of(promised, [&](const Fingerprint& each) {
        return !der.empty() && fingerprint_of(der, each.algorithm) == each.value;
    });
    if (!matches) return failure(Errc::fingerprint_mismatch, fmt::format("m-line {}", mline));
    return der;
}

GstEngine::Core::Core(asio::any_io_executor executor, WebRtcOptions options, EngineEvents events)
    : executor_(executor),
      options_(std::move(options)),
      events_(std::move(events)),
      timer_(executor),
      watch_(executor, options_.media_timeout) {}

// ---- Completions ----

void GstEngine::Core::stop(const EngineError& error) {
    timer_.cancel();
    watch_.stop();
    descriptors_.reset();
    if (data_) data_->lose(error.code);
    for (auto& line : lines_) line.set_gate({});  // nothing is sent while the pipeline waits for its end
    bin_.reset();
    complete(description_handler_, Description(std::unexpect, error));
    complete(handler_, Step(std::unexpect, error));
    for (auto& handler : statistics_handlers_) complete(handler, collect(nullptr));
    statistics_handlers_.clear();
}

void GstEngine::Core::fail(const EngineError& error) {
    if (is_over()) return;
    const bool pending = description_handler_ || handler_;
    phase_ = Phase::failed;
    stop(error);
    if (!pending && events_.on_failed) events_.on_failed(error);
}

void GstEngine::Core::close() {
    if (phase_ == Phase::closed) return;
    phase_ = Phase::closed;
    stop(canceled());
}

void GstEngine::Core::after(std::chrono::milliseconds delay, void (Core::*step)()) {
    timer_.expires_after(delay);
    timer_.async_wait([weak = weak_from_this(), step](std::error_code error) {
        auto self = weak.lock();
        if (self && !error && !self->is_over()) ((*self).*step)();
    });
}

// ---- Media ----

void GstEngine::Core::start_media() {
    phase_ = Phase::stable;
    for (auto& line : lines_)
        if (line.is_active())
            if (auto started = start_line(line); !started) return fail(started.error());
    if (!data_ || !data_->is_active()) bin_->ignore_data();
    after(options_.connect_timeout, &Core::connect_timed_out);
    if (data_ || refused_data_) {
        bin_->follow(active_lines(), data_ && data_->is_active());
        ice_changed();
    }
    connection_changed();
}

GstEngine::Core::Step GstEngine::Core::start_line(MediaLine& line) {
    if (line.kind() == MediaKind::audio)
        line.attach(events_.sound, [mailbox = mailbox_](char tone) {
            mailbox->post([tone](WebRtcBin::Listener& listener) { listener.tone_heard(tone); });
        });
    else
        line.attach(events_.picture);
    auto sink = bin_->sink_pad(line.mline());
    if (sink) lead_to_rtpbin(sink.get());
    return line.link_sender(bin_->pipeline(), sink.get(), source_of(line.kind()));
}

SendSource GstEngine::Core::source_of(MediaKind kind) const {
    if (kind == MediaKind::audio)
        return {
            .launch = options_.audio->launch, .bitrate = options_.opus_bitrate, .complexity = options_.opus_complexity};
    return {.launch = options_.video->launch, .bitrate = options_.video_bitrate};
}

void GstEngine::Core::connect_timed_out() {
    if (!verified_) fail({Errc::ice_failed, "ICE or DTLS did not come up in time"});
}

void GstEngine::Core::connection_changed() {
    if (phase_ != Phase::stable) return;
    auto state = bin_->connection_state();
    if (state == GST_WEBRTC_PEER_CONNECTION_STATE_FAILED) return fail({Errc::ice_failed, "the connection failed"});
    if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED && !verified_) verify();
}

// RFC 5763 §5. webrtcbin 1.22 accepts any certificate, so nothing has passed a gate until this agrees.
void GstEngine::Core::verify() {
    auto certificate = verified_certificate();
    if (!certificate) return fail(certificate.error());
    verified_ = true;
    timer_.cancel();
    bin_->peer_is_known();
    apply_gates();
    watch_media();
    if (events_.on_connected) events_.on_connected(*certificate);
}

std::expected<std::vector<std::uint8_t>, EngineError> GstEngine::Core::verified_certificate() const {
    std::expected<std::vector<std::uint8_t>, EngineError> der;
    auto certificates = bin_->peer_certificates();
    for (const auto& line : lines_) {
        if (!line.is_active()) continue;
        auto found = std::ranges::find(certificates, line.mline(), &WebRtcBin::PeerCertificate::mline);
        if (found == certificates.end()) return failure(Errc::engine_failure, "an m-line has no transport");
        der = promised_certificate(found->pem, line.fingerprints(), line.mline());
        if (!der) return der;
    }
    if (data_ && data_->is_active())
        der = promised_certificate(bin_->data_certificate(), data_->fingerprints(), data_->mline());
    return der;
}

// ---- What webrtcbin receives ----

void GstEngine::Core::pad_added(ReceivedPad pad) {
    auto* owner = line(WebRtcBin::mline_of(pad.pad.get()));
    if (!owner) return pad.tap->set_flow(Tap::Flow::shut);
    const auto& sink = owner->kind() == MediaKind::audio ? options_.audio_sink : options_.video_sink;
    auto linked = owner->link_receiver(bin_->pipeline(), std::move(pad), sink.launch);
    if (!linked) fail(linked.error());
}

void GstEngine::Core::media_seen(const std::shared_ptr<Tap>& tap) {
    auto owner = std::ranges::find_if(lines_, [&](auto& line) { return line.owns(tap); });
    if (owner == lines_.end() || std::ranges::count(flowing_, owner->mline()) > 0) return;
    flowing_.push_back(owner->mline());
    if (events_.on_media) events_.on_media(owner->mline());
}

void GstEngine::Core::watch_media() {
    const auto look = [weak = weak_from_this()] {
        std::vector<MediaWatch::Stream> streams;
        const auto self = weak.lock();
        for (const auto& line : self ? std::span<const MediaLine>(self->lines_) : std::span<const MediaLine>())
            streams.push_back({line.mline(), line.is_heard(), line.statistics().packets_received});
        return streams;
    };
    watch_.start(look, std::shared_ptr<EngineEvents>(shared_from_this(), &events_));
}

void GstEngine::Core::tone_heard(char tone) {
    if (!is_over() && events_.on_dtmf) events_.on_dtmf(tone);
}

void GstEngine::Core::pipeline_failed(const std::string& reason) { fail({Errc::engine_failure, reason}); }

// ---- Gates and figures ----

void GstEngine::Core::set_gate(std::size_t mline, Gate gate) {
    auto wish = std::ranges::find(gates_, mline, &std::pair<std::size_t, Gate>::first);
    if (wish == gates_.end())
        gates_.emplace_back(mline, gate);
    else
        wish->second = gate;
    apply_gates();
}

void GstEngine::Core::apply_gates() {
    if (!verified_ || is_over()) return;
    for (auto& line : lines_) {
        auto wish = std::ranges::find(gates_, line.mline(), &std::pair<std::size_t, Gate>::first);
        line.set_gate(wish == gates_.end() ? Gate{} : wish->second);
    }
}

bool GstEngine::Core::send_dtmf(std::string_view tones, std::chrono::milliseconds duration,
                                std::chrono::milliseconds gap) {
    return std::ranges::any_of(lines_, [&](auto& line) { return line.send_dtmf(tones, duration, gap); });
}

MediaLine* GstEngine::Core::line(std::size_t mline) {
    auto found = std::ranges::find(lines_, mline, &MediaLine::mline);
    return found == lines_.end() ? nullptr : &*found;
}

MediaStatistics GstEngine::Core::collect(const GstStructure* report) const {
    MediaStatistics figures;
    for (const auto& line : lines_) {
        figures.lines.push_back(line.statistics());
        if (report) add_rtp_statistics(figures.lines.back(), *report, line.agreed().ssrc, line.received_ssrcs());
    }
    return figures;
}

void GstEngine::Core::statistics(StatisticsHandler handler) {
    if (phase_ != Phase::stable) return complete(handler, collect(nullptr));
    statistics_handlers_.push_back(std::move(handler));
    bin_->statistics([this](std::expected<StructurePtr, EngineError> reply) {
        auto oldest = std::move(statistics_handlers_.front());
        statistics_handlers_.pop_front();
        complete(oldest, collect(reply ? reply->get() : nullptr));
    });
}

}  // namespace sipmedia
