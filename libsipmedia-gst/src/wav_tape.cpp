// SPDX-License-Identifier: MIT
#include "wav_tape.hpp"

#include "reaper.hpp"
#include "wav_file.hpp"

#include <utility>

namespace sipmedia {

WavTape::WavTape(const std::filesystem::path& path, unsigned rate)
    : file_(std::make_shared<WavFile>(path, rate, 2)), batch_(rate) {}

void WavTape::write(std::span<const std::int16_t> pairs) {
    pairs_.insert(pairs_.end(), pairs.begin(), pairs.end());
    if (pairs_.size() < batch_) return;
    Reaper::instance().add([file = file_, batch = std::exchange(pairs_, {})] { file->write(batch); });
}

std::error_code WavTape::finish() {
    file_->write(pairs_);
    return file_->finish();
}

}  // namespace sipmedia
