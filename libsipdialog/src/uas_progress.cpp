// SPDX-License-Identifier: MIT
// Our provisional responses to the peer's INVITE, and their PRACKs. RFC 3261 §13.3.1.1; RFC 3262 §3, §5.
#include "layer.hpp"
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {

using SessionState = SessionMachine::State;
using ProgressState = ProgressMachine::State;
using ProgressEvent = ProgressMachine::Event;
using DescriptionEvent = OfferAnswer::Event;
using sipmsg::Header;

bool Layer::progress(SessionId session, ProgressOptions&& options, TimePoint now) {
    check_headers(options.headers);
    check_text(options.body.content_type, "a Content-Type");
    check_text(options.phrase, "a reason phrase");
    auto* s = find(session);
    if (!s || options.status < 100 || options.status > 199) return false;
    bool ringing = s->state() == SessionState::ringing;
    if ((!ringing && s->state() != SessionState::accepting) || !s->work->progress.machine.is_idle()) return false;

    const auto& invite = s->incoming->request->view();
    auto wish = reliability_of(invite);
    bool ends = options.status == 199;
    if (ends && (!ringing || !lists_tag<sipmsg::Supported>(invite, "199"))) return false;  // RFC 6228 §5
    bool dialog = options.status > 100;
    bool reliable =
        dialog && (wish == Reliability::required || (options.reliable && !ends && wish == Reliability::supported));
    if (reliable && !ringing) return false;
    if (dialog && ringing) s->routing = share(std::nullopt, options.contact);
    bool described = s->descriptions().is_agreed() || !s->incoming->early.empty() || is_description(options.body);
    bool can_answer = dialog && ringing && s->incoming->describes;  // an offer must go reliably
    bool describe = !ends && !described && (reliable || (options.describe && can_answer));
    auto& p = s->work.own().progress;
    p.options = std::move(options);
    p.reliable = reliable;
    p.status = 200;
    auto event = describe ? ProgressEvent::describe : reliable ? ProgressEvent::send : ProgressEvent::send_once;
    apply_progress(*s, p.machine.on(event), now);
    tidy(session);
    return true;
}

void Layer::apply_progress(Session& s, unsigned effects, TimePoint now) {
    auto& p = s.work.own().progress;
    if (effects & ProgressMachine::send) send_progress(s, now);
    if (effects & (ProgressMachine::confirm | ProgressMachine::decline)) {
        int status = effects & ProgressMachine::confirm ? 200 : p.status;
        auto response = sipmsg::Message::response(p.prack->view(), status);
        add_body(response, std::exchange(s.work.own().ready, {}));
        respond(p.prack_server, std::move(response));
    }
    if (effects & ProgressMachine::ask) ask_for_progress(s, now);
    if (effects & ProgressMachine::remember) p.late_prack = true;
    if (p.machine.state() != ProgressState::awaiting_prack) p.clock.reset();
    if (!(effects & ProgressMachine::report)) return;
    emit(ProgressDone{s.id, p.status, std::exchange(p.prack, nullptr)});
    p.options.reset();
    if (!p.late_prack) p.response.reset();
    if (effects & ProgressMachine::refuse)
        return give_up(s, Why{p.status == 504 ? EndCause::no_prack : EndCause::media_failed, p.status, nullptr}, now);
    go_on(s, now);
}

void Layer::ask_for_progress(Session& s, TimePoint now) {
    auto describing = s.work->progress.machine.state();
    const auto& from = describing == ProgressState::describing ? s.incoming->request : s.work->progress.prack;
    auto body = description_in(from->view());
    if (describing == ProgressState::applying) {
        s.descriptions().on(DescriptionEvent::remote_answer);
        return ask(s, Asked::prack_answer, DescriptionKind::apply, std::move(body));
    }
    auto asked = describing == ProgressState::describing ? Asked::progress : Asked::prack_offer;
    auto kind = body.empty() ? DescriptionKind::offer : DescriptionKind::answer;
    s.descriptions().on(body.empty() ? DescriptionEvent::offer_wanted : DescriptionEvent::remote_offer);
    ask_if_met(s, s.main, asked, kind, std::move(body), now);
}

void Layer::send_progress(Session& s, TimePoint now) {
    auto& p = s.work.own().progress;
    auto& early = s.incoming->early;
    auto body = s.work->ready.empty() ? p.options->body : std::exchange(s.work.own().ready, {});
    // The first description is the one: every later response repeats it (RFC 3261 §13.2.1), until one of them is
    // reliable.
    bool ends = p.options->status == 199;
    if (!early.empty() && (p.reliable || is_description(body)) && !ends) body = early;
    bool described = is_description(body);
    bool answers = s.incoming->describes;
    if (described && !s.descriptions().is_agreed() && s.descriptions().is_stable() && (answers || p.reliable))
        s.descriptions().on(answers ? DescriptionEvent::own_answer : DescriptionEvent::own_offer);
    if (described) early = p.reliable ? Body{} : body;

    const auto& common = p.options->common_headers ? *p.options->common_headers : *no_headers_;
    const auto room = common.text().size() + room_for(p.options->headers) + body.content.size();
    auto response = invite_response(s, p.options->status, p.options->phrase, room);
    add_headers(response, common);
    add_headers(response, p.options->headers);
    add_body(response, body);
    if (p.reliable) {
        p.rseq = p.rseq ? p.rseq + 1 : static_cast<std::uint32_t>(identifiers_.between(1, 0x7fffffff));
        response.append(Header::require, "100rel");
        response.append(Header::rseq, std::to_string(p.rseq));
        p.response = std::make_shared<const sipmsg::Message>(response);
        p.clock.emplace(RepeatedResponse::Kind::provisional, options_.timers, now);
    }
    respond(s.incoming->server, std::move(response));
}

// RFC 3262 §3: same dialog, and RAck names the response.
bool Layer::acknowledges(const Session& s, const sipmsg::Message& prack) const {
    const auto& p = s.work->progress;
    if (p.machine.state() != ProgressState::awaiting_prack && !p.late_prack) return false;
    auto rack = prack.top<sipmsg::RAck>();
    return rack && rack->method == sipmsg::Method::invite && rack->rseq == p.rseq &&
           rack->cseq == p.response->top<sipmsg::CSeq>()->number;
}

void Layer::on_prack(Session& s, const siptxn::RequestReceived& event, TimePoint now) {
    auto& p = s.work.own().progress;
    if (!acknowledges(s, *event.request)) return reply(event, 481);
    if (std::exchange(p.late_prack, false)) return reply(event, 200);
    p.prack = event.request;
    p.prack_server = event.transaction;
    bool offered = s.descriptions().state() == OfferAnswer::State::offered;
    bool empty = !has_description(event.request->view());
    if (offered && empty) p.status = 488;
    auto event_of = [&] {
        if (offered) return empty ? ProgressEvent::prack_unanswered : ProgressEvent::prack_answer;
        return empty ? ProgressEvent::prack : ProgressEvent::prack_offer;
    };
    apply_progress(s, p.machine.on(event_of()), now);
}

}  // namespace sipdialog
