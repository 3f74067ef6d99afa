// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/identifiers.hpp>

namespace siptxn::net {

/// The operating system's cryptographic generator. Each source is for one thread. Throws std::system_error when the
/// system has none.
[[nodiscard]] RandomSource system_random();

}  // namespace siptxn::net
