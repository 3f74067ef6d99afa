// SPDX-License-Identifier: MIT
#include "subscriptions.hpp"

#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {

using sipmsg::Method;

bool ends_usage(int status) noexcept {
    switch (status) {
        case 404:
        case 405:
        case 410:
        case 416:
        case 480:
        case 481:
        case 482:
        case 483:
        case 484:
        case 485:
        case 489:
        case 501:
        case 604: return true;
        default: return false;
    }
}

Subscription* Subscriptions::find(SubscriptionId id) {
    auto it = subscriptions_.find(id);
    return it == subscriptions_.end() ? nullptr : it->second.get();
}

Subscription& Subscriptions::add(std::string event, std::variant<Subscriber, Notifier> role) {
    auto id = SubscriptionId{++last_subscription_};
    auto one = std::make_unique<Subscription>();
    one->id = id;
    one->event = std::move(event);
    one->role = std::move(role);
    return *subscriptions_.emplace(id, std::move(one)).first->second;
}

void Subscriptions::tidy(SubscriptionId id) {
    auto* s = find(id);
    if (!s) return;
    std::optional<TimePoint> earliest;
    auto consider = [&](std::optional<TimePoint> at) {
        if (at && (!earliest || *at < *earliest)) earliest = at;
    };
    auto* subscriber = s->subscriber();
    if (!s->ended) consider(s->expires_at);
    if (subscriber && !s->ended) consider(subscriber->timer_n);
    if (subscriber && !s->ended) consider(subscriber->refresh_at);
    if (subscriber) consider(subscriber->fork_until);
    if (s->deadline) deadlines_.erase({*s->deadline, id});
    s->deadline = earliest;
    if (s->ended && s->requests.empty() && !earliest) {
        if (s->dialog) dialogs_.erase(s->dialog->id());
        subscriptions_.erase(id);
    } else if (earliest) {
        deadlines_.insert({*earliest, id});
    }
}

void Subscriptions::end(Subscription& s, SubscriptionWhy why) {
    if (s.ended) return;
    s.ended = true;
    if (auto* subscriber = s.subscriber(); subscriber && !subscriber->fork_until) forget_origin(s, *subscriber);
    if (s.dialog && s.subscriber()) dialogs_.erase(s.dialog->id());
    emit(SubscriptionEnded{s.id, why.cause, why.status, why.message, why.error, std::move(why.reason),
                           why.resubscribe_after});
}

void Subscriptions::abort(SubscriptionId id) {
    auto* s = find(id);
    if (!s) return;
    while (!s->requests.empty()) erase(s->requests.back());
    if (auto* subscriber = s->subscriber()) {
        subscriber->fork_until.reset();
        forget_origin(*s, *subscriber);
    }
    end(*s, {SubscriptionEndCause::aborted});
    tidy(id);
}

void Subscriptions::reply(const siptxn::RequestReceived& event, int status, const HeaderList& headers) {
    auto response = sipmsg::Message::response(event.request->view(), status, identifiers_.tag());
    add_headers(response, headers);
    emit(Respond{event.transaction, std::move(response)});
}

bool Subscriptions::handle(const siptxn::Event& event, TimePoint now) {
    return std::visit([&](const auto& one) { return on(one, now); }, event);
}

bool Subscriptions::on(const siptxn::RequestReceived& event, TimePoint now) {
    auto method = event.request->method();
    const auto fields = event.request->view().dialog_fields();
    if (!fields) return false;
    if (!fields->to_tag) return (method == Method::subscribe || method == Method::refer) && on_subscribe(event, now);
    auto id = DialogId::of_request(event.request->view());
    auto known = dialogs_.find(*id);
    if (known != dialogs_.end()) return on_request(*find(known->second), event, now);
    return method == Method::notify && on_first_notify(*id, event, now);
}

// RFC 3261 §12.2.2; one usage a dialog (RFC 6665 §4.5.2), so other methods have no business here.
bool Subscriptions::on_request(Subscription& s, const siptxn::RequestReceived& event, TimePoint now) {
    const auto fields = event.request->view().dialog_fields();
    if (!fields || !s.dialog->receive(fields->cseq)) return reply(event, 500), true;
    auto method = event.request->method();
    auto id = s.id;
    if (s.subscriber() && method == Method::notify) {
        on_notify(s, event, now);
    } else if (s.notifier() && method == Method::subscribe) {
        on_refresh(s, event, now);
    } else {
        reply(event, 501);
    }
    tidy(id);
    return true;
}

bool Subscriptions::on(const siptxn::ResponseReceived& event, TimePoint now) {
    if (event.response->status() < 200) return clients_.contains(event.transaction);
    return on_final(event.transaction, answered(event.response), now);
}

bool Subscriptions::on(const siptxn::RequestFailed& event, TimePoint now) {
    return on_final(event.transaction, unanswered(event.error), now);
}

bool Subscriptions::on(const siptxn::ClientEnded& event, TimePoint now) {
    auto known = clients_.find(event.transaction);
    if (known == clients_.end()) return false;
    auto* r = find_request(known->second);
    if (!r || r->challenge || r->transaction != event.transaction) {
        clients_.erase(known);
        return true;
    }
    return on_final(event.transaction, unanswered(siptxn::Errc::aborted), now);
}

void Subscriptions::expire(TimePoint now) {
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        auto id = deadlines_.begin()->second;
        expire(*find(id), now);
        tidy(id);
    }
}

void Subscriptions::expire(Subscription& s, TimePoint now) {
    if (auto* subscriber = s.subscriber()) return expire_subscriber(s, *subscriber, now);
    if (s.expires_at && *s.expires_at <= now) expire_notifier(s, now);
}

std::optional<TimePoint> Subscriptions::next_expiry() const {
    if (deadlines_.empty()) return std::nullopt;
    return deadlines_.begin()->first;
}

}  // namespace sipdialog
