// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace sipdialog {

/// When a session sends the candidates that follow its description, by INFO requests of the package "trickle-ice": not
/// before there is a dialog and the peer is known to take them, and one at a time, so that what comes meanwhile goes
/// together with the next. RFC 8840 §4.3.3, §4.4; RFC 6086 §4.2.2.
///
///   quiet --more--> kept --opened--> sending --more--> behind --taken--> sending --taken--> idle
class TrickleMachine {
public:
    enum class State : std::uint8_t {
        quiet,    ///< no dialog yet, or nothing known of the peer; nothing to send
        kept,     ///< the same, and something to send
        idle,     ///< nothing to send
        sending,  ///< an INFO is out, with all there was
        behind,   ///< an INFO is out, and there is more by now
        over,     ///< the peer does not take them
    };
    enum class Event : std::uint8_t {
        more,     ///< of our candidates
        opened,   ///< there is a dialog, with a peer that takes them (Recv-Info)
        closed,   ///< there is a dialog, with a peer that does not
        taken,    ///< 2xx
        refused,  ///< any other final answer
    };
    enum Effect : unsigned { none = 0, send = 1 };

    TrickleMachine() = default;
    TrickleMachine(State state) noexcept : state_(state) {}
    [[nodiscard]] State state() const noexcept { return state_; }
    unsigned on(Event event) noexcept;

private:
    State state_ = State::quiet;
};

[[nodiscard]] std::string_view to_string(TrickleMachine::State state) noexcept;
[[nodiscard]] std::string_view to_string(TrickleMachine::Event event) noexcept;

}  // namespace sipdialog
