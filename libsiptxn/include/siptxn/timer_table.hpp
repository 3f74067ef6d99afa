// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>

namespace siptxn {

/// The running clocks of one machine, at most `capacity` at once. An expired clock comes back as its event.
template <class Event, std::size_t capacity = 3>
class TimerTable {
public:
    /// Starts a clock, or moves it.
    void set(Event timer, TimePoint when) noexcept {
        stop(timer);
        if (count_ == capacity) return;
        timer_[count_] = timer;
        when_[count_++] = when;
    }
    void stop(Event timer) noexcept {
        for (std::size_t i = 0; i < count_; ++i) {
            if (timer_[i] == timer) return remove(i);
        }
    }
    void clear() noexcept { count_ = 0; }
    /// Stops all clocks but these.
    void keep(std::initializer_list<Event> timers) noexcept {
        for (std::size_t i = count_; i-- > 0;) {
            bool kept = false;
            for (auto timer : timers) kept |= timer == timer_[i];
            if (!kept) remove(i);
        }
    }
    [[nodiscard]] std::optional<TimePoint> next_expiry() const noexcept {
        return count_ > 0 ? std::optional(when_[earliest()]) : std::nullopt;
    }
    /// Stops the earliest clock and gives its event when it is due.
    [[nodiscard]] std::optional<Event> take_due(TimePoint now) noexcept {
        if (count_ == 0) return std::nullopt;
        const std::size_t first = earliest();
        if (when_[first] > now) return std::nullopt;
        const Event timer = timer_[first];
        remove(first);
        return timer;
    }

private:
    [[nodiscard]] std::size_t earliest() const noexcept {
        std::size_t first = 0;
        for (std::size_t i = 1; i < count_; ++i) {
            if (when_[i] < when_[first]) first = i;
        }
        return first;
    }
    void remove(std::size_t i) noexcept {
        timer_[i] = timer_[--count_];
        when_[i] = when_[count_];
    }

    std::array<TimePoint, capacity> when_{};
    std::array<Event, capacity> timer_{};
    std::uint8_t count_ = 0;
};

}  // namespace siptxn
