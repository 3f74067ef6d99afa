// SPDX-License-Identifier: MIT
#include "reinvite_machine.hpp"

#include "transition.hpp"

#include <array>

namespace sipdialog {
namespace {

using State = ReinviteMachine::State;
using Event = ReinviteMachine::Event;
using enum ReinviteMachine::State;
using enum ReinviteMachine::Event;
using enum ReinviteMachine::Effect;

constexpr auto transitions = std::to_array<Transition<State, Event>>({
  // in      on           to        and do
    {idle,     start,       offering, ask                 },
    {idle,     start_bare,  sent,     send                },
    {idle,     postpone,    waiting,  none                },
    {waiting,  start,       offering, ask                 },
    {waiting,  start_bare,  sent,     send                },
    {waiting,  ended,       idle,     report              },
    {offering, described,   sent,     send                },
    {offering, undescribed, idle,     report              },
    {offering, ended,       idle,     report              },
    {sent,     success,     settling, none                },
    {sent,     refused,     idle,     roll_back | report  },
    {sent,     pending,     waiting,  roll_back | back_off},
    {sent,     ended,       idle,     cancel | report     },
    {settling, described,   idle,     report              },
    {settling, undescribed, idle,     report | hang_up    },
    {settling, ended,       idle,     report              },
});

}  // namespace

unsigned ReinviteMachine::on(Event event) noexcept {
    const auto* row = find_row<transitions>(state_, event);
    if (!row) return none;
    state_ = row->to;
    return row->effects;
}

std::string_view to_string(ReinviteMachine::State state) noexcept {
    constexpr std::array<std::string_view, 5> names{"idle", "waiting", "offering", "sent", "settling"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(ReinviteMachine::Event event) noexcept {
    constexpr std::array<std::string_view, 9> names{"start",   "start_bare", "postpone", "described", "undescribed",
                                                    "success", "refused",    "pending",  "ended"};
    return names[static_cast<std::size_t>(event)];
}

}  // namespace sipdialog
