// SPDX-License-Identifier: MIT
#include "subscriber_machine.hpp"

#include "transition.hpp"

#include <array>

namespace sipdialog {
namespace {

using State = SubscriberMachine::State;
using Event = SubscriberMachine::Event;
using enum SubscriberState;
using enum SubscriberMachine::Event;
using enum SubscriberMachine::Effect;

constexpr auto transitions = std::to_array<Transition<State, Event>>({
  // in         on                 to          and do
    {notify_wait, notify_active,     active,     none     },
    {notify_wait, notify_pending,    pending,    none     },
    {notify_wait, notify_terminated, terminated, end      },
    {notify_wait, refused,           terminated, end      },
    {notify_wait, timer_n,           terminated, end      },
    {notify_wait, unsubscribe,       forsaken,   none     }, // nobody to send it to yet
    {forsaken,    notify_active,     leaving,    farewell },
    {forsaken,    notify_pending,    leaving,    farewell },
    {forsaken,    notify_terminated, terminated, end      },
    {forsaken,    refused,           terminated, end      },
    {forsaken,    timer_n,           terminated, end      },
    {pending,     notify_active,     active,     none     },
    {pending,     notify_terminated, terminated, end      },
    {pending,     refresh,           pending,    subscribe},
    {pending,     unsubscribe,       leaving,    farewell },
    {pending,     gone,              terminated, end      },
    {pending,     timer_n,           terminated, end      },
    {pending,     expired,           terminated, end      },
    {active,      notify_terminated, terminated, end      },
    {active,      refresh,           active,     subscribe},
    {active,      unsubscribe,       leaving,    farewell }, // RFC 6665 §4.1.2.3
    {active,      gone,              terminated, end      }, // RFC 6665 §4.1.2.2
    {active,      timer_n,           terminated, end      },
    {active,      expired,           terminated, end      },
    {leaving,     notify_terminated, terminated, end      },
    {leaving,     gone,              terminated, end      },
    {leaving,     timer_n,           terminated, end      },
    {leaving,     expired,           terminated, end      },
});

}  // namespace

unsigned SubscriberMachine::on(Event event) noexcept {
    const auto* row = find_row<transitions>(state_, event);
    if (!row) return none;
    state_ = row->to;
    return row->effects;
}

std::string_view to_string(SubscriberState state) noexcept {
    constexpr std::array<std::string_view, 6> names{"notify_wait", "forsaken", "pending",
                                                    "active",      "leaving",  "terminated"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(SubscriberMachine::Event event) noexcept {
    constexpr std::array<std::string_view, 9> names{"notify_active", "notify_pending", "notify_terminated",
                                                    "refused",       "gone",           "timer_n",
                                                    "expired",       "refresh",        "unsubscribe"};
    return names[static_cast<std::size_t>(event)];
}

}  // namespace sipdialog
