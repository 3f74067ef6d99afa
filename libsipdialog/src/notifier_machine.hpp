// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/subscription_output.hpp>

#include <cstdint>
#include <string_view>

namespace sipdialog {

/// The notifier's side of a subscription. RFC 6665 §4.2.2.
///
///   resp_wait --hold--> pending --grant--> active --> terminated
///       \_____________________grant______/
class NotifierMachine {
public:
    using State = NotifierState;
    enum class Event : std::uint8_t {
        refuse,     ///< the user: no subscription comes of the request
        hold,       ///< the user: permission is still to be asked for
        grant,      ///< the user: here is the state
        refreshed,  ///< the peer
        close,      ///< the user, or the peer by Expires: 0
        expired,
        failed,  ///< a NOTIFY was answered so that the usage ends, or not at all
    };
    enum Effect : unsigned {
        none = 0,
        notify = 1,  ///< with the state that is reached
        end = 2,     ///< tell the user, last
    };

    NotifierMachine() = default;
    NotifierMachine(State state) noexcept : state_(state) {}

    [[nodiscard]] State state() const noexcept { return state_; }
    /// The effects to carry out; an event that is not in the figure changes nothing.
    unsigned on(Event event) noexcept;

private:
    State state_ = State::resp_wait;
};

[[nodiscard]] std::string_view to_string(NotifierMachine::Event event) noexcept;

}  // namespace sipdialog
