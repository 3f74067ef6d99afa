// SPDX-License-Identifier: MIT
#pragma once

#include "layer/timed_list.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace siptxn {

/// All deadlines of a layer: a hierarchical timing wheel. What is due soon stands in slots of a millisecond, what is
/// due later in wider and wider ones, so that setting, moving and removing a deadline costs the same however many there
/// are. Unlike most wheels it is exact: deadlines come due in their order to the nanosecond, equal ones in the order
/// they were set.
class Deadlines {
public:
    Deadlines() = default;
    Deadlines(const Deadlines&) = delete;
    Deadlines& operator=(const Deadlines&) = delete;
    ~Deadlines();

    /// Sets, moves, or with nullopt removes.
    void set(Timed& item, std::optional<TimePoint> when) noexcept;
    [[nodiscard]] std::optional<TimePoint> next() noexcept;
    /// What time it is: the wheel turns as far as nothing is due. Without it slots become wider than they need to be.
    void reach(TimePoint now) noexcept;
    /// Removes the earliest item that is due.
    [[nodiscard]] Timed* take_due(TimePoint now) noexcept;

private:
    // A slot of level n is 2^(20 + 6n) ns wide; eight levels span all of time.
    static constexpr unsigned tick_bits = 20;
    static constexpr unsigned level_bits = 6;
    static constexpr std::size_t slots_of_level = 1U << level_bits;
    static constexpr std::size_t levels = 8;

    [[nodiscard]] static std::uint64_t tick(TimePoint when, std::size_t level) noexcept;
    [[nodiscard]] std::uint16_t slot_for(TimePoint when) const noexcept;
    void remove(Timed& item) noexcept;
    [[nodiscard]] Timed& first_of(std::size_t level) noexcept;
    [[nodiscard]] Timed* first() noexcept;

    TimePoint reached_{};  ///< nothing is due before, but for what was set too late
    std::uint8_t used_levels_ = 0;
    std::array<std::uint64_t, levels> used_slots_{};
    std::array<TimedList, levels * slots_of_level> slots_;
};

}  // namespace siptxn
