// SPDX-License-Identifier: MIT
#include "subscription_impl.hpp"

#include "answer_error.hpp"
#include "client_request.hpp"
#include "responder.hpp"

#include <algorithm>

namespace sipua {

using Cause = sipdialog::SubscriptionEndCause;

SubscriptionImpl::SubscriptionImpl(std::shared_ptr<Agent> agent, std::string target, std::string event,
                                   SubscriberOptions options)
    : agent_(std::move(agent)), target_(std::move(target)), event_(std::move(event)), options_(std::move(options)) {
    set_delegate(std::move(options_.delegate));
}

void SubscriptionImpl::enter(SubscriptionState state) {
    if (state_ == state) return;
    state_ = state;
    core().log(LogLevel::info, "subscription", to_string(state));
    state_change_.emit(state);
}

// What the program asks for.

void SubscriptionImpl::subscribe(const std::shared_ptr<Pending>& pending) {
    if (agent_->state() != UserAgentState::started || agent_->is_stopping()) return pending->finish(Errc::stopped);
    if (subscribing_) return pending->finish(Errc::request_pending);
    bool refreshes = state_ == SubscriptionState::subscribed;
    if ((state_ != SubscriptionState::initial && !refreshes) || unwanted_) return pending->finish(Errc::invalid_state);
    subscribing_ = pending;
    if (!refreshes) return send();
    core().subscriptions().layer().refresh(id_, core().now());
    core().changed();
}

sipdialog::SubscribeOptions SubscriptionImpl::opening() const {
    sipdialog::SubscribeOptions opening;
    opening.request_uri = target_;
    opening.from = from_value(*agent_, options_.params);
    opening.to = to_value(target_, options_.params);
    opening.call_id = agent_->core().identifiers().call_id();
    opening.routing = agent_->dialog_routing(options_.transport);
    opening.route = agent_->route_set();
    opening.common_headers = agent_->common_headers();
    for (auto& header : agent_->capability_headers()) opening.common_headers.push_back(header);
    for (auto& header : options_.headers) opening.common_headers.push_back(header);
    opening.event = event_;
    opening.expires =
        static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(options_.expires).count());
    opening.body = options_.body;
    opening.forks = options_.forks;
    return opening;
}

void SubscriptionImpl::send() {
    since_.reset();
    id_ = core().subscriptions().layer().subscribe(opening(), core().now());
    core().subscriptions().adopt(id_, shared_from_this());
    enter(SubscriptionState::notify_wait);
    core().changed();
}

void SubscriptionImpl::unsubscribe() {
    unwanted_ = true;
    core().clock().cancel(std::exchange(timer_, siptxn::TimerId::none));
    if (state_ == SubscriptionState::terminated) return;
    if (id_ == sipdialog::SubscriptionId::none) return terminate({Cause::closed, 0, nullptr, {}}, Errc::stopped);
    core().subscriptions().layer().unsubscribe(id_, core().now());
    core().changed();
}

void SubscriptionImpl::wait_for_end(const std::shared_ptr<Pending>& pending) {
    if (state_ == SubscriptionState::terminated) return pending->finish({});
    ending_.push_back(pending);
}

void SubscriptionImpl::dispose() {
    set_delegate({});
    unsubscribe();
}

// What sipdialog says.

void SubscriptionImpl::on(const sipdialog::SubscribeAnswered& news) {
    response_ = news.response;
    if (state_ != SubscriptionState::subscribed || !subscribing_) return;  // The first NOTIFY completes the first one.
    std::exchange(subscribing_, nullptr)->finish(answer_error(news));
}

void SubscriptionImpl::on(const sipdialog::SubscriptionForked& news) {
    SubscriberOptions options{.expires = options_.expires, .headers = options_.headers};
    options.resubscribe = false;  // The SUBSCRIBE that forked is the other one's.
    auto fork = std::make_shared<SubscriptionImpl>(agent_, target_, event_, std::move(options));
    fork->id_ = news.subscription;
    fork->enter(SubscriptionState::notify_wait);
    core().subscriptions().adopt(news.subscription, fork);
    agent_->add(std::shared_ptr<Activity>(fork));
    Subscription handle(fork);  // What the delegate does not take ends here.
    if (auto delegate = delegate_; delegate->on_fork) delegate->on_fork(handle);
}

void SubscriptionImpl::on(const sipdialog::Notified& news) {
    auto self = shared_from_this();
    auto responder = std::make_shared<Responder>(core().shared_from_this(), news.transaction, news.request);
    if (!since_) since_ = core().now();
    if (news.state == sipdialog::SubscriberState::pending || news.state == sipdialog::SubscriberState::active) {
        enter(SubscriptionState::subscribed);
        if (auto pending = std::exchange(subscribing_, nullptr)) pending->finish({});
    }
    Notification notification(std::move(responder));
    if (auto delegate = delegate_; delegate->on_notify) delegate->on_notify(std::move(notification));
}

void SubscriptionImpl::on(const sipdialog::SubscriptionEnded& news) {
    auto self = shared_from_this();
    id_ = sipdialog::SubscriptionId::none;
    if (try_again(news)) return;
    finish(news);
    agent_->check_idle();
}

// RFC 6665 §4.1.3. A notifier that ends one subscription after the other is asked ever more seldom.
bool SubscriptionImpl::try_again(const sipdialog::SubscriptionEnded& news) {
    constexpr Duration lasting = 1min, first = 1s, longest = 30min;
    bool polled = options_.expires <= Duration::zero();
    if (!news.resubscribe_after || unwanted_ || !options_.resubscribe || polled || agent_->is_stopping()) return false;
    if (since_ && core().now() - *since_ >= lasting) attempts_ = 0;
    Duration asked = std::chrono::seconds(*news.resubscribe_after);
    Duration patience = attempts_ == 0 ? Duration::zero() : first * (1 << std::min(attempts_ - 1, 11));
    ++attempts_;
    enter(SubscriptionState::notify_wait);
    auto delay = std::max(asked, std::min(patience, longest));
    timer_ = core().clock().schedule(core().now() + delay, [weak = weak_from_this()] {
        if (auto self = weak.lock(); self && !self->unwanted_) self->send();
    });
    return true;
}

void SubscriptionImpl::finish(const sipdialog::SubscriptionEnded& news) {
    std::error_code error = Errc::subscription_terminated;
    if (news.cause == Cause::refused) error = sip_error(news.status);
    if (news.cause == Cause::no_answer) error = news.error;
    if (news.cause == Cause::no_notify) error = siptxn::Errc::timeout;
    if (news.cause == Cause::aborted) error = Errc::stopped;
    bool polled = options_.expires <= Duration::zero() && news.cause == Cause::terminated;
    if (polled) error = {};
    terminate({news.cause, news.status, news.message, news.reason}, error);
}

void SubscriptionImpl::terminate(SubscriptionEnd end, std::error_code error) {
    auto self = shared_from_this();
    end_ = std::move(end);
    auto subscribing = std::exchange(subscribing_, nullptr);
    auto ending = std::exchange(ending_, {});
    enter(SubscriptionState::terminated);
    if (auto delegate = delegate_; delegate->on_end) delegate->on_end(*end_);
    if (subscribing) subscribing->finish(error);
    for (auto& pending : ending) pending->finish({});
    set_delegate({});  // It may hold the subscription's own handle.
}

}  // namespace sipua
