// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>

#include <array>
#include <cstddef>
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
        if (count_ < capacity) running_[count_++] = {timer, when};
    }
    void stop(Event timer) noexcept {
        for (std::size_t i = 0; i < count_; ++i) {
            if (running_[i].timer == timer) {
                running_[i] = running_[--count_];
                return;
            }
        }
    }
    void clear() noexcept { count_ = 0; }
    /// Stops all clocks but these.
    void keep(std::initializer_list<Event> timers) noexcept {
        for (std::size_t i = count_; i-- > 0;) {
            bool kept = false;
            for (auto timer : timers) kept |= timer == running_[i].timer;
            if (!kept) running_[i] = running_[--count_];
        }
    }
    [[nodiscard]] std::optional<TimePoint> next_expiry() const noexcept {
        const Running* first = earliest();
        return first ? std::optional(first->when) : std::nullopt;
    }
    /// Stops the earliest clock and gives its event when it is due.
    [[nodiscard]] std::optional<Event> take_due(TimePoint now) noexcept {
        const Running* first = earliest();
        if (!first || first->when > now) return std::nullopt;
        Event timer = first->timer;
        stop(timer);
        return timer;
    }

private:
    struct Running {
        Event timer;
        TimePoint when;
    };
    const Running* earliest() const noexcept {
        const Running* first = nullptr;
        for (std::size_t i = 0; i < count_; ++i) {
            if (!first || running_[i].when < first->when) first = &running_[i];
        }
        return first;
    }

    std::array<Running, capacity> running_{};
    std::size_t count_ = 0;
};

}  // namespace siptxn
