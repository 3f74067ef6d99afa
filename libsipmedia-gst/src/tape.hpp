// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/picture.hpp>

#include <chrono>
#include <cstdint>
#include <span>
#include <system_error>

namespace sipmedia {

/// The file of a Recorder. One call at a time, by any thread; none waits, but finish() does.
class Tape {
public:
    virtual ~Tape() = default;
    /// Once, before anything else.
    virtual void begin(bool pictures) = 0;
    /// Both sides' samples in turn, left first. They follow those of the last call.
    virtual void write(std::span<const std::int16_t> pairs) = 0;
    /// `at` is a place in the sound, at its end or a little later, and not before that of the last picture.
    virtual void show(const Picture& picture, std::chrono::nanoseconds at) = 0;
    /// Makes the file whole; an error when anything could not be written. The reaper's thread, after all other calls.
    [[nodiscard]] virtual std::error_code finish() = 0;
};

}  // namespace sipmedia
