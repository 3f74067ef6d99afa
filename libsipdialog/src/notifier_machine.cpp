// SPDX-License-Identifier: MIT
#include "notifier_machine.hpp"

#include "transition.hpp"

#include <array>

namespace sipdialog {
namespace {

using State = NotifierMachine::State;
using Event = NotifierMachine::Event;
using enum NotifierState;
using enum NotifierMachine::Event;
using enum NotifierMachine::Effect;

constexpr auto transitions = std::to_array<Transition<State, Event>>({
  // in       on         to          and do
    {resp_wait, refuse,    terminated, end         },
    {resp_wait, expired,   terminated, end         }, // RFC 4320 §4.2: nobody waits for an answer any more
    {resp_wait, hold,      pending,    notify      }, // RFC 6665 §4.2.1.2: at once, whatever is known
    {resp_wait, grant,     active,     notify      },
    {resp_wait, close,     terminated, notify | end}, // polled (RFC 6665 §4.4.3)
    {pending,   hold,      pending,    notify      },
    {pending,   grant,     active,     notify      },
    {pending,   refreshed, pending,    notify      },
    {pending,   close,     terminated, notify | end},
    {pending,   expired,   terminated, notify | end},
    {pending,   failed,    terminated, end         },
    {active,    grant,     active,     notify      },
    {active,    refreshed, active,     notify      },
    {active,    close,     terminated, notify | end},
    {active,    expired,   terminated, notify | end}, // RFC 6665 §4.2.1.4
    {active,    failed,    terminated, end         },
});

}  // namespace

unsigned NotifierMachine::on(Event event) noexcept {
    const auto* row = find_row<transitions>(state_, event);
    if (!row) return none;
    state_ = row->to;
    return row->effects;
}

std::string_view to_string(NotifierState state) noexcept {
    constexpr std::array<std::string_view, 4> names{"resp_wait", "pending", "active", "terminated"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(NotifierMachine::Event event) noexcept {
    constexpr std::array<std::string_view, 7> names{"refuse", "hold",    "grant", "refreshed",
                                                    "close",  "expired", "failed"};
    return names[static_cast<std::size_t>(event)];
}

}  // namespace sipdialog
