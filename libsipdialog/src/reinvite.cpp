// SPDX-License-Identifier: MIT
// Our re-INVITE. RFC 3261 §14.1.
#include "layer.hpp"
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {

using SessionState = SessionMachine::State;
using SessionEvent = SessionMachine::Event;
using ReinviteState = ReinviteMachine::State;
using ReinviteEvent = ReinviteMachine::Event;

// No INVITE of ours, no INVITE of the peer, no description in the making.
bool Layer::may_reinvite(const Session& s) const {
    return s.state() == SessionState::confirmed && s.descriptions().is_stable() && !s.question() && !s.incoming;
}

bool Layer::reinvite(SessionId session, TimePoint now, const HeaderList& headers, bool without_offer) {
    check_headers(headers);
    auto* s = find(session);
    if (!s || s->state() != SessionState::confirmed || s->reinvite.machine.state() != ReinviteState::idle) return false;
    bool only_ack_missing =
        s->incoming && s->incoming->accepted && s->incoming->accepted->is_open() && s->descriptions().is_stable();
    if (!may_reinvite(*s) && !only_ack_missing) return false;
    s->reinvite = Reinvite{};
    s->reinvite.headers = headers;
    s->reinvite.without_offer = without_offer;
    if (only_ack_missing) {
        s->reinvite.machine.on(ReinviteEvent::postpone);
    } else {
        begin_reinvite(*s, now);
    }
    tidy(session);
    return true;
}

void Layer::begin_reinvite(Session& s, TimePoint now) {
    s.reinvite.due.reset();
    apply(s, s.reinvite.machine.on(s.reinvite.without_offer ? ReinviteEvent::start_bare : ReinviteEvent::start), now);
}

// Back-off is over, or what stood in the way is.
void Layer::resume_reinvite(Session& s, TimePoint now) {
    if (s.reinvite.machine.state() == ReinviteState::waiting && !s.reinvite.due && may_reinvite(s))
        begin_reinvite(s, now);
}

void Layer::apply(Session& s, unsigned effects, TimePoint now) {
    auto& re = s.reinvite;
    if (effects & ReinviteMachine::ask) {
        s.descriptions().on(OfferAnswer::Event::offer_wanted);
        ask(s, Asked::reinvite_offer, DescriptionKind::offer, {});
    }
    if (effects & ReinviteMachine::send) send_reinvite(s, s.ready);
    if (effects & ReinviteMachine::roll_back && s.descriptions().on(OfferAnswer::Event::refused) & OfferAnswer::roll_back)
        emit(Rollback{s.id, remote_tag_of(s, s.main)});
    if (effects & ReinviteMachine::back_off) {
        // RFC 3261 §14.1: the owner of the Call-ID 2.1 to 4 s, the other one 0 to 2 s, in steps of 10 ms.
        auto steps = s.dialog().owns_call_id() ? identifiers_.between(210, 400) : identifiers_.between(0, 200);
        re.retried = true;
        re.due = now + steps * std::chrono::milliseconds(10);
    }
    if (effects & ReinviteMachine::report) emit(Reinvited{s.id, re.status, re.response});
    if (effects & ReinviteMachine::hang_up)
        fire(s, SessionEvent::undescribed, now, Why{EndCause::media_failed, re.status, re.response});
}

void Layer::send_reinvite(Session& s, const Body& offer) {
    auto& dialog = s.dialog();
    auto message = dialog.make_request("INVITE");
    add_headers(message, s.reinvite.headers);
    add_headers(message, s.common_headers);
    add_body(message, offer);
    s.ready = {};
    s.reinvite.request =
        submit(s, Purpose::reinvite, std::move(message), options_inside(s, dialog, true), dialog.id().remote_tag);
}

void Layer::acknowledge_reinvite(Session& s, Request& r, const Body& answer) {
    auto* leg = s.find_leg(r.remote_tag);
    if (!leg) return;
    SendAck ack{leg->dialog.make_ack(r.message->view()), options_inside(s, leg->dialog, false)};
    add_body(ack.request, answer);
    r.ack = ack;
    emit(std::move(ack));
}

void Layer::on_reinvite_success(Session& s, Request& r, const sipmsg::MessagePtr& response, TimePoint now) {
    if (r.ack) return emit(*r.ack);
    auto& re = s.reinvite;
    bool wanted = !r.done && s.state() == SessionState::confirmed && re.request == r.id;
    if (r.done && wanted) return;
    if (r.done && s.question() && s.question()->asked == Asked::reinvite_settled && re.request == r.id)
        return;  // its ACK is in the making
    r.done = true;
    if (!wanted) return acknowledge_reinvite(s, r);  // the session went meanwhile

    s.dialog().refresh_target(response->view());
    re.machine.on(ReinviteEvent::success);
    re.response = response;
    re.status = response->status();
    auto body = description_in(response->view());
    bool offered = s.descriptions().state() == OfferAnswer::State::offered;
    if (body.empty()) {
        acknowledge_reinvite(s, r);
        re.status = 400;
        if (offered) s.descriptions().on(OfferAnswer::Event::withdrawn);
        return apply(s, re.machine.on(ReinviteEvent::undescribed), now);
    }
    if (offered) acknowledge_reinvite(s, r);
    s.descriptions().on(offered ? OfferAnswer::Event::remote_answer : OfferAnswer::Event::remote_offer);
    ask(s, Asked::reinvite_settled, offered ? DescriptionKind::apply : DescriptionKind::answer, std::move(body));
}

void Layer::on_reinvite_refused(Session& s, int status, const sipmsg::MessagePtr& response, TimePoint now) {
    auto& re = s.reinvite;
    if (s.state() != SessionState::confirmed || re.machine.state() != ReinviteState::sent) return;
    re.status = status;
    re.response = response;
    bool again = status == 491 && !re.retried;
    apply(s, re.machine.on(again ? ReinviteEvent::pending : ReinviteEvent::refused), now);
    if (status == 408 || status == 481) fire(s, SessionEvent::gone, now, Why{EndCause::dialog_gone, status, response});
}

}  // namespace sipdialog
