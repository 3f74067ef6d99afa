// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/completion.hpp>
#include <sipua/emitter.hpp>
#include <sipua/incoming_request.hpp>

#include <sipdialog/subscription_output.hpp>

#include <asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sipua {

///   initial --subscribe--> notify_wait --NOTIFY--> subscribed --> terminated
/// A subscription that is made anew by itself goes from subscribed to notify_wait.
enum class SubscriptionState { initial, notify_wait, subscribed, terminated };
[[nodiscard]] std::string_view to_string(SubscriptionState state) noexcept;

/// How a subscription ended.
struct SubscriptionEnd {
    sipdialog::SubscriptionEndCause cause;
    int status;                  ///< of the answer it came from; 0: of none
    sipmsg::MessagePtr message;  ///< the answer or NOTIFY it came from; may be null
    std::string reason;          ///< of Subscription-State (RFC 6665 §4.1.3)
};

struct SubscriptionDelegate;
class SubscriptionImpl;

/// What one subscribed to, and is told of by NOTIFYs (RFC 6665 §4.1). A handle that can be moved; destroying it
/// unsubscribes without waiting. SIP.js: Subscription. "Any thread" functions may be called from everywhere; the others
/// on the agent's executor.
class Subscription {
public:
    explicit Subscription(std::shared_ptr<SubscriptionImpl> impl) noexcept;
    Subscription(Subscription&&) noexcept;
    Subscription& operator=(Subscription&&) noexcept;
    ~Subscription();

    [[nodiscard]] SubscriptionState state() const;
    [[nodiscard]] Emitter<SubscriptionState>& state_change();
    /// Replaces the delegate.
    void set_delegate(SubscriptionDelegate delegate);
    /// The final answer to the last SUBSCRIBE, or null.
    [[nodiscard]] sipmsg::MessagePtr response() const;
    /// Set when it is terminated.
    [[nodiscard]] const SubscriptionEnd* end() const;

    /// Ends it: completes with the final NOTIFY, or when none came within 64*T1 (RFC 6665 §4.1.2.3). No error in both
    /// cases; at once when there is nothing to end. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto unsubscribe(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start_unsubscribe(impl, std::move(done)); });
    }
    /// Completes when it is over, however it ends; without an error. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto ended(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start_ended(impl, std::move(done)); });
    }
    /// unsubscribe(), without waiting. Any thread.
    void dispose();

protected:
    [[nodiscard]] asio::any_io_executor executor() const;
    static CancelFunction start_unsubscribe(const std::shared_ptr<SubscriptionImpl>& impl, Completion done);
    static CancelFunction start_ended(const std::shared_ptr<SubscriptionImpl>& impl, Completion done);

    std::shared_ptr<SubscriptionImpl> impl_;
};

/// What may happen to a subscription. Called on the agent's executor; all optional.
struct SubscriptionDelegate {
    std::move_only_function<void(Notification)> on_notify;         ///< absent: 200
    std::move_only_function<void(const SubscriptionEnd&)> on_end;  ///< once; not when it is made anew by itself
    /// Another notifier answered, when SubscriberOptions::forks says so: a subscription of its own (RFC 6665 §4.1.4).
    /// Dropped: it is ended. Its first Notification follows.
    std::move_only_function<void(Subscription&)> on_fork;
};

}  // namespace sipua
