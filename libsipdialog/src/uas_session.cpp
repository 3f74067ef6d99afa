// SPDX-License-Identifier: MIT
// The peer's INVITE: progress, 2xx until its ACK, refusal. RFC 3261 §8.2.2, §13.3.
#include "layer.hpp"
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {

using SessionState = SessionMachine::State;
using SessionEvent = SessionMachine::Event;
using sipmsg::Header;

namespace {

// RFC 3261 §12.1.1: SIPS in the Request-URI, the top Record-Route or (without one) the Contact wants SIPS in our
// Contact.
bool wants_secure_contact(const sipmsg::MessageView& invite, std::string_view contact) {
    const auto is_secure = [](std::string_view uri) { return sipmsg::iequals(uri.substr(0, 5), "sips:"); };
    if (is_secure(invite.request_uri_text())) return true;
    auto route = invite.top<sipmsg::RecordRoute>();
    return route ? route->uri().is_secure() : is_secure(contact);
}

std::string write_contact(const std::optional<siptxn::LocalContact>& ours, bool secure, const siptxn::Flow& flow) {
    if (ours && (ours->secure || !secure)) return siptxn::local_contact(*ours, flow);
    auto own = ours.value_or(siptxn::LocalContact{});
    own.secure = own.secure || secure;
    return siptxn::local_contact(own, flow);
}

}  // namespace

std::unique_ptr<IncomingInvite> Layer::incoming_of(const siptxn::RequestReceived& event, bool initial,
                                                   std::string_view contact) {
    const auto& request = event.request->view();
    return std::make_unique<IncomingInvite>(event.transaction, event.request, event.flow, initial,
                                            request.dialog_fields()->cseq, wants_secure_contact(request, contact),
                                            has_description(request));
}

// What the peer's INVITE and each copy of it that took another way have in common.
DialogName Layer::origin_of(const Session& s) {
    const auto& id = s.legs.front().dialog.id();
    return {id.call_id, {}, id.remote_tag};
}

bool Layer::is_merged(const DialogName& origin, std::uint32_t cseq) const {
    for (auto [it, end] = invited_.equal_range(key_of(origin, cseq)); it != end; ++it) {
        const Session& s = *it->second;
        if (s.incoming && s.incoming->cseq == cseq && origin_of(s) == origin) return true;
    }
    return false;
}

void Layer::forget_origin(Session& s) {
    auto [it, end] = invited_.equal_range(key_of(origin_of(s), s.incoming->cseq));
    while (it != end && it->second != &s) ++it;
    if (it != end) invited_.erase(it);
}

void Layer::refuse_invite(const siptxn::RequestReceived& event, int status, std::string_view phrase) {
    auto response = sipmsg::Message::response(event.request->view(), status, identifiers_.tag(), phrase);
    if (status == 422) add_headers(response, min_se_header(options_.session_timer.min_se));
    if (status == 503) add_headers(response, retry_after());
    respond(event.transaction, std::move(response));
}

bool Layer::on_invite(const siptxn::RequestReceived& event, TimePoint) {
    const auto& view = event.request->view();
    const auto fields = view.dialog_fields();
    if (!fields) return refuse_invite(event, 400), true;

    DialogName origin{fields->call_id, {}, fields->from_tag.value_or("")};
    if (is_merged(origin, fields->cseq)) return refuse_invite(event, 482), true;
    if (is_full()) return ++refused_, refuse_invite(event, 503), true;

    if (!answer_timer(view, options_.session_timer)) return refuse_invite(event, 422), true;
    if (refuse_preconditions(event)) return true;

    auto tag = identifiers_.tag();
    auto dialog = Dialog::of_request(view, tag, identifiers_.cseq(), siptxn::is_secure(event.flow.transport));
    if (!dialog) {
        bool absent = dialog.error().code == sipmsg::ParseErrc::missing && dialog.error().header == Header::contact;
        return refuse_invite(event, 400, absent ? "Missing Contact Header" : ""), true;
    }
    auto& s = add_session(false);
    s.flow = event.flow;
    s.incoming = incoming_of(event, true, dialog->remote_target());
    s.legs.push_back(Leg{.dialog = std::move(*dialog)});
    dialogs_.add(s, 0);
    note_allow(s.legs.back(), view);
    s.main = 0;
    servers_[event.transaction] = s.id;
    invited_.emplace(key_of(origin, fields->cseq), &s);
    emit(Invited{s.id, event.request, event.flow});
    return true;
}

// Most calls have it from the one before: but for WebSocket it says nothing of the peer.
const std::string& Layer::contact_of(const Session& s) {
    const bool secure = s.incoming->wants_secure_contact;
    const auto& flow = s.incoming->flow;
    auto& last = last_contact_;
    const bool same = last.routing == s.routing && last.secure == secure && last.transport == flow.transport &&
                      last.local == flow.local && !siptxn::is_websocket(flow.transport);
    if (!same) last = {s.routing, flow.transport, flow.local, secure, write_contact(s.routing->contact, secure, flow)};
    return last.text;
}

sipmsg::Message Layer::invite_response(Session& s, int status, std::string_view phrase, std::size_t room) {
    const auto& request = s.incoming->request->view();
    const std::string_view contact = status > 100 && status < 300 ? contact_of(s) : std::string_view{};
    constexpr std::size_t names = 128;  // and values of the headers that stand here
    auto response =
        sipmsg::Message::response(request, status, s.dialog().id().local_tag, phrase, contact.size() + room + names);
    if (!contact.empty()) response.append(Header::contact, contact);
    return response;
}

void Layer::accept(SessionId session, TimePoint now, const siptxn::LocalContact& contact, HeaderList headers,
                   int status, SharedHeaders common) {
    check_headers(headers);
    auto* s = find(session);
    if (!s || s->state() != SessionState::ringing) return;
    s->routing = share(std::nullopt, contact);
    if (!common) common = no_headers_;
    s->common_headers = lasting(common, headers);
    s->incoming->common = std::move(common);
    s->incoming->headers = std::move(headers);
    s->incoming->status = sipmsg::is_success(status) ? status : 200;
    fire(*s, SessionEvent::accept, now);
    go_on(*s, now);
    tidy(session);
}

// Nothing of a provisional response is open any more. RFC 3262 §5: what a reliable one has settled is not said again.
void Layer::proceed_to_accept(Session& s, TimePoint now) {
    auto offer = description_in(s.incoming->request->view());
    if (!s.descriptions().is_agreed() && s.incoming->early.empty()) {
        s.descriptions().on(offer.empty() ? OfferAnswer::Event::offer_wanted : OfferAnswer::Event::remote_offer);
        auto kind = offer.empty() ? DescriptionKind::offer : DescriptionKind::answer;
        return ask(s, Asked::accept, kind, std::move(offer));
    }
    if (!s.descriptions().is_agreed())
        s.descriptions().on(offer.empty() ? OfferAnswer::Event::own_offer : OfferAnswer::Event::own_answer);
    s.work.own().ready = s.incoming->early;
    fire(s, SessionEvent::described, now);
}

void Layer::send_success(Session& s, TimePoint now) {
    auto& incoming = *s.incoming;
    const auto room = incoming.common->text().size() + room_for(incoming.headers);
    auto response = invite_response(s, incoming.status, {}, room + s.work->ready.content.size());
    add_headers(response, *incoming.common);
    add_headers(response, incoming.headers);
    answer_with_timer(s, *incoming.request, response, now);
    add_body(response, std::exchange(s.work.own().ready, {}));
    s.dialog().confirm();
    incoming.response = response;
    incoming.accepted.emplace(RepeatedResponse::Kind::success, options_.timers, now);
    respond(incoming.server, std::move(response));
}

void Layer::reject(SessionId session, int status, TimePoint now, const HeaderList& headers, std::string phrase,
                   Body body) {
    check_headers(headers);
    check_text(phrase, "a reason phrase");
    check_text(body.content_type, "a Content-Type");
    auto* s = find(session);
    if (!s || status < 300 || status > 699) return;
    if (s->state() != SessionState::ringing && s->state() != SessionState::accepting) return;
    s->incoming->headers = headers;
    s->incoming->phrase = std::move(phrase);
    s->incoming->refusal = std::move(body);
    give_up(*s, Why{EndCause::rejected, status, nullptr}, now);
    tidy(session);
}

void Layer::send_refusal(Session& s) {
    int status = s.why->status;
    auto response = invite_response(s, status, s.incoming->phrase);
    if (s.why->cause == EndCause::rejected) {
        add_headers(response, s.incoming->headers);
        add_body(response, s.incoming->refusal);
    }
    if (status == 415 && !response.has(Header::accept)) response.append(Header::accept, "application/sdp");
    respond(s.incoming->server, std::move(response));
}

void Layer::on_ack(Session& s, const sipmsg::MessagePtr& ack, TimePoint now) {
    if (!s.incoming || !s.incoming->accepted || !s.incoming->accepted->is_open()) return;
    const auto fields = ack->view().dialog_fields();
    if (!fields || fields->cseq != s.incoming->cseq) return;
    s.incoming->accepted->acknowledged();
    bool answers = s.descriptions().state() == OfferAnswer::State::offered && !s.is_reinviting();
    if (s.state() != SessionState::confirmed || !answers) return after_ack(s, ack, now);
    auto answer = description_in(ack->view());
    if (answer.empty()) {
        s.descriptions().on(OfferAnswer::Event::withdrawn);
        return fire(s, SessionEvent::undescribed, now, Why{EndCause::media_failed, 488, ack});
    }
    s.work.own().answer = ack;
    s.descriptions().on(OfferAnswer::Event::remote_answer);
    ask(s, Asked::ack_answer, DescriptionKind::apply, std::move(answer));
}

// The 2xx is acknowledged and all it needed is done.
void Layer::after_ack(Session& s, const sipmsg::MessagePtr& message, TimePoint now) {
    s.incoming->accepted->acknowledged();
    if (s.state() == SessionState::confirmed) emit(Acknowledged{s.id, message});
    fire(s, SessionEvent::acknowledged, now);
    if (s.work) s.work.own().answer.reset();
    if (s.incoming && s.incoming->initial) forget_origin(s);
    s.incoming.reset();
    resume_reinvite(s, now);
}

}  // namespace sipdialog
