// SPDX-License-Identifier: MIT
#include "prack_machine.hpp"

#include "transition.hpp"

#include <array>

namespace sipdialog {
namespace {

using State = PrackMachine::State;
using Event = PrackMachine::Event;
using enum PrackMachine::State;
using enum PrackMachine::Event;
using enum PrackMachine::Effect;

// RFC 3262 §4, §5; RFC 6337 §2.2.
constexpr auto transitions = std::to_array<Transition<State, Event>>({
  // in        on              to         and do
    {idle,      response,        idle,      prack         },
    {idle,      response_offer,  answering, ask           },
    {idle,      response_answer, applying,  none          },
    {answering, described,       idle,      prack | settle},
    {answering, undescribed,     idle,      prack | settle},
    {answering, ended,           idle,      none          },
    {applying,  described,       offering,  offer         },
    {applying,  undescribed,     idle,      prack         },
    {applying,  ended,           idle,      none          },
    {offering,  described,       idle,      none          }, // sent as any later offer is
    {offering,  undescribed,     idle,      prack         },
    {offering,  ended,           idle,      none          },
});

}  // namespace

bool PrackMachine::takes(std::uint32_t rseq) const noexcept {
    return state_ == State::idle && rseq != 0 && (!last_ || rseq - 1 == *last_);
}

unsigned PrackMachine::on(Event event) noexcept {
    const auto* row = find_row<transitions>(state_, event);
    if (!row) return none;
    state_ = row->to;
    return row->effects;
}

std::string_view to_string(PrackMachine::State state) noexcept {
    constexpr std::array<std::string_view, 4> names{"idle", "answering", "applying", "offering"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(PrackMachine::Event event) noexcept {
    constexpr std::array<std::string_view, 6> names{"response",  "response_offer", "response_answer",
                                                    "described", "undescribed",    "ended"};
    return names[static_cast<std::size_t>(event)];
}

}  // namespace sipdialog
