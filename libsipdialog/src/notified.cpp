// SPDX-License-Identifier: MIT
// The subscriber's side: NOTIFYs, and what time does to it. RFC 6665 §4.1.2.4, §4.1.3, §4.1.4.
#include "subscriptions.hpp"
#include "text.hpp"

#include <sipdialog/notify.hpp>

#include <sipmsg/sipmsg.hpp>

#include <algorithm>

namespace sipdialog {

using sipmsg::Header;
using Event = SubscriberMachine::Event;
using Cause = SubscriptionEndCause;
using Seconds = std::chrono::seconds;

namespace {

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
    // Of the dialog that has ended already: late, or out of order.
    if (origin.dialog && origin.dialog->id() == dialog.id()) return false;
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
    s.event = sipmsg::unfold(event.request->raw(Header::event).value_or(s.event));
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
