// SPDX-License-Identifier: MIT
#include "tones.hpp"

#include <cmath>
#include <fstream>
#include <numbers>
#include <utility>

namespace sipmedia::test {

double share_of_tone(std::span<const std::int16_t> samples, double hz, double rate) {
    if (samples.empty()) return 0;
    const double factor = 2 * std::cos(2 * std::numbers::pi * hz / rate);
    double before = 0, last = 0, energy = 0;
    for (double sample : samples) {
        const double next = sample + factor * last - before;
        before = std::exchange(last, next);
        energy += sample * sample;
    }
    const double power = last * last + before * before - factor * last * before;
    return energy == 0 ? 0 : power / (energy * static_cast<double>(samples.size()) / 2);
}

std::vector<std::int16_t> last_samples(const std::string& file, std::size_t count) {
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    const auto there = in ? static_cast<std::size_t>(in.tellg()) / sizeof(std::int16_t) : 0;
    if (there < count) return {};
    std::vector<std::int16_t> samples(count);
    in.seekg(static_cast<std::streamoff>((there - count) * sizeof(std::int16_t)));
    in.read(reinterpret_cast<char*>(samples.data()), static_cast<std::streamsize>(count * sizeof(std::int16_t)));
    return samples;
}

}  // namespace sipmedia::test
