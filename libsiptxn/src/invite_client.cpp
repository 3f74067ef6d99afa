// SPDX-License-Identifier: MIT
#include <siptxn/invite_client.hpp>

#include <array>

namespace siptxn {
namespace {

using enum InviteClient::State;
using enum InviteClient::Event;
using enum Effects;

// RFC 3261 §17.1.1.2, figure 5, corrected by RFC 6026 §7.2. Of the figure departs one row: a connection that dies in
// Proceeding ends the transaction, because the response would have come over it (RFC 3261 §18.4).
constexpr auto transitions = std::to_array<InviteClient::Row>({
    {calling,    timer_a,         calling,    resend            },
    {calling,    timer_b,         terminated, report_timeout    },
    {calling,    transport_error, terminated, report_error      },
    {calling,    provisional,     proceeding, deliver           },
    {calling,    success,         accepted,   deliver           },
    {calling,    failure,         completed,  deliver | send_ack},
    {proceeding, provisional,     proceeding, deliver           },
    {proceeding, transport_error, terminated, report_error      },
    {proceeding, success,         accepted,   deliver           },
    {proceeding, failure,         completed,  deliver | send_ack},
    {accepted,   success,         accepted,   deliver           },
    {accepted,   timer_m,         terminated, none              },
    {completed,  failure,         completed,  send_ack          },
    {completed,  transport_error, terminated, report_error      },
    {completed,  timer_d,         terminated, none              },
});

}  // namespace

InviteClient::InviteClient(const Timers& timers, bool reliable, TimePoint now)
    : timers_(&timers), reliable_(reliable), interval_(timers.t1) {
    enter(calling, now);
}

InviteClient::Event InviteClient::event_of(int status) noexcept {
    return status < 200 ? provisional : status < 300 ? success : failure;
}

Effects InviteClient::on(Event event, TimePoint now) {
    const Row* row = find(table(), state_, event);
    if (!row) return none;
    if (row->to != state_) enter(row->to, now);
    if (event == timer_a) running_.set(timer_a, now + (interval_ *= 2));  // No cap at T2: RFC 3261 §17.1.1.2.
    return row->effects;
}

void InviteClient::enter(State state, TimePoint now) {
    state_ = state;
    running_.clear();
    if (state == calling) running_.set(timer_b, now + timers_->timeout());
    if (state == calling && !reliable_) running_.set(timer_a, now + interval_);
    if (state == accepted) running_.set(timer_m, now + timers_->timeout());
    if (state == completed) running_.set(timer_d, now + (reliable_ ? Duration{0} : timers_->timer_d));
}

Effects InviteClient::expire(TimePoint now) {
    auto timer = running_.take_due(now);
    return timer ? on(*timer, now) : none;
}

bool InviteClient::accepts(Event event) const noexcept { return find(table(), state_, event) != nullptr; }

std::span<const InviteClient::Row> InviteClient::table() noexcept { return transitions; }

std::string_view to_string(InviteClient::State state) noexcept {
    static constexpr std::string_view names[] = {"calling", "proceeding", "accepted", "completed", "terminated"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(InviteClient::Event event) noexcept {
    static constexpr std::string_view names[] = {"provisional", "success", "failure", "transport_error",
                                                 "timer_a",     "timer_b", "timer_d", "timer_m"};
    return names[static_cast<std::size_t>(event)];
}

}  // namespace siptxn
