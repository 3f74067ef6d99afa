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

/// Non-INVITE client transaction: RFC 3261 §17.1.2, figure 6.
///
///     trying --1xx--> proceeding --200-699--> completed --K--> terminated
///        |                                        |
///        +---------------200-699------------------+
///
/// Made when the request has been handed to a flow. Knows states and clocks only: the caller sends and delivers.
class NonInviteClient {
public:
    enum class State : std::uint8_t { trying, proceeding, completed, terminated };
    enum class Event : std::uint8_t {
        provisional,  ///< 1xx received
        final_,       ///< 200-699 received
        transport_error,
        timer_e,  ///< repeat the request, unreliable transports only
        timer_f,  ///< no final response
        timer_k,  ///< repeated responses have died out
    };
    using Row = Transition<State, Event>;

    /// `timers` must outlive this object.
    NonInviteClient(const Timers& timers, bool reliable, TimePoint now);

    [[nodiscard]] static Event event_of(int status) noexcept;
    Effects on(Event event, TimePoint now);
    /// Runs the earliest clock when it is due; `none` otherwise.
    Effects expire(TimePoint now);
    [[nodiscard]] std::optional<TimePoint> next_expiry() const noexcept { return running_.next_expiry(); }
    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] bool is_terminated() const noexcept { return state_ == State::terminated; }
    /// Whether the event means anything in this state.
    [[nodiscard]] bool accepts(Event event) const noexcept;

    [[nodiscard]] static std::span<const Row> table() noexcept;

private:
    void enter(State state, TimePoint now);

    const Timers* timers_;
    bool reliable_;
    State state_;
    Duration interval_;
    TimerTable<Event> running_;
};

[[nodiscard]] std::string_view to_string(NonInviteClient::State state) noexcept;
[[nodiscard]] std::string_view to_string(NonInviteClient::Event event) noexcept;

}  // namespace siptxn
