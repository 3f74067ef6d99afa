// SPDX-License-Identifier: MIT
// Questions to the media side, and what their answers set going.
#include "layer.hpp"
#include "text.hpp"

namespace sipdialog {

using SessionEvent = SessionMachine::Event;
using DescriptionEvent = OfferAnswer::Event;

void Layer::ask(Session& s, Asked asked, DescriptionKind kind, Body remote) {
    auto id = DescriptionId{++last_description_};
    bool ours = asked == Asked::invite_offer || asked == Asked::invite_settled || asked == Asked::reinvite_offer ||
                asked == Asked::reinvite_settled;
    s.question = Question{id, asked};
    questions_[id] = s.id;
    emit(DescriptionWanted{id, s.id, kind, std::move(remote), !s.descriptions.is_agreed(), ours});
}

// Nobody wants the open exchange any more. `goes_on`: the session stands, so media goes back to what was agreed.
void Layer::withdraw(Session& s, bool goes_on) {
    auto effects = s.descriptions.on(DescriptionEvent::withdrawn);
    if (s.question) {
        questions_.erase(s.question->id);
        emit(DescriptionDropped{s.question->id});
        s.question.reset();
    }
    if (goes_on && effects & OfferAnswer::roll_back) emit(Rollback{s.id});
}

void Layer::described(DescriptionId id, std::expected<Body, int> result, TimePoint now) {
    auto known = questions_.find(id);
    if (known == questions_.end()) return;
    if (result) check_text(result->content_type, "a Content-Type");
    auto session = known->second;
    questions_.erase(known);
    auto* s = find(session);
    auto asked = s->question->asked;
    s->question.reset();
    bool applies = s->descriptions.state() == OfferAnswer::State::applying_answer;
    if (result && result->empty() && !applies) result = std::unexpected(488);
    if (result) {
        s->descriptions.on(DescriptionEvent::described);
        on_described(*s, asked, *result, now);
    } else {
        int status = result.error() >= 300 && result.error() <= 699 ? result.error() : 500;
        bool goes_on = asked == Asked::reinvite_offer || asked == Asked::peer_reinvite;
        if (s->descriptions.on(DescriptionEvent::failed) & OfferAnswer::roll_back && goes_on) emit(Rollback{session});
        on_undescribed(*s, asked, status, now);
    }
    tidy(session);
}

void Layer::on_described(Session& s, Asked asked, const Body& body, TimePoint now) {
    switch (asked) {
        case Asked::invite_offer:
        case Asked::accept: s.ready = body; return fire(s, SessionEvent::described, now);
        case Asked::invite_settled:
            if (!s.main_leg().ack) acknowledge(s, s.main_leg(), body);
            return fire(s, SessionEvent::described, now);
        case Asked::ack_answer: return after_ack(s, s.answer, now);
        case Asked::reinvite_offer:
            s.ready = body;
            return apply(s, s.reinvite.machine.on(ReinviteMachine::Event::described), now);
        case Asked::reinvite_settled:
            if (auto* r = find_request(s.reinvite.request); r && !r->ack) acknowledge_reinvite(s, *r, body);
            return apply(s, s.reinvite.machine.on(ReinviteMachine::Event::described), now);
        case Asked::peer_reinvite: return accept_peer_reinvite(s, body, now);
    }
}

void Layer::on_undescribed(Session& s, Asked asked, int status, TimePoint now) {
    Why why{EndCause::media_failed, status, nullptr};
    switch (asked) {
        case Asked::invite_offer:
        case Asked::invite_settled:
        case Asked::accept: return fire(s, SessionEvent::undescribed, now, std::move(why));
        case Asked::ack_answer: return fire(s, SessionEvent::undescribed, now, std::move(why));
        case Asked::reinvite_offer:
        case Asked::reinvite_settled: {
            auto* r = find_request(s.reinvite.request);
            if (asked == Asked::reinvite_settled && r && !r->ack) acknowledge_reinvite(s, *r);
            s.reinvite.status = status;
            s.reinvite.response.reset();
            return apply(s, s.reinvite.machine.on(ReinviteMachine::Event::undescribed), now);
        }
        case Asked::peer_reinvite: refuse_peer_reinvite(s, status); return resume_reinvite(s, now);
    }
}

}  // namespace sipdialog
