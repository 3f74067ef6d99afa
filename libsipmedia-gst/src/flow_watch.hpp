// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

namespace sipmedia {

/// Whether packets still come. Looked at now and then; what time it is comes from outside.
class FlowWatch {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    enum class News : std::uint8_t { none, lost, returned };

    /// Lost: no packet for so long.
    explicit FlowWatch(std::chrono::milliseconds timeout) : timeout_(timeout) {}

    /// `packets`: counted so far. `expected`: the peer may send and we receive; else nothing is missed, and what was
    /// lost is forgotten.
    [[nodiscard]] News look(bool expected, std::uint64_t packets, TimePoint now);

private:
    std::chrono::milliseconds timeout_;
    bool watching_ = false;
    bool lost_ = false;
    std::uint64_t packets_ = 0;
    TimePoint last_;  // when there was another number, or the watch began
};

}  // namespace sipmedia
