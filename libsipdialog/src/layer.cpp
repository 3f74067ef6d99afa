// SPDX-License-Identifier: MIT
#include "layer.hpp"
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {

using SessionEvent = SessionMachine::Event;

Session* Layer::find(SessionId id) {
    auto it = sessions_.find(id);
    return it == sessions_.end() ? nullptr : &it->second;
}

Session& Layer::add_session(bool outgoing) {
    auto id = SessionId{++last_session_};
    auto& s = sessions_.try_emplace(id, id, outgoing).first->second;
    s.common_headers = no_headers_;
    s.routing = plain_routing_;
    return s;
}

SharedHeaders Layer::share(const HeaderList& headers) {
    if (headers != last_list_) {
        last_headers_ = std::make_shared<const sipmsg::HeaderLines>(headers);
        last_list_ = headers;
    }
    return last_headers_;
}

namespace {

bool is_lasting(sipmsg::Header id) {
    return id == sipmsg::Header::allow || id == sipmsg::Header::supported || id == sipmsg::Header::user_agent;
}

}  // namespace

SharedHeaders Layer::lasting(const SharedHeaders& common, const HeaderList& headers) {
    if (headers.empty() && common == last_common_) return last_lasting_;
    HeaderList list;
    for (const auto& field : common->fields())
        if (is_lasting(field.id)) list.emplace_back(common->name(field), common->value(field));
    for (const auto& [name, value] : headers)
        if (is_lasting(sipmsg::header_of(name))) list.emplace_back(name, value);
    auto lines = share(list);
    if (headers.empty()) {
        last_common_ = common;
        last_lasting_ = lines;
    }
    return lines;
}

SharedRouting Layer::share(const std::optional<siptxn::Flow>& flow,
                           const std::optional<siptxn::LocalContact>& contact) {
    if (last_routing_->flow != flow || last_routing_->contact != contact)
        last_routing_ =
            std::make_shared<const siptxn::SendOptions>(siptxn::SendOptions{.flow = flow, .contact = contact});
    return last_routing_;
}

void Layer::tidy(SessionId id) {
    auto* s = find(id);
    if (!s) return;
    if (s->state() == SessionMachine::State::confirmed && s->work->is_done()) s->work.reset();
    std::optional<TimePoint> earliest;
    auto consider = [&](std::optional<TimePoint> at) {
        if (at && (!earliest || *at < *earliest)) earliest = at;
    };
    bool over = s->is_ended() && s->requests.empty() && !s->work->progress.late_prack && s->usages.empty() &&
                s->asked_of_user.empty();
    if (s->incoming && s->incoming->accepted) consider(s->incoming->accepted->next_expiry());
    if (s->work->progress.clock) consider(s->work->progress.clock->next_expiry());
    consider(s->work->cancel_deadline);
    consider(s->copies_until);
    consider(s->work->reinvite.due);
    consider(s->timer.next_expiry());
    consider(s->linger);
    if (over) earliest.reset();
    if (s->deadline != earliest) {
        if (s->deadline) deadlines_.erase({*s->deadline, id});
        if (earliest) deadlines_.insert({*earliest, id});
        s->deadline = earliest;
    }
    if (!over) return;
    --lingering_;
    forget_dialogs(*s);
    sessions_.erase(id);
}

void Layer::fire(Session& s, SessionEvent event, TimePoint now, std::optional<Why> why) {
    if (!s.machine.takes(event)) return;
    // The first cause stays; the answer to a cancelled INVITE says how it ended (487 mostly).
    bool was_canceling = s.state() == SessionMachine::State::canceling;
    if (!s.why) {
        s.why = std::move(why);
    } else if (was_canceling && why && why->message) {
        s.why->status = why->status;
        s.why->message = why->message;
    }
    auto effects = s.machine.on(event);
    if (effects & SessionMachine::settle) settle(s, now);
    if (effects & SessionMachine::send_invite) send_invite(s);
    if (effects & SessionMachine::send_success) send_success(s, now);
    if (effects & SessionMachine::send_refusal) send_refusal(s);
    if (effects & SessionMachine::acknowledge && !s.main_leg().ack) acknowledge(s, s.main_leg());
    if (effects & SessionMachine::establish) emit(Established{s.id, std::exchange(s.work.own().answer, nullptr)});
    if (effects & SessionMachine::hang_up) hang_up(s);
    if (effects & SessionMachine::end) end(s, now);
    if (effects & SessionMachine::send_cancel) send_cancel(s, now);
    if (s.state() == SessionMachine::State::deferring && !s.awaits_first_ack())
        fire(s, SessionEvent::acknowledged, now);
}

bool Layer::handle(const siptxn::Event& event, TimePoint now) {
    return std::visit([&](const auto& e) { return on(e, now); }, event);
}

bool Layer::on(const siptxn::RequestReceived& event, TimePoint now) {
    const auto fields = event.request->view().dialog_fields();
    const auto method = event.request->method();
    if (!fields || !fields->to_tag) return method == sipmsg::Method::invite && on_invite(event, now);
    auto name = DialogName::of_request(fields);
    if (!name || method == sipmsg::Method::cancel) return false;
    auto place = dialogs_.find(*name);
    if (!place) return false;
    auto session = place.session->id;
    servers_[event.transaction] = session;
    bool taken = on_request(*place.session, *place, event, now);
    tidy(session);
    return taken;
}

bool Layer::on(const siptxn::AckReceived& event, TimePoint now) {
    auto name = DialogName::of_request(event.request->view());
    auto* s = name ? dialogs_.find(*name).session : nullptr;
    if (!s) return false;
    auto session = s->id;
    on_ack(*s, event.request, now);
    tidy(session);
    return true;
}

bool Layer::on(const siptxn::CancelReceived& event, TimePoint now) {
    auto known = servers_.find(event.invite);
    auto* s = known == servers_.end() ? nullptr : find(known->second);
    if (!s || !s->incoming || s->incoming->server != event.invite) return known != servers_.end();
    auto session = s->id;
    if (s->incoming->initial) {
        fire(*s, SessionEvent::withdrawn, now, Why{EndCause::canceled, 487, event.request});
    } else if (!s->incoming->accepted) {
        withdraw(*s, true);
        refuse_peer_reinvite(*s, 487);
        resume_reinvite(*s, now);
    }
    tidy(session);
    return true;
}

bool Layer::on(const siptxn::ResponseReceived& event, TimePoint now) {
    auto known = clients_.find(event.transaction);
    if (known == clients_.end()) return false;
    auto* r = find_request(known->second);
    auto* s = r ? find(r->session) : nullptr;
    if (!s || r->transaction != event.transaction) return true;  // of a former attempt
    auto session = s->id;
    if (event.response->status() >= 200) {
        on_final(*s, *r, answered(event.response), &event.flow, now);
    } else if (r->purpose == Purpose::invite) {
        on_provisional(*s, *r, event.response, event.flow, now);
    }
    tidy(session);
    return true;
}

// A copy of a 2xx whose client transaction is gone already: its ACK again (RFC 3261 §13.2.2.4).
bool Layer::on(const siptxn::StrayResponse& event, TimePoint) {
    auto name = DialogName::of_response(event.response->view());
    auto cseq = event.response->top<sipmsg::CSeq>();
    auto place = name ? dialogs_.find(*name) : DialogTable::Place{};
    if (!place || !cseq || cseq->method != sipmsg::Method::invite) return false;
    const auto& ack = (*place).ack;
    bool repeated = sipmsg::is_success(event.response->status()) && ack;
    if (repeated && ack->request.top<sipmsg::CSeq>()->number == cseq->number) emit(*ack);
    return true;
}

bool Layer::on(const siptxn::RequestFailed& event, TimePoint now) {
    auto known = clients_.find(event.transaction);
    if (known == clients_.end()) return false;
    auto* r = find_request(known->second);
    auto* s = r ? find(r->session) : nullptr;
    if (!s || r->transaction != event.transaction) return true;
    auto session = s->id;
    on_final(*s, *r, unanswered(event.error), nullptr, now);
    tidy(session);
    return true;
}

// A 2xx that could not be sent is sent again by its clock; another final response is lost, and the peer's timers end
// it.
bool Layer::on(const siptxn::ResponseFailed& event, TimePoint) { return servers_.contains(event.transaction); }

bool Layer::on(const siptxn::ClientEnded& event, TimePoint now) {
    auto known = clients_.find(event.transaction);
    if (known == clients_.end()) return false;
    auto request = known->second;
    clients_.erase(known);
    auto* r = find_request(request);
    auto* s = r ? find(r->session) : nullptr;
    if (!s || r->transaction != event.transaction) return true;
    auto session = s->id;
    r->transaction = siptxn::ClientId::none;
    if (!r->done && !r->challenged) on_final(*s, *r, unanswered(siptxn::Errc::aborted), nullptr, now);
    if (r = find_request(request); r && r->done) erase(request);
    tidy(session);
    return true;
}

bool Layer::on(const siptxn::ServerEnded& event, TimePoint) {
    auto known = servers_.find(event.transaction);
    if (known == servers_.end()) return false;
    auto session = known->second;
    if (auto* s = find(session)) s->asked_of_user.erase(event.transaction);
    servers_.erase(known);
    tidy(session);
    return true;
}

void Layer::expire(TimePoint now) {
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        auto session = deadlines_.begin()->second;
        expire(*find(session), now);
        tidy(session);
    }
}

