// SPDX-License-Identifier: MIT
// The peer's re-INVITE. RFC 3261 §14.2.
#include "layer.hpp"
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {

using SessionState = SessionMachine::State;

// 0: go on. 500: something of the peer's own is still being worked on. 491: something of ours is.
int Layer::reinvite_refusal(const Session& s) const {
    using State = OfferAnswer::State;
    switch (s.state()) {
        case SessionState::offering:
        case SessionState::calling:
        case SessionState::canceling: return 491;  // on an early dialog: our INVITE is in progress
        case SessionState::confirmed: break;
        default: return 500;
    }
    switch (s.descriptions().state()) {
        case State::making_answer:
        case State::applying_answer: return 500;
        case State::making_offer:
        case State::offered:
            return s.is_reinviting() ? 491 : 500;  // not in ours: in our 2xx, whose ACK is to answer it
        case State::stable: break;
    }
    if (s.incoming && !s.incoming->accepted) return 500;
    return s.work->reinvite.machine.state() == ReinviteMachine::State::sent ? 491 : 0;  // sent without offer
}

void Layer::on_peer_reinvite(Session& s, const siptxn::RequestReceived& event, TimePoint now) {
    if (auto terms = answer_timer(event.request->view(), options_.session_timer); !terms)
        return reply(event, 422, min_se_header(terms.error()));
    if (int status = reinvite_refusal(s)) return reply(event, status, status == 500 ? retry_after() : HeaderList{});
    if (refuse_preconditions(event)) return;
    // Whoever sends a new INVITE has had the 2xx to the last one: its ACK was lost or is late.
    if (s.incoming) after_ack(s, event.request, now);
    if (reinvite_refusal(s)) return reply(event, 491);  // our own, held back for that ACK, has just begun
    if (s.state() != SessionState::confirmed) return reply(event, 481);
    const auto contact = event.request->top<sipmsg::Contact>();
    s.incoming = incoming_of(event, false, contact ? contact->uri().text() : std::string_view{});
    s.incoming->common = s.common_headers;
    auto offer = description_in(event.request->view());
    bool ours_to_offer = offer.empty();
    s.descriptions().on(ours_to_offer ? OfferAnswer::Event::offer_wanted : OfferAnswer::Event::remote_offer);
    ask(s, Asked::peer_reinvite, ours_to_offer ? DescriptionKind::offer : DescriptionKind::answer, std::move(offer));
}

void Layer::accept_peer_reinvite(Session& s, const Body& body, TimePoint now) {
    s.work.own().ready = body;
    s.dialog().refresh_target(s.incoming->request->view());  // with the 2xx, not before (RFC 3261 §12.2.2: atomic)
    send_success(s, now);
    emit(PeerReinvited{s.id, s.incoming->status, s.incoming->request});
}

void Layer::refuse_peer_reinvite(Session& s, int status) {
    auto response = invite_response(s, status);
    if (status == 415) response.append(sipmsg::Header::accept, "application/sdp");
    emit(Respond{s.incoming->server, std::move(response)});
    auto request = s.incoming->request;
    s.incoming.reset();
    emit(PeerReinvited{s.id, status, std::move(request)});
}

}  // namespace sipdialog
