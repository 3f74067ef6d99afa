// SPDX-License-Identifier: MIT
#include "layer/deadlines.hpp"

namespace siptxn {

Timed::~Timed() {
    if (queue_) queue_->set(*this, std::nullopt);
}

Deadlines::~Deadlines() {
    for (auto* item : heap_) item->queue_ = nullptr;
}

void Deadlines::set(Timed& item, std::optional<TimePoint> when) {
    if (item.queue_ && when && item.when_ == *when) return;
    if (item.queue_) remove(item);
    if (!when) return;
    heap_.push_back(&item);
    item.queue_ = this;
    item.when_ = *when;
    item.index_ = heap_.size() - 1;
    rise(item.index_);
}

std::optional<TimePoint> Deadlines::next() const noexcept {
    return heap_.empty() ? std::nullopt : std::optional(heap_.front()->when_);
}

Timed* Deadlines::take_due(TimePoint now) {
    if (heap_.empty() || heap_.front()->when_ > now) return nullptr;
    Timed* item = heap_.front();
    remove(*item);
    return item;
}

void Deadlines::place(std::size_t index, Timed* item) noexcept {
    heap_[index] = item;
    item->index_ = index;
}

void Deadlines::rise(std::size_t index) noexcept {
    Timed* item = heap_[index];
    while (index > 0 && item->when_ < heap_[(index - 1) / 2]->when_) {
        place(index, heap_[(index - 1) / 2]);
        index = (index - 1) / 2;
    }
    place(index, item);
}

void Deadlines::sink(std::size_t index) noexcept {
    Timed* item = heap_[index];
    for (;;) {
        std::size_t child = 2 * index + 1;
        if (child >= heap_.size()) break;
        if (child + 1 < heap_.size() && heap_[child + 1]->when_ < heap_[child]->when_) ++child;
        if (item->when_ <= heap_[child]->when_) break;
        place(index, heap_[child]);
        index = child;
    }
    place(index, item);
}

void Deadlines::remove(Timed& item) noexcept {
    std::size_t index = item.index_;
    item.queue_ = nullptr;
    Timed* last = heap_.back();
    heap_.pop_back();
    if (last == &item) return;
    place(index, last);
    rise(index);
    sink(last->index_);
}

}  // namespace siptxn
