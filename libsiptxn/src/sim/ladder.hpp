// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/sim/datagram.hpp>
#include <siptxn/sim/scenario.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace siptxn::sim {

/// Hosts without a column get one, named by their address. Empty for an empty log.
[[nodiscard]] std::string draw_ladder(std::span<const std::shared_ptr<const Datagram>> log,
                                      std::vector<NamedHost> columns, TimePoint start);

}  // namespace siptxn::sim
