// SPDX-License-Identifier: MIT
#include <sipdialog/repeated_response.hpp>

#include <algorithm>

namespace sipdialog {

RepeatedResponse::RepeatedResponse(Kind kind, const siptxn::Timers& timers, siptxn::TimePoint now)
    : interval_(timers.t1),
      longest_(kind == Kind::success ? timers.t2 : timers.timeout()),
      resend_at_(now + timers.t1),
      give_up_at_(now + timers.timeout()) {}

void RepeatedResponse::acknowledged() noexcept {
    if (state_ == State::awaiting) state_ = State::done;
}

RepeatedResponse::Action RepeatedResponse::expire(siptxn::TimePoint now) noexcept {
    if (state_ != State::awaiting) return Action::nothing;
    if (now >= give_up_at_) {
        state_ = State::given_up;
        return Action::give_up;
    }
    if (now < resend_at_) return Action::nothing;
    interval_ = std::min(2 * interval_, longest_);
    resend_at_ = now + interval_;
    return Action::resend;
}

std::optional<siptxn::TimePoint> RepeatedResponse::next_expiry() const noexcept {
    if (state_ != State::awaiting) return std::nullopt;
    return std::min(resend_at_, give_up_at_);
}

}  // namespace sipdialog
