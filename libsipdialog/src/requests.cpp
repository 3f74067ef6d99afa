// SPDX-License-Identifier: MIT
// Requests of ours: sent, challenged, sent again, concluded. RFC 3261 §8.1.3, §22.2.
#include "layer.hpp"
#include "sending.hpp"
#include "subscriptions.hpp"
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {

using SessionState = SessionMachine::State;
using SessionEvent = SessionMachine::Event;

namespace {

// A request that has business in a session which is ending or has ended.
bool speaks_of_usage(Session& s, const std::string& method, const HeaderList& headers) {
    if (s.usages.empty()) return false;
    auto message = sipmsg::Message::request(method, "sip:usage.invalid");
    add_headers(message, headers);
    return belongs_to_usage(s, message.view(), true);
}

}  // namespace

RequestId Layer::submit(Session& s, Purpose purpose, sipmsg::Message message, siptxn::SendOptions options,
                        std::string remote_tag) {
    auto id = RequestId{++last_request_};
    Request r{id, s.id, purpose, std::move(remote_tag), std::make_shared<const sipmsg::Message>(message), options};
    requests_.emplace(id, std::move(r));
    s.requests.push_back(id);
    emit(SendRequest{id, s.id, std::move(message), std::move(options)});
    return id;
}

siptxn::SendOptions Layer::options_inside(const Session& s, const Dialog& dialog, bool with_contact) const {
    return sipdialog::options_inside(dialog, *s.routing, s.flow, with_contact);
}

Layer::Request* Layer::find_request(RequestId id) {
    auto it = requests_.find(id);
    return it == requests_.end() ? nullptr : &it->second;
}

void Layer::erase(RequestId id) {
    auto* r = find_request(id);
    if (!r) return;
    if (auto* s = find(r->session)) {
        std::erase(s->requests, id);
        if (s->requests.empty()) s->requests.shrink_to_fit();
    }
    if (r->transaction != siptxn::ClientId::none) clients_.erase(r->transaction);
    requests_.erase(id);
}

void Layer::sent(RequestId request, siptxn::ClientId transaction) {
    auto* r = find_request(request);
    if (!r || transaction == siptxn::ClientId::none) return;
    r->transaction = transaction;
    clients_[transaction] = request;
    auto* s = find(r->session);
    if (s && r->purpose == Purpose::invite && s->state() == SessionState::canceling)
        emit(CancelRequest{transaction, s->work->cancel_reason});
    if (s && r->purpose == Purpose::reinvite && !s->is_live()) cancel_reinvite(r);
}

bool Layer::may_challenge(const Session& s, const Request& r) const {
    if (r.done || s.is_ended()) return false;
    switch (r.purpose) {
        case Purpose::invite: return s.state() == SessionState::calling;
        case Purpose::reinvite:
        case Purpose::refresh: return s.is_live();
        case Purpose::other: return s.state() == SessionState::confirmed || s.state() == SessionState::answering;
        case Purpose::prack:
        case Purpose::bye:
        case Purpose::dismiss: return true;
    }
    return false;
}

void Layer::on_final(Session& s, Request& r, const Answer& answer, const siptxn::Flow* flow, TimePoint now) {
    const auto& [status, response, error] = answer;
    bool success = sipmsg::is_success(status) && response;
    if (success && r.purpose == Purpose::invite) return on_success(s, r, response, *flow, now);
    if (success && r.purpose == Purpose::reinvite) return on_reinvite_success(s, r, response, now);
    if (r.done || r.challenged) return;
    if ((status == 401 || status == 407) && response && may_challenge(s, r)) {
        r.challenged = true;
        r.challenge = response;
        emit(Challenged{r.id, s.id, response, r.message});
        return;
    }
    if (status == 422 && response && ask_for_longer(s, r, *response, now)) return;
    conclude(s, r, answer, now);
}

void Layer::conclude(Session& s, Request& r, const Answer& answer, TimePoint now) {
    const auto& [status, response, error] = answer;
    r.done = true;
    r.challenged = false;
    switch (r.purpose) {
        case Purpose::invite:
            fire(s, SessionEvent::failure, now,
                 Why{response ? EndCause::refused : EndCause::no_answer, status, response, error});
            break;
        case Purpose::reinvite: on_reinvite_refused(s, answer, now); break;
        case Purpose::refresh: on_refreshed(s, answer, now); break;
        case Purpose::bye: fire(s, SessionEvent::bye_done, now); break;
        case Purpose::prack:  // 481: the INVITE has had its final response meanwhile
        case Purpose::dismiss: break;
        case Purpose::other: {
            auto method = r.message->method();
            if (sipmsg::is_success(status) && method == sipmsg::Method::update && s.main) on_refreshed(s, answer, now);
            emit(ResponseInDialog{s.id, r.id, status, response, error});
            // A subscription inside the dialog ends alone (RFC 5057 §5.1).
            bool own_usage = method == sipmsg::Method::notify || method == sipmsg::Method::subscribe;
            if (own_usage && (ends_usage(status) || !response)) drop_usage(s, r.message->view());
            if (method == sipmsg::Method::refer && sipmsg::is_success(status) && wants_notifies(response->view()))
                note_refer(s, r.message->top<sipmsg::CSeq>()->number, true, now);
            if ((status == 408 || status == 481) && !own_usage)
                fire(s, SessionEvent::gone, now, Why{EndCause::dialog_gone, status, response, error});
            break;
        }
    }
}

void Layer::retry(RequestId request, const HeaderList& credentials, TimePoint now) {
    check_headers(credentials);
    auto* r = find_request(request);
    auto* s = r ? find(r->session) : nullptr;
    if (!s || !r->challenged) return;
    auto* leg = r->purpose == Purpose::invite ? nullptr : s->find_leg(r->remote_tag);
    auto number = leg ? leg->dialog.next_cseq() : r->message->top<sipmsg::CSeq>()->number + 1;
    send_again(*s, *r, sent_again(*r->message, number, credentials), now);
    tidy(s->id);
}

void Layer::send_again(Session& s, Request& r, sipmsg::Message message, TimePoint now) {
    r.challenged = false;
    r.transaction = siptxn::ClientId::none;
    r.message = std::make_shared<const sipmsg::Message>(message);
    if (r.purpose == Purpose::invite) {
        withdraw_early(s);
        drop_reinvite(s, now);
        forget_dialogs(s);  // the challenge ended the early ones (RFC 3261 §13.2.2.3)
        s.legs.clear();
    }
    emit(SendRequest{r.id, s.id, std::move(message), r.options});
}

void Layer::give_up(RequestId request, TimePoint now) {
    auto* r = find_request(request);
    auto* s = r ? find(r->session) : nullptr;
    if (!s || !r->challenged) return;
    auto session = s->id;
    auto challenge = r->challenge;
    conclude(*s, *r, answered(challenge), now);
    if (r = find_request(request); r && r->transaction == siptxn::ClientId::none) erase(request);
    tidy(session);
}

RequestId Layer::request(SessionId session, const std::string& method, const Body& body, TimePoint now,
                         const HeaderList& headers) {
    check_headers(headers);
    check_text(body.content_type, "a Content-Type");
    auto* s = find(session);
    if (!s || !s->main) return RequestId::none;
    if (s->state() != SessionState::confirmed && !speaks_of_usage(*s, method, headers)) return RequestId::none;
    auto& dialog = s->dialog();
    auto message = dialog.make_request(method);
    add_headers(message, headers);
    add_headers(message, *s->common_headers);
    add_body(message, body);
    if (message.method() == sipmsg::Method::update) add_timer(*s, message);
    // Those that make or refresh a dialog carry Contact (RFC 3311 §5.1, RFC 3515 §2.2, RFC 6665 §8.1).
    auto known = message.method();
    bool with_contact = known == sipmsg::Method::update || known == sipmsg::Method::refer ||
                        known == sipmsg::Method::subscribe || known == sipmsg::Method::notify;
    if (known == sipmsg::Method::notify) note_notify(*s, message.view(), false, now);
    auto id = submit(*s, Purpose::other, std::move(message), options_inside(*s, dialog, with_contact),
                     dialog.id().remote_tag);
    tidy(session);
    return id;
}

}  // namespace sipdialog
