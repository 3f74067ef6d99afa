// SPDX-License-Identifier: MIT
#include "timer_c.hpp"

namespace sipstrata {

void TimersC::start(siptxn::ClientId branch, siptxn::TimePoint when) {
    stop(branch);
    when_.emplace(branch, when);
    queue_.emplace(when, branch);
}

void TimersC::move(siptxn::ClientId branch, siptxn::TimePoint when) {
    if (when_.contains(branch)) start(branch, when);
}

void TimersC::stop(siptxn::ClientId branch) {
    auto running = when_.extract(branch);
    if (running) queue_.erase({running.mapped(), branch});
}

std::optional<siptxn::TimePoint> TimersC::next_expiry() const {
    return queue_.empty() ? std::nullopt : std::optional(queue_.begin()->first);
}

std::optional<siptxn::ClientId> TimersC::take_due(siptxn::TimePoint now) {
    if (queue_.empty() || queue_.begin()->first > now) return std::nullopt;
    const auto branch = queue_.begin()->second;
    stop(branch);
    return branch;
}

}  // namespace sipstrata
