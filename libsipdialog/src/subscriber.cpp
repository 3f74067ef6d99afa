// SPDX-License-Identifier: MIT
// The subscriber's side. RFC 6665 §4.1.
#include "sending.hpp"
#include "subscriptions.hpp"
#include "text.hpp"

#include <sipdialog/notify.hpp>

#include <sipmsg/sipmsg.hpp>

#include <algorithm>
#include <stdexcept>

namespace sipdialog {

using sipmsg::Header;
using Event = SubscriberMachine::Event;
using Cause = SubscriptionEndCause;

namespace {

using Seconds = std::chrono::seconds;

// RFC 6665 §8.2.1. A REFER's notifier may name it by its number, or not (RFC 3515 §2.4.6).
bool is_event_of(const Subscription& s, const Subscriber& one, const sipmsg::Message& notify) {
    auto theirs = notify.top<sipmsg::Event>();
    auto ours = sipmsg::Event::parse(s.event);
    if (theirs->matches(*ours)) return true;
    return one.options.method == "REFER" && is_event_of_refer(*theirs, one.cseq, true);
}

// When to subscribe anew, by the notifier's last words (RFC 6665 §4.1.3). `patience`: for those who name no time.
std::optional<std::uint32_t> resubscribe_after(const sipmsg::SubscriptionState& state, std::uint32_t patience) {
    auto reason = state.reason().value_or("");
    if (reason == "deactivated" || reason == "timeout") return 0;
    if (reason == "giveup") return state.retry_after().value_or(0);
    if (reason == "probation") return state.retry_after().value_or(patience);
    if (reason == "rejected" || reason == "noresource" || reason == "invariant") return std::nullopt;
    return state.retry_after();
}

bool is_unwanted(const Subscriber& one) {
    return one.machine.state() == SubscriberState::leaving || one.machine.state() == SubscriberState::forsaken;
}

Event event_of(sipmsg::SubscriptionPhase phase) {
    if (phase == sipmsg::SubscriptionPhase::pending) return Event::notify_pending;
    return phase == sipmsg::SubscriptionPhase::terminated ? Event::notify_terminated : Event::notify_active;
}

}  // namespace

SubscriptionId Subscriptions::subscribe(SubscribeOptions options, TimePoint now) {
    check_opening(options, options.method);
    check_text(options.body.content_type, "a Content-Type");
    if (!sipmsg::Event::parse(options.event)) throw std::invalid_argument("not an Event value: " + options.event);
    complete(options, identifiers_);
    bool full = subscriptions_.size() >= options_.limits.subscriptions;
    auto& s = add(options.event, Subscriber{});
    auto& one = *s.subscriber();
    s.common_headers = options.common_headers;
    s.routing = options.routing;
    one.asked = one.granted = options.expires;
    one.cseq = options.cseq;
    one.options = std::move(options);
    auto id = s.id;
    if (full) {
        fire(s, Event::refused, now, {Cause::no_answer, 503});
    } else {
        origins_[DialogId{one.options.call_id, one.options.from_tag, {}}] = id;
        send_opening(s, now);
    }
    tidy(id);
    return id;
}

void Subscriptions::fire(Subscription& s, Event event, TimePoint now, SubscriptionWhy why) {
    apply(s, s.subscriber()->machine.on(event), now, std::move(why));
}

void Subscriptions::apply(Subscription& s, unsigned effects, TimePoint now, SubscriptionWhy why) {
    if (effects & SubscriberMachine::subscribe) send_subscribe(s, s.subscriber()->asked, now);
    if (effects & SubscriberMachine::farewell) send_subscribe(s, 0, now);
    if (effects & SubscriberMachine::end) end(s, std::move(why));
}

void Subscriptions::send_opening(Subscription& s, TimePoint now) {
    auto& one = *s.subscriber();
    auto message = make_opening(one.options, one.options.method);
    if (message.method() == sipmsg::Method::subscribe) {
        message.append(Header::event, s.event);
        message.append(Header::expires, std::to_string(one.asked));
    }
    add_body(message, one.options.body);
    one.timer_n = now + options_.timers.timeout();
    if (one.options.forks) one.fork_until = one.timer_n;
    submit(s, std::move(message), s.routing);
}

void Subscriptions::send_subscribe(Subscription& s, std::uint32_t expires, TimePoint now) {
    auto& one = *s.subscriber();
    auto message = s.dialog->make_request("SUBSCRIBE");
    message.append(Header::event, s.event);
    message.append(Header::expires, std::to_string(expires));
    one.timer_n = now + options_.timers.timeout();
    one.refresh_at.reset();
    submit_inside(s, std::move(message));
}

void Subscriptions::refresh(SubscriptionId id, TimePoint now) {
    auto* s = find(id);
    if (!s || !s->subscriber()) return;
    fire(*s, Event::refresh, now);
    tidy(id);
}

void Subscriptions::unsubscribe(SubscriptionId id, TimePoint now) {
    auto* s = find(id);
    if (!s || !s->subscriber()) return;
    fire(*s, Event::unsubscribe, now);
    tidy(id);
}

// Answers.

void Subscriptions::on_subscribe_answer(Subscription& s, const sipmsg::Message& request, int status,
                                        const sipmsg::MessagePtr& response, TimePoint now) {
    if (s.ended) return;
    if (sipmsg::is_success(status) && response) return on_subscribed(s, request, response, now);
    if (status == 423 && response && raise_expires(s, request, response, now)) return;
    emit(SubscribeAnswered{s.id, status, response});
    if (!s.dialog) {
        auto& one = *s.subscriber();
        one.fork_until.reset();
        forget_origin(s, one);
        return fire(s, Event::refused, now, {response ? Cause::refused : Cause::no_answer, status, response});
    }
    if (ends_usage(status)) return fire(s, Event::gone, now, {Cause::gone, status, response});
    after_failed_refresh(s, now);
}

void Subscriptions::on_subscribed(Subscription& s, const sipmsg::Message& request, const sipmsg::MessagePtr& response,
                                  TimePoint now) {
    auto& one = *s.subscriber();
    emit(SubscribeAnswered{s.id, response->status(), response});
    auto none = response->top<sipmsg::ReferSub>();
    if (!s.dialog && none && !none->value()) {
        forget_origin(s, one);
        return fire(s, Event::refused, now, {Cause::not_wanted, response->status(), response});
    }
    if (one.machine.state() == SubscriberState::leaving) return;  // Timer N runs, for the last NOTIFY
    auto expires = response->top<sipmsg::Expires>();
    one.granted = expires ? std::min(one.asked, expires->value) : one.asked;
    if (!s.dialog) return;  // Until its NOTIFY there is nothing to refresh.
    bool initial = request.top<sipmsg::CSeq>()->number == one.cseq;
    if (response->status() == 204) one.timer_n.reset();  // no NOTIFY follows (RFC 5839)
    if (!initial) s.dialog->refresh_target(response->view());
    bool shorter = !s.expires_at || now + Seconds(one.granted) < *s.expires_at;
    if (one.granted > 0 && (!initial || shorter)) set_expiry(s, one.granted, now);
}

// RFC 6665 §4.2.1.1: once more, with what the notifier asks for.
bool Subscriptions::raise_expires(Subscription& s, const sipmsg::Message& request, const sipmsg::MessagePtr& response,
                                  TimePoint now) {
    auto& one = *s.subscriber();
    auto least = response->top<sipmsg::MinExpires>();
    auto asked = request.top<sipmsg::Expires>();
    if (one.raised || !least || !asked || asked->value == 0 || least->value <= asked->value) return false;
    one.raised = true;
    one.asked = one.granted = least->value;
    if (s.dialog) return send_subscribe(s, one.asked, now), true;
    one.options.cseq = ++one.cseq;
    send_opening(s, now);
    return true;
}

// The subscription stands as long as it is known to (RFC 6665 §4.1.2.2): tried again when half of that is gone.
void Subscriptions::after_failed_refresh(Subscription& s, TimePoint now) {
    auto& one = *s.subscriber();
    if (one.machine.state() == SubscriberState::leaving) return;
    one.timer_n.reset();
    if (!s.expires_at || *s.expires_at <= now) return;
    auto rest = *s.expires_at - now;
    if (one.options.refreshes && rest > Seconds(4)) one.refresh_at = now + rest / 2;
}

void Subscriptions::set_expiry(Subscription& s, std::uint32_t seconds, TimePoint now) {
    auto& one = *s.subscriber();
    s.expires_at = seconds == 0 ? now + options_.timers.timeout() : now + Seconds(seconds);
    one.refresh_at.reset();
    if (one.options.refreshes && seconds > 0) one.refresh_at = now + Seconds(seconds) * 9 / 10;
}

// NOTIFYs.

bool Subscriptions::on_first_notify(const DialogId& id, const siptxn::RequestReceived& event, TimePoint now) {
    auto known = origins_.find(DialogId{id.call_id, id.local_tag, {}});
    if (known == origins_.end()) return false;
    auto& s = *find(known->second);
    auto& one = *s.subscriber();
    if (int status = notify_refusal(*event.request)) return reply(event, status), true;
    if (!is_event_of(s, one, *event.request)) return false;
    auto first = one.cseq + 1;
    auto dialog = Dialog::of_request(event.request->view(), id.local_tag, first, is_secure(event.flow.transport));
    bool last = event.request->top<sipmsg::SubscriptionState>()->phase() == sipmsg::SubscriptionPhase::terminated;
    if (!dialog && !last) return reply(event, dialog.error().code == sipmsg::ParseErrc::missing ? 489 : 400), true;
    if (s.dialog || s.ended) return dialog && on_fork(s, std::move(*dialog), event, now);
    if (dialog) {
        dialog->confirm();
        dialogs_[dialog->id()] = s.id;
        s.dialog = std::move(*dialog);
    }
    if (!one.options.forks) forget_origin(s, one);
    auto subscription = s.id;
    on_notify(s, event, now);
    tidy(subscription);
    return true;
}

bool Subscriptions::on_fork(Subscription& origin, Dialog dialog, const siptxn::RequestReceived& event, TimePoint now) {
    auto& from = *origin.subscriber();
    if (!from.fork_until || from.forks >= options_.limits.forks) return false;
    ++from.forks;
    auto& s = add(origin.event, Subscriber{from.options});
    auto& one = *s.subscriber();
    one.options.forks = false;
    one.cseq = from.cseq;
    one.asked = from.asked;
    one.granted = from.granted;
    s.common_headers = origin.common_headers;
    s.routing = origin.routing;
    dialog.confirm();
    dialogs_[dialog.id()] = s.id;
    s.dialog = std::move(dialog);
    emit(SubscriptionForked{origin.id, s.id});
    auto id = s.id;
    on_notify(s, event, now);
    tidy(id);
    return true;
}

void Subscriptions::on_notify(Subscription& s, const siptxn::RequestReceived& event, TimePoint now) {
    auto& one = *s.subscriber();
    if (int status = notify_refusal(*event.request)) return reply(event, status);
    if (!is_event_of(s, one, *event.request)) return reply(event, 489);
    auto state = event.request->top<sipmsg::SubscriptionState>();
    SubscriptionWhy why{is_unwanted(one) ? Cause::unsubscribed : Cause::terminated, 0, event.request,
                        std::string(state->reason().value_or("")), std::nullopt};
    auto patience = std::chrono::duration_cast<Seconds>(options_.timers.timeout()).count();
    if (!is_unwanted(one)) why.resubscribe_after = resubscribe_after(*state, static_cast<std::uint32_t>(patience));
    s.event = unfolded(event.request->raw(Header::event).value_or(s.event));
    s.flow = event.flow;
    if (s.dialog) s.dialog->refresh_target(event.request->view());
    if (one.machine.state() != SubscriberState::leaving) take_expiry(s, *state, now);
    auto effects = one.machine.on(event_of(state->phase()));
    emit(Notified{s.id, event.transaction, event.request, one.machine.state()});
    apply(s, effects, now, std::move(why));
}

// The first NOTIFY shortens what was asked and granted, later ones replace it.
void Subscriptions::take_expiry(Subscription& s, const sipmsg::SubscriptionState& state, TimePoint now) {
    auto& one = *s.subscriber();
    bool first =
        one.machine.state() == SubscriberState::notify_wait || one.machine.state() == SubscriberState::forsaken;
    auto expires = state.expires();
    one.timer_n.reset();
    if (state.phase() == sipmsg::SubscriptionPhase::terminated) return;
    if (first) return set_expiry(s, std::min(one.granted, expires.value_or(one.granted)), now);
    if (expires && *expires > 0) set_expiry(s, *expires, now);
}

void Subscriptions::forget_origin(const Subscription& s, const Subscriber& one) {
    auto known = origins_.find(DialogId{one.options.call_id, one.options.from_tag, {}});
    if (known != origins_.end() && known->second == s.id) origins_.erase(known);
}

void Subscriptions::expire_subscriber(Subscription& s, Subscriber& one, TimePoint now) {
    auto due = [now](std::optional<TimePoint>& at) {
        if (!at || *at > now) return false;
        at.reset();
        return true;
    };
    if (due(one.fork_until)) forget_origin(s, one);
    if (s.ended) return;
    if (due(one.timer_n))
        fire(s, Event::timer_n, now, {is_unwanted(one) ? Cause::unsubscribed : Cause::no_notify, 408});
    if (due(one.refresh_at)) fire(s, Event::refresh, now);
    if (due(s.expires_at)) fire(s, Event::expired, now, {Cause::expired});
}

}  // namespace sipdialog
