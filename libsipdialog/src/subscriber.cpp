// SPDX-License-Identifier: MIT
// The subscriber's side: SUBSCRIBE and its answers. RFC 6665 §4.1.2.
#include "sending.hpp"
#include "subscriptions.hpp"
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

#include <algorithm>
#include <stdexcept>

namespace sipdialog {

using sipmsg::Header;
using Event = SubscriberMachine::Event;
using Cause = SubscriptionEndCause;
using Seconds = std::chrono::seconds;

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
        fire(s, Event::refused, now, {.cause = Cause::no_answer, .status = 503, .error = siptxn::Errc::overloaded});
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

void Subscriptions::on_subscribe_answer(Subscription& s, const sipmsg::Message& request, const Answer& answer,
                                        TimePoint now) {
    if (s.ended) return;
    const auto& [status, response, error] = answer;
    if (sipmsg::is_success(status) && response) return on_subscribed(s, request, response, now);
    if (status == 423 && response && raise_expires(s, request, response, now)) return;
    emit(SubscribeAnswered{s.id, status, response, error});
    const auto why = [&](Cause cause) {
        return SubscriptionWhy{.cause = cause, .status = status, .message = response, .error = error};
    };
    if (!s.dialog) {
        auto& one = *s.subscriber();
        one.fork_until.reset();
        forget_origin(s, one);
        return fire(s, Event::refused, now, why(response ? Cause::refused : Cause::no_answer));
    }
    if (ends_usage(status)) return fire(s, Event::gone, now, why(Cause::gone));
    after_failed_refresh(s, now);
}

void Subscriptions::on_subscribed(Subscription& s, const sipmsg::Message& request, const sipmsg::MessagePtr& response,
                                  TimePoint now) {
    auto& one = *s.subscriber();
    emit(SubscribeAnswered{s.id, response->status(), response, {}});
    if (!s.dialog && !wants_notifies(response->view())) {
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

}  // namespace sipdialog
