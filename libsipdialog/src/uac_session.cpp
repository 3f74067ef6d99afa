// SPDX-License-Identifier: MIT
// Our INVITE: its offer, its forks, its answers, its CANCEL. RFC 3261 §9.1, §13.2.
#include "layer.hpp"
#include "sending.hpp"
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

#include <algorithm>

namespace sipdialog {

using SessionState = SessionMachine::State;
using SessionEvent = SessionMachine::Event;
using sipmsg::Header;

SessionId Layer::invite(InviteOptions options, TimePoint now) {
    check_opening(options, "INVITE");
    complete(options, identifiers_);
    bool full = is_full();
    auto& s = add_session(true);
    s.common_headers = share(options.common_headers);
    s.routing = share(options.routing.flow, options.routing.contact);
    s.invite = std::make_unique<InviteOptions>(std::move(options));
    auto id = s.id;
    if (full) {
        fire(s, SessionEvent::undescribed, now, Why{EndCause::no_answer, 503, nullptr, siptxn::Errc::overloaded});
    } else if (s.invite->without_offer) {
        fire(s, SessionEvent::described, now);
    } else {
        s.descriptions().on(OfferAnswer::Event::offer_wanted);
        ask(s, Asked::invite_offer, DescriptionKind::offer, {});
    }
    tidy(id);
    return id;
}

void Layer::send_invite(Session& s) {
    auto invite = make_opening(*s.invite, "INVITE");
    if (s.invite->reliability == Reliability::supported) invite.append(Header::supported, "100rel");
    if (s.invite->reliability == Reliability::required) invite.append(Header::require, "100rel");
    add_timer(s, invite);
    if (!lists_tag<sipmsg::Supported>(invite.view(), "199")) invite.append(Header::supported, "199");
    s.offered = !s.work->ready.empty();
    add_body(invite, std::exchange(s.work.own().ready, {}));
    s.invite_request = submit(s, Purpose::invite, std::move(invite), s.invite->routing, {});
}

// A dialog for this response, unless its headers do not make one or there are too many.
Leg* Layer::add_leg(Session& s, const Request& r, const sipmsg::Message& response, const siptxn::Flow& flow) {
    auto dialog = Dialog::of_response(r.message->view(), response.view(), siptxn::is_secure(flow.transport));
    if (!dialog) return nullptr;
    s.legs.push_back(Leg{
        .dialog = std::move(*dialog), .exchange = {s.work->opening.descriptions, std::nullopt}
    });
    dialogs_.add(s, s.legs.size() - 1);
    return &s.legs.back();
}

std::pair<Leg*, bool> Layer::answered_leg(Session& s, const Request& r, const sipmsg::Message& response,
                                          const siptxn::Flow& flow) {
    if (auto* leg = s.find_leg(to_tag(response.view()))) return {leg, leg->dialog.confirm(response.view()).has_value()};
    if (auto* leg = add_leg(s, r, response, flow)) return {leg, true};
    // Without a usable Contact or Record-Route: as far as one can get, the way of the INVITE.
    auto repaired = response;
    repaired.set(Header::contact, "<" + std::string(r.message->request_uri_text()) + ">");
    repaired.remove(Header::record_route);
    return {add_leg(s, r, repaired, flow), false};
}

void Layer::on_success(Session& s, Request& r, const sipmsg::MessagePtr& response, const siptxn::Flow& flow,
                       TimePoint now) {
    auto* known = s.find_leg(to_tag(response->view()));
    if (known && known->answered) {
        if (known->ack) emit(*known->ack);  // a copy (RFC 3261 §13.2.2.4)
        return;
    }
    if (!known && s.legs.size() >= 4 * options_.limits.early_dialogs) return;
    auto [leg, sound] = answered_leg(s, r, *response, flow);
    bool wanted = !r.done && (s.state() == SessionState::calling || s.state() == SessionState::canceling);
    r.done = true;
    r.challenged = false;
    if (!leg) return fire(s, SessionEvent::failure, now, Why{EndCause::dialog_gone, 400, response});
    leg->answered = true;
    if (std::exchange(leg->terminated, false)) {  // after its 199: it begins anew (RFC 3261 §13.2.2.4)
        leg->exchange = {s.work->opening.descriptions, std::nullopt};
        leg->early.reset();
        leg->failed = 0;
    }
    if (!wanted) return dismiss(s, *leg);

    s.main = static_cast<std::size_t>(leg - s.legs.data());
    note_allow(*leg, response->view());
    withdraw_early(s);
    if (s.offered) leg->prack.on(PrackMachine::Event::ended);
    if (s.work->reinvite.leg != s.main) drop_reinvite(s, now);
    if (s.state() == SessionState::calling) agree_timer(s, *response, now);
    s.work.own().answer = response;
    s.flow = flow;
    s.work.own().cancel_deadline.reset();
    s.copies_until = now + options_.timers.timeout();
    forget_dialogs(s);
    dialogs_.add(s, *s.main);
    bool was_calling = s.state() == SessionState::calling;
    fire(s, SessionEvent::success, now);
    if (was_calling) begin_settling(s, response, sound, now);
}

// The first 2xx: its answer is applied, or its offer answered, unless a reliable provisional response has seen to it.
// RFC 3261 §13.2.1, §13.2.2.4; RFC 3262 §5.
void Layer::begin_settling(Session& s, const sipmsg::MessagePtr& response, bool sound, TimePoint now) {
    auto& leg = s.main_leg();
    if (leg.left) return fire(s, SessionEvent::peer_bye, now, Why{EndCause::remote_bye, 487, response});
    if (!sound) return fire(s, SessionEvent::undescribed, now, Why{EndCause::dialog_gone, 400, response});
    if (leg.failed) return fire(s, SessionEvent::undescribed, now, Why{EndCause::media_failed, leg.failed, response});
    if (s.offered) acknowledge(s, leg);
    if (s.descriptions().is_agreed()) return fire(s, SessionEvent::described, now);
    if (s.question()) return;  // settled_early() goes on
    auto body = leg.early ? *leg.early : description_in(response->view());
    if (body.empty()) return fire(s, SessionEvent::undescribed, now, Why{EndCause::media_failed, 400, response});
    s.descriptions().on(s.offered ? OfferAnswer::Event::remote_answer : OfferAnswer::Event::remote_offer);
    auto kind = s.offered ? DescriptionKind::apply : DescriptionKind::answer;
    ask_if_met(s, s.main, Asked::invite_settled, kind, std::move(body), now);
}

void Layer::acknowledge(Session& s, Leg& leg, const Body& answer) {
    const auto* r = find_request(s.invite_request);
    if (!r) return;
    SendAck ack{leg.dialog.make_ack(r->message->view()), options_inside(s, leg.dialog, false)};
    add_body(ack.request, answer);
    leg.ack = std::make_unique<SendAck>(ack);
    emit(std::move(ack));
}

// A fork that answered too late, or after we gave up.
void Layer::dismiss(Session& s, Leg& leg) {
    acknowledge(s, leg);
    auto bye = leg.dialog.make_request("BYE");
    add_headers(bye, *s.common_headers);
    submit(s, Purpose::dismiss, std::move(bye), options_inside(s, leg.dialog, false), leg.dialog.id().remote_tag);
}

void Layer::cancel(SessionId session, TimePoint now, std::string reason) {
    check_text(reason, "a Reason");
    auto* s = find(session);
    if (!s || !s->outgoing) return;
    if (s->state() == SessionState::offering || s->state() == SessionState::calling)
        s->work.own().cancel_reason = std::move(reason);
    give_up(*s, Why{EndCause::canceled, 487, nullptr}, now);
    tidy(session);
}

void Layer::send_cancel(Session& s, TimePoint now) {
    auto* r = find_request(s.invite_request);
    if (!r || r->challenged) {  // between two attempts: nothing to cancel
        if (r) r->done = true;
        return fire(s, SessionEvent::failure, now);
    }
    s.work.own().cancel_deadline = now + options_.timers.timeout();
    if (r->transaction != siptxn::ClientId::none) emit(CancelRequest{r->transaction, s.work->cancel_reason});
}

void Layer::forget_invite(Session& s) {
    s.copies_until.reset();
    s.invite.reset();
    for (auto& leg : s.legs) {
        if (leg.exchange.question) continue;  // about what is to go
        leg.ack.reset();
        leg.reliable.reset();
        leg.early.reset();
    }
}

}  // namespace sipdialog
