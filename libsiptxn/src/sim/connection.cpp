// SPDX-License-Identifier: MIT
#include "sim/connection.hpp"

#include "sim/sim_wire.hpp"

#include <siptxn/error.hpp>

#include <algorithm>
#include <utility>

namespace siptxn::sim {
namespace {

constexpr Duration retransmission_timeout = 200ms;
constexpr Duration syn_timeout = 1s;
constexpr int syn_attempts = 7;  // 127 s, as Linux does

}  // namespace

std::shared_ptr<Connection> Connection::connect(const std::shared_ptr<Fabric>& fabric, std::weak_ptr<SimWire> from,
                                                const Flow& flow) {
    auto connection = std::make_shared<Connection>(fabric, std::move(from), flow);
    std::erase_if(fabric->connections, [](const auto& weak) { return weak.expired(); });
    fabric->connections.push_back(connection);
    connection->knock(0);
    return connection;
}

Connection::Connection(std::shared_ptr<Fabric> fabric, std::weak_ptr<SimWire> from, const Flow& flow)
    : fabric_(std::move(fabric)) {
    auto& [client, server] = sides_;
    client.owner = from.lock().get();
    client.wire = std::move(from);
    client.flow = flow;
    client.open = true;
    server.flow = {FlowId::none, flow.transport, flow.remote, flow.local};
}

bool Connection::cut() const { return fabric_->partitioned(sides_[0].flow.local.ip, sides_[0].flow.remote.ip); }

bool Connection::joins(const IpAddress& a, const IpAddress& b) const {
    const auto& flow = sides_[0].flow;
    return (flow.local.ip == a && flow.remote.ip == b) || (flow.local.ip == b && flow.remote.ip == a);
}

// The SYN, sent again with doubled intervals while nothing answers.
void Connection::knock(int attempt) {
    auto& [client, server] = sides_;
    const auto& path = fabric_->path(client.flow.local.ip, client.flow.remote.ip);
    bool lost = fabric_->chance.happens(path.loss);
    auto travel = fabric_->delay(client.flow.local.ip, client.flow.remote.ip);
    fabric_->after(travel, [weak = weak_from_this(), lost, attempt] {
        auto self = weak.lock();
        if (!self || !self->sides_[0].open) return;
        auto& [from, to] = self->sides_;
        const auto& address = to.flow.local;
        if (lost || self->cut() || !self->fabric_->host_exists(address.ip)) {
            if (attempt + 1 == syn_attempts) return self->push(from, Kind::failed, {}, Errc::connect_timeout);
            return self->fabric_->after(syn_timeout * (1 << attempt), [weak, attempt] {
                if (auto again = weak.lock()) again->knock(attempt + 1);
            });
        }
        auto* wire = self->fabric_->stream_listener(address, to.flow.transport);
        if (!wire) return self->refuse();
        to.owner = wire;
        to.wire = wire->weak_from_this();
        to.flow.id = wire->new_flow_id();
        to.open = true;
        self->push(from, Kind::opened, {}, {});
        wire->accepted(self, to.flow);
    });
}

// A reset; or, when what listens there speaks something else, a TLS handshake that fails one round trip later.
void Connection::refuse() {
    auto& client = sides_[0];
    const auto& flow = client.flow;
    if (!is_secure(flow.transport) || !fabric_->accepts_connections(flow.remote))
        return push(client, Kind::failed, {}, Errc::connect_failed);
    auto exchange = fabric_->delay(flow.local.ip, flow.remote.ip) + fabric_->delay(flow.remote.ip, flow.local.ip);
    fabric_->after(exchange, [weak = weak_from_this()] {
        auto self = weak.lock();
        if (self && self->sides_[0].open) self->push(self->sides_[0], Kind::failed, {}, Errc::tls_not_spoken);
    });
}

Connection::Side* Connection::side_of(FlowId id, const SimWire& wire) {
    auto side = std::ranges::find_if(sides_, [&](const Side& s) { return s.owner == &wire && s.flow.id == id; });
    return side == sides_.end() ? nullptr : &*side;
}

void Connection::send(FlowId id, const SimWire& wire, Octets octets) {
    auto* side = side_of(id, wire);
    if (!side || !side->open) return;
    const auto& flow = side->flow;
    push(other(*side), Kind::data, fabric_->note(flow.transport, flow.local, flow.remote, octets), {});
}

void Connection::close(FlowId id, const SimWire& wire) {
    auto* side = side_of(id, wire);
    if (!side || !std::exchange(side->open, false)) return;
    drop(*side);
    push(other(*side), Kind::failed, {}, Errc::closed);
}

// What was on its way to that side is gone.
void Connection::drop(Side& side) {
    for (auto& item : side.coming) {
        if (item.data) item.data->fate = Fate::reset;
    }
    side.coming.clear();
}

void Connection::reset() {
    for (auto& side : sides_) {
        drop(side);
        side.arrived.clear();
        if (!side.open) continue;
        side.coming.push_back({fabric_->clock->now(), Kind::failed, {}, Errc::transport});
        arm(side);
    }
}

void Connection::resume() {
    for (auto& side : sides_) {
        if (!side.coming.empty()) arm(side);
    }
}

// Lost segments are sent again by the stack below us: a receiver sees the delay only.
void Connection::push(Side& to, Kind kind, std::shared_ptr<Datagram> data, std::error_code error) {
    const auto& from = other(to).flow.local.ip;
    const auto& path = fabric_->path(from, to.flow.local.ip);
    auto travel = fabric_->delay(from, to.flow.local.ip);
    for (auto again = retransmission_timeout; again < 10s && fabric_->chance.happens(std::min(path.loss, 0.9));
         again *= 2) {
        travel += again;
    }
    to.last_arrival = std::max(to.last_arrival, fabric_->clock->now() + travel);
    to.coming.push_back({to.last_arrival, kind, std::move(data), error});
    arm(to);
}

void Connection::arm(Side& side) {
    if (side.armed) return;
    auto now = fabric_->clock->now();
    Duration wait = !side.arrived.empty() ? fabric_->chance.between(0us, 200us)
                    : side.coming.empty() ? Duration::max()
                                          : std::max(side.coming.front().arrival - now, Duration::zero());
    if (wait == Duration::max()) return;
    side.armed = true;
    fabric_->after(wait, [weak = weak_from_this(), &side] {
        if (auto self = weak.lock()) self->step(side);
    });
}

// Takes in what has arrived, in order, and hands over one thing.
void Connection::step(Side& side) {
    side.armed = false;
    if (!side.open || cut()) return;
    auto now = fabric_->clock->now();
    bool stream = is_stream(side.flow.transport);
    while (stream && !side.coming.empty() && side.coming.front().kind == Kind::data &&
           side.coming.front().arrival <= now) {
        arrive(*side.coming.front().data);
        side.arrived += *side.coming.front().data->octets;
        side.coming.pop_front();
    }
    hand_over(side);
    if (side.open) arm(side);
}

void Connection::arrive(Datagram& data) {
    data.fate = Fate::delivered;
    data.delivered = 1;
    data.arrived = fabric_->clock->now();
}

void Connection::hand_over(Side& side) {
    auto wire = side.wire.lock();
    if (!wire) return;
    if (!side.arrived.empty()) {
        auto size = fabric_->chance.between(1, side.arrived.size());
        auto piece = side.arrived.substr(0, size);
        side.arrived.erase(0, size);
        return wire->report_octets(side.flow, piece);
    }
    if (side.coming.empty() || side.coming.front().arrival > fabric_->clock->now()) return;
    auto item = std::move(side.coming.front());
    side.coming.pop_front();
    switch (item.kind) {
        case Kind::opened: return wire->report_opened(side.flow, false);
        case Kind::data: arrive(*item.data); return wire->report_octets(side.flow, *item.data->octets);
        case Kind::failed: side.open = false; return wire->report_failed(side.flow, item.error);
    }
}

}  // namespace siptxn::sim
