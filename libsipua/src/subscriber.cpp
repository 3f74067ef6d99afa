// SPDX-License-Identifier: MIT
#include <sipua/subscriber.hpp>

#include "client_request.hpp"
#include "responder.hpp"
#include "subscription_impl.hpp"

#include <sipmsg/header/events.hpp>

#include <stdexcept>

namespace sipua {

std::string_view to_string(SubscriptionState state) noexcept {
    switch (state) {
        case SubscriptionState::initial: return "initial";
        case SubscriptionState::notify_wait: return "notify_wait";
        case SubscriptionState::subscribed: return "subscribed";
        case SubscriptionState::terminated: return "terminated";
    }
    return "";
}

namespace {

SubscriberOptions checked(SubscriberOptions options) {
    check_headers(options.headers);
    check_body(options.body);
    check_transport(options.transport);
    check_params(options.params);
    constexpr auto most = std::chrono::seconds(0xffffffff);
    if (options.expires < 0s || options.expires > most) throw std::invalid_argument("expires is out of range");
    return options;
}

std::string checked_event(std::string event) {
    if (!sipmsg::Event::parse(event)) throw std::invalid_argument("not an event: " + event);
    return event;
}

}  // namespace

Subscription::Subscription(std::shared_ptr<SubscriptionImpl> impl) noexcept : impl_(std::move(impl)) {}
Subscription::Subscription(Subscription&&) noexcept = default;

Subscription& Subscription::operator=(Subscription&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

Subscription::~Subscription() {
    if (!impl_) return;
    Core& core = impl_->core();
    core.run([impl = std::move(impl_)] { impl->dispose(); });
}

SubscriptionState Subscription::state() const { return impl_->state(); }
Emitter<SubscriptionState>& Subscription::state_change() { return impl_->state_change(); }
void Subscription::set_delegate(SubscriptionDelegate delegate) { impl_->set_delegate(std::move(delegate)); }
sipmsg::MessagePtr Subscription::response() const { return impl_->response(); }
const SubscriptionEnd* Subscription::end() const { return impl_->end() ? &*impl_->end() : nullptr; }
asio::any_io_executor Subscription::executor() const { return impl_->core().executor(); }

void Subscription::dispose() {
    impl_->core().run([impl = impl_] { impl->dispose(); });
}

CancelFunction Subscription::start_unsubscribe(const std::shared_ptr<SubscriptionImpl>& impl, Completion done) {
    auto pending = Pending::make(std::move(done));
    impl->core().run([impl, pending] {
        impl->wait_for_end(pending);
        impl->unsubscribe();
    });
    return abandon(impl->core(), pending);
}

CancelFunction Subscription::start_ended(const std::shared_ptr<SubscriptionImpl>& impl, Completion done) {
    auto pending = Pending::make(std::move(done));
    impl->core().run([impl, pending] { impl->wait_for_end(pending); });
    return abandon(impl->core(), pending);
}

Subscriber::Subscriber(const UserAgent& agent, std::string target, std::string event)
    : Subscriber(agent, std::move(target), std::move(event), SubscriberOptions{}) {}

Subscriber::Subscriber(const UserAgent& agent, std::string target, std::string event, SubscriberOptions options)
    : Subscription(std::make_shared<SubscriptionImpl>(agent.agent(), checked_target(std::move(target)),
                                                      checked_event(std::move(event)), checked(std::move(options)))) {
    impl_->core().run([impl = impl_] { impl->agent().add(std::shared_ptr<Activity>(impl)); });
}

CancelFunction Subscriber::start_subscribe(const std::shared_ptr<SubscriptionImpl>& impl, Completion done) {
    auto pending = Pending::make(std::move(done));
    impl->core().run([impl, pending] { impl->subscribe(pending); });
    return [weak = std::weak_ptr(impl), waiting = std::weak_ptr(pending)] {
        auto held = weak.lock();
        if (!held) return;
        held->core().run([held, waiting] {
            auto open = waiting.lock();
            if (!open || !open->is_open()) return;
            open->finish(asio::error::operation_aborted);
            held->unsubscribe();
        });
    };
}

}  // namespace sipua
