// SPDX-License-Identifier: MIT
// The notifier's side. RFC 6665 §4.2.
#include "sending.hpp"
#include "subscriptions.hpp"
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

#include <algorithm>

namespace sipdialog {

using sipmsg::Header;
using sipmsg::Method;
using Event = NotifierMachine::Event;
using Cause = SubscriptionEndCause;
using Seconds = std::chrono::seconds;

namespace {

// `active;expires=59`, `terminated;reason=timeout` (RFC 6665 §4.2.2).
std::string state_value(const Subscription& s, const Notifier& one, NotifierState state, TimePoint now) {
    std::string value(to_string(state));
    if (state != NotifierState::terminated) {
        auto rest = std::chrono::ceil<Seconds>(*s.expires_at - now).count();
        return value + ";expires=" + std::to_string(std::max<std::int64_t>(rest, 0));
    }
    if (!one.reason.empty()) value += ";reason=" + one.reason;
    if (one.retry_after) value += ";retry-after=" + std::to_string(*one.retry_after);
    return value;
}

}  // namespace

std::uint32_t Subscriptions::granted(const sipmsg::Message& subscribe) const {
    auto asked = subscribe.top<sipmsg::Expires>();
    return std::min(asked ? asked->value : options_.longest_expires, options_.longest_expires);
}

// What refuses a SUBSCRIBE or REFER before anyone is asked; 0: nothing.
int Subscriptions::refusal_of(const siptxn::RequestReceived& event) const {
    const auto& request = *event.request;
    if (request.method() == Method::refer) return request.top<sipmsg::ReferTo>() ? 0 : 400;  // RFC 3515 §2.4.2
    auto named = request.top<sipmsg::Event>();
    if (!named) return named.error().code == sipmsg::ParseErrc::missing ? 489 : 400;
    auto asked = request.top<sipmsg::Expires>();
    bool brief = asked && asked->value > 0 && asked->value < 3600 && asked->value < options_.least_expires;
    return brief ? 423 : 0;
}

bool Subscriptions::on_subscribe(const siptxn::RequestReceived& event, TimePoint now) {
    if (subscriptions_.size() >= options_.limits.subscriptions)
        return reply(event, 503,
                     {
                         {"Retry-After", std::to_string(identifiers_.between(1, 10))}
        }),
               true;
    if (int status = refusal_of(event)) {
        HeaderList headers;
        if (status == 423) headers.emplace_back("Min-Expires", std::to_string(options_.least_expires));
        return reply(event, status, headers), true;
    }
    auto tag = identifiers_.tag();
    auto dialog = Dialog::of_request(event.request->view(), tag, identifiers_.cseq(), is_secure(event.flow.transport));
    if (!dialog) return reply(event, 400), true;
    bool refers = event.request->method() == Method::refer;
    auto& s = add(refers ? "refer" : sipmsg::unfold(*event.request->raw(Header::event)), Notifier{});
    auto& one = *s.notifier();
    one.request = event;
    one.local_tag = std::move(tag);
    s.flow = event.flow;
    dialogs_[dialog->id()] = s.id;
    s.dialog = std::move(*dialog);
    s.expires_at = now + options_.timers.timeout();
    emit(SubscribeReceived{s.id, event.transaction, event.request, event.flow});
    tidy(s.id);
    return true;
}

void Subscriptions::grant(Subscription& s, const siptxn::RequestReceived& event, int status, TimePoint now) {
    auto expires = granted(*event.request);
    auto response = sipmsg::Message::response(event.request->view(), status, s.notifier()->local_tag);
    auto contact = s.routing.contact.value_or(siptxn::LocalContact{});
    if (s.dialog->secure()) contact.secure = true;
    response.set(Header::contact, siptxn::local_contact(contact, event.flow));
    if (event.request->method() == Method::subscribe) response.append(Header::expires, std::to_string(expires));
    add_headers(response, s.common_headers);
    emit(Respond{event.transaction, std::move(response)});
    s.expires_at = now + Seconds(expires);
}

void Subscriptions::accept(SubscriptionId id, TimePoint now, NotifierState state, const Body& body,
                           const siptxn::LocalContact& contact, const HeaderList& common_headers, int status) {
    check_headers(common_headers);
    check_text(body.content_type, "a Content-Type");
    auto* s = find(id);
    if (!s || !s->notifier() || s->notifier()->machine.state() != NotifierState::resp_wait) return;
    auto& one = *s->notifier();
    s->common_headers = common_headers;
    s->routing.contact = contact;
    one.state = body;
    s->dialog->confirm();
    grant(*s, one.request, sipmsg::is_success(status) ? status : 200, now);
    bool polled = *s->expires_at <= now;
    if (polled) one.reason = "timeout";
    auto event = polled ? Event::close : state == NotifierState::pending ? Event::hold : Event::grant;
    fire(*s, event, now, {Cause::unsubscribed, 0, one.request.request, "timeout"});
    tidy(id);
}

void Subscriptions::answer(SubscriptionId id, int status, TimePoint now, const HeaderList& headers) {
    check_headers(headers);
    auto* s = find(id);
    if (!s || !s->notifier() || s->notifier()->machine.state() != NotifierState::resp_wait) return;
    if (status < 200 || status > 699) return;
    auto& one = *s->notifier();
    auto response = sipmsg::Message::response(one.request.request->view(), status, one.local_tag);
    if (sipmsg::is_success(status))
        response.set(Header::contact, siptxn::local_contact(siptxn::LocalContact{}, s->flow));
    for (const auto& [name, value] : headers) response.set(name, value);
    emit(Respond{one.request.transaction, std::move(response)});
    fire(*s, Event::refuse, now, {Cause::closed, status});
    tidy(id);
}

void Subscriptions::notify(SubscriptionId id, TimePoint now, NotifierState state, const Body& body) {
    check_text(body.content_type, "a Content-Type");
    auto* s = find(id);
    if (!s || !s->notifier() || s->notifier()->machine.state() == NotifierState::resp_wait) return;
    s->notifier()->state = body;
    fire(*s, state == NotifierState::pending ? Event::hold : Event::grant, now);
    tidy(id);
}

void Subscriptions::terminate(SubscriptionId id, TimePoint now, const std::string& reason, const Body& body,
                              std::optional<std::uint32_t> retry_after) {
    check_headers({
        {"Subscription-State", reason           },
        {"Content-Type",       body.content_type}
    });
    auto* s = find(id);
    if (!s || !s->notifier() || s->notifier()->machine.state() == NotifierState::resp_wait) return;
    auto& one = *s->notifier();
    if (!body.empty()) one.state = body;
    one.reason = reason;
    one.retry_after = retry_after;
    fire(*s, Event::close, now, {Cause::closed, 0, nullptr, reason});
    tidy(id);
}

void Subscriptions::fire(Subscription& s, Event event, TimePoint now, SubscriptionWhy why) {
    auto& one = *s.notifier();
    auto effects = one.machine.on(event);
    if (effects & NotifierMachine::notify) {
        one.waiting.push_back({one.machine.state(), one.state});
        if (one.waiting.size() > options_.limits.waiting_notifies) one.waiting.pop_front();
        send_waiting(s, now);
    }
    if (effects & NotifierMachine::end) end(s, std::move(why));
}

void Subscriptions::expire_notifier(Subscription& s, TimePoint now) {
    auto& one = *s.notifier();
    if (one.machine.state() == NotifierState::resp_wait) {
        reply(one.request, 408);
        fire(s, Event::expired, now, {Cause::unanswered, 408});
    } else {
        one.reason = "timeout";
        fire(s, Event::expired, now, {Cause::expired, 0, nullptr, "timeout"});
    }
    s.expires_at.reset();
}

// One after the other: over UDP a later one could come first, and the earlier would then be out of order.
void Subscriptions::send_waiting(Subscription& s, TimePoint now) {
    auto& one = *s.notifier();
    if (one.waiting.empty() || !s.requests.empty()) return;
    auto notice = std::move(one.waiting.front());
    one.waiting.pop_front();
    auto message = s.dialog->make_request("NOTIFY");
    message.append(Header::event, s.event);
    message.append(Header::subscription_state, state_value(s, one, notice.state, now));
    add_body(message, notice.body);
    submit_inside(s, std::move(message));
}

void Subscriptions::on_notify_answer(Subscription& s, const Answer& answer, TimePoint now) {
    const auto& [status, response, error] = answer;
    auto& one = *s.notifier();
    if (!s.ended) emit(NotifyAnswered{s.id, status, response, error});
    bool gone = ends_usage(status) || !response;
    if (gone) {
        one.waiting.clear();
        fire(s, Event::failed, now, {.cause = Cause::gone, .status = status, .message = response, .error = error});
    }
    send_waiting(s, now);
}

void Subscriptions::on_refresh(Subscription& s, const siptxn::RequestReceived& event, TimePoint now) {
    auto theirs = event.request->top<sipmsg::Event>();
    auto ours = sipmsg::Event::parse(s.event);
    if (!theirs || !theirs->matches(*ours)) return reply(event, 489);
    if (s.ended || s.notifier()->machine.state() == NotifierState::resp_wait) return reply(event, 481);
    if (refusal_of(event) == 423)
        return reply(event, 423,
                     {
                         {"Min-Expires", std::to_string(options_.least_expires)}
        });
    s.dialog->refresh_target(event.request->view());
    s.flow = event.flow;
    grant(s, event, 200, now);
    if (*s.expires_at > now) {
        emit(SubscriptionRefreshed{s.id, event.request});
        return fire(s, Event::refreshed, now);
    }
    s.notifier()->reason = "timeout";
    fire(s, Event::close, now, {Cause::unsubscribed, 0, event.request, "timeout"});
}

}  // namespace sipdialog
