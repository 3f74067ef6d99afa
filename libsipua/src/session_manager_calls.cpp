// SPDX-License-Identifier: MIT
#include "referral_impl.hpp"
#include "session_manager_impl.hpp"

#include <sipua/messager.hpp>

#include <sipmsg/uri.hpp>

#include <stdexcept>

namespace sipua {

void SessionManager::Impl::received(Invitation invitation) {
    if (is_full()) return invitation.reject(486);
    if (!delegate->on_call_received) return invitation.reject(480);
    auto id = invitation.id();
    if (find(id)) return invitation.reject(482);  // its caller has not ended that one
    invitation.set_delegate(watch(id, {}));
    calls.emplace(id, Call{std::move(invitation)});
    tell(&SessionManagerDelegate::on_call_created, id);
    if (find(id)) tell(&SessionManagerDelegate::on_call_received, id);
}

std::string SessionManager::Impl::begin(Inviter inviter, SessionDelegate theirs, Completion done) {
    auto id = inviter.id();
    inviter.set_delegate(watch(id, std::move(theirs)));
    calls.emplace(id, Call{std::move(inviter)});
    tell(&SessionManagerDelegate::on_call_created, id);
    auto* call = find(id);
    if (!call) {  // whoever heard of it has given it up
        if (done) done(sip_error(487));
        return id;
    }
    std::get<Inviter>(call->handle).invite([done = std::move(done)](std::error_code error) mutable {
        if (done) done(error);
    });
    return id;
}

SessionDelegate SessionManager::Impl::watch(const std::string& id, SessionDelegate theirs) {
    auto weak = weak_from_this();
    SessionDelegate merged = std::move(theirs);
    merged.on_state_change = [weak, id, then = std::move(merged.on_state_change)](SessionState state) mutable {
        auto self = weak.lock();
        if (self && state == SessionState::established) self->tell(&SessionManagerDelegate::on_call_answered, id);
        if (then) then(state);
    };
    merged.on_end = [weak, id, then = std::move(merged.on_end)](const SessionEnd& end) mutable {
        if (then) then(end);
        auto self = weak.lock();
        if (!self) return;
        self->tell(&SessionManagerDelegate::on_call_hangup, id, end);
        auto node = self->calls.extract(id);
    };
    if (!merged.on_dtmf) {
        merged.on_dtmf = [weak, id](const Dtmf& dtmf) {
            auto self = weak.lock();
            if (self) self->tell(&SessionManagerDelegate::on_call_dtmf, id, dtmf);
        };
    }
    if (!merged.on_message)
        merged.on_message = [weak](Message message) { accept(weak, &SessionManagerDelegate::on_message, message); };
    if (!merged.on_notify)
        merged.on_notify = [weak](Notification notification) {
            accept(weak, &SessionManagerDelegate::on_notification, notification);
        };
    if (!merged.on_refer)
        merged.on_refer = [weak](Referral referral) {
            if (auto self = weak.lock()) self->referred(std::move(referral));
        };
    return merged;
}

void SessionManager::Impl::referred(Referral referral) {
    if (int status = refusal_of(referral.request())) return referral.reject(status);
    referral.accept();
    begin(referral.make_inviter(), {}, {});
}

void SessionManager::Impl::act(Deed deed, const std::string& id, std::string what, Completion done) {
    if (deed == Deed::message) return message(id, std::move(what), std::move(done));
    auto* call = find(id);
    if (!call) return done(Errc::invalid_state);
    auto& session = call->session();
    auto* incoming = std::get_if<Invitation>(&call->handle);
    switch (deed) {
        case Deed::answer:
            if (!incoming) return done(Errc::invalid_state);
            return incoming->accept(std::move(done));
        case Deed::decline:
            if (!incoming || session.state() != SessionState::initial) return done(Errc::invalid_state);
            session.ended(std::move(done));
            return incoming->reject(480);
        case Deed::hangup: session.ended(std::move(done)); return hang_up(*call);
        case Deed::hold:
        case Deed::unhold: return hold(id, session, deed == Deed::hold, std::move(done));
        case Deed::dtmf:
            if (!is_dtmf(what)) return done(std::make_error_code(std::errc::invalid_argument));
            return session.send_dtmf(std::move(what), DtmfOptions{}, std::move(done));
        case Deed::transfer: return transfer(id, session, what, std::move(done));
        case Deed::message: return;
    }
}

void SessionManager::Impl::hang_up(Call& call) {
    if (auto* ours = std::get_if<Inviter>(&call.handle); ours && ours->state() != SessionState::established)
        return ours->cancel();
    auto& session = call.session();
    if (session.state() == SessionState::established) return session.bye([](std::error_code) {});
    if (auto* theirs = std::get_if<Invitation>(&call.handle)) theirs->reject(480);
}

void SessionManager::Impl::hold(const std::string& id, Session& session, bool held, Completion done) {
    auto then = [weak = weak_from_this(), id, held, done = std::move(done)](std::error_code error) mutable {
        auto self = weak.lock();
        if (self && !error) self->tell(&SessionManagerDelegate::on_call_hold, id, held);
        done(error);
    };
    held ? session.hold(std::move(then)) : session.resume(std::move(then));
}

void SessionManager::Impl::transfer(const std::string& id, Session& session, const std::string& target,
                                    Completion done) {
    ReferOptions refer;
    refer.on_progress = [weak = weak_from_this(), id](int status, bool last) {
        auto self = weak.lock();
        auto* call = self && last && status >= 200 && status < 300 ? self->find(id) : nullptr;
        if (call) hang_up(*call);
    };
    if (auto* other = find(target)) return session.refer(other->session(), std::move(refer), std::move(done));
    if (!sipmsg::Uri::parse(target)) return done(std::make_error_code(std::errc::invalid_argument));
    session.refer(target, std::move(refer), std::move(done));
}

void SessionManager::Impl::message(const std::string& target, std::string text, Completion done) {
    try {
        auto messager = std::make_shared<Messager>(*agent, target, std::move(text));
        messager->message([messager, done = std::move(done)](std::error_code error) mutable { done(error); });
    } catch (const std::invalid_argument&) {
        done(std::make_error_code(std::errc::invalid_argument));
    }
}

}  // namespace sipua
