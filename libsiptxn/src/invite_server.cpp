// SPDX-License-Identifier: MIT
#include <siptxn/invite_server.hpp>

#include <algorithm>
#include <array>

namespace siptxn {
namespace {

using enum InviteServer::State;
using enum InviteServer::Event;
using enum Effects;

/// RFC 3261 §17.2.1: the transaction answers 100 itself when its user would take longer.
constexpr Duration trying_delay = 200ms;

// RFC 3261 §17.2.1, figure 7, corrected by RFC 6026 §7.1.
constexpr auto transitions = std::to_array<InviteServer::Row>({
    {proceeding, invite,          proceeding, resend        },
    {proceeding, timer_trying,    proceeding, send_trying   },
    {proceeding, timer_refresh,   proceeding, resend        },
    {proceeding, transport_error, proceeding, report_error  },
    {proceeding, provisional,     proceeding, send          },
    {proceeding, success,         accepted,   send          },
    {proceeding, failure,         completed,  send          },
    {accepted,   invite,          accepted,   none          },
    {accepted,   ack,             accepted,   deliver       },
    {accepted,   success,         accepted,   send          },
    {accepted,   transport_error, accepted,   report_error  },
    {accepted,   timer_l,         terminated, none          },
    {completed,  invite,          completed,  resend        },
    {completed,  timer_g,         completed,  resend        },
    {completed,  transport_error, completed,  report_error  },
    {completed,  timer_h,         terminated, report_timeout},
    {completed,  ack,             confirmed,  none          },
    {confirmed,  ack,             confirmed,  none          },
    {confirmed,  timer_i,         terminated, none          },
});

}  // namespace

InviteServer::InviteServer(const Timers& timers, bool reliable, TimePoint now, Duration refresh)
    : timers_(&timers), reliable_(reliable), interval_(timers.t1), refresh_(refresh) {
    enter(proceeding, now);
}

InviteServer::Event InviteServer::event_of(int status) noexcept {
    return status < 200 ? provisional : status < 300 ? success : failure;
}

Effects InviteServer::on(Event event, TimePoint now) {
    const Row* row = find(table(), state_, event);
    if (!row) return none;
    if (row->to != state_) enter(row->to, now);
    if (event == provisional || event == timer_refresh) answered(now);
    if (event == timer_g) {
        interval_ = std::min(2 * interval_, timers_->t2);
        running_.set(timer_g, now + interval_);
    }
    return row->effects;
}

/// A 1xx has just gone out.
void InviteServer::answered(TimePoint now) {
    running_.stop(timer_trying);
    if (refresh_ > Duration{0}) running_.set(timer_refresh, now + refresh_);
}

void InviteServer::enter(State state, TimePoint now) {
    state_ = state;
    running_.clear();
    if (state == proceeding) running_.set(timer_trying, now + trying_delay);
    if (state == accepted) running_.set(timer_l, now + timers_->timeout());
    if (state == completed) running_.set(timer_h, now + timers_->timeout());
    if (state == completed && !reliable_) running_.set(timer_g, now + interval_);
    if (state == confirmed) running_.set(timer_i, now + (reliable_ ? Duration{0} : timers_->t4));
}

Effects InviteServer::expire(TimePoint now) {
    auto timer = running_.take_due(now);
    return timer ? on(*timer, now) : none;
}

bool InviteServer::accepts(Event event) const noexcept { return find(table(), state_, event) != nullptr; }

std::span<const InviteServer::Row> InviteServer::table() noexcept { return transitions; }

std::string_view to_string(InviteServer::State state) noexcept {
    static constexpr std::string_view names[] = {"proceeding", "accepted", "completed", "confirmed", "terminated"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(InviteServer::Event event) noexcept {
    static constexpr std::string_view names[] = {"invite",          "ack",          "provisional", "success", "failure",
                                                 "transport_error", "timer_g",      "timer_h",     "timer_i", "timer_l",
                                                 "timer_trying",    "timer_refresh"};
    return names[static_cast<std::size_t>(event)];
}

}  // namespace siptxn
