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

/// INVITE client transaction: RFC 3261 §17.1.1, figure 5, with the Accepted state of RFC 6026 §7.2.
///
///     calling --1xx--> proceeding --2xx--> accepted --M--> terminated
///        |                 |300-699
///        +---300-699-------+------------> completed --D--> terminated
///
/// Made when the INVITE has been handed to a flow. Knows states and clocks only: the caller sends and delivers.
class InviteClient {
public:
    enum class State : std::uint8_t { calling, proceeding, accepted, completed, terminated };
    enum class Event : std::uint8_t {
        provisional,  ///< 1xx received
        success,      ///< 2xx received
        failure,      ///< 300-699 received
        transport_error,
        timer_a,  ///< repeat the INVITE, unreliable transports only
        timer_b,  ///< no response at all
        timer_d,  ///< repeated non-2xx finals have died out
        timer_m,  ///< repeated and forked 2xx have died out
    };
    using Row = Transition<State, Event>;

    /// `timers` must outlive this object.
    InviteClient(const Timers& timers, bool reliable, TimePoint now);

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

[[nodiscard]] std::string_view to_string(InviteClient::State state) noexcept;
[[nodiscard]] std::string_view to_string(InviteClient::Event event) noexcept;

}  // namespace siptxn
