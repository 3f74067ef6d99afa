// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>
#include <siptxn/timer_table.hpp>
#include <siptxn/transition.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace siptxn {

/// Non-INVITE server transaction: RFC 3261 §17.2.2, figure 8, with the 100 of RFC 4320 §4.1.
///
///     trying --100--> proceeding --200-699--> completed --J--> terminated
///        |                                        |
///        +---------------200-699------------------+
///
/// Made when the request has come. Knows states and clocks only: the caller sends and delivers.
class NonInviteServer {
public:
    enum class State : std::uint8_t { trying, proceeding, completed, terminated };
    enum class Event : std::uint8_t {
        request,      ///< the request came again
        provisional,  ///< the transaction user answers 1xx
        final_,       ///< the transaction user answers 200-699
        transport_error,
        timer_j,       ///< repeated requests have died out
        timer_trying,  ///< a client's timer E has come to T2: 100 is due (RFC 4320 §4.1)
    };
    using Row = Transition<State, Event>;

    /// `timers` must outlive this object.
    NonInviteServer(const Timers& timers, bool reliable, TimePoint now);

    [[nodiscard]] static Event event_of(int status) noexcept;
    Effects on(Event event, TimePoint now);
    /// Runs the earliest clock when it is due; `none` otherwise.
    Effects expire(TimePoint now);
    [[nodiscard]] std::optional<TimePoint> next_expiry() const noexcept { return running_.next_expiry(); }
    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] bool is_terminated() const noexcept { return state_ == State::terminated; }
    /// Whether a response of that status may be given now: of provisionals only 100, over UDP not before timer_trying
    /// (RFC 4320 §4.1).
    [[nodiscard]] bool may_answer(int status) const noexcept;
    /// Whether the event means anything in this state.
    [[nodiscard]] bool accepts(Event event) const noexcept;

    [[nodiscard]] static std::span<const Row> table() noexcept;

private:
    void enter(State state, TimePoint now);

    const Timers* timers_;
    bool reliable_;
    State state_;
    TimerTable<Event, 1> running_;
};

[[nodiscard]] std::string_view to_string(NonInviteServer::State state) noexcept;
[[nodiscard]] std::string_view to_string(NonInviteServer::Event event) noexcept;

}  // namespace siptxn
