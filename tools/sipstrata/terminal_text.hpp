// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace sipstrata {

/// Text from the network made safe for a terminal: control characters and broken UTF-8 become \xNN, so do C1 controls
/// and the marks that turn the direction of writing. Idempotent on what it gives.
[[nodiscard]] std::string terminal_text(std::string_view text);

}  // namespace sipstrata
