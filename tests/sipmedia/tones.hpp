// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sipmedia::test {

/// How much of the signal's power is at that frequency, 0..1 (Goertzel's algorithm); 0 for silence.
[[nodiscard]] double share_of_tone(std::span<const std::int16_t> samples, double hz, double rate);

/// The last `count` mono samples of a file of raw 16-bit ones, written so far.
[[nodiscard]] std::vector<std::int16_t> last_samples(const std::string& file, std::size_t count);

}  // namespace sipmedia::test
