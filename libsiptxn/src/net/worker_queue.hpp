// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/workers.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

namespace siptxn::net {

/// What the other workers have for one. Any thread.
class WorkerQueue {
public:
    explicit WorkerQueue(std::size_t limit) : limit_(limit) {}

    enum class Put : std::uint8_t { refused, behind_others, first };
    /// `first`: the reader has to be woken; it is not reading, nor going to.
    [[nodiscard]] Put put(Parcel&& parcel, bool always);
    /// All that is there. Empty: the next put() is `first`.
    [[nodiscard]] std::deque<Parcel> take_all();
    /// Whom to tell when there is room. False: there is already.
    [[nodiscard]] bool note_waiting(std::uint32_t worker);
    [[nodiscard]] std::vector<std::uint32_t> take_waiting();

private:
    std::mutex mutex_;
    std::deque<Parcel> parcels_;
    std::vector<std::uint32_t> waiting_;
    std::size_t limit_;
    bool awake_ = false;
};

}  // namespace siptxn::net
