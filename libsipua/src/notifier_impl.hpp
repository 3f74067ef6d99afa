// SPDX-License-Identifier: MIT
#pragma once

#include "activity.hpp"
#include "agent.hpp"
#include "pending.hpp"
#include "subscription_hub.hpp"

#include <sipua/notifier.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace sipua {

/// The body of a Notifier. Lives on the core's executor; the hub keeps it while sipdialog has its subscription.
class NotifierImpl : public SubscriptionUser, public Activity, public std::enable_shared_from_this<NotifierImpl> {
public:
    NotifierImpl(std::shared_ptr<Agent> agent, const sipdialog::SubscribeReceived& received)
        : agent_(std::move(agent)), id_(received.subscription), request_(received.request) {}

    [[nodiscard]] Agent& agent() const override { return *agent_; }
    [[nodiscard]] Core& core() const noexcept { return agent_->core(); }
    [[nodiscard]] const sipmsg::MessagePtr& request() const noexcept { return request_; }
    [[nodiscard]] NotifierState state() const noexcept { return state_; }
    [[nodiscard]] Emitter<NotifierState>& state_change() noexcept { return state_change_; }
    [[nodiscard]] const std::optional<SubscriptionEnd>& end() const noexcept { return end_; }
    void set_delegate(NotifierDelegate delegate) {
        delegate_ = std::make_shared<NotifierDelegate>(std::move(delegate));
    }

    void accept(const Body& body, NotifierState state, int status = 200);
    void answer(int status, const HeaderList& headers);
    void notify(const Body& body, NotifierState state);
    void terminate(const std::string& reason, const Body& body, std::optional<std::uint32_t> retry_after);
    void wait_for_end(const std::shared_ptr<Pending>& pending);
    /// The handle is gone.
    void dispose();

    /// The agent stops: the subscriber may come back later.
    [[nodiscard]] StopOrder stop_order() const override { return StopOrder::subscription; }
    void close() override;
    /// Until its last NOTIFY is under way.
    [[nodiscard]] bool is_busy() const override { return state_ != NotifierState::terminated; }

    using SubscriptionUser::on;
    void on(const sipdialog::SubscriptionRefreshed& news) override;
    void on(const sipdialog::SubscriptionEnded& news) override;

private:
    void enter(NotifierState state);

    std::shared_ptr<Agent> agent_;
    sipdialog::SubscriptionId id_;
    sipmsg::MessagePtr request_;
    NotifierState state_ = NotifierState::resp_wait;
    Emitter<NotifierState> state_change_;
    std::shared_ptr<NotifierDelegate> delegate_ = std::make_shared<NotifierDelegate>();
    std::optional<SubscriptionEnd> end_;
    std::vector<std::shared_ptr<Pending>> ending_;
};

}  // namespace sipua
