// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/subscription_output.hpp>

#include <cstdint>
#include <string_view>

namespace sipdialog {

/// The subscriber's side of a subscription. RFC 6665 §4.1.2.
///
///   notify_wait --NOTIFY--> pending --NOTIFY active--> active --+
///        |    \_______________________NOTIFY active____/        |
///   unsubscribe                 \_______unsubscribe_____________|
///        v                                                      v
///   forsaken --NOTIFY--------------------------------------> leaving --NOTIFY terminated--> terminated
///
///   From everywhere: NOTIFY terminated, Timer N, expiry or a fatal answer lead to terminated.
class SubscriberMachine {
public:
    using State = SubscriberState;
    enum class Event : std::uint8_t {
        notify_active,
        notify_pending,
        notify_terminated,
        refused,      ///< the first SUBSCRIBE
        gone,         ///< a later one, with an answer that ends the usage (RFC 5057 §5.1)
        timer_n,      ///< no NOTIFY within 64*T1 of a SUBSCRIBE
        expired,      ///< never refreshed
        refresh,      ///< the time, or the user
        unsubscribe,  ///< the user
    };
    enum Effect : unsigned {
        none = 0,
        subscribe = 1,  ///< SUBSCRIBE once more
        farewell = 2,   ///< SUBSCRIBE with Expires: 0
        end = 4,        ///< tell the user, last
    };

    SubscriberMachine() = default;
    SubscriberMachine(State state) noexcept : state_(state) {}

    [[nodiscard]] State state() const noexcept { return state_; }
    /// The effects to carry out; an event that is not in the figure changes nothing.
    unsigned on(Event event) noexcept;

private:
    State state_ = State::notify_wait;
};

[[nodiscard]] std::string_view to_string(SubscriberMachine::Event event) noexcept;

}  // namespace sipdialog
