// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace sipstrata {

/// Something for a time to come: "closed@2.5".
struct Timed {
    double at;  ///< seconds
    std::string what;
};

/// Reads TEXT@SECONDS, split at the last '@'. Throws std::invalid_argument that names `flag`.
[[nodiscard]] Timed parse_timed(const std::string& text, const char* flag);
/// All of a flag's values, in the order of their times.
[[nodiscard]] std::vector<Timed> parse_timed(const std::vector<std::string>& texts, const char* flag);

}  // namespace sipstrata
