// SPDX-License-Identifier: MIT

// The session's side of the SessionDescriptionHandler seam: a question of sipdialog becomes calls of the handler, its
// results go back.

#include "session_impl.hpp"

#include <sipdialog/negotiation.hpp>

#include <sipmsg/header/content.hpp>

#include <exception>
#include <utility>

namespace sipua {

using sipdialog::DescriptionId;
using sipdialog::DescriptionKind;

SessionImpl::Handler& SessionImpl::handler_of(const std::string& remote_tag) {
    bool forked = setup_ && setup_->options && setup_->options->without_sdp && !handler_;
    return forked ? setup_->early_handlers[remote_tag] : handler_;
}

SessionImpl::Handler SessionImpl::media(const std::string& remote_tag) {
    auto& handler = handler_of(remote_tag);
    if (!handler) handler = make_handler();
    return handler;
}

std::string SessionImpl::listening_address() const {
    for (const auto& listener : core().endpoint().wire().listeners())
        if (!listener.local.ip.is_unspecified()) return siptxn::to_string(listener.local.ip);
    return {};
}

SessionImpl::Handler SessionImpl::make_handler() {
    SessionContext context{.executor = core().executor(),
                           .outgoing = outgoing_,
                           .local_address = {},
                           .random = core().identifiers().number()};
    context.local_address = outgoing_ ? listening_address() : siptxn::to_string(local_ip_);
    const bool own = setup_ && setup_->options && setup_->options->media;
    auto handler = own ? setup_->options->media(context) : agent_->media()(context);
    if (!handler) throw std::system_error(Errc::media_failed);
    handler->on_media_failed = [weak = weak_from_this(), raw = handler.get()](std::error_code error) {
        if (auto self = weak.lock()) self->media_failed(raw, error);
    };
    handler->on_restart_wanted = [weak = weak_from_this(), raw = handler.get()] {
        auto self = weak.lock();
        if (self && raw == self->handler_.get()) self->exchanges_.wish(self->fresh_path());
    };
    handler->on_fragment = [weak = weak_from_this(), raw = handler.get()] {
        auto self = weak.lock();
        if (self && raw == self->handler_.get()) self->trickle(sipdialog::TrickleMachine::Event::more);
    };
    handler->on_dtmf = [weak = weak_from_this()](const Dtmf& dtmf) {
        if (auto self = weak.lock()) self->hear_dtmf(dtmf);
    };
    return handler;
}

// The early dialog that won: its handler becomes the session's.
void SessionImpl::adopt_handler(const std::string& remote_tag) {
    auto early = std::exchange(setup_->early_handlers, {});
    if (auto winner = early.extract(remote_tag)) handler_ = winner.mapped();
    for (auto& [tag, loser] : early) loser->close();
}

void SessionImpl::close_handlers() {
    if (handler_) handler_->close();
    if (!setup_) return;
    for (auto& [tag, handler] : setup_->early_handlers) handler->close();
}

void SessionImpl::media_failed(const SessionDescriptionHandler* handler, std::error_code error) {
    core().log(LogLevel::warning, "session", "media failed: " + error.message());
    if (handler != handler_.get()) return;  // Another early dialog may still do better.
    if (state_ != SessionState::established) return end_by_state();
    const auto end = [weak = weak_from_this()](std::error_code failed) {
        auto self = weak.lock();
        if (failed && self) self->bye(Pending::nobody(), media_lost());
    };
    if (!agent_->options().restart_lost_media) return end(error);
    exchanges_.add(Exchanges::By::us, fresh_path(), Pending::make(end));
}

Exchanges::Begin SessionImpl::fresh_path() {
    return [this] { return reinvite({.restart = true}); };
}

void SessionImpl::on(sipdialog::Rollback& output) {
    // hold_wanted_ and restart_wanted_ stay: after a 491 the same is tried again, and a real refusal resets them.
    if (auto& handler = handler_of(output.remote_tag)) handler->rollback();
}

void SessionImpl::on(sipdialog::DescriptionWanted& output) {
    auto self = shared_from_this();
    contain(output.id, [&] { describe(output); });
}

// RFC 3326 §2: why the BYE comes.
HeaderList SessionImpl::media_lost() {
    return {
        {"Reason", "SIP;cause=408;text=\"Media lost\""}
    };
}

// What a handler throws fails the description it was asked for, and nothing else.
template <class Work>
void SessionImpl::contain(DescriptionId id, Work work) {
    try {
        work();
    } catch (const std::system_error& failure) {
        described(id, std::unexpected(failure.code()));
    } catch (const std::exception& failure) {
        core().log(LogLevel::error, "session", std::string("media: ").append(failure.what()));
        described(id, std::unexpected(make_error_code(Errc::media_failed)));
    }
}

void SessionImpl::describe(const sipdialog::DescriptionWanted& output) {
    auto handler = media(output.remote_tag);
    // What is changed on its way has all its candidates: of a fragment the modifiers would not hear.
    const bool changed = modifiers_ != nullptr;
    const bool trickles = agent_->options().trickle_ice && !changed;
    DescriptionOptions options{.hold = hold_wanted_,
                               .initial = output.initial,
                               .restart = restart_wanted_ && output.kind == DescriptionKind::offer,
                               .takes_fragments = trickles,
                               .sends_fragments = trickles && peer_takes_fragments_};
    if (output.kind == DescriptionKind::offer) return get_description(output.id, handler, options);
    if (!handler->has_description(output.remote.content_type)) {
        return described(output.id, std::unexpected(make_error_code(Errc::content_type)));
    }
    bool answering = output.kind == DescriptionKind::answer;
    bool forks = !answering && output.initial && setup_;
    if (forks && setup_->answered_by && *setup_->answered_by != output.remote_tag)  // One offer, one answer.
        return described(output.id, std::unexpected(make_error_code(Errc::not_acceptable)));
    auto remote = modifiers_ ? modify(output.remote, modifiers_->remote) : output.remote;
    if (!remote) return described(output.id, std::unexpected(remote.error()));
    if (forks) setup_->answered_by = output.remote_tag;
    handler->set_description(*remote, options,
                             [weak = weak_from_this(), id = output.id, held = held_by(output.remote), handler, options,
                              answering, forks](std::error_code error) {
                                 auto self = weak.lock();
                                 if (!self) return;
                                 if (error && forks && self->setup_) self->setup_->answered_by.reset();
                                 if (error) return self->described(id, std::unexpected(error));
                                 if (answering) return self->get_description(id, handler, options, held);
                                 self->described(id, Body{});
                                 self->note_held(held);
                             });
}

void SessionImpl::get_description(DescriptionId id, const Handler& handler, const DescriptionOptions& options,
                                  std::optional<bool> held) {
    contain(id, [&] {
        handler->get_description(options,
                                 [weak = weak_from_this(), id, held](std::expected<Body, std::error_code> result) {
                                     auto self = weak.lock();
                                     if (!self) return;
                                     if (result && self->modifiers_)
                                         result = modify(*std::move(result), self->modifiers_->local);
                                     const bool agreed = result.has_value();
                                     self->described(id, std::move(result));
                                     if (agreed) self->note_held(held);
                                 });
    });
}

// Bodies that are no SDP say nothing about hold.
std::optional<bool> SessionImpl::held_by(const Body& remote) {
    const auto type = sipmsg::ContentType::parse(remote.content_type);
    if (!type || !type->is("application", "sdp")) return std::nullopt;
    return sipdialog::is_hold(remote.content);
}

void SessionImpl::note_held(std::optional<bool> held) {
    if (!held || std::exchange(held_by_peer_, *held) == *held) return;
    if (auto delegate = delegate_; delegate->on_remote_hold) delegate->on_remote_hold(*held);
}

void SessionImpl::described(DescriptionId id, std::expected<Body, std::error_code> result) {
    std::expected<Body, int> answer;
    if (result) {
        answer = std::move(*result);
    } else {
        core().log(LogLevel::warning, "session", "no description: " + result.error().message());
        answer = std::unexpected(status_of(result.error()));
    }
    core().dialogs().described(id, std::move(answer), core().now());
    exchanges_.go_on();
    core().changed();
}

}  // namespace sipua
