// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

namespace siptxn::sim {

/// Virtual time: stands still until someone moves it. Work runs in the order of its time and, at one time, in the order
/// it was handed over. One thread.
class Clock final : public siptxn::Clock {
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;

    [[nodiscard]] TimePoint now() const override { return now_; }
    /// 2026-01-01 00:00:00 UTC plus what has passed.
    [[nodiscard]] std::chrono::system_clock::time_point calendar() const override;
    TimerId schedule(TimePoint when, std::move_only_function<void()> work) override;
    void cancel(TimerId timer) override;
    void post(std::move_only_function<void()> work) override { schedule(now_, std::move(work)); }

    /// Runs one piece of work that is due now; false when there is none.
    bool run_ready();
    /// When the next piece of work is due; nullopt when none waits.
    [[nodiscard]] std::optional<TimePoint> next() const;
    /// Moves time forward and runs nothing. A time in the past changes nothing.
    void advance_to(TimePoint when);
    /// Drops all work that waits, and what dropping it hands over.
    void clear();
    /// Pieces of work that wait.
    [[nodiscard]] std::size_t pending() const noexcept { return queue_.size(); }

private:
    using Key = std::pair<TimePoint, std::uint64_t>;
    static constexpr TimePoint start = TimePoint{} + 1'000'000s;

    TimePoint now_ = start;
    std::uint64_t last_ = 0;
    std::map<Key, std::move_only_function<void()>> queue_;
    std::unordered_map<std::uint64_t, TimePoint> times_;
};

}  // namespace siptxn::sim
