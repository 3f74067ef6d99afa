// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>

#include <cstdint>
#include <optional>

namespace sipdialog {

/// The clock of a response to an INVITE that we repeat until the caller acknowledges it, over every transport: a 2xx
/// until its ACK (RFC 3261 §13.3.1.4), a reliable provisional one until its PRACK (RFC 3262 §3). Begins when the first
/// copy is sent, by whoever owns this value.
///
///   awaiting --acknowledged--> done
///      |--------64*T1--------> given_up
class RepeatedResponse {
public:
    enum class State : std::uint8_t { awaiting, done, given_up };
    enum class Action : std::uint8_t { nothing, resend, give_up };
    enum class Kind : std::uint8_t {
        success,      ///< at T1, doubling to T2
        provisional,  ///< at T1, doubling without end
    };

    RepeatedResponse(Kind kind, const siptxn::Timers& timers, siptxn::TimePoint now);

    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] bool is_open() const noexcept { return state_ == State::awaiting; }
    void acknowledged() noexcept;
    /// What is due: send it once more, or give up, which comes once: then a 2xx is followed by BYE, a provisional
    /// response by 5xx.
    [[nodiscard]] Action expire(siptxn::TimePoint now) noexcept;
    [[nodiscard]] std::optional<siptxn::TimePoint> next_expiry() const noexcept;

private:
    State state_ = State::awaiting;
    siptxn::Duration interval_;
    siptxn::Duration longest_;
    siptxn::TimePoint resend_at_;
    siptxn::TimePoint give_up_at_;
};

}  // namespace sipdialog
