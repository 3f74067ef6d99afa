// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace sipdialog {

/// Whose turn it is to describe the session, for the two exchanges RFC 3261 §13.2.1 knows: INVITE/2xx and 2xx/ACK.
///
///                     offer_wanted           described
///            +------> making_offer ----------------------> offered
///            |                                                |  remote_answer
///   stable --+                                                v
///      ^     +------> making_answer --+   described   applying_answer
///      |   remote_offer               |                       |
///      +------------------------------+-----------------------+
///
/// Descriptions take time: `making_...` and `applying_answer` wait for the media side. `withdrawn` (the INVITE was
/// cancelled, the dialog is gone) and `failed` lead back to stable from everywhere, and what the effects say undoes the
/// exchange.
class OfferAnswer {
public:
    enum class State : std::uint8_t { stable, making_offer, offered, making_answer, applying_answer };
    enum class Event : std::uint8_t {
        offer_wanted,   ///< we are to offer: in an INVITE, or in the 2xx to one without offer
        remote_offer,   ///< the peer's INVITE or 2xx carries an offer
        remote_answer,  ///< the peer's 2xx or ACK carries the answer to ours
        own_offer,      ///< an offer that is ready already goes out
        own_answer,  ///< an answer that is ready already goes out (RFC 3261 §13.3.1.4: "had not yet sent an answer")
        described,   ///< the media side is done
        failed,      ///< the media side could not
        refused,     ///< the INVITE that carried our offer got a final 3xx..6xx
        withdrawn,   ///< nobody wants the exchange any more
    };
    enum Effect : unsigned {
        none = 0,
        ask = 1,              ///< put the question to the media side
        agree = 2,            ///< both sides hold the same offer and answer
        roll_back = 4,        ///< media that has begun to change goes back (RFC 3261 §14.1, RFC 3264 §8)
        drop = 8,             ///< the open question is void: its late result is ignored
        refuse_pending = 16,  ///< 491: our own offer is open (RFC 3261 §14.2)
        refuse_busy = 32,     ///< 500 with Retry-After: the peer's last offer or answer is still being worked on
    };

    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] bool is_stable() const noexcept { return state_ == State::stable; }
    /// An offer and its answer have been agreed at least once.
    [[nodiscard]] bool is_agreed() const noexcept { return agreed_; }
    /// Takes an event; the effects to carry out. An event the state has no row for changes nothing.
    unsigned on(Event event) noexcept;

private:
    State state_ = State::stable;
    bool agreed_ = false;
};

[[nodiscard]] std::string_view to_string(OfferAnswer::State state) noexcept;
[[nodiscard]] std::string_view to_string(OfferAnswer::Event event) noexcept;

}  // namespace sipdialog
