// SPDX-License-Identifier: MIT
#include <sipdialog/refer_notifier.hpp>

#include "notifier_machine.hpp"
#include "subscriptions.hpp"

#include <sipmsg/status.hpp>

namespace sipdialog {

using Event = NotifierMachine::Event;

Body status_fragment(int status, std::string_view phrase) {
    if (phrase.empty()) phrase = sipmsg::reason_phrase(status);
    return {"message/sipfrag;version=2.0", "SIP/2.0 " + std::to_string(status) + " " + std::string(phrase) + "\r\n"};
}

namespace {

unsigned step(NotifierState& state, Event event) {
    NotifierMachine machine(state);
    auto effects = machine.on(event);
    state = machine.state();
    return effects;
}

}  // namespace

ReferNotifier::ReferNotifier(std::uint32_t cseq, std::uint32_t expires, siptxn::TimePoint now)
    : cseq_(cseq), expires_at_(now + std::chrono::seconds(expires)), last_(status_fragment(100)) {
    take(step(state_, Event::grant));
}

bool ReferNotifier::is_over() const noexcept {
    return state_ == NotifierState::terminated && waiting_.empty() && !open_;
}

void ReferNotifier::take(unsigned effects) {
    constexpr std::size_t most = 32;
    if (!(effects & NotifierMachine::notify)) return;
    waiting_.push_back({state_, last_});
    if (waiting_.size() > most) waiting_.pop_front();
}

void ReferNotifier::report(int status, std::string_view phrase) {
    if (state_ == NotifierState::terminated) return;
    last_ = status_fragment(status, phrase);
    take(step(state_, status < 200 ? Event::grant : Event::close));
}

void ReferNotifier::refresh(std::uint32_t expires, siptxn::TimePoint now) {
    expires_at_ = now + std::chrono::seconds(expires);
    if (expires == 0) reason_ = "timeout";
    take(step(state_, expires == 0 ? Event::close : Event::refreshed));
}

void ReferNotifier::expire(siptxn::TimePoint now) {
    if (state_ == NotifierState::terminated || expires_at_ > now) return;
    reason_ = "timeout";
    take(step(state_, Event::expired));
}

std::optional<siptxn::TimePoint> ReferNotifier::next_expiry() const noexcept {
    if (state_ == NotifierState::terminated) return std::nullopt;
    return expires_at_;
}

std::optional<ReferNotifier::Notify> ReferNotifier::poll(siptxn::TimePoint now) {
    if (open_ || waiting_.empty()) return std::nullopt;
    auto notice = std::move(waiting_.front());
    waiting_.pop_front();
    open_ = true;
    std::string value(to_string(notice.state));
    if (notice.state == NotifierState::terminated) {
        value += ";reason=" + reason_;
    } else {
        auto rest = std::chrono::ceil<std::chrono::seconds>(expires_at_ - now).count();
        value += ";expires=" + std::to_string(rest > 0 ? rest : 0);
    }
    HeaderList headers{
        {"Event",              "refer;id=" + std::to_string(cseq_)},
        {"Subscription-State", std::move(value)                   }
    };
    return Notify{std::move(headers), std::move(notice.body)};
}

void ReferNotifier::answered(int status) {
    open_ = false;
    if (status != 0 && !ends_usage(status)) return;
    waiting_.clear();
    step(state_, Event::failed);
}

}  // namespace sipdialog
