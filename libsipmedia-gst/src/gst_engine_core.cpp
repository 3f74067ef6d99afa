// SPDX-License-Identifier: MIT
#include "gst_engine_core.hpp"

#include "gst_setup.hpp"
#include "rtp_statistics.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>

namespace sipmedia {
namespace {

EngineError canceled() { return {std::make_error_code(std::errc::operation_canceled), "the engine was closed"}; }

EngineError wrong_state() { return {Errc::invalid_state, "one offer and one answer for each engine"}; }

std::unexpected<EngineError> failure(Errc code, std::string detail) {
    return std::unexpected(EngineError{code, std::move(detail)});
}

// RFC 4733 §2.1: a tone has the clock of the sound it stands in for. Browsers use the same numbers.
struct EventPayload {
    unsigned clock_rate;
    unsigned payload;
};
constexpr auto event_payloads = std::to_array<EventPayload>({
    {48000, 110},
    {8000,  126},
});

// What SCTP delivers whole, and the most that is sent (RFC 8841 §6.1 has the same for peers that do not say).
constexpr unsigned max_message_size = 65'536;

SdpPtr description_in(const GstStructure* reply, const char* field) {
    GstWebRTCSessionDescription* found = nullptr;
    if (reply) gst_structure_get(reply, field, GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &found, nullptr);
    DescriptionPtr description(found);
    GstSDPMessage* copy = nullptr;
    if (description) gst_sdp_message_copy(description->sdp, &copy);
    return SdpPtr(copy);
}

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

template <class HandlerType, class Result>
void GstEngine::Core::complete(HandlerType& handler, Result result) {
    if (!handler) return;
    asio::post(executor_, [handler = std::exchange(handler, nullptr), result = std::move(result)]() mutable {
        handler(std::move(result));
    });
}

void GstEngine::Core::stop(const EngineError& error) {
    timer_.cancel();
    watch_.stop();
    if (data_) data_->lose(error.code);
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

// Replies come through the mailbox, which holds the core while they run and drops them once the bin is gone.
template <class Next>
WebRtcBin::Reply GstEngine::Core::then(Next step) {
    return [this, step = std::move(step)](std::expected<StructurePtr, EngineError> reply) mutable {
        if (!reply) return fail(reply.error());
        step(reply->get());
    };
}

// ---- Offer and answer ----

void GstEngine::Core::create_offer(DescriptionHandler handler) {
    if (phase_ != Phase::idle) return complete(handler, Description(std::unexpect, wrong_state()));
    phase_ = Phase::offering;
    description_handler_ = std::move(handler);
    if (auto begun = begin_offer(); !begun) fail(begun.error());
}

void GstEngine::Core::accept_offer(std::string_view offer, DescriptionHandler handler) {
    if (phase_ != Phase::idle) return complete(handler, Description(std::unexpect, wrong_state()));
    phase_ = Phase::answering;
    description_handler_ = std::move(handler);
    if (auto begun = begin_answer(offer); !begun) fail(begun.error());
}

void GstEngine::Core::accept_answer(std::string_view answer, Handler handler) {
    if (phase_ != Phase::offered) return complete(handler, Step(std::unexpect, wrong_state()));
    phase_ = Phase::applying;
    handler_ = std::move(handler);
    auto sdp = parse_description(answer);
    if (!sdp) return fail({Errc::not_acceptable, "the answer is not a session description"});
    if (auto agreed = agree(remote_lines(*sdp, options_.codecs)); !agreed) return fail(agreed.error());
    pace_checks(answer);
    bin_->set_remote(GST_WEBRTC_SDP_TYPE_ANSWER, std::move(sdp), then([this](auto) {
                         start_media();
                         complete(handler_, Step{});
                     }));
}

GstEngine::Core::Step GstEngine::Core::build(GstWebRTCBundlePolicy bundle) {
    if (auto ready = initialise_gstreamer(); !ready) return ready;
    if (auto missing = missing_elements(options_); !missing.empty())
        return failure(Errc::missing_plugin, fmt::format("not installed: {}", fmt::join(missing, ", ")));
    auto certificate = make_certificate();
    if (!certificate) return failure(Errc::engine_failure, "no certificate could be made");
    certificate_ = *std::move(certificate);
    mailbox_ = std::make_shared<Mailbox<WebRtcBin::Listener>>(executor_, weak_from_this());
    auto made = WebRtcBin::make(options_, bundle, certificate_, mailbox_);
    if (!made) return std::unexpected(made.error());
    bin_ = *std::move(made);
    return {};
}

GstEngine::Core::Step GstEngine::Core::begin_offer() {
    const bool bundled = options_.bundle == Bundle::all;
    auto built = build(bundled ? GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE : GST_WEBRTC_BUNDLE_POLICY_NONE);
    if (!built) return built;
    if (auto proposed = propose_lines(); !proposed) return proposed;
    bin_->create_offer(then([this](auto* reply) { set_local(GST_WEBRTC_SDP_TYPE_OFFER, reply); }));
    return {};
}

// "max-bundle" follows the offer, bundled or not; "none" fails against an offer that must be bundled.
GstEngine::Core::Step GstEngine::Core::begin_answer(std::string_view offer) {
    auto sdp = parse_description(offer);
    if (!sdp) return failure(Errc::not_acceptable, "the offer is not a session description");
    auto remote = remote_lines(*sdp, options_.codecs);
    if (std::ranges::none_of(remote, [&](const RemoteLine& line) { return is_wanted(line); }))
        return failure(Errc::not_acceptable, "no m-line with a codec of ours and a fingerprint");
    if (auto built = build(GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE); !built) return built;
    if (auto answered = answer_lines(remote); !answered) return answered;
    pace_checks(offer);
    bin_->set_remote(
        GST_WEBRTC_SDP_TYPE_OFFER, std::move(sdp), then([this](auto) {
            bin_->create_answer(then([this](auto* reply) { set_local(GST_WEBRTC_SDP_TYPE_ANSWER, reply); }));
        }));
    return {};
}

// Each structure of the caps is a codec of the offer.
GstEngine::Core::Step GstEngine::Core::propose_lines() {
    auto offered = [&](MediaKind kind, const std::vector<AgreedCodec>& proposals) {
        auto& line = lines_.emplace_back(lines_.size(), kind);
        line.propose(*proposals.front().codec, proposals.front().payload);
        std::vector<std::string> caps;
        for (auto each : proposals) caps.push_back(rtp_caps({each.codec, each.payload, line.agreed().ssrc}));
        for (auto [clock_rate, payload] : event_payloads)
            if (std::ranges::any_of(proposals, [&](auto& p) { return p.codec->clock_rate == clock_rate; }))
                caps.push_back(event_caps(clock_rate, payload, line.agreed().ssrc));
        return bin_->add_transceiver(fmt::format("{}", fmt::join(caps, ";")));
    };
    if (options_.audio) {
        auto audio = proposed_audio();
        if (audio.empty()) return failure(Errc::missing_plugin, "none of the audio codecs is installed");
        if (!offered(MediaKind::audio, audio)) return failure(Errc::engine_failure, "no transceiver");
    }
    const AgreedCodec video{&preferred_codec(MediaKind::video), options_.vp8_payload};
    if (options_.video && !offered(MediaKind::video, {video})) return failure(Errc::engine_failure, "no transceiver");
    return propose_data();
}

std::vector<AgreedCodec> GstEngine::Core::proposed_audio() const {
    std::vector<AgreedCodec> list;
    for (const auto& name : options_.codecs)
        if (const auto* codec = find_codec(MediaKind::audio, name))
            list.push_back({codec, codec->static_payload.value_or(options_.opus_payload)});
    return list;
}

// One line of each kind: webrtcbin matches transceivers to m-lines by kind, so a second would get the first one's.
bool GstEngine::Core::is_wanted(const RemoteLine& remote) const {
    if (!remote.is_usable()) return false;
    if (remote.is_data) return events_.data && options_.data_channel && !data_;
    if (remote.kind == MediaKind::video ? !options_.video : !options_.audio) return false;
    return std::ranges::none_of(lines_, [&](auto& l) { return l.kind() == *remote.kind && l.is_active(); });
}

GstEngine::Core::Step GstEngine::Core::answer_lines(const std::vector<RemoteLine>& remote) {
    for (std::size_t i = 0; i < remote.size(); ++i) {
        const bool wanted = is_wanted(remote[i]);
        refused_data_ = refused_data_ || (remote[i].is_data && !wanted);
        if (wanted && remote[i].is_data) {
            data_.emplace(i, events_.data).agree(true);
            data_->expect(remote[i].fingerprints);
        }
        if (!remote[i].kind) continue;
        auto& line = lines_.emplace_back(i, *remote[i].kind);
        if (!wanted) continue;
        line.propose(*remote[i].codec, remote[i].payload);
        line.agree(remote[i].codec, remote[i].payload, remote[i].events);
        line.expect(remote[i].fingerprints);
        if (!bin_->add_transceiver(rtp_caps(line.agreed()))) return failure(Errc::engine_failure, "no transceiver");
    }
    return {};
}

// RFC 3264 §6: an answer has as many m-lines as its offer, in the same order.
GstEngine::Core::Step GstEngine::Core::agree(const std::vector<RemoteLine>& remote) {
    if (remote.size() != lines_.size() + (data_ ? 1 : 0))
        return failure(Errc::not_acceptable, "the answer has other m-lines than the offer");
    for (auto& line : lines_) {
        const auto& answered = remote[line.mline()];
        if (answered.kind != line.kind()) return failure(Errc::not_acceptable, "an m-line changed its kind");
        const bool usable = answered.is_usable();
        if (answered.accepted && !usable)
            return failure(Errc::not_acceptable, "an answered m-line lacks codec or fingerprint");
        line.agree(usable ? answered.codec : nullptr, answered.payload, answered.events);
        line.expect(answered.fingerprints);
    }
    if (auto agreed = agree_on_data(remote); !agreed) return agreed;
    if (std::ranges::none_of(lines_, &MediaLine::is_active) && !(data_ && data_->is_active()))
        return failure(Errc::not_acceptable, "every m-line was refused");
    return {};
}

std::vector<std::size_t> GstEngine::Core::active_lines() const {
    std::vector<std::size_t> active;
    for (const auto& line : lines_)
        if (line.is_active()) active.push_back(line.mline());
    return active;
}

bool GstEngine::Core::is_active(std::size_t mline) const {
    if (data_ && data_->mline() == mline) return data_->is_active();
    return std::ranges::any_of(lines_, [&](auto& line) { return line.mline() == mline && line.is_active(); });
}

// webrtcbin answers "recvonly" where it has no transceiver, so refusing is done here.
void GstEngine::Core::set_local(GstWebRTCSDPType type, const GstStructure* reply) {
    const bool answer = type == GST_WEBRTC_SDP_TYPE_ANSWER;
    auto sdp = description_in(reply, answer ? "answer" : "offer");
    if (!sdp) return fail({Errc::engine_failure, "webrtcbin made no description"});
    set_fingerprints(*sdp, certificate_.fingerprint);
    set_max_message_size(*sdp, max_message_size);
    for (std::size_t i = 0; answer && i < gst_sdp_message_medias_len(sdp.get()); ++i) {
        const auto* ours = line(i);
        if (!is_active(i))
            refuse_line(*sdp, i);
        else if (ours && ours->agreed().events)
            add_events(*sdp, i, *ours->agreed().events);
    }
    bin_->set_local(type, std::move(sdp), then([this](auto) { gather(); }));
}

// ---- Media ----

void GstEngine::Core::start_media() {
    phase_ = Phase::stable;
    for (auto& line : lines_)
        if (line.is_active())
            if (auto started = start_line(line); !started) return fail(started.error());
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
    auto sink = bin_->sink_pad(line.mline());
    return line.link_sender(bin_->pipeline(), sink.get(), source_of(line.kind()));
}

SendSource GstEngine::Core::source_of(MediaKind kind) const {
    if (kind == MediaKind::audio)
        return {
            .launch = options_.audio->launch, .bitrate = options_.opus_bitrate, .complexity = options_.opus_complexity};
    return {.launch = options_.video->launch, .bitrate = options_.vp8_bitrate};
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
    watch_.start(look, [weak = weak_from_this()](std::size_t mline, bool lost) {
        const auto self = weak.lock();  // held: an engine may be destroyed in its own event
        if (!self) return;
        auto& event = lost ? self->events_.on_media_lost : self->events_.on_media_returned;
        if (event) event(mline);
    });
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
