// SPDX-License-Identifier: MIT
#include <sipdialog/trickle.hpp>

#include "transition.hpp"

#include <array>

namespace sipdialog {
namespace {

using State = TrickleMachine::State;
using Event = TrickleMachine::Event;
using enum TrickleMachine::State;
using enum TrickleMachine::Event;
using enum TrickleMachine::Effect;

constexpr auto transitions = std::to_array<Transition<State, Event>>({
  // in      on       to       and do
    {quiet,   more,    kept,    none},
    {quiet,   opened,  idle,    none},
    {quiet,   closed,  over,    none},
    {kept,    opened,  sending, send},
    {kept,    closed,  over,    none},
    {idle,    more,    sending, send},
    {sending, more,    behind,  none},
    {sending, taken,   idle,    none},
    {sending, refused, over,    none},
    {behind,  taken,   sending, send},
    {behind,  refused, over,    none},
});

}  // namespace

unsigned TrickleMachine::on(Event event) noexcept {
    const auto* row = find_row<transitions>(state_, event);
    if (!row) return none;
    state_ = row->to;
    return row->effects;
}

std::string_view to_string(TrickleMachine::State state) noexcept {
    constexpr std::array<std::string_view, 6> names{"quiet", "kept", "idle", "sending", "behind", "over"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(TrickleMachine::Event event) noexcept {
    constexpr std::array<std::string_view, 5> names{"more", "opened", "closed", "taken", "refused"};
    return names[static_cast<std::size_t>(event)];
}

}  // namespace sipdialog
