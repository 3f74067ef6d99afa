// SPDX-License-Identifier: MIT
#include "layer/timed_list.hpp"

#include <array>
#include <cstddef>

namespace siptxn {

void TimedList::add(Timed& item) noexcept {
    item.before_ = tail_;
    item.after_ = nullptr;
    if (tail_) {
        in_order_ = in_order_ && tail_->when_ <= item.when_;
        if (first_ && item.when_ < first_->when_) first_ = &item;
        tail_->after_ = &item;
    } else {
        head_ = first_ = &item;
        in_order_ = true;
    }
    tail_ = &item;
}

void TimedList::remove(Timed& item) noexcept {
    (item.before_ ? item.before_->after_ : head_) = item.after_;
    (item.after_ ? item.after_->before_ : tail_) = item.before_;
    if (first_ == &item) first_ = in_order_ ? head_ : nullptr;
}

// A merge sort of the stretches that are in order already: a step for each item when there are few, and there are at
// most as many as waits of different lengths.
void TimedList::put_in_order() noexcept {
    std::array<Timed*, 64> merged{};  // at i: 2^i stretches, or nothing
    Timed* rest = head_;
    while (rest) {
        Timed* run = take_run(rest);
        std::size_t i = 0;
        for (; merged[i]; ++i) {
            run = merge(merged[i], run);
            merged[i] = nullptr;
        }
        merged[i] = run;
    }
    Timed* all = nullptr;
    for (Timed* part : merged) {
        if (part) all = all ? merge(part, all) : part;
    }
    relink(all);
}

/// Cuts the first stretch off. Only `after_` counts while lists are merged.
Timed* TimedList::take_run(Timed*& rest) noexcept {
    Timed* run = rest;
    Timed* last = run;
    while (last->after_ && last->when_ <= last->after_->when_) last = last->after_;
    rest = last->after_;
    last->after_ = nullptr;
    return run;
}

Timed* TimedList::merge(Timed* earlier, Timed* later) noexcept {
    Timed* head = nullptr;
    Timed** end = &head;
    while (earlier && later) {
        Timed*& next = later->when_ < earlier->when_ ? later : earlier;
        *end = next;
        end = &next->after_;
        next = next->after_;
    }
    *end = earlier ? earlier : later;
    return head;
}

void TimedList::relink(Timed* head) noexcept {
    head_ = first_ = head;
    tail_ = nullptr;
    for (Timed* item = head; item; item = item->after_) {
        item->before_ = tail_;
        tail_ = item;
    }
    in_order_ = true;
}

}  // namespace siptxn
