// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace sipstrata {

/// The first line of a file, or of standard input for "-". Secrets come so, since a command line can be seen by
/// everyone on the machine. Throws std::invalid_argument when there is none.
[[nodiscard]] std::string read_secret(const std::string& file);

}  // namespace sipstrata
