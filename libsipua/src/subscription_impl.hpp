// SPDX-License-Identifier: MIT
#pragma once

#include "activity.hpp"
#include "agent.hpp"
#include "pending.hpp"
#include "subscription_hub.hpp"

#include <sipua/subscriber.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace sipua {

/// The body of Subscriber and Subscription. Lives on the core's executor; the hub keeps it while sipdialog has its
/// subscription.
class SubscriptionImpl : public SubscriptionUser,
                         public Activity,
                         public std::enable_shared_from_this<SubscriptionImpl> {
public:
    SubscriptionImpl(std::shared_ptr<Agent> agent, std::string target, std::string event, SubscriberOptions options);

    [[nodiscard]] Agent& agent() const override { return *agent_; }
    [[nodiscard]] Core& core() const noexcept { return agent_->core(); }
    [[nodiscard]] SubscriptionState state() const noexcept { return state_; }
    [[nodiscard]] Emitter<SubscriptionState>& state_change() noexcept { return state_change_; }
    [[nodiscard]] const sipmsg::MessagePtr& response() const noexcept { return response_; }
    [[nodiscard]] const std::optional<SubscriptionEnd>& end() const noexcept { return end_; }
    void set_delegate(SubscriptionDelegate delegate) {
        delegate_ = std::make_shared<SubscriptionDelegate>(std::move(delegate));
    }

    void subscribe(const std::shared_ptr<Pending>& pending);
    void unsubscribe();
    void wait_for_end(const std::shared_ptr<Pending>& pending);
    void dispose();

    [[nodiscard]] StopOrder stop_order() const override { return StopOrder::subscription; }
    void close() override { unsubscribe(); }
    [[nodiscard]] bool is_busy() const override { return id_ != sipdialog::SubscriptionId::none; }

    using SubscriptionUser::on;
    void on(const sipdialog::SubscribeAnswered& news) override;
    void on(const sipdialog::SubscriptionForked& news) override;
    void on(const sipdialog::Notified& news) override;
    void on(const sipdialog::SubscriptionEnded& news) override;

private:
    void enter(SubscriptionState state);
    void send();
    [[nodiscard]] sipdialog::SubscribeOptions opening() const;
    [[nodiscard]] bool try_again(const sipdialog::SubscriptionEnded& news);
    void finish(const sipdialog::SubscriptionEnded& news);
    void terminate(SubscriptionEnd end, std::error_code error);

    std::shared_ptr<Agent> agent_;
    std::string target_;
    std::string event_;
    SubscriberOptions options_;
    std::shared_ptr<SubscriptionDelegate> delegate_;  ///< pinned by a copy while one of its members runs
    sipdialog::SubscriptionId id_ = sipdialog::SubscriptionId::none;
    std::shared_ptr<SubscriptionImpl> fork_;  ///< whose Notified comes next; then the hub knows it
    SubscriptionState state_ = SubscriptionState::initial;
    Emitter<SubscriptionState> state_change_;
    sipmsg::MessagePtr response_;
    std::optional<SubscriptionEnd> end_;
    std::shared_ptr<Pending> subscribing_;
    std::vector<std::shared_ptr<Pending>> ending_;
    bool unwanted_ = false;
    int attempts_ = 0;                        ///< in a row, without a subscription that lasted
    std::optional<siptxn::TimePoint> since_;  ///< of the first NOTIFY
    siptxn::TimerId timer_ = siptxn::TimerId::none;
};

}  // namespace sipua
