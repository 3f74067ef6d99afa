// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/completion.hpp>
#include <sipua/emitter.hpp>
#include <sipua/incoming_request.hpp>
#include <sipua/subscription.hpp>

#include <siptxn/time.hpp>

#include <asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace sipua {

using sipdialog::NotifierState;
using sipdialog::to_string;

/// What may happen to a server subscription. Called on the agent's executor; all optional.
struct NotifierDelegate {
    /// The subscriber has refreshed, and has been told the last state again.
    std::move_only_function<void(const sipmsg::Message& subscribe)> on_refresh;
    std::move_only_function<void(const SubscriptionEnd&)> on_end;  ///< once
};

class NotifierImpl;

/// Somebody's subscription to us (RFC 6665 §4.2). A handle that can be moved. Destroying it unanswered refuses with
/// 480; later it ends the subscription with `noresource`. Unanswered for 64*T1, 32 s, it is over: the subscriber has
/// given up. An answer that takes longer is accept() with `pending`. "Any thread" functions may be called from
/// everywhere; the others on the agent's executor. JsSIP: Notifier; SIP.js has only onSubscribeRequest.
class Notifier {
public:
    explicit Notifier(std::shared_ptr<NotifierImpl> impl) noexcept;
    Notifier(Notifier&&) noexcept;
    Notifier& operator=(Notifier&&) noexcept;
    ~Notifier();

    /// The first SUBSCRIBE.
    [[nodiscard]] const sipmsg::Message& request() const;
    /// The event package it names.
    [[nodiscard]] std::string event() const;
    [[nodiscard]] NotifierState state() const;
    [[nodiscard]] Emitter<NotifierState>& state_change();
    void set_delegate(NotifierDelegate delegate);
    /// Set when it is terminated.
    [[nodiscard]] const SubscriptionEnd* end() const;

    /// 200, and the first NOTIFY with this state. `pending`: whether it is allowed is still to be found out. Acts at
    /// once; only the first answer counts. Throws std::invalid_argument for a type that is not well formed. Any thread.
    void accept(const Body& body = {}, NotifierState state = NotifierState::active);
    /// 400..699, else std::invalid_argument. For an event we do not know: 489, with Allow-Events (RFC 6665 §8.3.2). Any
    /// thread.
    void reject(int status = 480, const HeaderList& headers = {});
    /// NOTIFY with a new state, which refreshes repeat. One is under way at a time. Any thread.
    void notify(const Body& body, NotifierState state = NotifierState::active);
    /// The last NOTIFY. `reason` as RFC 6665 §4.1.3 has it: "noresource", "rejected", "deactivated", "probation",
    /// "giveup"
    /// ... Any thread.
    void terminate(const std::string& reason, const Body& body = {}, std::optional<siptxn::Duration> retry_after = {});
    /// Completes when it is over; without an error. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto ended(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start_ended(impl, std::move(done)); });
    }

private:
    [[nodiscard]] asio::any_io_executor executor() const;
    static CancelFunction start_ended(const std::shared_ptr<NotifierImpl>& impl, Completion done);

    std::shared_ptr<NotifierImpl> impl_;
};

}  // namespace sipua
