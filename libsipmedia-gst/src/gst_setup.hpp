// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/error.hpp>

#include <expected>
#include <string>
#include <vector>

namespace sipmedia {

/// Initialises GStreamer once per process, on first use: never from a static initialiser. Any thread.
[[nodiscard]] std::expected<void, EngineError> initialise_gstreamer();

/// Those of the elements that are not installed. Any thread, after initialise_gstreamer().
[[nodiscard]] std::vector<std::string> missing_of(const std::vector<std::string>& elements);
[[nodiscard]] inline bool are_installed(const std::vector<std::string>& elements) {
    return missing_of(elements).empty();
}

}  // namespace sipmedia
