// SPDX-License-Identifier: MIT
#include <sipua/referrer.hpp>

#include "activity.hpp"
#include "agent.hpp"
#include "answer_error.hpp"
#include "checks.hpp"
#include "pending.hpp"
#include "responder.hpp"
#include "subscription_hub.hpp"

#include <sipmsg/sipfrag.hpp>
#include <sipmsg/uri.hpp>

#include <stdexcept>

namespace sipua {

/// The body of a Referrer. Lives on the core's executor.
class ReferrerImpl : public SubscriptionUser, public Activity, public std::enable_shared_from_this<ReferrerImpl> {
public:
    ReferrerImpl(std::shared_ptr<Agent> agent, std::string target, std::string refer_to, ReferOptions options)
        : agent_(std::move(agent)),
          target_(std::move(target)),
          refer_to_(std::move(refer_to)),
          options_(std::make_shared<ReferOptions>(std::move(options))) {}

    [[nodiscard]] Agent& agent() const override { return *agent_; }
    [[nodiscard]] Core& core() const noexcept { return agent_->core(); }
    [[nodiscard]] const sipmsg::MessagePtr& response() const noexcept { return response_; }
    [[nodiscard]] int progress() const noexcept { return progress_; }

    void refer(const std::shared_ptr<Pending>& pending);
    void wait_for_end(const std::shared_ptr<Pending>& pending) {
        if (over_) return pending->finish({});
        ending_.push_back(pending);
    }
    [[nodiscard]] StopOrder stop_order() const override { return StopOrder::subscription; }
    void close() override;
    void drop() {
        options_ = std::make_shared<ReferOptions>();
        close();
    }
    [[nodiscard]] bool is_busy() const override { return id_ != sipdialog::SubscriptionId::none; }

    using SubscriptionUser::on;
    void on(const sipdialog::SubscribeAnswered& news) override;
    void on(const sipdialog::Notified& news) override;
    void on(const sipdialog::SubscriptionEnded& news) override;

private:
    [[nodiscard]] sipdialog::SubscribeOptions opening() const;

    std::shared_ptr<Agent> agent_;
    std::string target_;
    std::string refer_to_;
    std::shared_ptr<ReferOptions> options_;  ///< pinned by a copy while one of its members runs
    sipdialog::SubscriptionId id_ = sipdialog::SubscriptionId::none;
    sipmsg::MessagePtr response_;
    int progress_ = 0;
    bool over_ = false;
    std::shared_ptr<Pending> referring_;
    std::vector<std::shared_ptr<Pending>> ending_;
};

sipdialog::SubscribeOptions ReferrerImpl::opening() const {
    sipdialog::SubscribeOptions opening;
    opening.method = "REFER";
    opening.request_uri = target_;
    opening.from = agent_->name_addr();
    opening.to = "<" + target_ + ">";
    opening.routing = agent_->dialog_routing();
    opening.route = agent_->route_set();
    opening.headers = {
        {"Refer-To",    "<" + refer_to_ + ">"            },
        {"Referred-By", "<" + agent_->options().uri + ">"}
    };
    if (!options_->subscription) opening.headers.emplace_back("Refer-Sub", "false");
    for (auto& header : options_->headers) opening.headers.push_back(header);
    opening.common_headers = agent_->common_headers();
    for (auto& header : agent_->capabilities()) opening.common_headers.push_back(header);
    opening.event = "refer";
    opening.refreshes = false;  // It lasts as long as the request that was asked for (RFC 3515 §2.4.4).
    return opening;
}

void ReferrerImpl::refer(const std::shared_ptr<Pending>& pending) {
    if (agent_->state() != UserAgentState::started || agent_->is_stopping()) return pending->finish(Errc::stopped);
    if (over_ || is_busy()) return pending->finish(Errc::invalid_state);
    referring_ = pending;
    id_ = core().subscriptions().layer().subscribe(opening(), core().now());
    core().subscriptions().adopt(id_, shared_from_this());
    core().changed();
}

void ReferrerImpl::close() {
    if (!is_busy()) return;
    core().subscriptions().layer().unsubscribe(id_, core().now());
    core().changed();
}

void ReferrerImpl::on(const sipdialog::SubscribeAnswered& news) {
    auto pending = std::exchange(referring_, nullptr);
    if (!pending) return;  // Of a later SUBSCRIBE.
    response_ = news.response;
    pending->finish(answer_error(news));
}

void ReferrerImpl::on(const sipdialog::Notified& news) {
    auto fragment = sipmsg::Sipfrag::parse(news.request->body());
    int status = fragment ? fragment->status().value_or(0) : 0;
    if (status != 0) progress_ = status;
    auto options = options_;
    Notification notification(std::make_shared<Responder>(core().shared_from_this(), news.transaction, news.request));
    if (options->on_notify) options->on_notify(std::move(notification));
    if (options->on_progress) options->on_progress(status, news.state == sipdialog::SubscriberState::terminated);
}

void ReferrerImpl::on(const sipdialog::SubscriptionEnded&) {
    auto self = shared_from_this();
    id_ = sipdialog::SubscriptionId::none;
    over_ = true;
    // A NOTIFY may end it before the REFER has its answer; then the REFER was accepted.
    if (auto pending = std::exchange(referring_, nullptr)) pending->finish({});
    for (auto& pending : std::exchange(ending_, {})) pending->finish({});
    options_ = std::make_shared<ReferOptions>();  // They may hold the handle.
    agent_->check_idle();
}

// The handle.

namespace {

std::string checked_uri(std::string uri) {
    if (!sipmsg::Uri::parse(uri)) throw std::invalid_argument("not a URI: " + uri);
    return uri;
}

ReferOptions checked(ReferOptions options) {
    check_headers(options.headers);
    return options;
}

}  // namespace

Referrer::Referrer(const UserAgent& agent, std::string target, std::string refer_to)
    : Referrer(agent, std::move(target), std::move(refer_to), ReferOptions{}) {}

Referrer::Referrer(const UserAgent& agent, std::string target, std::string refer_to, ReferOptions options)
    : impl_(std::make_shared<ReferrerImpl>(agent.agent(), checked_target(std::move(target)),
                                           checked_uri(std::move(refer_to)), checked(std::move(options)))) {
    impl_->core().run([impl = impl_] { impl->agent().add(std::shared_ptr<Activity>(impl)); });
}

Referrer::Referrer(Referrer&&) noexcept = default;

Referrer& Referrer::operator=(Referrer&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

Referrer::~Referrer() {
    if (!impl_) return;
    Core& core = impl_->core();
    core.run([impl = std::move(impl_)] { impl->drop(); });
}

sipmsg::MessagePtr Referrer::response() const { return impl_->response(); }
int Referrer::progress() const { return impl_->progress(); }
asio::any_io_executor Referrer::executor() const { return impl_->core().executor(); }

CancelFunction Referrer::start_refer(const std::shared_ptr<ReferrerImpl>& impl, Completion done) {
    auto pending = Pending::make(std::move(done));
    impl->core().run([impl, pending] { impl->refer(pending); });
    return abandon(impl->core(), pending);
}

CancelFunction Referrer::start_ended(const std::shared_ptr<ReferrerImpl>& impl, Completion done) {
    auto pending = Pending::make(std::move(done));
    impl->core().run([impl, pending] { impl->wait_for_end(pending); });
    return abandon(impl->core(), pending);
}

}  // namespace sipua
