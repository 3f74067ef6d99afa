// SPDX-License-Identifier: MIT
#include <sipdialog/subscription_layer.hpp>

#include "subscriptions.hpp"

#include <array>

namespace sipdialog {

struct SubscriptionLayer::State : Subscriptions {
    using Subscriptions::Subscriptions;
};

SubscriptionLayer::SubscriptionLayer(const SubscriptionOptions& options, siptxn::RandomSource random)
    : state_(std::make_unique<State>(options, std::move(random))) {}
SubscriptionLayer::~SubscriptionLayer() = default;

SubscriptionId SubscriptionLayer::subscribe(SubscribeOptions options, siptxn::TimePoint now) {
    return state_->subscribe(std::move(options), now);
}

void SubscriptionLayer::refresh(SubscriptionId subscription, siptxn::TimePoint now) {
    state_->refresh(subscription, now);
}

void SubscriptionLayer::unsubscribe(SubscriptionId subscription, siptxn::TimePoint now) {
    state_->unsubscribe(subscription, now);
}

void SubscriptionLayer::accept(SubscriptionId subscription, siptxn::TimePoint now, NotifierState state,
                               const Body& body, const siptxn::LocalContact& contact, const HeaderList& common_headers,
                               int status) {
    state_->accept(subscription, now, state, body, contact, common_headers, status);
}

void SubscriptionLayer::answer(SubscriptionId subscription, int status, siptxn::TimePoint now,
                               const HeaderList& headers) {
    state_->answer(subscription, status, now, headers);
}

void SubscriptionLayer::notify(SubscriptionId subscription, siptxn::TimePoint now, NotifierState state,
                               const Body& body) {
    state_->notify(subscription, now, state, body);
}

void SubscriptionLayer::terminate(SubscriptionId subscription, siptxn::TimePoint now, const std::string& reason,
                                  const Body& body, std::optional<std::uint32_t> retry_after) {
    state_->terminate(subscription, now, reason, body, retry_after);
}

void SubscriptionLayer::abort(SubscriptionId subscription) { state_->abort(subscription); }

void SubscriptionLayer::sent(RequestId request, siptxn::ClientId transaction) { state_->sent(request, transaction); }

void SubscriptionLayer::retry(RequestId request, const HeaderList& credentials, siptxn::TimePoint) {
    state_->retry(request, credentials);
}

void SubscriptionLayer::give_up(RequestId request, siptxn::TimePoint now) { state_->give_up(request, now); }

bool SubscriptionLayer::handle(const siptxn::Event& event, siptxn::TimePoint now) { return state_->handle(event, now); }

void SubscriptionLayer::expire(siptxn::TimePoint now) { state_->expire(now); }

std::optional<siptxn::TimePoint> SubscriptionLayer::next_expiry() const { return state_->next_expiry(); }

std::optional<SubscriptionOutput> SubscriptionLayer::poll() { return state_->poll(); }

std::size_t SubscriptionLayer::size() const noexcept { return state_->size(); }

std::optional<siptxn::TimePoint> SubscriptionLayer::expires_at(SubscriptionId subscription) const {
    auto* s = state_->find(subscription);
    return s ? s->expires_at : std::nullopt;
}

std::string_view to_string(SubscriptionEndCause cause) noexcept {
    constexpr std::array<std::string_view, 11> names{"refused",    "no_answer",    "no_notify", "not_wanted",
                                                     "terminated", "unsubscribed", "expired",   "gone",
                                                     "closed",     "aborted",      "unanswered"};
    return names[static_cast<std::size_t>(cause)];
}

}  // namespace sipdialog
