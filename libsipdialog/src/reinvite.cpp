// SPDX-License-Identifier: MIT
// Our re-INVITE, and our UPDATE or PRACK that offers. RFC 3261 §14.1; RFC 3311 §5.1, §5.3; RFC 3262 §5.
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
    if (s.work->reinvite.carrier == Carrier::update) return updatable(s).has_value();
    return s.state() == SessionState::confirmed && s.descriptions().is_stable() && !s.question() && !s.incoming;
}

bool Layer::reinvite(SessionId session, TimePoint now, const HeaderList& headers, bool without_offer) {
    check_headers(headers);
    auto* s = find(session);
    if (!s || s->state() != SessionState::confirmed || s->work->reinvite.machine.state() != ReinviteState::idle)
        return false;
    auto& re = s->work.own().reinvite;
    re = Reinvite{};
    re.leg = *s->main;
    bool only_ack_missing =
        s->incoming && s->incoming->accepted && s->incoming->accepted->is_open() && s->descriptions().is_stable();
    if (!may_reinvite(*s) && !only_ack_missing) return false;
    re.headers = headers;
    re.without_offer = without_offer;
    if (only_ack_missing) {
        re.machine.on(ReinviteEvent::postpone);
    } else {
        begin_reinvite(*s, now);
    }
    tidy(session);
    return true;
}

// The dialog whose first offer has its answer and where no exchange is open.
std::optional<std::size_t> Layer::updatable(const Session& s) const {
    if (!s.is_live() || s.work->peer_update || !s.work->progress.machine.is_idle()) return std::nullopt;
    bool early_answer_open = s.incoming && s.incoming->initial && !s.incoming->early.empty() && !s.incoming->accepted;
    if (early_answer_open || s.state() == SessionState::accepting) return std::nullopt;
    for (std::size_t leg = 0; leg < s.legs.size(); ++leg) {
        const auto& one = s.legs[leg];
        bool ready = one.exchange.descriptions.is_agreed() && one.exchange.descriptions.is_stable() &&
                     !one.exchange.question && one.allows_update && !one.left;
        if (s.state() == SessionState::calling && !one.reliable) continue;
        if (ready && (!s.main || s.main == leg)) return leg;
    }
    return std::nullopt;
}

bool Layer::update(SessionId session, TimePoint now, const HeaderList& headers) {
    check_headers(headers);
    auto* s = find(session);
    if (!s || s->work->reinvite.machine.state() != ReinviteState::idle) return false;
    auto leg = updatable(*s);
    if (!leg) return false;
    auto& re = s->work.own().reinvite;
    re = Reinvite{};
    re.headers = headers;
    re.carrier = Carrier::update;
    re.leg = *leg;
    begin_reinvite(*s, now);
    tidy(session);
    return true;
}

void Layer::drop_reinvite(Session& s, TimePoint now) {
    if (s.work->reinvite.machine.state() == ReinviteState::idle) return;
    auto& re = s.work.own().reinvite;
    re.due.reset();
    re.answer = {487};
    apply(s, re.machine.on(ReinviteEvent::ended), now);
}

void Layer::begin_reinvite(Session& s, TimePoint now) {
    auto& re = s.work.own().reinvite;
    re.due.reset();
    apply(s, re.machine.on(re.without_offer ? ReinviteEvent::start_bare : ReinviteEvent::start), now);
}

// Back-off is over, or what stood in the way is.
void Layer::resume_reinvite(Session& s, TimePoint now) {
    if (s.work->reinvite.machine.state() == ReinviteState::waiting && !s.work->reinvite.due && may_reinvite(s))
        begin_reinvite(s, now);
}

void Layer::apply(Session& s, unsigned effects, TimePoint now) {
    auto& re = s.work.own().reinvite;
    if (effects & ReinviteMachine::ask) {
        modified(s).on(OfferAnswer::Event::offer_wanted);
        ask(s, re.leg, Asked::reinvite_offer, DescriptionKind::offer, {});
    }
    if (effects & ReinviteMachine::send) send_reinvite(s, std::exchange(s.work.own().ready, {}));
    if (effects & ReinviteMachine::roll_back && modified(s).on(OfferAnswer::Event::refused) & OfferAnswer::roll_back)
        emit(Rollback{s.id, remote_tag_of(s, re.leg)});
    if (effects & ReinviteMachine::back_off) {
        // RFC 3261 §14.1: the owner of the Call-ID 2.1 to 4 s, the other one 0 to 2 s, in steps of 10 ms.
        auto steps =
            s.legs[re.leg].dialog.owns_call_id() ? identifiers_.between(210, 400) : identifiers_.between(0, 200);
        re.retried = true;
        re.due = now + steps * std::chrono::milliseconds(10);
    }
    if (effects & ReinviteMachine::cancel) cancel_reinvite(find_request(re.request));
    if (effects & ReinviteMachine::report) emit(Reinvited{s.id, re.answer.status, re.answer.response, re.answer.error});
    if (effects & ReinviteMachine::hang_up) {
        Why why{EndCause::media_failed, re.answer.status, re.answer.response};
        auto event = s.machine.takes(SessionEvent::undescribed) ? SessionEvent::undescribed : SessionEvent::give_up;
        return fire(s, event, now, std::move(why));
    }
    if (effects & (ReinviteMachine::report | ReinviteMachine::back_off) && s.state() == SessionState::accepting)
        go_on(s, now);
}

