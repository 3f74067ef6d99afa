// SPDX-License-Identifier: MIT
#pragma once

#include "sim/chance.hpp"

#include <siptxn/sim/impairments.hpp>

namespace siptxn::sim {

/// How long one thing travels on a path that behaves like this. Takes one number.
[[nodiscard]] Duration draw_delay(Chance& chance, const Impairments& path);

}  // namespace siptxn::sim
