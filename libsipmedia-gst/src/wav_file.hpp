// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <system_error>

namespace sipmedia {

/// A wav file of 16-bit samples that grows; its sizes are written at the end.
class WavFile {
public:
    /// Throws std::system_error when it cannot be made.
    WavFile(const std::filesystem::path& path, unsigned rate, unsigned channels);

    void write(std::span<const std::int16_t> samples);  ///< interleaved
    /// Writes the sizes; an error when anything could not be written.
    [[nodiscard]] std::error_code finish();

private:
    void write_header();

    std::ofstream file_;
    unsigned rate_;
    unsigned channels_;
    std::uint32_t octets_ = 0;
};

}  // namespace sipmedia