void Layer::send_reinvite(Session& s, const Body& offer) {
    auto& re = s.work.own().reinvite;
    auto& leg = s.legs[re.leg];
    bool with_prack = re.carrier == Carrier::prack && leg.prack.state() == PrackMachine::State::offering;
    if (re.carrier == Carrier::prack && !with_prack) re.carrier = Carrier::invite;  // the 2xx was faster
    auto message =
        with_prack ? make_prack(leg) : leg.dialog.make_request(re.carrier == Carrier::update ? "UPDATE" : "INVITE");
    add_headers(message, re.headers);
    add_headers(message, *s.common_headers);
    if (with_prack) {
        leg.prack.on(PrackMachine::Event::described);
    } else {
        add_timer(s, message);
    }
    add_body(message, offer);
    re.request = submit(s, Purpose::reinvite, std::move(message), options_inside(s, leg.dialog, !with_prack),
                        leg.dialog.id().remote_tag);
}

void Layer::cancel_reinvite(const Request* r) {
    if (!r || r->challenged || r->transaction == siptxn::ClientId::none) return;
    if (r->message->method() == sipmsg::Method::invite) emit(CancelRequest{r->transaction, {}});
}

void Layer::acknowledge_reinvite(Session& s, Request& r, const Body& answer) {
    auto* leg = s.find_leg(r.remote_tag);
    if (!leg || r.message->method() != sipmsg::Method::invite) return;
    SendAck ack{leg->dialog.make_ack(r.message->view()), options_inside(s, leg->dialog, false)};
    add_body(ack.request, answer);
    r.ack = ack;
    emit(std::move(ack));
}

void Layer::on_reinvite_success(Session& s, Request& r, const sipmsg::MessagePtr& response, TimePoint now) {
    if (r.ack) return emit(*r.ack);
    auto& re = s.work.own().reinvite;
    bool wanted = !r.done && s.is_live() && re.request == r.id && re.machine.state() == ReinviteState::sent;
    if (r.done && s.question() && s.question()->asked == Asked::reinvite_settled && re.request == r.id)
        return;  // its ACK is in the making
    r.done = true;
    if (!wanted) return acknowledge_reinvite(s, r);  // the session went meanwhile

    auto body = description_in(response->view());
    if (re.carrier == Carrier::prack) {
        if (body.empty())
            return on_reinvite_refused(s, {400, response, {}}, now);  // of a peer that knows no offers there
    } else {
        s.legs[re.leg].dialog.refresh_target(response->view());
        if (s.state() == SessionState::confirmed) agree_timer(s, *response, now);
    }
    re.machine.on(ReinviteEvent::success);
    re.answer = answered(response);
    bool offered = modified(s).state() == OfferAnswer::State::offered;
    if (body.empty()) {
        acknowledge_reinvite(s, r);
        re.answer.status = 400;
        if (offered) modified(s).on(OfferAnswer::Event::withdrawn);
        return apply(s, re.machine.on(ReinviteEvent::undescribed), now);
    }
    if (offered) acknowledge_reinvite(s, r);
    modified(s).on(offered ? OfferAnswer::Event::remote_answer : OfferAnswer::Event::remote_offer);
    auto kind = offered ? DescriptionKind::apply : DescriptionKind::answer;
    ask_if_met(s, re.leg, Asked::reinvite_settled, kind, std::move(body), now);
}

void Layer::on_reinvite_refused(Session& s, const Answer& answer, TimePoint now) {
    auto& re = s.work.own().reinvite;
    if (!s.is_live() || re.machine.state() != ReinviteState::sent) return;
    re.answer = answer;
    const auto& [status, response, error] = answer;
    bool with_prack = re.carrier == Carrier::prack;
    bool again = status == 491 && !re.retried && !with_prack;
    apply(s, re.machine.on(again ? ReinviteEvent::pending : ReinviteEvent::refused), now);
    if (!with_prack) s.timer.refused(now);
    // A timeout leaves open what the peer has taken. 481 to a PRACK: the INVITE has had its final response meanwhile.
    if (status != 408 && (status != 481 || with_prack)) return;
    Why why{EndCause::dialog_gone, status, response, error};
    if (s.state() == SessionState::calling) return lose_early(s, re.leg, std::move(why), now);
    fire(s, SessionEvent::gone, now, std::move(why));
}

}  // namespace sipdialog
