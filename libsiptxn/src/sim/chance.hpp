// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/identifiers.hpp>
#include <siptxn/time.hpp>

#include <cstdint>
#include <utility>

namespace siptxn::sim {

/// Draws from one repeatable source.
class Chance {
public:
    explicit Chance(RandomSource source) : source_(std::move(source)) {}

    std::uint64_t number() { return source_(); }
    /// Draws even when the answer is certain, so that a changed probability does not shift the draws behind it.
    bool happens(double probability) { return static_cast<double>(source_() >> 11) * 0x1p-53 < probability; }
    /// Uniform in [low, high]; the bias of the remainder is far below what a simulation shows.
    std::uint64_t between(std::uint64_t low, std::uint64_t high) {
        return high <= low ? low : low + source_() % (high - low + 1);
    }
    Duration between(Duration low, Duration high) {
        if (high <= low) return low;
        return low + Duration(static_cast<Duration::rep>(between(0, static_cast<std::uint64_t>((high - low).count()))));
    }

private:
    RandomSource source_;
};

}  // namespace siptxn::sim
