// SPDX-License-Identifier: MIT
#pragma once

#include "activity.hpp"
#include "agent.hpp"
#include "responder.hpp"
#include "subscription_hub.hpp"

#include <sipua/referral.hpp>

#include <atomic>
#include <memory>
#include <string>

namespace sipua {

class SessionImpl;

/// The body of a Referral. Functions may be called from any thread; the private ones run on the core's executor.
class ReferralImpl : public std::enable_shared_from_this<ReferralImpl> {
public:
    ReferralImpl(std::shared_ptr<Agent> agent, sipmsg::MessagePtr request)
        : agent_(std::move(agent)), request_(std::move(request)) {}
    virtual ~ReferralImpl() = default;

    [[nodiscard]] const std::shared_ptr<Agent>& shared_agent() const noexcept { return agent_; }
    [[nodiscard]] const sipmsg::Message& request() const noexcept { return *request_; }
    /// False when it has been answered before.
    bool answer(int status, const HeaderList& headers);
    void report(int status, const std::string& phrase);
    /// False when one has been made before.
    [[nodiscard]] bool take_inviter() { return !inviting_.exchange(true); }
    /// The handle is gone.
    void drop();

protected:
    /// A refusal, or a 2xx without subscription.
    virtual void send_answer(int status, const HeaderList& headers) = 0;
    /// A 2xx and the first NOTIFY.
    virtual void begin(int status, const HeaderList& headers) = 0;
    virtual void tell(int status, const std::string& phrase) = 0;
    [[nodiscard]] Core& core() const noexcept { return agent_->core(); }

private:
    void do_answer(int status, HeaderList headers);

    std::shared_ptr<Agent> agent_;
    sipmsg::MessagePtr request_;
    std::atomic<bool> answered_ = false;
    std::atomic<bool> inviting_ = false;
    bool subscribed_ = false;  ///< NOTIFYs go out; on the executor
};

/// Inside a session, whose dialog its subscription shares.
class SessionReferral final : public ReferralImpl {
public:
    SessionReferral(const std::shared_ptr<SessionImpl>& session, std::shared_ptr<Responder> responder,
                    sipmsg::MessagePtr request);

private:
    void send_answer(int status, const HeaderList& headers) override;
    void begin(int status, const HeaderList& headers) override;
    void tell(int status, const std::string& phrase) override;

    std::weak_ptr<SessionImpl> session_;
    std::shared_ptr<Responder> responder_;
};

/// Outside any dialog: a subscription of its own.
class LoneReferral final : public ReferralImpl, public SubscriptionUser {
public:
    LoneReferral(std::shared_ptr<Agent> agent, const sipdialog::SubscribeReceived& received)
        : ReferralImpl(std::move(agent), received.request), id_(received.subscription) {}
    [[nodiscard]] Agent& agent() const override { return *shared_agent(); }

private:
    void send_answer(int status, const HeaderList& headers) override;
    void begin(int status, const HeaderList& headers) override;
    void tell(int status, const std::string& phrase) override;

    sipdialog::SubscriptionId id_;
};

/// What refuses a REFER that asks for no call; 0: nothing.
[[nodiscard]] int refusal_of(const sipmsg::Message& refer);

/// Accepts and calls, unattended: UserAgentOptions::follow_referrals.
void follow(Referral referral);

}  // namespace sipua
