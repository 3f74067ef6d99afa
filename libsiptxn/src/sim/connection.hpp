// SPDX-License-Identifier: MIT
#pragma once

#include "sim/fabric.hpp"

#include <siptxn/wire.hpp>

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <system_error>

namespace siptxn::sim {

class SimWire;

/// A simulated connection: reliable and in order. TCP and TLS forget where one message ends and cut the octets
/// anywhere; WebSocket keeps messages whole. Owned by the wires at its ends; what the clock holds of it is weak, so a
/// network may be dropped at any time.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    /// `flow` as the connecting side sees it.
    static std::shared_ptr<Connection> connect(const std::shared_ptr<Fabric>& fabric, std::weak_ptr<SimWire> from,
                                               const Flow& flow);
    Connection(std::shared_ptr<Fabric> fabric, std::weak_ptr<SimWire> from, const Flow& flow);

    // `id` and `wire` say which side calls.
    void send(FlowId id, const SimWire& wire, Octets octets);
    void close(FlowId id, const SimWire& wire);

    [[nodiscard]] bool joins(const IpAddress& a, const IpAddress& b) const;
    /// Breaks it at both sides, soon.
    void reset();
    /// The partition is over: what waited travels on.
    void resume();

private:
    enum class Kind { opened, data, failed };
    struct Item {
        TimePoint arrival;
        Kind kind;
        std::shared_ptr<Datagram> data;
        std::error_code error;
    };
    /// One side, with what is on its way to it.
    struct Side {
        std::weak_ptr<SimWire> wire;
        const SimWire* owner =
            nullptr;  ///< for comparison only: the weak pointer has expired when a wire's destructor closes
        Flow flow;
        bool open = false;
        std::deque<Item> coming;
        std::string arrived;  ///< stream octets not handed over yet
        TimePoint last_arrival;
        bool armed = false;
    };

    void knock(int attempt);
    void refuse();
    void push(Side& to, Kind kind, std::shared_ptr<Datagram> data, std::error_code error);
    void arrive(Datagram& data);
    static void drop(Side& side);
    void arm(Side& side);
    void step(Side& side);
    void hand_over(Side& side);
    Side& other(const Side& side) { return &side == &sides_[0] ? sides_[1] : sides_[0]; }
    Side* side_of(FlowId id, const SimWire& wire);
    bool cut() const;

    std::shared_ptr<Fabric> fabric_;
    std::array<Side, 2> sides_;  ///< who connected, who accepted
};

}  // namespace siptxn::sim
