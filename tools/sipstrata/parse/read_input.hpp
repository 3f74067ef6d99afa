// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

namespace sipstrata {

/// The octets of a file, or of standard input for "-"; at most 256 MB. nullopt, and a line on stderr, when it cannot be
/// read.
[[nodiscard]] std::optional<std::string> read_input(const std::string& name);

}  // namespace sipstrata
