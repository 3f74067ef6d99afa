// SPDX-License-Identifier: MIT
#include <siptxn/sim/network.hpp>

#include "sim/connection.hpp"
#include "sim/fabric.hpp"
#include "sim/sim_wire.hpp"

#include <algorithm>

namespace siptxn::sim {

Network::Network(std::uint64_t seed) : fabric_(std::make_shared<Fabric>(seed)) {}
Network::~Network() = default;

const std::shared_ptr<Clock>& Network::clock() const noexcept { return fabric_->clock; }
RandomSource Network::random() { return seeded_random(fabric_->chance.number()); }

std::shared_ptr<Wire> Network::wire(const IpAddress& ip, const std::vector<Listener>& listeners) {
    auto wire = std::make_shared<SimWire>(fabric_, ip);
    wire->listen(listeners);
    return wire;
}

void Network::impair(const Impairments& all) {
    fabric_->everywhere = all;
    fabric_->paths.clear();
}

void Network::impair(const IpAddress& from, const IpAddress& to, const Impairments& impairments) {
    fabric_->paths[{from, to}] = impairments;
}

void Network::partition(const IpAddress& a, const IpAddress& b) { fabric_->partitions.insert(std::minmax(a, b)); }

void Network::heal(const IpAddress& a, const IpAddress& b) {
    fabric_->partitions.erase(std::minmax(a, b));
    for (auto& weak : fabric_->connections) {
        if (auto connection = weak.lock(); connection && connection->joins(a, b)) connection->resume();
    }
}

void Network::reset(const IpAddress& a, const IpAddress& b) {
    for (auto& weak : fabric_->connections) {
        if (auto connection = weak.lock(); connection && connection->joins(a, b)) connection->reset();
    }
}

Zone& Network::zone() noexcept { return fabric_->zone; }
void Network::set_dns_delay(Duration delay) { fabric_->dns_delay = delay; }

std::span<const std::shared_ptr<const Datagram>> Network::log() const noexcept { return fabric_->log; }
void Network::keep_log(bool on) { fabric_->keep_log = on; }
void Network::clear_log() { fabric_->log.clear(); }

std::size_t Network::run(std::size_t most) {
    auto& clock = *fabric_->clock;
    std::size_t ran = 0;
    while (ran < most) {
        if (clock.run_ready()) {
            ++ran;
        } else if (auto next = clock.next()) {
            clock.advance_to(*next);
        } else {
            break;
        }
    }
    return ran;
}

std::size_t Network::run_until(TimePoint when) {
    auto& clock = *fabric_->clock;
    std::size_t ran = 0;
    for (;;) {
        if (clock.run_ready()) {
            ++ran;
            continue;
        }
        auto next = clock.next();
        if (!next || *next > when) break;
        clock.advance_to(*next);
    }
    clock.advance_to(when);
    return ran;
}

}  // namespace siptxn::sim
