// SPDX-License-Identifier: MIT
#pragma once

#include "sim/fabric.hpp"

#include <siptxn/error.hpp>
#include <siptxn/wire.hpp>

#include <map>
#include <memory>
#include <string_view>
#include <system_error>
#include <vector>

namespace siptxn::sim {

class Connection;

/// One program's sockets on one simulated host.
class SimWire final : public Wire, public std::enable_shared_from_this<SimWire> {
public:
    SimWire(std::shared_ptr<Fabric> fabric, const IpAddress& ip) : fabric_(std::move(fabric)), ip_(ip) {}
    ~SimWire() override;
    void listen(const std::vector<Listener>& listeners);

    void attach(WireEvents* events) override { events_ = events; }
    std::vector<Listener> listeners() const override { return listeners_; }
    void open(FlowId id, Transport transport, const SocketAddress& remote, std::string_view server_name) override;
    FlowId new_flow_id() override { return FlowId{++last_flow_}; }
    void send(const Flow& flow, Octets octets) override;
    void close(FlowId id) override;
    void resolve(QueryId query, std::string_view name, RecordType type) override;

    // From the network; each may end in a callback that destroys this wire, so it is the last thing the caller does
    // with it.
    void datagram_arrived(const SocketAddress& local, const SocketAddress& remote, std::string_view octets);
    void datagram_refused(const SocketAddress& local, const SocketAddress& remote);
    void accepted(const std::shared_ptr<Connection>& connection, const Flow& flow);
    void report_opened(const Flow& flow, bool accepted);
    void report_octets(const Flow& flow, std::string_view octets);
    /// Forgets the connection and says why.
    void report_failed(const Flow& flow, std::error_code error);

private:
    SocketAddress datagram_address();
    void fail_later(const Flow& flow, Errc error);

    std::shared_ptr<Fabric> fabric_;
    IpAddress ip_;
    WireEvents* events_ = nullptr;
    std::uint64_t last_flow_ = 0;
    std::vector<Listener> listeners_;
    std::map<SocketAddress, FlowId> sockets_;  ///< datagram sockets
    std::map<FlowId, std::shared_ptr<Connection>> connections_;
};

}  // namespace siptxn::sim
