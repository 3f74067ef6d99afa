// SPDX-License-Identifier: MIT
#include "net/worker_queue.hpp"

#include <utility>

namespace siptxn::net {

WorkerQueue::Put WorkerQueue::put(Parcel&& parcel, bool always) {
    const std::lock_guard lock(mutex_);
    if (parcels_.size() >= limit_ && !always) return Put::refused;
    parcels_.push_back(std::move(parcel));
    return std::exchange(awake_, true) ? Put::behind_others : Put::first;
}

std::deque<Parcel> WorkerQueue::take_all() {
    const std::lock_guard lock(mutex_);
    if (parcels_.empty()) awake_ = false;
    return std::exchange(parcels_, {});
}

bool WorkerQueue::note_waiting(std::uint32_t worker) {
    const std::lock_guard lock(mutex_);
    if (parcels_.size() < limit_) return false;
    waiting_.push_back(worker);
    return true;
}

std::vector<std::uint32_t> WorkerQueue::take_waiting() {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
}

}  // namespace siptxn::net
