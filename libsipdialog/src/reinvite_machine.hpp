// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace sipdialog {

/// Our re-INVITE. RFC 3261 §14.1.
///
///   idle --start--> offering --described--> sent --success--> settling --described--> idle
///     |                ^                     |
///     +--postpone--> waiting <----pending----+        (491, once: back off, then offer anew)
class ReinviteMachine {
public:
    enum class State : std::uint8_t { idle, waiting, offering, sent, settling };
    enum class Event : std::uint8_t {
        start,       ///< with an offer
        start_bare,  ///< without: the peer offers in its 2xx
        postpone,    ///< not before the ACK of our last 2xx (RFC 3261 §14.1 rule 2)
        described,
        undescribed,
        success,
        refused,
        pending,  ///< the first 491
        ended,    ///< the session goes
    };
    enum Effect : unsigned {
        none = 0,
        ask = 1,  ///< for an offer
        send = 2,
        back_off = 4,
        roll_back = 8,
        report = 16,   ///< tell the user
        hang_up = 32,  ///< what the peer agreed to cannot be done here
        cancel = 64,   ///< nobody waits for its answer any more, which may never come (RFC 3261 §9.1)
    };

    ReinviteMachine() = default;
    ReinviteMachine(State state) noexcept : state_(state) {}

    [[nodiscard]] State state() const noexcept { return state_; }
    unsigned on(Event event) noexcept;

private:
    State state_ = State::idle;
};

[[nodiscard]] std::string_view to_string(ReinviteMachine::State state) noexcept;
[[nodiscard]] std::string_view to_string(ReinviteMachine::Event event) noexcept;

}  // namespace sipdialog
