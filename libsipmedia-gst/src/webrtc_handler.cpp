// SPDX-License-Identifier: MIT
#include "webrtc_handler.hpp"

#include <sipua/error.hpp>

#include <asio/error.hpp>

#include <algorithm>
#include <utility>

namespace sipmedia {
namespace {

namespace sdp = sipmsg::sdp;
constexpr std::string_view content_type = "application/sdp";

std::error_code aborted() { return asio::error::operation_aborted; }

// The session makes a status of it: 488 when it is the description's fault, 500 when it is ours.
std::error_code to_session(const EngineError& error) {
    if (error.code == Errc::not_acceptable) return sipua::Errc::not_acceptable;
    if (error.code == std::errc::operation_canceled) return aborted();
    return error.code;
}

sipua::Body body_of(const SessionDescription& description) {
    return {std::string(content_type), sdp::to_string(description)};
}

double milliseconds(std::optional<std::chrono::nanoseconds> time) {
    return time ? std::chrono::duration<double, std::milli>(*time).count() : 0;
}

sipua::StreamStatistics to_session(const LineStatistics& line) {
    sipua::StreamStatistics stream;
    stream.kind = line.kind == MediaKind::audio ? "audio" : "video";
    stream.codec = line.codec;
    stream.packets_sent = line.packets_sent;
    stream.packets_received = line.packets_received;
    stream.bytes_sent = line.bytes_sent;
    stream.bytes_received = line.bytes_received;
    stream.frames_decoded = line.frames_decoded;
    stream.round_trip_ms = milliseconds(line.round_trip);
    stream.jitter_ms = milliseconds(line.jitter);
    return stream;
}

}  // namespace

WebRtcHandler::WebRtcHandler(sipua::SessionContext context, EngineFactory factory, std::string session_id)
    : context_(std::move(context)), factory_(std::move(factory)), identity_{.session_id = std::move(session_id)} {}

WebRtcHandler::~WebRtcHandler() = default;

// ---- The seam ----

void WebRtcHandler::get_description(const sipua::DescriptionOptions& options, DescriptionCompletion done) {
    if (closed_) return done(std::unexpected(aborted()));
    if (std::holds_alternative<LocalOffer>(exchange_))
        return done(std::unexpected(make_error_code(Errc::invalid_state)));
    const auto* remote = std::get_if<RemoteOffer>(&exchange_);
    if (agreed_) return done(remote ? next_answer(options.hold) : next_offer(options.hold));
    if (remote) return start_answer(*remote, options.hold, std::move(done));
    start_offer(options.hold, std::move(done));
}

void WebRtcHandler::set_description(const sipua::Body& remote, const sipua::DescriptionOptions&, Completion done) {
    if (closed_) return done(aborted());
    if (!has_description(remote.content_type)) return done(sipua::Errc::content_type);
    auto parsed = sdp::parse(remote.content);
    if (!parsed) return done(sipua::Errc::not_acceptable);
    if (!std::holds_alternative<LocalOffer>(exchange_)) return done(take_offer(*std::move(parsed)));
    if (agreed_) return done(take_later_answer(*parsed));
    start_session(*std::move(parsed), std::move(done));
}

bool WebRtcHandler::has_description(std::string_view type) const {
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(type, content_type, {}, lower);
}

// An engine that has made an offer can make no other; a refused later exchange never reached it.
void WebRtcHandler::rollback() {
    if (!agreed_) engine_.reset();
    exchange_ = std::monostate();
}

void WebRtcHandler::statistics(std::move_only_function<void(sipua::MediaStatistics)> done) {
    if (!engine_) return done({});
    engine_->statistics([done = std::move(done)](const MediaStatistics& figures) mutable {
        sipua::MediaStatistics result;
        for (const auto& line : figures.lines)
            if (line.active) result.streams.push_back(to_session(line));
        done(std::move(result));
    });
}

// The engine stays for its counters; it completes what is pending.
void WebRtcHandler::close() {
    closed_ = true;
    if (engine_) engine_->close();
}

// ---- The first exchange: through the engine ----

MediaEngine& WebRtcHandler::engine() {
    if (engine_) return *engine_;
    EngineEvents events;
    events.on_failed = [weak = weak_from_this()](const EngineError& reason) {
        if (auto self = weak.lock()) self->media_failed(reason);
    };
    engine_ = factory_(context_, std::move(events));
    return *engine_;
}

void WebRtcHandler::start_offer(bool hold, DescriptionCompletion done) {
    engine().create_offer(
        [weak = weak_from_this(), hold, done = std::move(done)](MediaEngine::Description made) mutable {
            auto self = weak.lock();
            if (!self || self->closed_) return done(std::unexpected(aborted()));
            if (!made) return done(std::unexpected(to_session(made.error())));
            done(self->offer_made(*made, hold));
        });
}

void WebRtcHandler::start_answer(const RemoteOffer& remote, bool hold, DescriptionCompletion done) {
    engine().accept_offer(
        sdp::to_string(remote.normalized->description),
        [weak = weak_from_this(), hold, done = std::move(done)](MediaEngine::Description made) mutable {
            auto self = weak.lock();
            if (!self || self->closed_) return done(std::unexpected(aborted()));
            if (!made) return done(std::unexpected(to_session(made.error())));
            done(self->answer_made(*made, hold));
        });
}

void WebRtcHandler::start_session(SessionDescription answer, Completion done) {
    const auto& offer = std::get<LocalOffer>(exchange_).offer;
    auto normalized = normalize_answer(answer, offer);
    if (!normalized) return done(sipua::Errc::not_acceptable);
    Agreed agreed{settled_offer(offer, answer), answer, dtls_role(answer, false)};
    engine().accept_answer(
        sdp::to_string(normalized->description),
        [weak = weak_from_this(), agreed = std::move(agreed), done = std::move(done)](auto result) mutable {
            auto self = weak.lock();
            if (!self || self->closed_) return done(aborted());
            if (!result) return done(to_session(result.error()));
            self->agree(std::move(agreed));
            done({});
        });
}

std::expected<sipua::Body, std::error_code> WebRtcHandler::offer_made(const std::string& made, bool hold) {
    auto raw = sdp::parse(made);
    if (!raw) return std::unexpected(make_error_code(Errc::engine_failure));
    auto offer = finish_offer(*raw, identity_, hold);
    versioned(offer);
    exchange_ = LocalOffer{offer};
    return body_of(offer);
}

std::expected<sipua::Body, std::error_code> WebRtcHandler::answer_made(const std::string& made, bool hold) {
    auto raw = sdp::parse(made);
    auto* remote = std::get_if<RemoteOffer>(&exchange_);
    if (!raw || !remote) return std::unexpected(make_error_code(Errc::engine_failure));
    auto answer = finish_answer(*raw, remote->offer, *remote->normalized, identity_, 1, hold);
    versioned(answer);
    auto role = dtls_role(answer, true);
    agree({answer, std::move(remote->offer), role});
    return body_of(answer);
}

// ---- Later exchanges: from what was agreed, the engine untouched ----

std::error_code WebRtcHandler::take_offer(SessionDescription offer) {
    if (!agreed_) {
        auto normalized = normalize_offer(offer);
        if (!normalized) return sipua::Errc::not_acceptable;
        exchange_ = RemoteOffer{std::move(offer), *std::move(normalized)};
        return {};
    }
    // A new line is answered with port 0; a new transport (ICE restart) or new codec numbers would need a new engine.
    auto change = classify_reoffer(agreed_->local, agreed_->remote, agreed_->role, offer);
    if (change != Reoffer::absorb && change != Reoffer::renegotiate) return sipua::Errc::not_acceptable;
    exchange_ = RemoteOffer{std::move(offer), std::nullopt};
    return {};
}

std::error_code WebRtcHandler::take_later_answer(const SessionDescription& answer) {
    const auto& offer = std::get<LocalOffer>(exchange_).offer;
    if (!check_reanswer(agreed_->remote, offer, answer)) return sipua::Errc::not_acceptable;
    agree({settled_offer(offer, answer), answer, agreed_->role});
    return {};
}

sipua::Body WebRtcHandler::next_offer(bool hold) {
    auto offer = reoffer_from_template(agreed_->local, hold);
    versioned(offer);
    exchange_ = LocalOffer{offer};
    return body_of(offer);
}

sipua::Body WebRtcHandler::next_answer(bool hold) {
    auto& remote = std::get<RemoteOffer>(exchange_);
    auto answer = answer_from_template(agreed_->local, remote.offer, agreed_->role, hold);
    versioned(answer);
    agree({answer, std::move(remote.offer), agreed_->role});
    return body_of(answer);
}

// ---- Both ----

// From here on media flows as both descriptions allow. By value: the parts may come from what is replaced.
void WebRtcHandler::agree(Agreed agreed) {
    agreed_ = std::move(agreed);
    exchange_ = std::monostate();
    auto directions = agreed_directions(agreed_->local, agreed_->remote);
    for (std::size_t mline = 0; mline < directions.size(); ++mline)
        engine_->set_gate(mline, {.send = sdp::sends(directions[mline]), .receive = sdp::receives(directions[mline])});
}

// RFC 3264 §8: one more than in the last description that left, refused or not, when anything in it differs.
void WebRtcHandler::versioned(SessionDescription& next) {
    if (sent_) {
        next.origin.version = sent_->origin.version;
        if (next != *sent_) ++next.origin.version;
    }
    sent_ = next;
}

void WebRtcHandler::media_failed(const EngineError& reason) {
    if (!closed_ && on_media_failed) on_media_failed(to_session(reason));
}

}  // namespace sipmedia
