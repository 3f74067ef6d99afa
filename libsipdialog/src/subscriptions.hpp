// SPDX-License-Identifier: MIT
#pragma once

#include "subscription.hpp"

#include <siptxn/output_queue.hpp>

#include <sipmsg/header/events.hpp>

#include <memory>
#include <set>
#include <unordered_map>

namespace sipdialog {

/// What SubscriptionLayer hides. subscriptions.cpp: entry, events, time; usage_requests.cpp: requests of ours over
/// their attempts; subscriber.cpp (RFC 6665 §4.1.2), notified.cpp (§4.1.3); notifier.cpp (§4.2).
class Subscriptions {
public:
    Subscriptions(const SubscriptionOptions& options, siptxn::RandomSource random)
        : options_(options), identifiers_(std::move(random)) {}

    SubscriptionId subscribe(SubscribeOptions options, TimePoint now);
    void refresh(SubscriptionId id, TimePoint now);
    void unsubscribe(SubscriptionId id, TimePoint now);
    void accept(SubscriptionId id, TimePoint now, NotifierState state, const Body& body,
                const siptxn::LocalContact& contact, const HeaderList& common_headers, int status);
    void answer(SubscriptionId id, int status, TimePoint now, const HeaderList& headers);
    void notify(SubscriptionId id, TimePoint now, NotifierState state, const Body& body);
    void terminate(SubscriptionId id, TimePoint now, const std::string& reason, const Body& body,
                   std::optional<std::uint32_t> retry_after);
    void abort(SubscriptionId id);
    void sent(RequestId request, siptxn::ClientId transaction);
    void retry(RequestId request, const HeaderList& credentials);
    void give_up(RequestId request, TimePoint now);

    bool handle(const siptxn::Event& event, TimePoint now);
    void expire(TimePoint now);
    [[nodiscard]] std::optional<TimePoint> next_expiry() const;
    [[nodiscard]] std::optional<SubscriptionOutput> poll() { return outputs_.pop(); }
    [[nodiscard]] std::size_t size() const noexcept { return subscriptions_.size(); }
    [[nodiscard]] Subscription* find(SubscriptionId id);

private:
    /// A request of ours over all its attempts.
    struct Request {
        RequestId id;
        SubscriptionId subscription;
        sipmsg::MessagePtr message;  // as last sent
        siptxn::SendOptions options;
        siptxn::ClientId transaction = siptxn::ClientId::none;
        sipmsg::MessagePtr challenge;  // waits for retry() or give_up()
    };

    // subscriptions.cpp
    template <class T>
    void emit(T output) {
        outputs_.push(std::move(output));
    }
    Subscription& add(std::string event, std::variant<Subscriber, Notifier> role);
    /// Every entry that may have changed a subscription ends with it: its next deadline, and its removal.
    void tidy(SubscriptionId id);
    void expire(Subscription& s, TimePoint now);
    void end(Subscription& s, SubscriptionWhy why);
    void reply(const siptxn::RequestReceived& event, int status, const HeaderList& headers = {});
    bool on(const siptxn::RequestReceived& event, TimePoint now);
    bool on_request(Subscription& s, const siptxn::RequestReceived& event, TimePoint now);
    bool on(const siptxn::ResponseReceived& event, TimePoint now);
    bool on(const siptxn::RequestFailed& event, TimePoint now);
    bool on(const siptxn::ClientEnded& event, TimePoint now);
    template <class Other>
    bool on(const Other&, TimePoint) {
        return false;
    }

    // usage_requests.cpp
    void submit(Subscription& s, sipmsg::Message message, siptxn::SendOptions options);
    void submit_inside(Subscription& s, sipmsg::Message message);
    [[nodiscard]] Request* find_request(RequestId id);
    bool on_final(siptxn::ClientId transaction, const Answer& answer, TimePoint now);
    void conclude(RequestId id, const Answer& answer, TimePoint now);
    void erase(RequestId id);

    // subscriber.cpp
    void fire(Subscription& s, SubscriberMachine::Event event, TimePoint now,
              SubscriptionWhy why = {SubscriptionEndCause::closed});
    void apply(Subscription& s, unsigned effects, TimePoint now, SubscriptionWhy why);
    void send_opening(Subscription& s, TimePoint now);
    void send_subscribe(Subscription& s, std::uint32_t expires, TimePoint now);
    void on_subscribe_answer(Subscription& s, const sipmsg::Message& request, const Answer& answer, TimePoint now);
    void on_subscribed(Subscription& s, const sipmsg::Message& request, const sipmsg::MessagePtr& response,
                       TimePoint now);
    bool raise_expires(Subscription& s, const sipmsg::Message& request, const sipmsg::MessagePtr& response,
                       TimePoint now);
    void after_failed_refresh(Subscription& s, TimePoint now);
    bool on_first_notify(const DialogId& id, const siptxn::RequestReceived& event, TimePoint now);
    bool on_fork(Subscription& origin, Dialog dialog, const siptxn::RequestReceived& event, TimePoint now);
    void on_notify(Subscription& s, const siptxn::RequestReceived& event, TimePoint now);
    void take_expiry(Subscription& s, const sipmsg::SubscriptionState& state, TimePoint now);
    void set_expiry(Subscription& s, std::uint32_t seconds, TimePoint now);
    void expire_subscriber(Subscription& s, Subscriber& one, TimePoint now);
    void forget_origin(const Subscription& s, const Subscriber& one);

    // notifier.cpp
    void fire(Subscription& s, NotifierMachine::Event event, TimePoint now,
              SubscriptionWhy why = {SubscriptionEndCause::closed});
    bool on_subscribe(const siptxn::RequestReceived& event, TimePoint now);
    void expire_notifier(Subscription& s, TimePoint now);
    void on_refresh(Subscription& s, const siptxn::RequestReceived& event, TimePoint now);
    [[nodiscard]] int refusal_of(const siptxn::RequestReceived& event) const;
    [[nodiscard]] std::uint32_t granted(const sipmsg::Message& subscribe) const;
    void grant(Subscription& s, const siptxn::RequestReceived& event, int status, TimePoint now);
    void send_waiting(Subscription& s, TimePoint now);
    void on_notify_answer(Subscription& s, const Answer& answer, TimePoint now);

    SubscriptionOptions options_;
    siptxn::Identifiers identifiers_;
    std::uint64_t last_subscription_ = 0;
    std::uint64_t last_request_ = 0;
    std::unordered_map<SubscriptionId, std::unique_ptr<Subscription>> subscriptions_;
    std::unordered_map<RequestId, Request> requests_;
    std::unordered_map<siptxn::ClientId, RequestId> clients_;
    std::unordered_map<DialogId, SubscriptionId> dialogs_;
    std::unordered_map<DialogId, SubscriptionId> origins_;  // Call-ID and our tag of SUBSCRIBEs that wait for NOTIFYs
    std::set<std::pair<TimePoint, SubscriptionId>> deadlines_;
    siptxn::OutputQueue<SubscriptionOutput> outputs_;
};

/// Whether this answer to a request inside a subscription's dialog ends it (RFC 5057 §5.1, RFC 6665 §4.1.2.2, §4.2.2).
[[nodiscard]] bool ends_usage(int status) noexcept;

}  // namespace sipdialog
