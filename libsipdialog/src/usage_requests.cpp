// SPDX-License-Identifier: MIT
// Requests of ours in subscriptions: sent, challenged, sent again, concluded. RFC 3261 §8.1.3, §22.2.
#include "sending.hpp"
#include "subscriptions.hpp"
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {

void Subscriptions::submit(Subscription& s, sipmsg::Message message, siptxn::SendOptions options) {
    auto id = RequestId{++last_request_};
    requests_.emplace(id, Request{id, s.id, std::make_shared<const sipmsg::Message>(message), options});
    s.requests.push_back(id);
    emit(SendInSubscription{id, s.id, std::move(message), std::move(options)});
}

void Subscriptions::submit_inside(Subscription& s, sipmsg::Message message) {
    add_headers(message, s.common_headers);
    submit(s, std::move(message), options_inside(*s.dialog, s.routing, s.flow, true));
}

Subscriptions::Request* Subscriptions::find_request(RequestId id) {
    auto it = requests_.find(id);
    return it == requests_.end() ? nullptr : &it->second;
}

void Subscriptions::sent(RequestId request, siptxn::ClientId transaction) {
    auto* r = find_request(request);
    if (!r || transaction == siptxn::ClientId::none) return;
    r->transaction = transaction;
    clients_[transaction] = request;
}

void Subscriptions::erase(RequestId id) {
    auto* r = find_request(id);
    if (!r) return;
    if (auto* s = find(r->subscription)) std::erase(s->requests, id);
    if (r->transaction != siptxn::ClientId::none) clients_.erase(r->transaction);
    requests_.erase(id);
}

bool Subscriptions::on_final(siptxn::ClientId transaction, const Answer& answer, TimePoint now) {
    auto known = clients_.find(transaction);
    if (known == clients_.end()) return false;
    auto* r = find_request(known->second);
    if (!r || r->challenge || r->transaction != transaction) return true;  // of a former attempt
    if (answer.response && (answer.status == 401 || answer.status == 407)) {
        r->challenge = answer.response;
        emit(SubscriptionChallenged{r->id, r->subscription, answer.response, r->message});
    } else {
        conclude(r->id, answer, now);
    }
    return true;
}

void Subscriptions::conclude(RequestId id, const Answer& answer, TimePoint now) {
    auto request = *find_request(id);
    erase(id);
    auto* s = find(request.subscription);
    if (!s) return;
    if (s->subscriber()) {
        on_subscribe_answer(*s, *request.message, answer, now);
    } else {
        on_notify_answer(*s, answer, now);
    }
    tidy(request.subscription);
}

void Subscriptions::retry(RequestId request, const HeaderList& credentials) {
    check_headers(credentials);
    auto* r = find_request(request);
    auto* s = r ? find(r->subscription) : nullptr;
    if (!s || !r->challenge) return;
    auto* subscriber = s->subscriber();
    auto number = s->dialog ? s->dialog->next_cseq() : ++subscriber->cseq;
    auto message = sent_again(*r->message, number, credentials);
    r->challenge = nullptr;
    r->transaction = siptxn::ClientId::none;
    r->message = std::make_shared<const sipmsg::Message>(message);
    emit(SendInSubscription{r->id, s->id, std::move(message), r->options});
}

void Subscriptions::give_up(RequestId request, TimePoint now) {
    auto* r = find_request(request);
    if (!r || !r->challenge) return;
    auto challenge = r->challenge;
    conclude(request, answered(challenge), now);
}

}  // namespace sipdialog
