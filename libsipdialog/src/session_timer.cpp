// SPDX-License-Identifier: MIT
#include <sipdialog/session_timer.hpp>

#include "transition.hpp"

#include <algorithm>
#include <array>

namespace sipdialog {
namespace {

using State = SessionTimer::State;
using Event = SessionTimer::Event;
using enum SessionTimer::State;
using enum SessionTimer::Event;
using Effect = SessionTimer::Effect;

// RFC 4028 §10.
constexpr auto transitions = std::to_array<Transition<State, Event>>({
  // in         on       to          and do
    {off,        ours,    refreshing, Effect::start   },
    {off,        theirs,  watching,   Effect::start   },
    {refreshing, ours,    refreshing, Effect::start   },
    {refreshing, theirs,  watching,   Effect::start   },
    {refreshing, none,    off,        Effect::nothing },
    {refreshing, due,     awaiting,   Effect::refresh },
    {refreshing, expired, off,        Effect::hang_up },
    {awaiting,   ours,    refreshing, Effect::start   },
    {awaiting,   theirs,  watching,   Effect::start   },
    {awaiting,   none,    off,        Effect::nothing },
    {awaiting,   refused, refreshing, Effect::postpone},
    {awaiting,   expired, off,        Effect::hang_up },
    {watching,   ours,    refreshing, Effect::start   },
    {watching,   theirs,  watching,   Effect::start   },
    {watching,   none,    off,        Effect::nothing },
    {watching,   expired, off,        Effect::hang_up },
});

// Below that what is left is not halved any further.
constexpr auto shortest_wait = std::chrono::seconds(2);

// Whatever a peer says: refreshes that follow each other at once are a flood (RFC 4028 §5).
constexpr auto shortest_interval = seconds(90);

}  // namespace

unsigned SessionTimer::on(Event event) noexcept {
    const auto* row = find_row<transitions>(state_, event);
    if (!row) return nothing;
    state_ = row->to;
    return row->effects;
}

void SessionTimer::agree(const SessionTimerTerms& terms, bool we_asked, siptxn::TimePoint now) {
    if (terms.interval == seconds(0)) return stop();
    bool we = (terms.refresher == sipmsg::Refresher::uac) == we_asked;
    interval_ = std::max(terms.interval, shortest_interval);
    if (!(on(we ? ours : theirs) & start)) return;
    due_at_ = we ? std::optional(now + siptxn::Duration(interval_) / 2) : std::nullopt;
    expires_at_ =
        now + interval_ - std::min<siptxn::Duration>(std::chrono::seconds(32), siptxn::Duration(interval_) / 3);
}

void SessionTimer::refused(siptxn::TimePoint now) {
    if (!(on(Event::refused) & postpone)) return;
    auto left = (expires_at_ - now) / 2;
    due_at_ = left < shortest_wait ? std::nullopt : std::optional(now + left);
}

void SessionTimer::stop() noexcept { on(none); }

std::optional<SessionTimer::Parts> SessionTimer::parts(siptxn::TimePoint now) const noexcept {
    if (state_ == off) return std::nullopt;
    return Parts{is_ours(), interval_, due_at_.value_or(now) - now, expires_at_ - now};
}

void SessionTimer::set(const Parts& parts, siptxn::TimePoint now) noexcept {
    state_ = parts.ours ? refreshing : watching;
    interval_ = parts.interval;
    due_at_ = parts.ours ? std::optional(now + parts.refresh_in) : std::nullopt;
    expires_at_ = now + parts.expires_in;
}

unsigned SessionTimer::expire(siptxn::TimePoint now) {
    if (state_ == off) return nothing;
    if (now >= expires_at_) return on(expired);
    if (!due_at_ || now < *due_at_) return nothing;
    due_at_.reset();
    return on(due);
}

std::optional<siptxn::TimePoint> SessionTimer::next_expiry() const noexcept {
    if (state_ == off) return std::nullopt;
    return state_ == refreshing && due_at_ ? std::min(*due_at_, expires_at_) : expires_at_;
}

std::string_view to_string(SessionTimer::State state) noexcept {
    constexpr std::array<std::string_view, 4> names{"off", "refreshing", "awaiting", "watching"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(SessionTimer::Event event) noexcept {
    constexpr std::array<std::string_view, 6> names{"ours", "theirs", "none", "due", "refused", "expired"};
    return names[static_cast<std::size_t>(event)];
}

}  // namespace sipdialog
