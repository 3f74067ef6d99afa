// SPDX-License-Identifier: MIT
#include "progress_machine.hpp"

#include "transition.hpp"

#include <array>

namespace sipdialog {
namespace {

using State = ProgressMachine::State;
using Event = ProgressMachine::Event;
using Effect = ProgressMachine::Effect;
using enum ProgressMachine::State;

// RFC 3262 §3, §5.
constexpr auto transitions = std::to_array<Transition<State, Event>>({
  // in            on                       to              and do
    {idle,           Event::describe,         describing,     Effect::ask                                      },
    {idle,           Event::send,             awaiting_prack, Effect::send                                     },
    {idle,           Event::send_once,        idle,           Effect::send | Effect::report                    },
    {describing,     Event::described,        awaiting_prack, Effect::send                                     },
    {describing,     Event::described_once,   idle,           Effect::send | Effect::report                    },
    {describing,     Event::undescribed,      idle,           Effect::report                                   },
    {describing,     Event::ended,            idle,           Effect::report                                   },
    {awaiting_prack, Event::prack,            idle,           Effect::confirm | Effect::report                 },
    {awaiting_prack, Event::prack_answer,     applying,       Effect::confirm | Effect::ask                    },
    {awaiting_prack, Event::prack_offer,      answering,      Effect::ask                                      },
    {awaiting_prack, Event::prack_unanswered, idle,           Effect::confirm | Effect::report | Effect::refuse},
    {awaiting_prack, Event::no_prack,         idle,           Effect::report | Effect::refuse                  },
    {awaiting_prack, Event::ended,            idle,           Effect::report | Effect::remember                },
    {applying,       Event::described,        idle,           Effect::report                                   },
    {applying,       Event::undescribed,      idle,           Effect::report | Effect::refuse                  },
    {applying,       Event::ended,            idle,           Effect::report                                   },
    {answering,      Event::described,        idle,           Effect::confirm | Effect::report                 },
    {answering,      Event::undescribed,      idle,           Effect::decline | Effect::report                 },
    {answering,      Event::ended,            idle,           Effect::decline | Effect::report                 },
});

}  // namespace

unsigned ProgressMachine::on(Event event) noexcept {
    const auto* row = find_row<transitions>(state_, event);
    if (!row) return none;
    state_ = row->to;
    return row->effects;
}

std::string_view to_string(ProgressMachine::State state) noexcept {
    constexpr std::array<std::string_view, 5> names{"idle", "describing", "awaiting_prack", "applying", "answering"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(ProgressMachine::Event event) noexcept {
    constexpr std::array<std::string_view, 12> names{
        "describe", "send",         "send_once",   "described",        "described_once", "undescribed",
        "prack",    "prack_answer", "prack_offer", "prack_unanswered", "no_prack",       "ended"};
    return names[static_cast<std::size_t>(event)];
}

}  // namespace sipdialog
