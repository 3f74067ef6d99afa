// SPDX-License-Identifier: MIT
// How a session ends, from this side and from the other. RFC 3261 §15.
#include "layer.hpp"
#include "text.hpp"

#include <vector>

namespace sipdialog {

using SessionState = SessionMachine::State;
using SessionEvent = SessionMachine::Event;

void Layer::give_up(Session& s, Why why, TimePoint now) { fire(s, SessionEvent::give_up, now, std::move(why)); }

void Layer::bye(SessionId session, TimePoint now, const HeaderList& headers) {
    check_headers(headers);
    auto* s = find(session);
    if (!s) return;
    if (!headers.empty()) s->work.own().bye_headers = headers;
    switch (s->state()) {
        case SessionState::offering:
        case SessionState::calling: give_up(*s, Why{EndCause::canceled, 487, nullptr}, now); break;
        case SessionState::ringing:
        case SessionState::accepting: give_up(*s, Why{EndCause::rejected, 480, nullptr}, now); break;
        default: give_up(*s, Why{EndCause::local_bye, 200, nullptr}, now); break;
    }
    tidy(session);
}

void Layer::abort(SessionId session, TimePoint now) {
    auto* s = find(session);
    if (!s) return;
    give_up(*s, Why{EndCause::aborted, s->outgoing ? 487 : 480, nullptr}, now);
    tidy(session);
}

// What is open inside the dialog is finished: the user's questions with 487, the peer's too (RFC 3261 §15.1.2).
void Layer::settle(Session& s, TimePoint now) {
    withdraw(s, false);
    withdraw_early(s);
    if (s.work) settle_work(s, now);
    s.timer.stop();
    if (s.incoming && !s.incoming->initial && !s.incoming->accepted) refuse_peer_reinvite(s, 487);
    if (s.incoming && !s.incoming->initial) s.incoming.reset();
    std::erase_if(s.asked_of_user, [&](const auto& asked) {
        if (belongs_to_usage(s, asked.second->view(), false)) return false;
        emit(Respond{asked.first, sipmsg::Message::response(asked.second->view(), 487)});
        return true;
    });
    for (auto id : s.requests) {
        auto& r = requests_.at(id);
        if (r.purpose != Purpose::other || r.done || belongs_to_usage(s, r.message->view(), true)) continue;
        r.done = true;
        emit(ResponseInDialog{s.id, id, 487, nullptr, {}});
    }
}

void Layer::settle_work(Session& s, TimePoint now) {
    auto& work = s.work.own();
    work.progress.status = 487;
    apply_progress(s, work.progress.machine.on(ProgressMachine::Event::ended), now);
    if (work.peer_update) reply(std::exchange(work.peer_update, std::nullopt)->event, 487);
    work.reinvite.due.reset();
    work.reinvite.answer = {487};
    apply(s, work.reinvite.machine.on(ReinviteMachine::Event::ended), now);
}

void Layer::hang_up(Session& s) {
    auto& dialog = s.dialog();
    auto bye = dialog.make_request("BYE");
    add_headers(bye, s.work->bye_headers);
    add_headers(bye, *s.common_headers);
    bool at_fault =
        s.why && s.why->status >= 400 && s.why->cause != EndCause::canceled && s.why->cause != EndCause::aborted;
    if (at_fault && !bye.has(sipmsg::Header::reason)) bye.append(sipmsg::Header::reason, reason_value(s.why->status));
    submit(s, Purpose::bye, std::move(bye), options_inside(s, dialog, false), dialog.id().remote_tag);
}

void Layer::end(Session& s, TimePoint now) {
    if (s.incoming && s.incoming->initial) forget_origin(s);
    s.incoming.reset();
    if (s.work) s.work.own().cancel_deadline.reset();
    s.linger = now + 2 * options_.timers.timeout() + options_.timers.t4;
    prune(s, now);
    std::vector<RequestId> idle;
    for (auto id : s.requests) {
        const auto& r = requests_.at(id);
        if (r.transaction == siptxn::ClientId::none && (r.challenged || r.done)) idle.push_back(id);
    }
    for (auto id : idle) erase(id);
    ++lingering_;
    auto why = s.why.value_or(Why{EndCause::aborted, 487, nullptr});
    emit(Ended{s.id, why.cause, why.status, why.message, why.error});
}

void Layer::forget_dialogs(Session& s) {
    for (std::size_t leg = 0; leg < s.legs.size(); ++leg) dialogs_.remove(s, leg);
}

}  // namespace sipdialog