void Layer::expire(Session& s, TimePoint now) {
    if (s.incoming && s.incoming->accepted) {
        using enum RepeatedResponse::Action;
        auto action = s.incoming->accepted->expire(now);
        if (action == resend) emit(Respond{s.incoming->server, *s.incoming->response});
        if (action == give_up) fire(s, SessionEvent::no_ack, now, Why{EndCause::no_ack, 408, nullptr});
    }
    if (s.work) expire_work(s, now);
    if (s.copies_until && *s.copies_until <= now) forget_invite(s);
    auto due = s.timer.expire(now);
    if (due & SessionTimer::refresh) refresh_session(s, now);
    if (due & SessionTimer::hang_up) give_up(s, Why{EndCause::expired, 408, nullptr}, now);
    if (s.linger && *s.linger <= now) prune(s, now);
    if (s.linger && *s.linger <= now) {
        s.linger.reset();
        for (const auto& [transaction, request] : std::exchange(s.asked_of_user, {}))
            emit(Respond{transaction, sipmsg::Message::response(request->view(), 487)});
        s.work.reset();
        while (!s.requests.empty()) erase(s.requests.back());
    }
}

void Layer::expire_work(Session& s, TimePoint now) {
    auto& work = s.work.own();
    auto& progress = work.progress;
    if (progress.clock) {
        using enum RepeatedResponse::Action;
        auto action = progress.clock->expire(now);
        if (action == resend) emit(Respond{s.incoming->server, *progress.response});
        if (action == give_up) {
            progress.status = 504;
            apply_progress(s, progress.machine.on(ProgressMachine::Event::no_prack), now);
        }
    }
    if (work.cancel_deadline && *work.cancel_deadline <= now) {
        work.cancel_deadline.reset();
        fire(s, SessionEvent::timeout, now);
    }
    if (work.reinvite.due && *work.reinvite.due <= now) {
        work.reinvite.due.reset();
        resume_reinvite(s, now);
    }
}

std::optional<TimePoint> Layer::next_expiry() const {
    if (deadlines_.empty()) return std::nullopt;
    return deadlines_.begin()->first;
}

}  // namespace sipdialog
