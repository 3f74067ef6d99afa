// SPDX-License-Identifier: MIT
#include "webrtc_handler.hpp"

#include "codec.hpp"
#include "sdp_adapter_ice.hpp"
#include "session_values.hpp"

#include <sipua/error.hpp>

#include <asio/post.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

namespace sipmedia {

namespace sdp = sipmsg::sdp;

WebRtcHandler::WebRtcHandler(sipua::SessionContext context, EngineFactory factory, bool audio, VideoUse video,
                             const std::optional<DataChannelOptions>& data, std::string session_id)
    : context_(std::move(context)),
      factory_(std::move(factory)),
      audio_(audio),
      video_(video),
      identity_{.session_id = std::move(session_id)} {
    if (video != VideoUse::never) picture_ = std::make_shared<PicturePort>();
    if (!data) return;
    offers_data_ = data->offer;
    data_ = std::make_shared<DataPort>(context_.executor, data->capacity);
}

WebRtcHandler::~WebRtcHandler() {
    if (data_) data_->end();
}

// ---- The seam ----

void WebRtcHandler::get_description(const sipua::DescriptionOptions& options, DescriptionCompletion done) {
    if (closed_) return done(std::unexpected(aborted()));
    if (std::holds_alternative<LocalOffer>(exchange_))
        return done(std::unexpected(make_error_code(Errc::invalid_state)));
    const auto* remote = std::get_if<RemoteOffer>(&exchange_);
    if (remote && remote->normalized) return start_answer(*remote, options, std::move(done));
    if (remote) return done(next_answer(options.hold));
    if (agreed_ && !(options.restart && takes_other_certificate(agreed_->remote)))
        return done(next_offer(options.hold));
    start_offer(options, std::move(done));
}

void WebRtcHandler::set_description(const sipua::Body& remote, const sipua::DescriptionOptions&, Completion done) {
    if (closed_) return done(aborted());
    if (!has_description(remote.content_type)) return done(sipua::Errc::content_type);
    auto parsed = sdp::parse(remote.content);
    if (!parsed) return done(sipua::Errc::not_acceptable);
    const auto* local = std::get_if<LocalOffer>(&exchange_);
    if (!local) return done(take_offer(*std::move(parsed)));
    if (!local->engine_offer) return done(take_later_answer(*parsed));
    start_session(*std::move(parsed), std::move(done));
}

bool WebRtcHandler::has_description(std::string_view type) const { return is_sdp(type); }

// An engine that has made an offer can make no other; a refused later exchange never reached it.
void WebRtcHandler::rollback() {
    fresh_.reset();
    exchange_ = std::monostate();
}

bool WebRtcHandler::send_dtmf(std::string_view tones, const sipua::DtmfOptions& options) {
    using std::chrono::milliseconds;
    return engine_ && engine_->send_dtmf(tones, std::chrono::duration_cast<milliseconds>(options.duration),
                                         std::chrono::duration_cast<milliseconds>(options.gap));
}

// The engine that is there keeps its lines; the next fresh one has it.
bool WebRtcHandler::add_video() {
    if (video_ == VideoUse::never) return false;
    video_ = VideoUse::from_start;
    return true;
}

void WebRtcHandler::statistics(std::move_only_function<void(sipua::MediaStatistics)> done) {
    if (!engine_) return done({});
    engine_->statistics([done = std::move(done), earlier = earlier_](MediaStatistics figures) mutable {
        figures.add_counts(earlier);
        done(to_session(figures));
    });
}

// The engine stays for its counters; it completes what is pending.
void WebRtcHandler::close() {
    closed_ = true;
    end_ports();
    fresh_.reset();
    if (engine_) engine_->close();
}

// ---- The first exchange, and one that restarts ICE: through a fresh engine ----

MediaEngine& WebRtcHandler::fresh_engine() {
    EngineEvents events;
    events.sound = sound_;
    events.picture = picture_;
    events.data = data_;
    events.moves = agreed_.has_value();
    events.awaits_channel = awaits_channel();
    events.on_dtmf = [weak = weak_from_this()](char tone) {
        if (auto self = weak.lock()) self->hear_dtmf(tone);
    };
    events.on_failed = [weak = weak_from_this(), number = ++last_engine_](const EngineError& reason) {
        auto self = weak.lock();
        if (self && (!self->agreed_ || number == self->agreed_engine_)) self->media_failed(reason);
    };
    watch(events, last_engine_);
    fresh_ = factory_(context_, engine_lines(), std::move(events));
    return *fresh_;
}

void WebRtcHandler::watch(EngineEvents& events, unsigned engine) {
    events.on_gathering_state = [weak = weak_from_this(), engine](GatheringState state) {
        auto self = weak.lock();
        if (!self || !self->is_current(engine)) return;
        if (state == GatheringState::complete) self->gathered(engine);
        self->tell(&MediaDelegate::on_gathering_state, state);
    };
    events.on_ice_state = [weak = weak_from_this(), engine](IceState state) {
        if (auto self = weak.lock(); self && self->is_current(engine)) self->tell(&MediaDelegate::on_ice_state, state);
    };
    events.on_media_lost = [weak = weak_from_this(), engine](std::size_t mline) {
        if (auto self = weak.lock()) self->tell_track(&MediaDelegate::on_media_lost, engine, mline);
    };
    events.on_media_returned = [weak = weak_from_this(), engine](std::size_t mline) {
        if (auto self = weak.lock()) self->tell_track(&MediaDelegate::on_media_returned, engine, mline);
    };
    events.on_candidate = [weak = weak_from_this(), engine](const LocalCandidate& candidate) {
        if (auto self = weak.lock(); self && self->is_current(engine)) self->candidate_found(engine, candidate);
    };
}

// The peer has added it, and no engine has had it yet.
bool WebRtcHandler::awaits_channel() const {
    for (std::size_t i = 0; agreed_ && i < agreed_->local.media.size(); ++i) {
        const auto& ours = agreed_->local.media[i];
        if (is_data_channel(ours) && !ours.is_refused() && std::ranges::count(places_, i) == 0) return true;
    }
    return false;
}

// What is agreed on is offered again: the line of a data channel must keep its place, and none may leave its group.
EngineLines WebRtcHandler::engine_lines() const {
    return {.video = video_ == VideoUse::from_start,
            .data = data_ != nullptr,
            .offers_data = offers_data_ || (agreed_ && has_data_channel(agreed_->local, agreed_->remote)),
            .bundled = agreed_ && !detail::bundle(agreed_->local).empty()};
}

// The one before ends first: both would speak with the same voice.
void WebRtcHandler::adopt_fresh_engine() {
    if (!fresh_) return;
    places_ = agreed_->places;
    agreed_engine_ = last_engine_;
    if (auto before = std::exchange(engine_, std::move(fresh_))) retire(std::move(before));
}

void WebRtcHandler::retire(std::shared_ptr<MediaEngine> engine) {
    engine->close();
    auto& last = *engine;
    last.statistics([weak = weak_from_this(), engine = std::move(engine)](const MediaStatistics& figures) {
        if (auto self = weak.lock()) self->earlier_.add_counts(figures);
    });
}

void WebRtcHandler::start_offer(const sipua::DescriptionOptions& options, DescriptionCompletion done) {
    auto& engine = fresh_engine();
    begin_candidates(options, nullptr);
    engine.create_offer(
        [weak = weak_from_this(), hold = options.hold, done = std::move(done)](MediaEngine::Description made) mutable {
            auto self = weak.lock();
            if (!self || self->closed_) return done(std::unexpected(aborted()));
            if (!made) return done(std::unexpected(to_session(made.error())));
            done(self->offer_made(*made, hold));
        });
}

void WebRtcHandler::start_answer(const RemoteOffer& remote, const sipua::DescriptionOptions& options,
                                 DescriptionCompletion done) {
    auto& engine = fresh_engine();
    begin_candidates(options, &remote.offer);
    engine.accept_offer(
        sdp::to_string(in_engine_order(remote.normalized->description, remote.places)),
        [weak = weak_from_this(), hold = options.hold, done = std::move(done)](MediaEngine::Description made) mutable {
            auto self = weak.lock();
            if (!self || self->closed_) return done(std::unexpected(aborted()));
            if (!made) return done(std::unexpected(to_session(made.error())));
            done(self->answer_made(*made, hold));
        });
}

void WebRtcHandler::start_session(SessionDescription answer, Completion done) {
    const auto& [offer, engine_offer, places] = std::get<LocalOffer>(exchange_);
    auto normalized = normalize_answer(answer, offer);
    if (!normalized) return done(sipua::Errc::not_acceptable);
    auto& taken = normalized->description;
    taken = in_engine_order(taken, places);  // without refused lines that the engine has not
    Agreed agreed{settled_offer(offer, answer), answer, dtls_role(answer, false), places};
    fresh_->accept_answer(
        sdp::to_string(with_mids_of(std::move(taken), *engine_offer)),
        [weak = weak_from_this(), agreed = std::move(agreed), done = std::move(done)](auto result) mutable {
            auto self = weak.lock();
            if (!self || self->closed_) return done(aborted());
            if (!result) return done(to_session(result.error()));
            if (const auto* sent = std::get_if<LocalOffer>(&self->exchange_))  // with the candidates found meanwhile
                agreed.local = settled_offer(sent->offer, agreed.remote);
            self->agree(std::move(agreed));
            done({});
        });
}

namespace {

// The places of lines that an engine has as the session has them.
std::vector<std::size_t> in_order(std::size_t lines) {
    std::vector<std::size_t> places(lines);
    std::iota(places.begin(), places.end(), std::size_t{0});
    return places;
}

// Installed or not: the engine that offers the line back has a list of its own.
std::vector<sipdialog::Codec> codecs_of(MediaKind kind) {
    std::vector<sipdialog::Codec> list;
    for (const auto& codec : codecs())
        if (codec.kind == kind) list.push_back(described(codec));
    return list;
}

}  // namespace

std::expected<sipua::Body, std::error_code> WebRtcHandler::offer_made(const std::string& made, bool hold) {
    auto raw = described(made);
    if (!raw) return std::unexpected(make_error_code(Errc::engine_failure));
    auto finished = finish_offer(*raw, identity_, hold);
    auto places = in_order(raw->media.size());
    if (agreed_) {
        auto continued = continued_offer(finished, agreed_->local);
        if (!continued) {
            fresh_.reset();
            return std::unexpected(make_error_code(Errc::invalid_state));
        }
        finished = std::move(continued->offer);
        places = std::move(continued->places);
    }
    auto offer = versions_.stamped(std::move(finished));
    exchange_ = LocalOffer{offer, *std::move(raw), std::move(places)};
    return body_of(offer);
}

std::expected<sipua::Body, std::error_code> WebRtcHandler::answer_made(const std::string& made, bool hold) {
    auto raw = described(made);
    auto* remote = std::get_if<RemoteOffer>(&exchange_);
    if (!raw || !remote || raw->media.size() < remote->places.size())
        return std::unexpected(make_error_code(Errc::engine_failure));
    const auto ours = in_session_order(*raw, remote->places);
    auto answer = versions_.stamped(finish_answer(ours, remote->offer, *remote->normalized, identity_, 1, hold));
    auto role = dtls_role(answer, true);
    agree({answer, std::move(remote->offer), role, std::move(remote->places)});
    return body_of(answer);
}

// ---- Other exchanges: from what was agreed, the engine untouched ----

std::error_code WebRtcHandler::take_offer(SessionDescription offer) {
    // A new line would have to share a transport that an engine cannot change: it is promised, or gets port 0.
    const auto change =
        agreed_ ? classify_reoffer(agreed_->local, agreed_->remote, agreed_->role, offer) : Reoffer::recreate;
    const bool stays = agreed_ && !takes_other_certificate(offer);
    if (change == Reoffer::refuse || (stays && change == Reoffer::recreate)) return sipua::Errc::not_acceptable;
    RemoteOffer taken{std::move(offer)};
    taken.adds_lines = change == Reoffer::renegotiate && !stays;
    if (change == Reoffer::recreate) {
        auto normalized = normalize_offer(taken.offer);
        if (!normalized) return sipua::Errc::not_acceptable;
        taken.normalized = *std::move(normalized);
        taken.places = engine_places(*taken.normalized);
    }
    exchange_ = std::move(taken);
    return {};
}

std::error_code WebRtcHandler::take_later_answer(const SessionDescription& answer) {
    const auto& offer = std::get<LocalOffer>(exchange_).offer;
    if (!check_reanswer(agreed_->remote, offer, answer)) return sipua::Errc::not_acceptable;
    agree({settled_offer(offer, answer), answer, agreed_->role});
    return {};
}

sipua::Body WebRtcHandler::next_offer(bool hold) {
    auto offer = versions_.stamped(with_promises_inactive(reoffer_from_template(agreed_->local, hold), places_));
    exchange_ = LocalOffer{offer};
    return body_of(offer);
}

Addable WebRtcHandler::addable() const {
    Addable wanted{.data = data_ != nullptr};
    if (audio_) wanted.audio = codecs_of(MediaKind::audio);
    if (video_ == VideoUse::from_start) wanted.video = codecs_of(MediaKind::video);
    return wanted;
}

sipua::Body WebRtcHandler::next_answer(bool hold) {
    auto& remote = std::get<RemoteOffer>(exchange_);
    auto made = answer_from_template(agreed_->local, remote.offer, agreed_->role, hold);
    auto promise = remote.adds_lines ? promised_lines(made, remote.offer, addable()) : std::nullopt;
    const bool promises = promise.has_value();
    if (promises) made = *std::move(promise);
    auto answer = versions_.stamped(with_promises_inactive(std::move(made), places_));
    agree({answer, std::move(remote.offer), agreed_->role});
    if (promises && on_restart_wanted) on_restart_wanted();
    return body_of(answer);
}

// ---- Both ----

// From here on media flows as both descriptions allow. By value: the parts may come from what is replaced.
void WebRtcHandler::agree(Agreed agreed) {
    agreed_ = std::move(agreed);
    exchange_ = std::monostate();
    adopt_fresh_engine();
    auto directions = agreed_directions(agreed_->local, agreed_->remote);
    for (std::size_t mline = 0; mline < directions.size(); ++mline)
        engine_->set_gate(engine_line(mline),
                          {.send = sdp::sends(directions[mline]), .receive = sdp::receives(directions[mline])});
    if (data_ && !has_data_channel(agreed_->local, agreed_->remote)) data_->refused();
    if (const auto early = std::exchange(early_, std::nullopt)) use(*early);
    tell_tracks(received_tracks(agreed_->local, agreed_->remote));
}

// Lines that the engine has not lie behind those that it has.
std::size_t WebRtcHandler::engine_line(std::size_t mline) const {
    const auto found = std::ranges::find(places_, mline);
    return found == places_.end() ? places_.size() + mline : static_cast<std::size_t>(found - places_.begin());
}

std::size_t WebRtcHandler::session_line(unsigned engine, std::size_t mline) const {
    const auto* ours = std::get_if<LocalOffer>(&exchange_);
    const auto* theirs = std::get_if<RemoteOffer>(&exchange_);
    const bool fresh = engine == last_engine_ && engine != agreed_engine_;
    const auto& places = fresh && ours ? ours->places : fresh && theirs ? theirs->places : places_;
    return mline < places.size() ? places[mline] : mline;
}

void WebRtcHandler::tell_track(TrackEvent event, unsigned engine, std::size_t mline) {
    if (closed_ || engine != agreed_engine_) return;
    const auto track = std::ranges::find(tracks_, session_line(engine, mline), &Track::mline);
    if (track == tracks_.end()) return;
    const Track told = *track;
    tell(event, told);
}

// Posted: an exchange is complete before anybody hears what it changed.
void WebRtcHandler::tell_tracks(std::vector<Track> tracks) {
    auto before = std::exchange(tracks_, std::move(tracks));
    asio::post(context_.executor, [weak = weak_from_this(), before = std::move(before), now = tracks_] {
        auto self = weak.lock();
        for (const auto& track : before)
            if (self && !self->closed_ && std::ranges::count(now, track) == 0)
                self->tell(&MediaDelegate::on_track_removed, track);
        for (const auto& track : now)
            if (self && !self->closed_ && std::ranges::count(before, track) == 0)
                self->tell(&MediaDelegate::on_track_added, track);
    });
}

// Of the path agreed on, or the one that may take its place.
bool WebRtcHandler::is_current(unsigned engine) const {
    return !closed_ && (engine == agreed_engine_ || (fresh_ && engine == last_engine_));
}

void WebRtcHandler::media_failed(const EngineError& reason) {
    if (!closed_ && on_media_failed) on_media_failed(to_session(reason));
}

}  // namespace sipmedia
