// SPDX-License-Identifier: MIT
#include "sim/sim_wire.hpp"

#include "sim/connection.hpp"

#include <string>
#include <utility>

namespace siptxn::sim {
namespace {

constexpr std::size_t largest_datagram = 65'507;
constexpr std::size_t padding = 64;

}  // namespace

SimWire::~SimWire() {
    for (auto& [id, connection] : std::exchange(connections_, {})) connection->close(id, *this);
    fabric_->unbind(*this);
}

void SimWire::listen(const std::vector<Listener>& listeners) {
    for (auto listener : listeners) {
        if (listener.local.ip.is_unspecified()) listener.local.ip = ip_;
        if (listener.local.port == 0) listener.local.port = fabric_->free_port(listener.transport, ip_);
        fabric_->bind(*this, listener);
        if (listener.transport == Transport::udp) sockets_.emplace(listener.local, new_flow_id());
        listeners_.push_back(listener);
    }
}

void SimWire::open(FlowId id, Transport transport, const SocketAddress& remote, std::string_view) {
    if (remote.ip.family != ip_.family)
        return fail_later(
            {
                id, transport, {ip_, 0},
                  remote
        },
            Errc::connect_failed);
    if (transport == Transport::udp) {
        Flow flow{id, transport, datagram_address(), remote};
        return fabric_->after(Duration::zero(), [weak = weak_from_this(), flow] {
            if (auto self = weak.lock()) self->report_opened(flow, false);
        });
    }
    Flow flow{
        id, transport, {ip_, fabric_->free_port(transport, ip_)},
          remote
    };
    auto connection = Connection::connect(fabric_, weak_from_this(), flow);
    connections_.emplace(id, std::move(connection));
}

// A listening socket when there is one, else one bound for the purpose; it stays.
SocketAddress SimWire::datagram_address() {
    if (!sockets_.empty()) return sockets_.begin()->first;
    Listener own{
        Transport::udp, {ip_, fabric_->free_port(Transport::udp, ip_)}
    };
    fabric_->bind(*this, own);
    sockets_.emplace(own.local, new_flow_id());
    return own.local;
}

void SimWire::send(const Flow& flow, Octets octets) {
    if (flow.transport != Transport::udp) {
        auto connection = connections_.find(flow.id);
        if (connection == connections_.end()) return fail_later(flow, Errc::closed);
        return connection->second->send(flow.id, *this, std::move(octets));
    }
    if (!sockets_.contains(flow.local)) return fail_later(flow, Errc::transport);
    if (octets->size() > largest_datagram) return fail_later(flow, Errc::too_large);
    fabric_->send_datagram(flow.local, flow.remote, octets);
}

void SimWire::close(FlowId id) {
    auto connection = connections_.extract(id);
    if (connection) connection.mapped()->close(id, *this);
}

void SimWire::resolve(QueryId query, std::string_view name, RecordType type) {
    auto fault = fabric_->zone.fault(name);
    if (fault == Zone::Fault::silent) return;
    std::error_code error;
    std::vector<DnsRecord> records;
    if (fault == Zone::Fault::fails) {
        error = Errc::resolve_failed;
    } else {
        records = fabric_->zone.find(name, type);
    }
    fabric_->after(fabric_->dns_delay, [weak = weak_from_this(), query, records = std::move(records), error] {
        auto self = weak.lock();
        if (self && self->events_) self->events_->on_resolved(query, records, error);
    });
}

void SimWire::datagram_arrived(const SocketAddress& local, const SocketAddress& remote, std::string_view octets) {
    report_octets({sockets_.at(local), Transport::udp, local, remote}, octets);
}

void SimWire::datagram_refused(const SocketAddress& local, const SocketAddress& remote) {
    auto self = shared_from_this();
    if (events_) events_->on_failed({sockets_.at(local), Transport::udp, local, remote}, Errc::connect_failed);
}

void SimWire::accepted(const std::shared_ptr<Connection>& connection, const Flow& flow) {
    connections_.emplace(flow.id, connection);
    report_opened(flow, true);
}

void SimWire::report_opened(const Flow& flow, bool accepted) {
    auto self = shared_from_this();
    if (events_) events_->on_opened(flow, accepted);
}

// A buffer of its own for each call: a view that outlives the call is then caught by AddressSanitizer.
void SimWire::report_octets(const Flow& flow, std::string_view octets) {
    auto self = shared_from_this();
    if (!events_) return;
    std::string buffer;
    buffer.reserve(octets.size() + padding);
    buffer.append(octets).append(padding, '\0');
    events_->on_octets(flow, std::string_view(buffer).substr(0, octets.size()));
}

void SimWire::report_failed(const Flow& flow, std::error_code error) {
    auto self = shared_from_this();
    connections_.erase(flow.id);
    if (events_) events_->on_failed(flow, error);
}

void SimWire::fail_later(const Flow& flow, Errc error) {
    fabric_->after(Duration::zero(), [weak = weak_from_this(), flow, error] {
        auto self = weak.lock();
        if (self && self->events_) self->events_->on_failed(flow, error);
    });
}

}  // namespace siptxn::sim
