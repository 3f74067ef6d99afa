// SPDX-License-Identifier: MIT
#pragma once

#include "net/connection.hpp"

#include <memory>

namespace siptxn::net {

/// A connection of the seed's transport: a protocol (octets as they come, or WebSocket) over a channel (plain or TLS).
[[nodiscard]] std::shared_ptr<Connection> make_connection(Core& core, ConnectionSeed seed);

}  // namespace siptxn::net
