// SPDX-License-Identifier: MIT
#include "net/transports.hpp"

#include "net/websocket.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace siptxn::net {
namespace {

template <class T>
std::shared_ptr<Connection> make(Core& core, ConnectionSeed seed) {
    return std::make_shared<T>(core, std::move(seed));
}

struct ConnectionTransport {
    Transport transport;
    std::shared_ptr<Connection> (*make)(Core&, ConnectionSeed);
};

constexpr auto transports = std::to_array<ConnectionTransport>({
    {Transport::tcp, make<Connection>         },
    {Transport::ws,  make<WebSocketConnection>},
});

const ConnectionTransport* find(Transport transport) {
    auto row = std::ranges::find(transports, transport, &ConnectionTransport::transport);
    return row == transports.end() ? nullptr : &*row;
}

}  // namespace

bool has_connections(Transport transport) { return find(transport) != nullptr; }

std::shared_ptr<Connection> make_connection(Core& core, ConnectionSeed seed) {
    auto* row = find(seed.flow.transport);
    return row ? row->make(core, std::move(seed)) : nullptr;
}

}  // namespace siptxn::net
