// SPDX-License-Identifier: MIT
#include <sipua/notifier.hpp>

#include "checks.hpp"
#include "notifier_impl.hpp"

#include <sipmsg/header/events.hpp>

namespace sipua {

void NotifierImpl::enter(NotifierState state) {
    if (state_ == state) return;
    state_ = state;
    state_change_.emit(state);
}

void NotifierImpl::accept(const Body& body, NotifierState state, int status) {
    if (state_ != NotifierState::resp_wait) return;
    auto headers = agent_->common_headers();
    for (auto& header : agent_->capabilities()) headers.push_back(header);
    core().subscriptions().layer().accept(id_, core().now(), state, body, agent_->contact(), headers, status);
    core().changed();
    enter(state == NotifierState::pending ? state : NotifierState::active);
}

void NotifierImpl::answer(int status, const HeaderList& headers) {
    if (state_ != NotifierState::resp_wait) return;
    auto all = agent_->common_headers();
    all.insert(all.end(), headers.begin(), headers.end());
    core().subscriptions().layer().answer(id_, status, core().now(), all);
    core().changed();
}

void NotifierImpl::notify(const Body& body, NotifierState state) {
    if (state_ != NotifierState::pending && state_ != NotifierState::active) return;
    core().subscriptions().layer().notify(id_, core().now(), state, body);
    core().changed();
    if (state != NotifierState::pending) enter(NotifierState::active);
}

void NotifierImpl::terminate(const std::string& reason, const Body& body, std::optional<std::uint32_t> retry_after) {
    core().subscriptions().layer().terminate(id_, core().now(), reason, body, retry_after);
    core().changed();
}

void NotifierImpl::wait_for_end(const std::shared_ptr<Pending>& pending) {
    if (state_ == NotifierState::terminated) return pending->finish({});
    ending_.push_back(pending);
}

void NotifierImpl::dispose() {
    set_delegate({});
    if (state_ == NotifierState::resp_wait) return answer(480, {});
    terminate("noresource", {}, {});
}

void NotifierImpl::close() {
    if (state_ == NotifierState::resp_wait) return answer(480, {});
    terminate("probation", {}, {});
}

void NotifierImpl::on(const sipdialog::SubscriptionRefreshed& news) {
    if (auto delegate = delegate_; delegate->on_refresh) delegate->on_refresh(*news.request);
}

void NotifierImpl::on(const sipdialog::SubscriptionEnded& news) {
    auto self = shared_from_this();
    end_ = SubscriptionEnd{news.cause, news.status, news.message, news.reason};
    enter(NotifierState::terminated);
    if (auto delegate = delegate_; delegate->on_end) delegate->on_end(*end_);
    for (auto& pending : std::exchange(ending_, {})) pending->finish({});
    set_delegate({});  // It may hold the notifier's own handle.
    agent_->check_idle();
}

// The handle.

Notifier::Notifier(std::shared_ptr<NotifierImpl> impl) noexcept : impl_(std::move(impl)) {}
Notifier::Notifier(Notifier&&) noexcept = default;

Notifier& Notifier::operator=(Notifier&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

Notifier::~Notifier() {
    if (!impl_) return;
    Core& core = impl_->core();
    core.run([impl = std::move(impl_)] { impl->dispose(); });
}

const sipmsg::Message& Notifier::request() const { return *impl_->request(); }
NotifierState Notifier::state() const { return impl_->state(); }
Emitter<NotifierState>& Notifier::state_change() { return impl_->state_change(); }
void Notifier::set_delegate(NotifierDelegate delegate) { impl_->set_delegate(std::move(delegate)); }
const SubscriptionEnd* Notifier::end() const { return impl_->end() ? &*impl_->end() : nullptr; }
asio::any_io_executor Notifier::executor() const { return impl_->core().executor(); }

std::string Notifier::event() const {
    auto event = request().top<sipmsg::Event>();
    return event ? std::string(event->package()) : std::string();
}

void Notifier::accept(const Body& body, NotifierState state) {
    check_body(body);
    impl_->core().run([impl = impl_, body, state] { impl->accept(body, state); });
}

void Notifier::reject(int status, const HeaderList& headers) {
    check_status(status, 400, 699);
    check_headers(headers);
    impl_->core().run([impl = impl_, status, headers] { impl->answer(status, headers); });
}

void Notifier::notify(const Body& body, NotifierState state) {
    check_body(body);
    impl_->core().run([impl = impl_, body, state] { impl->notify(body, state); });
}

void Notifier::terminate(const std::string& reason, const Body& body, std::optional<siptxn::Duration> retry_after) {
    check_body(body);
    check_headers({
        {"Subscription-State", reason}
    });
    std::optional<std::uint32_t> seconds;
    if (retry_after)
        seconds = static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(*retry_after).count());
    impl_->core().run([impl = impl_, reason, body, seconds] { impl->terminate(reason, body, seconds); });
}

CancelFunction Notifier::start_ended(const std::shared_ptr<NotifierImpl>& impl, Completion done) {
    auto pending = Pending::make(std::move(done));
    impl->core().run([impl, pending] { impl->wait_for_end(pending); });
    return abandon(impl->core(), pending);
}

}  // namespace sipua
