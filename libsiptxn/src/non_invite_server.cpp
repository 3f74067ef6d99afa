// SPDX-License-Identifier: MIT
#include <siptxn/non_invite_server.hpp>

#include <array>

namespace siptxn {
namespace {

using enum NonInviteServer::State;
using enum NonInviteServer::Event;
using enum Effects;

/// How long a client's timer E takes to be set to T2: from then on it repeats so seldom that it shall know that we are
/// here. 3.5 s. RFC 4320 §4.1.
Duration trying_delay(const Timers& timers) {
    Duration delay{0};
    auto interval = timers.t1;
    do {
        delay += interval;
        interval = std::min(2 * interval, timers.t2);
    } while (interval < timers.t2);
    return delay;
}

// RFC 3261 §17.2.2, figure 8, and the 100 of RFC 4320 §4.1. A request that comes again in Trying is absorbed.
constexpr auto transitions = std::to_array<NonInviteServer::Row>({
    {trying,     request,         trying,     none        },
    {trying,     timer_trying,    proceeding, send_trying },
    {trying,     provisional,     proceeding, send        },
    {trying,     final_,          completed,  send        },
    {proceeding, request,         proceeding, resend      },
    {proceeding, provisional,     proceeding, send        },
    {proceeding, final_,          completed,  send        },
    {proceeding, transport_error, terminated, report_error},
    {completed,  request,         completed,  resend      },
    {completed,  transport_error, terminated, report_error},
    {completed,  timer_j,         terminated, none        },
});

}  // namespace

NonInviteServer::NonInviteServer(const Timers& timers, bool reliable, TimePoint now)
    : timers_(&timers), reliable_(reliable) {
    enter(trying, now);
}

NonInviteServer::Event NonInviteServer::event_of(int status) noexcept { return status < 200 ? provisional : final_; }

Effects NonInviteServer::on(Event event, TimePoint now) {
    const Row* row = find(table(), state_, event);
    if (!row) return none;
    if (row->to != state_) enter(row->to, now);
    return row->effects;
}

void NonInviteServer::enter(State state, TimePoint now) {
    state_ = state;
    running_.clear();
    if (state == trying) running_.set(timer_trying, now + trying_delay(*timers_));
    if (state == completed) running_.set(timer_j, now + (reliable_ ? Duration{0} : timers_->timeout()));
}

Effects NonInviteServer::expire(TimePoint now) {
    auto timer = running_.take_due(now);
    return timer ? on(*timer, now) : none;
}

bool NonInviteServer::may_answer(int status) const noexcept {
    return status >= 200 || (status == 100 && (reliable_ || state_ != trying));
}

bool NonInviteServer::accepts(Event event) const noexcept { return find(table(), state_, event) != nullptr; }

std::span<const NonInviteServer::Row> NonInviteServer::table() noexcept { return transitions; }

std::string_view to_string(NonInviteServer::State state) noexcept {
    static constexpr std::string_view names[] = {"trying", "proceeding", "completed", "terminated"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(NonInviteServer::Event event) noexcept {
    static constexpr std::string_view names[] = {"request",         "provisional", "final",
                                                 "transport_error", "timer_j",     "timer_trying"};
    return names[static_cast<std::size_t>(event)];
}

}  // namespace siptxn
