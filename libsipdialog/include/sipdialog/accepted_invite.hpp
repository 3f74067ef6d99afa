// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>

#include <cstdint>
#include <optional>

namespace sipdialog {

/// The clock of a 2xx we gave to an INVITE: repeated at T1, doubling to T2, over every transport, until its ACK comes
/// or 64*T1 have passed. RFC 3261 §13.3.1.4. Begins when the first copy is sent, by whoever owns this value.
///
///   awaiting_ack --acknowledged--> done
///        |--------64*T1----------> given_up
class AcceptedInvite {
public:
    enum class State : std::uint8_t { awaiting_ack, done, given_up };
    enum class Action : std::uint8_t { nothing, resend, give_up };

    AcceptedInvite(const siptxn::Timers& timers, siptxn::TimePoint now);

    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] bool is_open() const noexcept { return state_ == State::awaiting_ack; }
    void acknowledged() noexcept;
    /// What is due: send the 2xx once more, or give up (then the session ends with BYE), which comes once.
    [[nodiscard]] Action expire(siptxn::TimePoint now) noexcept;
    [[nodiscard]] std::optional<siptxn::TimePoint> next_expiry() const noexcept;

private:
    State state_ = State::awaiting_ack;
    siptxn::Duration interval_;
    siptxn::Duration longest_;
    siptxn::TimePoint resend_at_;
    siptxn::TimePoint give_up_at_;
};

}  // namespace sipdialog
