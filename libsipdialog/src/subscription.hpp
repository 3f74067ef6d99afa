// SPDX-License-Identifier: MIT
#pragma once

#include "answer.hpp"
#include "notifier_machine.hpp"
#include "subscriber_machine.hpp"

#include <sipdialog/dialog.hpp>
#include <sipdialog/subscription_layer.hpp>

#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sipdialog {

using siptxn::TimePoint;

struct Subscriber {
    SubscribeOptions options;
    SubscriberMachine machine;
    std::uint32_t cseq = 0;     ///< of the SUBSCRIBE outside a dialog
    std::uint32_t asked = 0;    ///< seconds
    std::uint32_t granted = 0;  ///< the least of what was asked and what a 2xx said
    bool raised = false;        ///< a 423 has been followed
    std::optional<TimePoint> timer_n;
    std::optional<TimePoint> refresh_at;
    std::optional<TimePoint> fork_until;  ///< further notifiers may answer; kept that long, though it may have ended
    std::size_t forks = 0;
};

/// What a NOTIFY is to tell.
struct Notice {
    NotifierState state;
    Body body;
};

struct Notifier {
    NotifierMachine machine;
    siptxn::RequestReceived request;  ///< the SUBSCRIBE or REFER
    std::string local_tag;
    Body state;  ///< as last told
    std::string reason;
    std::optional<std::uint32_t> retry_after;
    std::deque<Notice> waiting;  ///< a NOTIFY is made when it is sent: its number and its `expires` are of that time
};

/// Why a subscription ends, until that is told.
struct SubscriptionWhy {
    SubscriptionEndCause cause;
    int status = 0;
    sipmsg::MessagePtr message;
    std::string reason = {};
    std::optional<std::uint32_t> resubscribe_after = {};
    std::error_code error = {};
};

struct Subscription {
    SubscriptionId id;
    std::string event;  ///< the Event value
    std::variant<Subscriber, Notifier> role;
    std::optional<Dialog> dialog;
    HeaderList common_headers;
    siptxn::SendOptions routing;
    siptxn::Flow flow;
    std::optional<TimePoint> expires_at;  ///< resp_wait: until then an answer finds the client waiting
    std::vector<RequestId> requests;      ///< of ours, without final answer
    bool ended = false;
    std::optional<TimePoint> deadline;  ///< as it stands in Subscriptions::deadlines_

    [[nodiscard]] Subscriber* subscriber() { return std::get_if<Subscriber>(&role); }
    [[nodiscard]] Notifier* notifier() { return std::get_if<Notifier>(&role); }
};

}  // namespace sipdialog
