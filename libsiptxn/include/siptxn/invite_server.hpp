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

/// INVITE server transaction: RFC 3261 §17.2.1, figure 7, with the Accepted state of RFC 6026 §7.1.
///
///     proceeding --2xx------> accepted ------------------L--> terminated
///         |
///         +------300-699----> completed --ACK--> confirmed --I--> terminated
///                                 +------------H----------------> terminated
///
/// Made when the INVITE has come. Knows states and clocks only: the caller sends and delivers.
class InviteServer {
public:
    enum class State : std::uint8_t { proceeding, accepted, completed, confirmed, terminated };
    enum class Event : std::uint8_t {
        invite,       ///< the INVITE came again
        ack,          ///< an ACK with the INVITE's branch
        provisional,  ///< the transaction user answers 1xx
        success,      ///< the transaction user answers 2xx
        failure,      ///< the transaction user answers 300-699
        transport_error,
        timer_g,        ///< repeat the final, unreliable transports only
        timer_h,        ///< no ACK
        timer_i,        ///< repeated ACKs have died out
        timer_l,        ///< repeated INVITEs have died out after a 2xx
        timer_trying,   ///< 200 ms without a response
        timer_refresh,  ///< the last 1xx is old
    };
    using Row = Transition<State, Event>;

    /// `timers` must outlive this object. `refresh`, when not zero: how often the last 101-199 is repeated.
    InviteServer(const Timers& timers, bool reliable, TimePoint now, Duration refresh = Duration{0});

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
    void answered(TimePoint now);

    const Timers* timers_;
    bool reliable_;
    State state_;
    Duration interval_;
    Duration refresh_;
    TimerTable<Event, 2> running_;
};

[[nodiscard]] std::string_view to_string(InviteServer::State state) noexcept;
[[nodiscard]] std::string_view to_string(InviteServer::Event event) noexcept;

}  // namespace siptxn
