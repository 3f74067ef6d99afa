// SPDX-License-Identifier: MIT
#include "sim/delay.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace siptxn::sim {
namespace {

// By Box and Muller; the halves of one number are their two.
double standard_normal(std::uint64_t number) {
    const double radius = std::sqrt(-2 * std::log(static_cast<double>((number >> 32) + 1) * 0x1p-32));
    return radius * std::cos(2 * std::numbers::pi * static_cast<double>(number & 0xffffffff) * 0x1p-32);
}

// 0 is the shortest delay, 1 the longest.
double place(Spread spread, std::uint64_t number) {
    if (spread == Spread::normal) return 0.5 + standard_normal(number) / 6;
    return -std::log1p(-static_cast<double>(number >> 11) * 0x1p-53) / 5;
}

}  // namespace

Duration draw_delay(Chance& chance, const Impairments& path) {
    if (path.spread == Spread::uniform || path.delay_max <= path.delay_min)
        return chance.between(path.delay_min, path.delay_max);
    const auto range = static_cast<double>((path.delay_max - path.delay_min).count());
    const double at = std::clamp(place(path.spread, chance.number()), 0.0, 1.0);
    return path.delay_min + Duration(static_cast<Duration::rep>(at * range));
}

}  // namespace siptxn::sim
