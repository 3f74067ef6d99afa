// SPDX-License-Identifier: MIT
#include "net/transports.hpp"

#include "net/websocket.hpp"

#include <utility>

namespace siptxn::net {

std::shared_ptr<Connection> make_connection(Core& core, ConnectionSeed seed) {
    if (is_websocket(seed.flow.transport)) return std::make_shared<WebSocketConnection>(core, std::move(seed));
    return std::make_shared<Connection>(core, std::move(seed));
}

}  // namespace siptxn::net
