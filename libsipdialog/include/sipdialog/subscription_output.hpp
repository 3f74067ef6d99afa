// SPDX-License-Identifier: MIT
#pragma once

// What SubscriptionLayer::poll() yields: work for the transaction layer, and news for the user.

#include <sipdialog/output.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace sipdialog {

/// One subscription, from either side. Never used again.
enum class SubscriptionId : std::uint64_t { none = 0 };

/// RFC 6665 §4.1.2.
enum class SubscriberState : std::uint8_t {
    notify_wait,  ///< SUBSCRIBE sent, no NOTIFY yet
    forsaken,     ///< the same, but nobody wants it any more
    pending,
    active,
    leaving,  ///< unsubscribed; the last NOTIFY is still to come
    terminated,
};
/// RFC 6665 §4.2.2.
enum class NotifierState : std::uint8_t {
    resp_wait,  ///< the SUBSCRIBE waits for accept() or answer()
    pending,
    active,
    terminated,
};

// Work for the transaction layer; Respond is among it too.

/// Give it to TransactionLayer::send() and tell SubscriptionLayer::sent() the id that came back.
struct SendInSubscription {
    RequestId id;  ///< of this layer
    SubscriptionId subscription;
    sipmsg::Message request;
    siptxn::SendOptions options;
};

// News for the user.

/// 401 or 407 to a request of this layer: answer with retry() or give_up().
struct SubscriptionChallenged {
    RequestId id;
    SubscriptionId subscription;
    sipmsg::MessagePtr response;
    sipmsg::MessagePtr request;  ///< as it was sent, without Via
};
/// The final answer to a SUBSCRIBE (or REFER) of ours. What it changes follows.
struct SubscribeAnswered {
    SubscriptionId subscription;
    int status;
    sipmsg::MessagePtr response;  ///< null when none came: `status` is 408 or 503
    std::error_code error;        ///< why none came
};
/// Another notifier has answered the SUBSCRIBE of `origin`: a subscription of its own (RFC 6665 §4.1.4). Its Notified
/// follows.
struct SubscriptionForked {
    SubscriptionId origin;
    SubscriptionId subscription;
};
/// A NOTIFY that belongs to the subscription. The user answers its transaction, mostly with 200.
struct Notified {
    SubscriptionId subscription;
    siptxn::ServerId transaction;
    sipmsg::MessagePtr request;
    SubscriberState state = {};  ///< reached by it
};
/// A SUBSCRIBE, or a REFER outside a dialog, that passed this layer's checks. Use accept() or answer().
struct SubscribeReceived {
    SubscriptionId subscription;
    siptxn::ServerId transaction;
    sipmsg::MessagePtr request;
    siptxn::Flow flow;
};
/// The peer has refreshed its subscription: 200 and a NOTIFY with the last state are out.
struct SubscriptionRefreshed {
    SubscriptionId subscription;
    sipmsg::MessagePtr request;
};
/// The final answer to a NOTIFY of ours.
struct NotifyAnswered {
    SubscriptionId subscription;
    int status;
    sipmsg::MessagePtr response;  ///< null when none came
    std::error_code error;        ///< why none came
};

enum class SubscriptionEndCause : std::uint8_t {
    refused,       ///< our SUBSCRIBE got a final 3xx..6xx
    no_answer,     ///< our SUBSCRIBE got none: `status` is 408 or 503
    no_notify,     ///< Timer N (RFC 6665 §4.1.2.4)
    not_wanted,    ///< a 2xx to our REFER that makes no subscription (RFC 4488 §4)
    terminated,    ///< the notifier said so; `reason` and `retry_after` are its words
    unsubscribed,  ///< the subscriber said so
    expired,       ///< not refreshed in time
    gone,          ///< a request was answered so that the usage ends (RFC 5057 §5.1), or a NOTIFY not at all
    closed,        ///< terminate() or answer()
    aborted,       ///< abort()
    unanswered,    ///< neither accept() nor answer() came while the subscriber waited
};
[[nodiscard]] std::string_view to_string(SubscriptionEndCause cause) noexcept;

/// The subscription is over. Comes exactly once for each, as its last news.
struct SubscriptionEnded {
    SubscriptionId subscription;
    SubscriptionEndCause cause = {};
    int status = 0;              ///< of the answer it came from; 0: of none
    sipmsg::MessagePtr message;  ///< the response, NOTIFY or SUBSCRIBE it came from; may be null
    std::error_code error;       ///< why a request had no answer, siptxn::Errc::overloaded above our own limit
    std::string reason;          ///< of Subscription-State
    /// Seconds after which one should subscribe anew (RFC 6665 §4.1.3); nullopt: one should not.
    std::optional<std::uint32_t> resubscribe_after;
};

using SubscriptionOutput =
    std::variant<SendInSubscription, Respond, SubscriptionChallenged, SubscribeAnswered, SubscriptionForked, Notified,
                 SubscribeReceived, SubscriptionRefreshed, NotifyAnswered, SubscriptionEnded>;

[[nodiscard]] std::string_view to_string(SubscriberState state) noexcept;
[[nodiscard]] std::string_view to_string(NotifierState state) noexcept;

}  // namespace sipdialog
