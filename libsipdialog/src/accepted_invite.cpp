// SPDX-License-Identifier: MIT
#include <sipdialog/accepted_invite.hpp>

#include <algorithm>

namespace sipdialog {

AcceptedInvite::AcceptedInvite(const siptxn::Timers& timers, siptxn::TimePoint now)
    : interval_(timers.t1), longest_(timers.t2), resend_at_(now + timers.t1), give_up_at_(now + timers.timeout()) {}

void AcceptedInvite::acknowledged() noexcept {
    if (state_ == State::awaiting_ack) state_ = State::done;
}

AcceptedInvite::Action AcceptedInvite::expire(siptxn::TimePoint now) noexcept {
    if (state_ != State::awaiting_ack) return Action::nothing;
    if (now >= give_up_at_) {
        state_ = State::given_up;
        return Action::give_up;
    }
    if (now < resend_at_) return Action::nothing;
    interval_ = std::min(2 * interval_, longest_);
    resend_at_ = now + interval_;
    return Action::resend;
}

std::optional<siptxn::TimePoint> AcceptedInvite::next_expiry() const noexcept {
    if (state_ != State::awaiting_ack) return std::nullopt;
    return std::min(resend_at_, give_up_at_);
}

}  // namespace sipdialog
