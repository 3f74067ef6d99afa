// SPDX-License-Identifier: MIT
#include <sipdialog/offer_answer.hpp>

#include "transition.hpp"

#include <array>

namespace sipdialog {
namespace {

using State = OfferAnswer::State;
using Event = OfferAnswer::Event;
using enum OfferAnswer::State;
using enum OfferAnswer::Event;
using enum OfferAnswer::Effect;

// RFC 3261 §13.2.1, §14; RFC 3264 §4.
constexpr auto transitions = std::to_array<Transition<State, Event>>({
  // in             on             to               and do
    {stable,          offer_wanted,  making_offer,    ask             },
    {stable,          own_offer,     offered,         none            },
    {stable,          remote_offer,  making_answer,   ask             },
    {stable,          own_answer,    stable,          agree           },
    {making_offer,    described,     offered,         none            },
    {making_offer,    failed,        stable,          none            },
    {making_offer,    withdrawn,     stable,          drop | roll_back},
    {making_offer,    remote_offer,  making_offer,    refuse_pending  },
    {offered,         remote_answer, applying_answer, ask             },
    {offered,         refused,       stable,          roll_back       },
    {offered,         withdrawn,     stable,          roll_back       },
    {offered,         remote_offer,  offered,         refuse_pending  },
    {making_answer,   described,     stable,          agree           },
    {making_answer,   failed,        stable,          roll_back       },
    {making_answer,   withdrawn,     stable,          drop | roll_back},
    {making_answer,   remote_offer,  making_answer,   refuse_busy     },
    {applying_answer, described,     stable,          agree           },
    {applying_answer, failed,        stable,          none            },
    {applying_answer, withdrawn,     stable,          drop            },
    {applying_answer, remote_offer,  applying_answer, refuse_busy     },
});

}  // namespace

unsigned OfferAnswer::on(Event event) noexcept {
    const auto* row = find_row<transitions>(state_, event);
    if (!row) return none;
    state_ = row->to;
    if (row->effects & agree) agreed_ = true;
    return row->effects;
}

std::string_view to_string(OfferAnswer::State state) noexcept {
    constexpr std::array<std::string_view, 5> names{"stable", "making_offer", "offered", "making_answer",
                                                    "applying_answer"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(OfferAnswer::Event event) noexcept {
    constexpr std::array<std::string_view, 9> names{"offer_wanted", "remote_offer", "remote_answer",
                                                    "own_offer",    "own_answer",   "described",
                                                    "failed",       "refused",      "withdrawn"};
    return names[static_cast<std::size_t>(event)];
}

}  // namespace sipdialog
