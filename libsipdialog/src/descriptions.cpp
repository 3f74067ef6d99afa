// SPDX-License-Identifier: MIT
// Questions to the media side, and what their answers set going.
#include "layer.hpp"
#include "text.hpp"

namespace sipdialog {

using SessionEvent = SessionMachine::Event;
using DescriptionEvent = OfferAnswer::Event;

Exchange& Layer::exchange_of(Session& s, LegIndex leg) { return leg ? s.legs[*leg].exchange : s.work.own().opening; }

std::string Layer::remote_tag_of(const Session& s, LegIndex leg) {
    return leg ? s.legs[*leg].dialog.id().remote_tag : std::string();
}

namespace {

// Whose INVITE, UPDATE or PRACK it belongs to.
bool is_ours(Asked asked) {
    switch (asked) {
        case Asked::invite_offer:
        case Asked::invite_settled:
        case Asked::early_answer:
        case Asked::prack:
        case Asked::reinvite_offer:
        case Asked::reinvite_settled: return true;
        default: return false;
    }
}

}  // namespace

void Layer::ask(Session& s, LegIndex leg, Asked asked, DescriptionKind kind, Body remote) {
    auto id = DescriptionId{++last_description_};
    auto& exchange = exchange_of(s, leg);
    exchange.question = Question{id, asked};
    questions_[id] = {s.id, leg};
    bool initial = !exchange.descriptions.is_agreed();
    emit(DescriptionWanted{id, s.id, kind, remote_tag_of(s, leg), std::move(remote), initial, is_ours(asked)});
}

void Layer::ask_if_met(Session& s, LegIndex leg, Asked asked, DescriptionKind kind, Body remote, TimePoint now) {
    if (kind != DescriptionKind::answer || !is_unmet(remote)) return ask(s, leg, asked, kind, std::move(remote));
    exchange_of(s, leg).descriptions.on(DescriptionEvent::failed);
    on_undescribed(s, leg, asked, 580, now);
}

// Nobody wants the open exchange any more. `goes_on`: the session stands, so media goes back to what was agreed.
void Layer::withdraw(Session& s, LegIndex leg, bool goes_on) {
    auto& exchange = exchange_of(s, leg);
    auto effects = exchange.descriptions.on(DescriptionEvent::withdrawn);
    if (exchange.question) {
        questions_.erase(exchange.question->id);
        emit(DescriptionDropped{exchange.question->id});
        exchange.question.reset();
    }
    if (goes_on && effects & OfferAnswer::roll_back) emit(Rollback{s.id, remote_tag_of(s, leg)});
}

// Early dialogs that did not become the session's.
void Layer::withdraw_early(Session& s) {
    for (std::size_t leg = 0; leg < s.legs.size(); ++leg) {
        if (leg == s.main) continue;
        s.legs[leg].prack.on(PrackMachine::Event::ended);
        drop_update(s, leg);
        withdraw(s, leg, false);
    }
}

void Layer::described(DescriptionId id, std::expected<Body, int> result, TimePoint now) {
    auto known = questions_.find(id);
    if (known == questions_.end()) return;
    if (result) check_text(result->content_type, "a Content-Type");
    auto [session, leg] = known->second;
    questions_.erase(known);
    auto* s = find(session);
    auto& exchange = exchange_of(*s, leg);
    auto asked = exchange.question->asked;
    exchange.question.reset();
    bool applies = exchange.descriptions.state() == OfferAnswer::State::applying_answer;
    if (result && result->empty() && !applies) result = std::unexpected(488);
    if (result) {
        exchange.descriptions.on(DescriptionEvent::described);
        on_described(*s, leg, asked, *std::move(result), now);
    } else {
        int status = result.error() >= 300 && result.error() <= 699 ? result.error() : 500;
        bool goes_on = asked == Asked::reinvite_offer || asked == Asked::peer_reinvite || asked == Asked::peer_update ||
                       asked == Asked::prack_offer;
        if (exchange.descriptions.on(DescriptionEvent::failed) & OfferAnswer::roll_back && goes_on)
            emit(Rollback{session, remote_tag_of(*s, leg)});
        on_undescribed(*s, leg, asked, status, now);
    }
    tidy(session);
}

void Layer::on_described(Session& s, LegIndex leg, Asked asked, Body body, TimePoint now) {
    switch (asked) {
        case Asked::early_answer: return applied_early(s, *leg, 200, now);
        case Asked::peer_update: return finish_update(s, 200, body, now);
        case Asked::prack:
            return apply_prack(s, *leg, s.legs[*leg].prack.on(PrackMachine::Event::described), body, now);
        case Asked::progress:
            s.work.own().ready = std::move(body);
            return apply_progress(
                s,
                s.work.own().progress.machine.on(s.work->progress.reliable ? ProgressMachine::Event::described
                                                                           : ProgressMachine::Event::described_once),
                now);
        case Asked::prack_answer:
        case Asked::prack_offer:
            s.work.own().ready = asked == Asked::prack_offer ? std::move(body) : Body{};
            return apply_progress(s, s.work.own().progress.machine.on(ProgressMachine::Event::described), now);
        case Asked::invite_offer:
        case Asked::accept: s.work.own().ready = std::move(body); return fire(s, SessionEvent::described, now);
        case Asked::invite_settled:
            if (!s.main_leg().ack) acknowledge(s, s.main_leg(), body);
            return fire(s, SessionEvent::described, now);
        case Asked::ack_answer: return after_ack(s, s.work->answer, now);
        case Asked::reinvite_offer:
            s.work.own().ready = std::move(body);
            return apply(s, s.work.own().reinvite.machine.on(ReinviteMachine::Event::described), now);
        case Asked::reinvite_settled:
            if (auto* r = find_request(s.work->reinvite.request); r && !r->ack) acknowledge_reinvite(s, *r, body);
            return apply(s, s.work.own().reinvite.machine.on(ReinviteMachine::Event::described), now);
        case Asked::peer_reinvite: return accept_peer_reinvite(s, body, now);
    }
}

void Layer::on_undescribed(Session& s, LegIndex leg, Asked asked, int status, TimePoint now) {
    Why why{EndCause::media_failed, status, nullptr};
    switch (asked) {
        case Asked::early_answer: return applied_early(s, *leg, status, now);
        case Asked::peer_update: return finish_update(s, status, {}, now);
        case Asked::prack:
            s.legs[*leg].failed = status;
            return apply_prack(s, *leg, s.legs[*leg].prack.on(PrackMachine::Event::undescribed), {}, now);
        case Asked::progress:
        case Asked::prack_answer:
        case Asked::prack_offer:
            s.work.own().progress.status = status;
            return apply_progress(s, s.work.own().progress.machine.on(ProgressMachine::Event::undescribed), now);
        case Asked::invite_offer:
        case Asked::invite_settled:
        case Asked::accept:
        case Asked::ack_answer: return fire(s, SessionEvent::undescribed, now, std::move(why));
        case Asked::reinvite_offer:
        case Asked::reinvite_settled: {
            auto* r = find_request(s.work->reinvite.request);
            if (asked == Asked::reinvite_settled && r && !r->ack) acknowledge_reinvite(s, *r);
            s.work.own().reinvite.answer = {status};
            if (s.work->reinvite.carrier == Carrier::prack)
                apply_prack(s, *leg, s.legs[*leg].prack.on(PrackMachine::Event::undescribed), {}, now);
            return apply(s, s.work.own().reinvite.machine.on(ReinviteMachine::Event::undescribed), now);
        }
        case Asked::peer_reinvite: refuse_peer_reinvite(s, status); return resume_reinvite(s, now);
    }
}

}  // namespace sipdialog
