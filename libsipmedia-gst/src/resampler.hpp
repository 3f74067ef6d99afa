// SPDX-License-Identifier: MIT
#pragma once

#include "gst_ptr.hpp"

#include <gst/audio/audio.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace sipmedia {

/// Mono samples of one rate as samples of another. Follows changes of either rate. One thread at a time.
class Resampler {
public:
    /// Valid until the next call. Equal rates pass through.
    [[nodiscard]] std::span<const std::int16_t> convert(std::span<const std::int16_t> samples, unsigned from,
                                                        unsigned to);

private:
    std::unique_ptr<GstAudioConverter, Release<gst_audio_converter_free>> converter_;
    unsigned from_ = 0;
    unsigned to_ = 0;
    std::vector<std::int16_t> out_;
};

}  // namespace sipmedia
