// SPDX-License-Identifier: MIT
#pragma once

#include "net/connection.hpp"

#include <memory>

namespace siptxn::net {

/// Whether connections of that transport can be made here.
[[nodiscard]] bool has_connections(Transport transport);
/// A connection of the seed's transport; nullptr when it has none here.
[[nodiscard]] std::shared_ptr<Connection> make_connection(Core& core, ConnectionSeed seed);

}  // namespace siptxn::net
