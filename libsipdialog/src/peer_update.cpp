// SPDX-License-Identifier: MIT
// The peer's UPDATE. RFC 3311 §5.2; RFC 6337 §2.3.
#include "layer.hpp"
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {

using SessionState = SessionMachine::State;
using DescriptionState = OfferAnswer::State;

void note_allow(Leg& leg, const sipmsg::MessageView& message) {
    leg.allows_update = allows(message, sipmsg::Method::update).value_or(leg.allows_update);
}

// 0: go on. 500: something of the peer's own is still being worked on. 491: something of ours is.
int Layer::update_refusal(const Session& s, const Leg& leg) const {
    const auto& descriptions = leg.exchange.descriptions;
    bool their_invite = s.incoming != nullptr;
    switch (descriptions.state()) {
        case DescriptionState::making_answer:
        case DescriptionState::applying_answer: return 500;
        case DescriptionState::making_offer:
        case DescriptionState::offered: return their_invite && !s.is_reinviting() ? 500 : 491;
        case DescriptionState::stable: break;
    }
    if (leg.exchange.question || !descriptions.is_agreed()) return 500;  // the INVITE's own exchange comes first
    return s.work->reinvite.machine.state() == ReinviteMachine::State::sent ? 491 : 0;  // sent without offer
}

void Layer::on_update(Session& s, std::size_t index, const siptxn::RequestReceived& event, TimePoint now) {
    if (!s.is_live()) return reply(event, 481);
    if (auto terms = answer_timer(event.request->view(), options_.session_timer); !terms)
        return reply(event, 422, min_se_header(terms.error()));
    if (refuse_preconditions(event)) return;
    if (s.work->peer_update) return reply(event, 500, retry_after());  // the last one has no answer yet
    auto& leg = s.legs[index];
    auto offer = description_in(event.request->view());
    if (offer.empty()) return answer_update(s, event, index, {}, now);
    const auto& descriptions = leg.exchange.descriptions;
    bool unapplied =
        leg.reliable && leg.early && descriptions.state() == DescriptionState::offered && !descriptions.is_agreed();
    if (unapplied && !leg.exchange.question && !s.main) {
        // Our offer has its answer since that reliable response (RFC 3262 §5): it is applied, so that the next try
        // finds it so.
        leg.exchange.descriptions.on(OfferAnswer::Event::remote_answer);
        ask(s, index, Asked::early_answer, DescriptionKind::apply, *leg.early);
    }
    if (int status = update_refusal(s, leg)) return reply(event, status, status == 500 ? retry_after() : HeaderList{});
    s.work.own().peer_update = PeerUpdate{event, index};
    leg.exchange.descriptions.on(OfferAnswer::Event::remote_offer);
    ask(s, index, Asked::peer_update, DescriptionKind::answer, std::move(offer));
}

void Layer::answer_update(Session& s, const siptxn::RequestReceived& event, std::size_t index, const Body& answer,
                          TimePoint now) {
    auto& dialog = s.legs[index].dialog;
    dialog.refresh_target(event.request->view());
    auto contact = s.routing->contact.value_or(siptxn::LocalContact{});
    if (dialog.secure()) contact.secure = true;
    auto response = sipmsg::Message::response(event.request->view(), 200);
    response.append(sipmsg::Header::contact, siptxn::local_contact(contact, event.flow));
    if (s.state() == SessionState::confirmed) answer_with_timer(s, *event.request, response, now);
    add_body(response, answer);
    emit(Respond{event.transaction, std::move(response)});
}

void Layer::finish_update(Session& s, int status, const Body& answer, TimePoint now) {
    auto update = *std::exchange(s.work.own().peer_update, std::nullopt);
    if (status == 200) {
        answer_update(s, update.event, update.leg, answer, now);
        if (s.incoming && s.incoming->initial) s.incoming->early = {};  // no longer what holds
    } else {
        reply(update.event, status);
    }
    emit(PeerReinvited{s.id, status, update.event.request});
    go_on(s, now);
}

void Layer::drop_update(Session& s, std::size_t leg) {
    if (const auto& update = s.work->peer_update; update && update->leg == leg)
        reply(std::exchange(s.work.own().peer_update, std::nullopt)->event, 487);
}

void Layer::go_on(Session& s, TimePoint now) {
    bool idle = s.work->progress.machine.is_idle() && !s.question() && s.descriptions().is_stable();
    if (s.state() == SessionState::accepting && idle) return proceed_to_accept(s, now);
    resume_reinvite(s, now);
}

}  // namespace sipdialog
