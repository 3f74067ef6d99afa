// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/error.hpp>

#include <expected>

namespace sipmedia {

/// Initialises GStreamer once per process, on first use: never from a static initialiser. Any thread.
[[nodiscard]] std::expected<void, EngineError> initialise_gstreamer();

}  // namespace sipmedia
