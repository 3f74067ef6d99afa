// SPDX-License-Identifier: MIT
#include "session_machine.hpp"

#include "transition.hpp"

#include <array>

namespace sipdialog {
namespace {

using State = SessionMachine::State;
using Event = SessionMachine::Event;
using enum SessionMachine::State;
using enum SessionMachine::Event;
using enum SessionMachine::Effect;

constexpr auto transitions = std::to_array<Transition<State, Event>>({
  // in       on            to          and do
    {offering,  described,    calling,   send_invite                   },
    {offering,  undescribed,  ended,     end                           },
    {offering,  give_up,      ended,     settle | end                  },
    {calling,   success,      answering, none                          },
    {calling,   failure,      ended,     settle | end                  },
    {calling,   give_up,      canceling, settle | send_cancel          }, // RFC 3261 §9.1
    {canceling, success,      closing,   acknowledge | hang_up         }, // the 2xx crossed the CANCEL
    {canceling, failure,      ended,     end                           },
    {canceling, timeout,      ended,     end                           },
    {answering, described,    confirmed, acknowledge | establish       },
    {answering, undescribed,  closing,   settle | acknowledge | hang_up}, // RFC 3261 §13.2.2.4
    {answering, give_up,      closing,   settle | acknowledge | hang_up},
    {answering, peer_bye,     ended,     settle | acknowledge | end    },
    {ringing,   accept,       accepting, none                          },
    {ringing,   give_up,      ended,     settle | send_refusal | end   },
    {ringing,   withdrawn,    ended,     settle | send_refusal | end   }, // 487 (RFC 3261 §9.2)
    {accepting, described,    confirmed, send_success | establish      },
    {accepting, undescribed,  ended,     settle | send_refusal | end   },
    {accepting, give_up,      ended,     settle | send_refusal | end   },
    {accepting, withdrawn,    ended,     settle | send_refusal | end   },
    {confirmed, give_up,      deferring, settle                        },
    {confirmed, undescribed,  closing,   settle | hang_up              },
    {confirmed, no_ack,       closing,   settle | hang_up              }, // RFC 3261 §13.3.1.4
    {confirmed, gone,         ended,     settle | hang_up | end        },
    {confirmed, peer_bye,     ended,     settle | end                  },
    {deferring, acknowledged, closing,   hang_up                       }, // RFC 3261 §15
    {deferring, no_ack,       closing,   hang_up                       },
    {deferring, peer_bye,     ended,     end                           },
    {closing,   bye_done,     ended,     end                           },
});

}  // namespace

bool SessionMachine::takes(Event event) const noexcept { return find_row<transitions>(state_, event) != nullptr; }

unsigned SessionMachine::on(Event event) noexcept {
    const auto* row = find_row<transitions>(state_, event);
    if (!row) return none;
    state_ = row->to;
    return row->effects;
}

std::string_view to_string(SessionMachine::State state) noexcept {
    constexpr std::array<std::string_view, 10> names{"offering",  "calling",   "canceling", "answering", "ringing",
                                                     "accepting", "confirmed", "deferring", "closing",   "ended"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(SessionMachine::Event event) noexcept {
    constexpr std::array<std::string_view, 13> names{
        "described", "undescribed", "success",      "failure", "timeout",  "accept", "give_up",
        "withdrawn", "peer_bye",    "acknowledged", "no_ack",  "bye_done", "gone"};
    return names[static_cast<std::size_t>(event)];
}

}  // namespace sipdialog
