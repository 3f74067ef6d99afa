// SPDX-License-Identifier: MIT
#pragma once

#include "tape.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace sipmedia {

class WavFile;

/// A wav file, written half a second at a time by the reaper's thread.
class WavTape final : public Tape {
public:
    /// Throws std::system_error when it cannot be made.
    WavTape(const std::filesystem::path& path, unsigned rate);

    void begin(bool) override {}
    void write(std::span<const std::int16_t> pairs) override;
    void show(const Picture&, std::chrono::nanoseconds) override {}
    [[nodiscard]] std::error_code finish() override;

private:
    std::shared_ptr<WavFile> file_;  // the reaper's alone
    const std::size_t batch_;
    std::vector<std::int16_t> pairs_;
};

}  // namespace sipmedia
