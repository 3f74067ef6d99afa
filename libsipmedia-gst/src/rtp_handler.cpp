// SPDX-License-Identifier: MIT
#include "rtp_handler.hpp"

#include "session_values.hpp"

#include <siptxn/address.hpp>
#include <sipua/error.hpp>

#include <openssl/rand.h>
#include <asio/post.hpp>

#include <utility>

namespace sipmedia {

namespace sdp = sipmsg::sdp;

namespace {

std::error_code to_session(const sipdialog::Refusal& refusal) {
    return refusal.status == 488 ? make_error_code(sipua::Errc::not_acceptable) : sipua::sip_error(refusal.status);
}

std::error_code code_of(const std::expected<void, EngineError>& result) {
    return result ? std::error_code() : to_session(result.error());
}

SrtpKey fresh_key(SrtpSuite suite) {
    SrtpKey key{.suite = suite};
    if (RAND_bytes(key.octets.data(), static_cast<int>(key.octets.size())) != 1)
        throw std::system_error(make_error_code(Errc::engine_failure), "no randomness");
    return key;
}

std::string receiving_address(const RtpOptions& options, const sipua::SessionContext& context) {
    if (!options.local_address.empty()) return options.local_address;
    auto signaling = siptxn::IpAddress::parse(context.local_address);
    return signaling && !signaling->is_unspecified() ? siptxn::to_string(*signaling) : interface_address();
}

// RFC 4733 §2.1: events use the clock of the sound they stand for, so each clock has its own.
std::vector<sipdialog::Codec> offered_codecs(const RtpOptions& options) {
    std::vector<sipdialog::Codec> list;
    std::vector<unsigned> clocks;
    for (const auto* codec : installed_codecs(MediaKind::audio, options.codecs)) {
        list.push_back(described(*codec));
        if (std::ranges::find(clocks, codec->clock_rate) == clocks.end()) clocks.push_back(codec->clock_rate);
    }
    for (auto clock : clocks) list.push_back({.name = "telephone-event", .clock_rate = clock, .fmtp = "0-15"});
    return list;
}

}  // namespace

RtpHandler::RtpHandler(sipua::SessionContext context, RtpOptions options)
    : context_(std::move(context)), options_(std::move(options)) {}

std::error_code RtpHandler::open() {
    if (negotiator_) return {};
    EngineEvents events;
    events.sound = sound_;
    events.on_dtmf = [weak = weak_from_this()](char tone) {
        if (auto self = weak.lock()) self->hear_dtmf(tone);
    };
    events.on_failed = [weak = weak_from_this()](const EngineError& reason) {
        auto self = weak.lock();
        if (self && !self->closed_ && self->on_media_failed) self->on_media_failed(to_session(reason));
    };
    events.on_media_lost = [weak = weak_from_this()](std::size_t) {
        if (auto self = weak.lock()) self->tell_track(&MediaDelegate::on_media_lost);
    };
    events.on_media_returned = [weak = weak_from_this()](std::size_t) {
        if (auto self = weak.lock()) self->tell_track(&MediaDelegate::on_media_returned);
    };
    engine_ = std::make_shared<RtpEngine>(context_.executor, options_, std::move(events));
    RtpCapability ours{.address = receiving_address(options_, context_),
                       .codecs = offered_codecs(options_),
                       .sdes = options_.sdes,
                       .rtcp_mux = options_.rtcp_mux};
    if (auto opened = engine_->open(ours.address); !opened) return to_session(opened.error());
    ours.port = engine_->port();
    negotiator_.emplace(std::move(ours), context_.random >> 1, fresh_key);  // RFC 3264 §5 wants the id below 2^63
    return {};
}

void RtpHandler::get_description(const sipua::DescriptionOptions& options, DescriptionCompletion done) {
    if (closed_) return done(std::unexpected(aborted()));
    if (auto error = open()) return done(std::unexpected(error));
    done(offer_ ? make_answer(options.hold) : make_offer(options.hold));
}

RtpHandler::Description RtpHandler::make_offer(bool hold) {
    if (negotiator_->has_local_offer()) return std::unexpected(make_error_code(Errc::invalid_state));
    return body_of(negotiator_->offer(hold));
}

RtpHandler::Description RtpHandler::make_answer(bool hold) {
    const auto offer = *std::exchange(offer_, std::nullopt);
    auto answer = negotiator_->answer(offer, hold);
    if (!answer) return std::unexpected(to_session(answer.error()));
    if (auto error = apply()) return std::unexpected(error);
    return body_of(*answer);
}

void RtpHandler::set_description(const sipua::Body& remote, const sipua::DescriptionOptions&, Completion done) {
    if (closed_) return done(aborted());
    if (!is_sdp(remote.content_type)) return done(sipua::Errc::content_type);
    auto description = sdp::parse(remote.content);
    if (!description) return done(sipua::Errc::not_acceptable);
    if (!negotiator_ || !negotiator_->has_local_offer()) {
        offer_ = *std::move(description);
        return done({});
    }
    auto applied = negotiator_->apply_answer(*description);
    done(applied ? apply() : to_session(applied.error()));
}

std::error_code RtpHandler::apply() {
    const auto& agreement = *negotiator_->agreement();
    auto error = code_of(engine_->apply(agreement));
    if (!error) follow_track(agreement);
    return error;
}

void RtpHandler::tell_track(TrackEvent event) {
    if (closed_ || !track_) return;
    const Track told = *track_;
    tell(event, told);
}

// Posted: an exchange is complete before anybody hears what it changed.
void RtpHandler::follow_track(const RtpAgreement& agreement) {
    const bool comes = sdp::receives(agreement.media.direction);
    const auto now = comes ? std::optional(Track{agreement.mline, MediaKind::audio}) : std::nullopt;
    const auto before = std::exchange(track_, now);
    if (now == before) return;
    asio::post(context_.executor, [weak = weak_from_this(), before, now] {
        auto self = weak.lock();
        if (self && !self->closed_ && before) self->tell(&MediaDelegate::on_track_removed, *before);
        if (self && !self->closed_ && now) self->tell(&MediaDelegate::on_track_added, *now);
    });
}

bool RtpHandler::has_description(std::string_view content_type) const { return is_sdp(content_type); }

void RtpHandler::rollback() {
    offer_.reset();
    if (negotiator_) negotiator_->rollback();
}

bool RtpHandler::send_dtmf(std::string_view tones, const sipua::DtmfOptions& options) {
    using std::chrono::milliseconds;
    return engine_ && engine_->send_dtmf(tones, std::chrono::duration_cast<milliseconds>(options.duration),
                                         std::chrono::duration_cast<milliseconds>(options.gap));
}

void RtpHandler::statistics(std::move_only_function<void(sipua::MediaStatistics)> done) {
    done(engine_ ? to_session(engine_->statistics()) : sipua::MediaStatistics{});
}

// The engine stays for its counters.
void RtpHandler::close() {
    closed_ = true;
    end_ports();
    if (engine_) engine_->close();
}

}  // namespace sipmedia
