// SPDX-License-Identifier: MIT
#include "layer/deadlines.hpp"

#include <algorithm>

namespace siptxn {

Timed::~Timed() {
    if (queue_) queue_->set(*this, std::nullopt);
}

Deadlines::~Deadlines() {
    for (auto& slot : slots_) {
        while (Timed* item = slot.any()) {
            slot.remove(*item);
            item->queue_ = nullptr;
        }
    }
}

void Deadlines::set(Timed& item, std::optional<TimePoint> when) noexcept {
    if (item.queue_ && when && item.when_ == *when) return;
    if (item.queue_) remove(item);
    if (!when) return;
    item.queue_ = this;
    item.when_ = *when;
    item.slot_ = slot_for(*when);
    slots_[item.slot_].add(item);
    const std::size_t level = item.slot_ / slots_of_level;
    used_slots_[level] |= std::uint64_t{1} << item.slot_ % slots_of_level;
    used_levels_ |= static_cast<std::uint8_t>(1U << level);
}

std::optional<TimePoint> Deadlines::next() noexcept {
    Timed* item = first();
    return item ? std::optional(item->when_) : std::nullopt;
}

void Deadlines::reach(TimePoint now) noexcept {
    if (now < reached_ || tick(now, 0) == tick(reached_, 0)) return;
    const Timed* item = first();
    reached_ = std::max(reached_, item ? std::min(item->when_, now) : now);
}

Timed* Deadlines::take_due(TimePoint now) noexcept {
    Timed* item = first();
    if (!item || item->when_ > now) {
        reached_ = std::max(reached_, now);
        return nullptr;
    }
    reached_ = std::max(reached_, item->when_);
    remove(*item);
    return item;
}

std::uint64_t Deadlines::tick(TimePoint when, std::size_t level) noexcept {
    // Offset, so that times before the clock's epoch keep their order.
    auto since = static_cast<std::uint64_t>(when.time_since_epoch().count()) ^ (std::uint64_t{1} << 63);
    return since >> (tick_bits + level_bits * level);
}

/// The narrowest slot whose level reaches so far. One turn of a level never holds two turns' items: they are at most 63
/// slots ahead of `reached_`, and none is behind.
std::uint16_t Deadlines::slot_for(TimePoint when) const noexcept {
    when = std::max(when, reached_);
    std::size_t level = 0;
    while (tick(when, level) - tick(reached_, level) >= slots_of_level) ++level;
    return static_cast<std::uint16_t>(level * slots_of_level + tick(when, level) % slots_of_level);
}

void Deadlines::remove(Timed& item) noexcept {
    auto& slot = slots_[item.slot_];
    slot.remove(item);
    item.queue_ = nullptr;
    if (!slot.empty()) return;
    const std::size_t level = item.slot_ / slots_of_level;
    used_slots_[level] &= ~(std::uint64_t{1} << item.slot_ % slots_of_level);
    if (used_slots_[level] == 0) used_levels_ &= static_cast<std::uint8_t>(~(1U << level));
}

Timed& Deadlines::first_of(std::size_t level) noexcept {
    const auto here = tick(reached_, level) % slots_of_level;
    const auto ahead = std::countr_zero(std::rotr(used_slots_[level], static_cast<int>(here)));
    return slots_[level * slots_of_level + (here + static_cast<unsigned>(ahead)) % slots_of_level].first();
}

/// Of equal ones the wider slot's was set first.
Timed* Deadlines::first() noexcept {
    Timed* found = nullptr;
    for (unsigned rest = used_levels_; rest != 0; rest &= rest - 1) {
        Timed& item = first_of(static_cast<std::size_t>(std::countr_zero(rest)));
        if (!found || item.when_ <= found->when_) found = &item;
    }
    return found;
}

}  // namespace siptxn
