// SPDX-License-Identifier: MIT
#pragma once

#include "resampler.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace sipmedia {

/// What lies between chunks of one size and rate and a call that asks in others. One thread.
class SampleFeed {
public:
    /// Fills `out` at `to` hertz; how many there were. `next()` gives a further chunk at `from` hertz, by value or as a
    /// view, or an empty one when there is no more now. What is over waits for the next call.
    template <class Next>
    std::size_t fill(std::span<std::int16_t> out, unsigned from, unsigned to, Next next) {
        while (ready_.size() < out.size()) {
            const auto chunk = next();
            if (chunk.empty()) break;
            const auto converted = resampler_.convert(chunk, from, to);
            ready_.insert(ready_.end(), converted.begin(), converted.end());
        }
        const auto count = std::min(ready_.size(), out.size());
        std::copy_n(ready_.begin(), count, out.begin());
        ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(count));
        return count;
    }
    void clear() { ready_.clear(); }

private:
    Resampler resampler_;
    std::vector<std::int16_t> ready_;
};

}  // namespace sipmedia
