// SPDX-License-Identifier: MIT
// Requests of the peer inside a dialog. RFC 3261 §12.2.2, §15.1.2.
#include "layer.hpp"
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {

using SessionState = SessionMachine::State;
using SessionEvent = SessionMachine::Event;
using sipmsg::Header;
using sipmsg::Method;

HeaderList Layer::retry_after() {
    return {
        {"Retry-After", std::to_string(identifiers_.between(1, 10))}
    };  // RFC 3261 §14.2: at most 10 seconds
}

void Layer::reply(const siptxn::RequestReceived& event, int status, const HeaderList& headers) {
    auto response = sipmsg::Message::response(event.request->view(), status);
    add_headers(response, headers);
    respond(event.transaction, std::move(response));
}

bool Layer::on_request(Session& s, Leg& leg, const siptxn::RequestReceived& event, TimePoint now) {
    const auto fields = event.request->view().dialog_fields();
    if (!fields || !leg.dialog.receive(fields->cseq))
        return reply(event, 500), true;  // out of order (RFC 3261 §12.2.2)
    auto method = event.request->method();
    if (method != Method::bye) note_allow(leg, event.request->view());
    bool lost_fork = s.main && !s.is_main(leg);
    if (lost_fork) return reply(event, method == Method::bye ? 200 : 481), true;
    if (leg.left || leg.terminated) return reply(event, 481), true;  // an early dialog that is over already
    if (method == Method::bye) return on_bye(s, leg, event, now), true;
    if (method == Method::prack) return on_prack(s, event, now), true;
    bool over = s.is_ended() || s.state() == SessionState::closing || s.state() == SessionState::deferring;
    if (over && !belongs_to_usage(s, event.request->view(), false)) return reply(event, 481), true;
    switch (method) {
        case Method::invite: on_peer_reinvite(s, event, now); return true;
        case Method::update: on_update(s, static_cast<std::size_t>(&leg - s.legs.data()), event, now); return true;
        case Method::register_: reply(event, 501); return true;
        case Method::subscribe:  // only what a REFER began shares the dialog (RFC 3515 §2.4.4, RFC 6665 §4.5.2)
            if (auto named = event.request->top<sipmsg::Event>(); !named || named->package() != "refer")
                return reply(event, 501), true;
            break;
        case Method::refer:
            if (!event.request->top<sipmsg::ReferTo>()) return reply(event, 400), true;  // RFC 3515 §2.4.2
            break;
        case Method::notify:
            if (!event.request->has(Header::event)) return reply(event, 489), true;  // RFC 6665 §8.2.1
            break;
        default: break;
    }
    if (s.asked_of_user.size() >= options_.limits.open_requests) return reply(event, 500, retry_after()), true;
    if (method == Method::notify) note_notify(s, event.request->view(), true, now);
    s.asked_of_user.emplace(event.transaction, event.request);
    emit(RequestInDialog{s.id, event.transaction, event.request});
    return true;
}

void Layer::on_bye(Session& s, Leg& leg, const siptxn::RequestReceived& event, TimePoint now) {
    reply(event, 200);
    Why why{EndCause::remote_bye, 200, event.request};
    switch (s.state()) {
        case SessionState::calling:
        case SessionState::canceling: leg.left = true; break;  // the INVITE's own answer is still to come
        case SessionState::ringing:
        case SessionState::accepting:
            why.status = 487;  // RFC 3261 §15.1.2
            fire(s, SessionEvent::withdrawn, now, std::move(why));
            break;
        default: fire(s, SessionEvent::peer_bye, now, std::move(why)); break;
    }
}

void Layer::respond(SessionId session, siptxn::ServerId transaction, int status, TimePoint now,
                    const HeaderList& headers, const Body& body) {
    check_headers(headers);
    check_text(body.content_type, "a Content-Type");
    auto* s = find(session);
    if (!s || status < 100 || status > 699) return;
    auto asked = s->asked_of_user.find(transaction);
    if (asked == s->asked_of_user.end()) return;
    auto response = sipmsg::Message::response(asked->second->view(), status);
    auto method = asked->second->method();
    if (sipmsg::is_success(status) && (method == Method::refer || method == Method::subscribe)) {
        auto contact = s->routing->contact.value_or(siptxn::LocalContact{});
        const auto* leg = s->find_leg(from_tag(asked->second->view()));
        if (leg && leg->dialog.secure()) contact.secure = true;
        response.set(Header::contact, siptxn::local_contact(contact, s->flow));
    }
    add_headers(response, headers);
    add_body(response, body);
    bool subscribes = method == Method::refer && sipmsg::is_success(status) && wants_notifies(response.view());
    if (subscribes) note_refer(*s, asked->second->top<sipmsg::CSeq>()->number, false, now);
    respond(transaction, std::move(response));
    if (status >= 200) s->asked_of_user.erase(asked);
    tidy(session);
}

}  // namespace sipdialog
