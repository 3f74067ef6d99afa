// SPDX-License-Identifier: MIT
#include <siptxn/sim/clock.hpp>

#include <utility>

#include <algorithm>

namespace siptxn::sim {

std::chrono::system_clock::time_point Clock::calendar() const {
    using namespace std::chrono;
    constexpr auto first_day = sys_days{year{2026} / January / 1};
    return first_day + duration_cast<system_clock::duration>(now_ - start);
}

TimerId Clock::schedule(TimePoint when, std::move_only_function<void()> work) {
    auto sequence = ++last_;
    when = std::max(when, now_);
    queue_.emplace(Key{when, sequence}, std::move(work));
    times_.emplace(sequence, when);
    return TimerId{sequence};
}

void Clock::cancel(TimerId timer) {
    auto time = times_.find(static_cast<std::uint64_t>(timer));
    if (time == times_.end()) return;
    auto entry = queue_.extract(Key{time->second, time->first});
    times_.erase(time);
    // The work dies here, last: what it owns may call back.
}

bool Clock::run_ready() {
    auto first = queue_.begin();
    if (first == queue_.end() || first->first.first > now_) return false;
    auto entry = queue_.extract(first);
    times_.erase(entry.key().second);
    entry.mapped()();
    return true;
}

std::optional<TimePoint> Clock::next() const {
    if (queue_.empty()) return std::nullopt;
    return queue_.begin()->first.first;
}

void Clock::advance_to(TimePoint when) { now_ = std::max(now_, when); }

void Clock::clear() {
    while (!queue_.empty()) {
        times_.clear();
        std::exchange(queue_, {}).clear();
    }
}

}  // namespace siptxn::sim
