// SPDX-License-Identifier: MIT
// Provisional responses to our INVITE: early dialogs, early media, PRACK. RFC 3261 §13.2.2.1; RFC 3262 §4, §5.
#include "layer.hpp"
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

#include <algorithm>

namespace sipdialog {

using SessionState = SessionMachine::State;
using SessionEvent = SessionMachine::Event;
using sipmsg::Header;

namespace {

// The number of a response that is to be acknowledged.
std::optional<std::uint32_t> reliable_number(const sipmsg::MessageView& response) {
    auto rseq = response.top<sipmsg::RSeq>();
    if (!rseq || reliability_of(response) != Reliability::required) return std::nullopt;
    return rseq->value;
}

}  // namespace

void Layer::on_provisional(Session& s, Request& r, const sipmsg::MessagePtr& response, const siptxn::Flow& flow,
                           TimePoint now) {
    if (response->status() == 100 || s.state() != SessionState::calling) return;
    auto tag = to_tag(response->view());
    auto* leg = s.find_leg(tag);
    bool ends = response->status() == 199;
    bool room = !ends && !tag.empty() && s.legs.size() < options_.limits.early_dialogs;
    if (!leg && room) leg = add_leg(s, r, *response, flow);
    if (!leg) return emit(Progressed{s.id, response});
    if (leg->terminated || leg->left) return;
    note_allow(*leg, response->view());
    auto rseq = reliable_number(response->view());
    if (rseq && !leg->prack.takes(*rseq)) return;  // a copy, or one before it is missing
    emit(Progressed{s.id, response});
    auto index = static_cast<std::size_t>(leg - s.legs.data());
    auto description = ends ? Body{} : description_in(response->view());  // RFC 6228 §4: a 199 describes nothing
    if (rseq) {
        leg->prack.count(*rseq);
        leg->reliable = response;
        on_reliable(s, index, std::move(description), now);
    } else if (s.offered) {
        take_early(s, index, std::move(description));
    }
    if (ends) end_early(s, index, now);
}

// RFC 6228 §4: this fork is over, though others may still answer.
void Layer::end_early(Session& s, std::size_t index, TimePoint now) {
    auto& leg = s.legs[index];
    leg.terminated = true;
    leg.prack.on(PrackMachine::Event::ended);
    drop_update(s, index);
    withdraw(s, index, false);
    if (s.work->reinvite.leg == index) drop_reinvite(s, now);
}

void Layer::on_reliable(Session& s, std::size_t index, Body description, TimePoint now) {
    auto& leg = s.legs[index];
    bool offers = !s.offered && !description.empty() && !leg.exchange.descriptions.is_agreed() && !leg.failed;
    auto event = offers                              ? PrackMachine::Event::response_offer
                 : offers_again(s, leg, description) ? PrackMachine::Event::response_answer
                                                     : PrackMachine::Event::response;
    apply_prack(s, index, leg.prack.on(event), {}, now);
    if (s.offered) take_early(s, index, std::move(description));
}

// Whether this is the answer, whose PRACK is to carry the next offer (RFC 3262 §5).
bool Layer::offers_again(const Session& s, const Leg& leg, const Body& description) {
    return s.offered && s.invite->early_media && s.invite->offer_in_prack && !leg.early && !description.empty();
}

void Layer::offer_in_prack(Session& s, std::size_t index, TimePoint now) {
    if (s.work->reinvite.machine.state() != ReinviteMachine::State::idle)  // another fork's
        return apply_prack(s, index, s.legs[index].prack.on(PrackMachine::Event::undescribed), {}, now);
    auto& re = s.work.own().reinvite;
    re = Reinvite{};
    re.carrier = Carrier::prack;
    re.leg = index;
    begin_reinvite(s, now);
}

// RFC 3261 §13.2.1: the first description of a dialog is the answer to our offer; later ones are ignored.
void Layer::take_early(Session& s, std::size_t index, Body description) {
    auto& leg = s.legs[index];
    if (description.empty() || leg.early) return;
    leg.early = std::make_unique<Body>(description);
    if (!s.invite->early_media) return;
    leg.exchange.descriptions.on(OfferAnswer::Event::remote_answer);
    ask(s, index, Asked::early_answer, DescriptionKind::apply, std::move(description));
}

void Layer::apply_prack(Session& s, std::size_t index, unsigned effects, const Body& answer, TimePoint now) {
    auto& leg = s.legs[index];
    if (effects & PrackMachine::ask) {
        leg.exchange.descriptions.on(OfferAnswer::Event::remote_offer);
        ask_if_met(s, index, Asked::prack, DescriptionKind::answer, description_in(leg.reliable->view()), now);
    }
    if (effects & PrackMachine::offer) offer_in_prack(s, index, now);
    if (effects & PrackMachine::prack) send_prack(s, leg, answer);
    if (effects & PrackMachine::settle) settled_early(s, index, leg.failed ? leg.failed : 200, now);
}

sipmsg::Message Layer::make_prack(Leg& leg) {
    auto prack = leg.dialog.make_request("PRACK");
    auto number = leg.reliable->top<sipmsg::RSeq>()->value;
    auto cseq = leg.reliable->top<sipmsg::CSeq>()->number;
    prack.append(Header::rack, std::to_string(number) + " " + std::to_string(cseq) + " INVITE");
    return prack;
}

void Layer::send_prack(Session& s, Leg& leg, const Body& answer) {
    auto prack = make_prack(leg);
    add_headers(prack, *s.common_headers);
    add_body(prack, answer);
    submit(s, Purpose::prack, std::move(prack), options_inside(s, leg.dialog, false), leg.dialog.id().remote_tag);
}

// The answer of a 1xx is applied, or cannot be. Its PRACK may have waited for that.
void Layer::applied_early(Session& s, std::size_t index, int status, TimePoint now) {
    auto event = status == 200 ? PrackMachine::Event::described : PrackMachine::Event::undescribed;
    apply_prack(s, index, s.legs[index].prack.on(event), {}, now);
    settled_early(s, index, status, now);
}

// A description of an early dialog is applied or made, or cannot be.
void Layer::settled_early(Session& s, std::size_t index, int status, TimePoint now) {
    bool chosen = s.state() == SessionState::answering && s.main == index;  // its 2xx has been waiting for this
    Why why{EndCause::media_failed, status, nullptr};
    if (status == 200 && chosen) return fire(s, SessionEvent::described, now);
    if (status == 200) return;
    if (chosen) return fire(s, SessionEvent::undescribed, now, std::move(why));
    auto& leg = s.legs[index];
    if (leg.failed) return lose_early(s, index, std::move(why), now);
    leg.exchange.descriptions = s.work->opening.descriptions;  // the answer is tried again with the 2xx
}

// That early dialog is of no use any more: its 2xx would be followed by a BYE. Without another one the call is over.
void Layer::lose_early(Session& s, std::size_t index, Why why, TimePoint now) {
    s.legs[index].failed = why.status;
    if (std::ranges::all_of(s.legs, [](const Leg& one) { return one.failed != 0 || one.terminated; }))
        give_up(s, std::move(why), now);
}

}  // namespace sipdialog
