// SPDX-License-Identifier: MIT
#pragma once

#include <seeds.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace property {

/// The same numbers for the same seed, on every machine (splitmix64).
class Random {
public:
    explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

    [[nodiscard]] std::uint64_t next() noexcept {
        std::uint64_t z = (state_ += 0x9E37'79B9'7F4A'7C15U);
        z = (z ^ (z >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D0'49BB'1331'11EBU;
        return z ^ (z >> 31U);
    }
    /// 0 to `limit` - 1; `limit` must not be 0.
    [[nodiscard]] std::size_t below(std::size_t limit) noexcept { return static_cast<std::size_t>(next() % limit); }
    /// `low` to `high`, both included.
    [[nodiscard]] std::size_t between(std::size_t low, std::size_t high) noexcept {
        return low + below(high - low + 1);
    }
    [[nodiscard]] bool chance(std::size_t percent) noexcept { return below(100) < percent; }
    [[nodiscard]] char pick(std::string_view octets) noexcept { return octets[below(octets.size())]; }
    [[nodiscard]] std::string_view pick(std::initializer_list<std::string_view> texts) noexcept {
        return texts.begin()[below(texts.size())];
    }

private:
    std::uint64_t state_;
};

struct Seeds : support::Seeds {
    explicit Seeds(std::uint64_t tries) : support::Seeds("SIPMSG", tries) {}
};

}  // namespace property
