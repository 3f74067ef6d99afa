// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace sipdialog {

/// A provisional response of ours that takes time: its description is made, or its PRACK awaited. One at a time, as
/// RFC 3262 §3 recommends.
///
///                                    send
///          +--------------------------------------------------+
///          |                  described                       v             prack
///   idle --+--> describing ---------------------------> awaiting_prack -----------------> idle
///    |                |                                       |  prack_answer
///    +-- send_once    +-- described_once --> idle             +--------------> applying --> idle
///        (unreliable)     (unreliable)                        |  prack_offer
///                                                             +--------------> answering -> idle
class ProgressMachine {
public:
    enum class State : std::uint8_t {
        idle,
        describing,      ///< the media side makes the description to go along
        awaiting_prack,  ///< sent, repeated until its PRACK comes
        applying,        ///< the PRACK carried the answer to our offer
        answering,       ///< the PRACK carried an offer: its 200 waits for our answer
    };
    enum class Event : std::uint8_t {
        describe,        ///< the user: with a description of the media side
        send,            ///< the user: reliably, nothing to describe
        send_once,       ///< the user: unreliably, nothing to describe
        described,       ///< the media side, for a reliable one
        described_once,  ///< and for an unreliable one
        undescribed,
        prack,
        prack_answer,
        prack_offer,
        prack_unanswered,  ///< our offer is out, and the PRACK has no answer
        no_prack,          ///< 64*T1
        ended,             ///< a final response, or the caller is gone
    };
    enum Effect : unsigned {
        none = 0,
        ask = 1,       ///< the media side
        send = 2,      ///< the response, and start its clock if it is reliable
        confirm = 4,   ///< 200 to the PRACK
        decline = 8,   ///< another final response to the PRACK
        report = 16,   ///< tell the user that it is done
        refuse = 32,   ///< the INVITE gets its final response: nothing can come of it
        remember = 64  ///< a PRACK may come after the final response (RFC 3262 §3)
    };

    ProgressMachine() = default;
    ProgressMachine(State state) noexcept : state_(state) {}
    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] bool is_idle() const noexcept { return state_ == State::idle; }
    unsigned on(Event event) noexcept;

private:
    State state_ = State::idle;
};

[[nodiscard]] std::string_view to_string(ProgressMachine::State state) noexcept;
[[nodiscard]] std::string_view to_string(ProgressMachine::Event event) noexcept;

}  // namespace sipdialog
