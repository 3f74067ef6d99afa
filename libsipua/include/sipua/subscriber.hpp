// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/request_params.hpp>
#include <sipua/subscription.hpp>
#include <sipua/user_agent.hpp>

#include <string>

namespace sipua {

struct SubscriberOptions {
    Duration expires = 3600s;  ///< asked for; zero polls once (RFC 6665 §4.4.3)
    HeaderList headers;        ///< of every SUBSCRIBE: Accept and its like
    RequestParams params;
    Body body;              ///< of the first SUBSCRIBE
    std::string transport;  ///< "udp", "tcp", "ws" ...; empty: what the target says
    /// Subscribe anew, with a new Call-ID, when the notifier's last words ask for it (RFC 6665 §4.1.3): at once after
    /// `deactivated` and `timeout`, later after `probation` and `giveup`.
    bool resubscribe = true;
    bool forks = false;  ///< every notifier that answers gets a subscription: SubscriptionDelegate::on_fork
    SubscriptionDelegate delegate;
};

/// Subscribes to an event package of a resource. SIP.js: Subscriber.
class Subscriber : public Subscription {
public:
    /// `event`: "presence", "message-summary", "dialog;id=7". Nothing is sent yet. Throws std::invalid_argument for a
    /// target that is no SIP URI, an event that is none, and headers that are not well formed.
    Subscriber(const UserAgent& agent, std::string target, std::string event);
    Subscriber(const UserAgent& agent, std::string target, std::string event, SubscriberOptions options);

    /// Sends SUBSCRIBE and completes with the first NOTIFY: no error when the subscription stands (or was a poll); a
    /// code of sip_category() when it was refused; siptxn's timeout when there was no answer or no NOTIFY;
    /// Errc::subscription_terminated when the NOTIFY ended it. In an active subscription refreshes it, and completes
    /// with the answer. Cancellation completes with operation_aborted and unsubscribes. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto subscribe(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start_subscribe(impl, std::move(done)); });
    }

private:
    static CancelFunction start_subscribe(const std::shared_ptr<SubscriptionImpl>& impl, Completion done);
};

}  // namespace sipua
