// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace sipdialog {

/// One INVITE session from its first INVITE to its last BYE. RFC 3261 §9, §13, §15.
///
///   outgoing:  offering --> calling --> answering --> confirmed
///                              |            |
///                              v            |
///                          canceling ------>+--> closing --> ended      (a final 3xx..6xx: ended at once)
///
///   incoming:  ringing --> accepting --> confirmed --> [deferring -->] closing --> ended
class SessionMachine {
public:
    enum class State : std::uint8_t {
        offering,   ///< outgoing: the media side makes our offer; nothing has been sent
        calling,    ///< outgoing: INVITE sent, no final answer
        canceling,  ///< outgoing: nobody wants it any more; its final answer is still awaited
        answering,  ///< outgoing: 2xx received; its description is applied, or our answer made
        ringing,    ///< incoming: the user decides
        accepting,  ///< incoming: accepted; the media side makes the description of the 2xx
        confirmed,  ///< the session stands (incoming: perhaps without its ACK yet)
        deferring,  ///< BYE wanted, but the 2xx of an incoming session has no ACK yet
        closing,    ///< BYE sent
        ended,      ///< the user knows
    };
    enum class Event : std::uint8_t {
        described,
        undescribed,  // the media side
        success,
        failure,    // final answer to our INVITE; failure: 408 and 503 of our own too
        timeout,    // 64*T1 after CANCEL (RFC 3261 §9.1)
        accept,     // the user
        give_up,    // the user, or a fault of this side: cancel, reject, bye, abort
        withdrawn,  // the peer: CANCEL, or BYE on the early dialog
        peer_bye,
        acknowledged,
        no_ack,
        bye_done,
        gone,  // 408 or 481 to a request inside the dialog (RFC 3261 §12.2.1.2)
    };
    enum Effect : unsigned {
        none = 0,
        send_invite = 1,
        send_cancel = 2,
        send_success = 4,  ///< the 2xx
        send_refusal = 8,  ///< a final 3xx..6xx
        acknowledge = 16,  ///< ACK the 2xx, unless that is done
        establish = 32,    ///< tell the user
        settle = 64,       ///< finish what is open inside the dialog: questions, re-INVITEs, requests
        hang_up = 128,     ///< send BYE
        end = 256,         ///< tell the user, last
    };

    explicit SessionMachine(bool outgoing) noexcept : state_(outgoing ? State::offering : State::ringing) {}
    SessionMachine(State state) noexcept : state_(state) {}

    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] bool takes(Event event) const noexcept;
    /// The effects to carry out; an event that is not in the figure changes nothing.
    unsigned on(Event event) noexcept;

private:
    State state_;
};

[[nodiscard]] std::string_view to_string(SessionMachine::State state) noexcept;
[[nodiscard]] std::string_view to_string(SessionMachine::Event event) noexcept;

}  // namespace sipdialog
