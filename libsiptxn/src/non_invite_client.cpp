// SPDX-License-Identifier: MIT
#include <siptxn/non_invite_client.hpp>

#include <algorithm>
#include <array>

namespace siptxn {
namespace {

using enum NonInviteClient::State;
using enum NonInviteClient::Event;
using enum Effects;

// RFC 3261 §17.1.2.2, figure 6.
constexpr auto transitions = std::to_array<NonInviteClient::Row>({
    {trying,     timer_e,         trying,     resend        },
    {trying,     timer_f,         terminated, report_timeout},
    {trying,     transport_error, terminated, report_error  },
    {trying,     provisional,     proceeding, deliver       },
    {trying,     final_,          completed,  deliver       },
    {proceeding, timer_e,         proceeding, resend        },
    {proceeding, timer_f,         terminated, report_timeout},
    {proceeding, transport_error, terminated, report_error  },
    {proceeding, provisional,     proceeding, deliver       },
    {proceeding, final_,          completed,  deliver       },
    {completed,  timer_k,         terminated, none          },
});

}  // namespace

NonInviteClient::NonInviteClient(const Timers& timers, bool reliable, TimePoint now)
    : timers_(&timers), reliable_(reliable), interval_(timers.t1) {
    enter(trying, now);
}

NonInviteClient::Event NonInviteClient::event_of(int status) noexcept { return status < 200 ? provisional : final_; }

Effects NonInviteClient::on(Event event, TimePoint now) {
    const Row* row = find(table(), state_, event);
    if (!row) return none;
    if (row->to != state_) enter(row->to, now);
    if (event == timer_e) {
        interval_ = state_ == trying ? std::min(2 * interval_, timers_->t2) : timers_->t2;
        running_.set(timer_e, now + interval_);
    }
    return row->effects;
}

// Proceeding takes over both clocks of Trying; timer E is slower from its next turn on.
void NonInviteClient::enter(State state, TimePoint now) {
    state_ = state;
    if (state == proceeding) {
        running_.keep({timer_e, timer_f});
        return;
    }
    running_.clear();
    if (state == trying) running_.set(timer_f, now + timers_->timeout());
    if (state == trying && !reliable_) running_.set(timer_e, now + interval_);
    if (state == completed) running_.set(timer_k, now + (reliable_ ? Duration{0} : timers_->t4));
}

Effects NonInviteClient::expire(TimePoint now) {
    auto timer = running_.take_due(now);
    return timer ? on(*timer, now) : none;
}

bool NonInviteClient::accepts(Event event) const noexcept { return find(table(), state_, event) != nullptr; }

std::span<const NonInviteClient::Row> NonInviteClient::table() noexcept { return transitions; }

std::string_view to_string(NonInviteClient::State state) noexcept {
    static constexpr std::string_view names[] = {"trying", "proceeding", "completed", "terminated"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(NonInviteClient::Event event) noexcept {
    static constexpr std::string_view names[] = {"provisional", "final",   "transport_error",
                                                 "timer_e",     "timer_f", "timer_k"};
    return names[static_cast<std::size_t>(event)];
}

}  // namespace siptxn
