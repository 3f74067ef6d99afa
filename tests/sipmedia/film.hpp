// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace sipmedia::test {

/// What is in a webm or matroska file, decoded.
struct Film {
    struct Shot {
        std::chrono::nanoseconds at{};
        unsigned width = 0;
        unsigned height = 0;
        unsigned luma = 0;    ///< in the middle of the picture
        unsigned border = 0;  ///< at its left edge, half way down
    };
    std::vector<std::int16_t> left, right;  ///< at 48 kHz
    std::vector<Shot> shots;
    std::chrono::nanoseconds duration{};  ///< as the file says
    bool is_seekable = false;

    /// What is shown then; a Shot of no size before the first.
    [[nodiscard]] Shot shown_at(std::chrono::nanoseconds time) const;
};

[[nodiscard]] Film read_film(const std::filesystem::path& path, bool with_pictures = true);

}  // namespace sipmedia::test
