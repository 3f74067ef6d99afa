// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/subscription_layer.hpp>

#include <siptxn/auth/client.hpp>

#include <memory>
#include <unordered_map>
#include <utility>

namespace sipua {

class Agent;
class Core;

/// Whoever has one or more subscriptions of the layer: told what becomes of them. On the core's executor.
class SubscriptionUser {
public:
    virtual ~SubscriptionUser() = default;
    [[nodiscard]] virtual Agent& agent() const = 0;
    virtual void on(const sipdialog::SubscribeAnswered&) {}
    virtual void on(const sipdialog::SubscriptionForked&) {}
    virtual void on(const sipdialog::Notified&) {}
    virtual void on(const sipdialog::SubscriptionRefreshed&) {}
    virtual void on(const sipdialog::NotifyAnswered&) {}
    virtual void on(const sipdialog::SubscriptionEnded&) {}
};

/// The subscriptions of a core: its sipdialog layer, and who they belong to.
class SubscriptionHub {
public:
    SubscriptionHub(Core& core, const sipdialog::SubscriptionOptions& options, siptxn::RandomSource random)
        : core_(core), layer_(options, std::move(random)) {}

    [[nodiscard]] sipdialog::SubscriptionLayer& layer() noexcept { return layer_; }
    [[nodiscard]] const sipdialog::SubscriptionLayer& layer() const noexcept { return layer_; }
    void adopt(sipdialog::SubscriptionId id, std::shared_ptr<SubscriptionUser> user);
    /// Ends those of an agent at once.
    void abandon(const Agent& agent);
    /// All of them, which are nobody's afterwards.
    [[nodiscard]] auto let_go() { return std::exchange(entries_, {}); }
    /// Carries out one output of the layer; false when there is none.
    bool drain();

private:
    /// A subscription has one request under way, mostly; credentials are remembered for the last.
    struct Entry {
        std::shared_ptr<SubscriptionUser> user;
        sipdialog::RequestId request = sipdialog::RequestId::none;
        siptxn::auth::RequestAttempts attempts = {};
        sipdialog::RequestId asked = sipdialog::RequestId::none;  ///< the program was asked for credentials for it
    };
    void perform(sipdialog::SendInSubscription& output);
    void perform(sipdialog::Respond& output);
    void perform(sipdialog::SubscriptionChallenged& output);
    [[nodiscard]] bool answer(const sipdialog::SubscriptionChallenged& output);
    void perform(sipdialog::SubscribeReceived& output);
    void referred(const std::shared_ptr<Agent>& agent, const sipdialog::SubscribeReceived& output);
    void perform(sipdialog::SubscriptionForked& output);
    void perform(sipdialog::SubscriptionEnded& output);
    template <class News>
    void perform(News& output);
    [[nodiscard]] Entry* find(sipdialog::SubscriptionId id);

    Core& core_;
    sipdialog::SubscriptionLayer layer_;
    std::unordered_map<sipdialog::SubscriptionId, Entry> entries_;
};

}  // namespace sipua
