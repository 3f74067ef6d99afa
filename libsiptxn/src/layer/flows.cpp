// SPDX-License-Identifier: MIT
#include "layer/flows.hpp"

#include <sipmsg/params.hpp>

#include <algorithm>
#include <utility>

namespace siptxn {
namespace {

constexpr std::size_t most_udp_remotes = 4096;  // a cache: forgetting one costs an OpenFlow

std::error_code own_error(std::error_code error, Errc otherwise) {
    return error && error.category() == category() ? error : make_error_code(otherwise);
}

// A TLS connection serves the name it was verified for; one that a peer opened, the domains of its certificate (RFC
// 5922 §7, RFC 5923).
bool proves(const Connection& connection, const std::string& name) {
    if (!connection.accepted) return sipmsg::iequals(connection.server_name, name);
    return std::ranges::any_of(connection.peer_domains,
                               [&](const std::string& domain) { return sipmsg::iequals(domain, name); });
}

// "ws" in a URI means WebSocket, secure or not: only Via tells them apart (RFC 7118 §5.1, §5.2).
bool serves(Transport has, Transport wanted) {
    return has == wanted || (has == Transport::wss && wanted == Transport::ws);
}

}  // namespace

Flows::Flows(Context& context, FlowUsers& users) : context_(context), users_(users), bindings_(context) {
    next_id_ = [last = std::uint64_t{0}]() mutable { return static_cast<FlowId>(++last); };
}

std::optional<Flow> Flows::acquire(const Target& target, Waiter waiter, TimePoint now) {
    if (target.transport == Transport::udp) {
        if (auto known = udp_.find(target.address); known != udp_.end()) return known->second;
    }
    Connection* connection = reusable(target);
    if (!connection) connection = &begin(target, now);
    if (connection->is_open) {
        touch(*connection, now);
        return connection->flow;
    }
    connection->waiters.push_back(std::move(waiter));
    return std::nullopt;
}

FlowId Flows::open(const Target& target, TimePoint now) {
    Connection* connection = target.transport == Transport::udp ? nullptr : reusable(target);
    if (!connection) connection = &begin(target, now);
    if (connection->is_open) {
        context_.report(FlowOpened{connection->flow, connection->accepted});
    } else {
        connection->announced = true;
    }
    return connection->flow.id;
}

Connection& Flows::begin(const Target& target, TimePoint now) {
    auto connection = std::make_unique<Connection>();
    connection->flow = {next_id_(), target.transport, {}, target.address};
    connection->server_name = target.server_name;
    connection->connect_deadline = now + context_.options.limits.connect_timeout;
    connection->last_used = now;
    context_.emit(OpenFlow{connection->flow.id, target.transport, target.address, target.server_name});
    by_remote_.emplace(target.address, connection->flow.id);
    schedule(*connection);
    return *(connections_[connection->flow.id] = std::move(connection));
}

Connection* Flows::reusable(const Target& target) {
    auto [first, last] = by_remote_.equal_range(target.address);
    for (; first != last; ++first) {
        Connection* connection = find(first->second);
        if (!connection || !serves(connection->flow.transport, target.transport)) continue;
        if (!is_secure(target.transport) || proves(*connection, target.server_name)) return connection;
    }
    return nullptr;
}

bool Flows::send(const Flow& flow, Octets octets, TimePoint now) {
    if (flow.transport != Transport::udp) {
        Connection* connection = find(flow.id);
        if (!connection || !connection->is_open) return false;
        touch(*connection, now);
    }
    context_.emit(Transmit{flow, std::move(octets)});
    return true;
}

void Flows::opened(const Flow& flow, bool accepted, std::vector<std::string> peer_domains, TimePoint now) {
    if (flow.transport == Transport::udp) return opened_udp(flow, now);
    Connection* connection = find(flow.id);
    if (!connection && !accepted) return context_.emit(CloseFlow{flow.id});  // came after its time was over
    if (!connection) {
        if (!make_room(now)) {
            ++context_.statistics.overload_refused;
            return context_.emit(CloseFlow{flow.id});
        }
        auto fresh = std::make_unique<Connection>();
        connection = (connections_[flow.id] = std::move(fresh)).get();
        by_remote_.emplace(flow.remote, flow.id);
    }
    connection->flow = flow;
    connection->accepted = accepted;
    if (accepted) silent_.insert(flow.id);
    connection->peer_domains = std::move(peer_domains);
    connection->is_open = true;
    if (is_stream(flow.transport)) {
        sipmsg::ParseOptions options;
        options.limits = context_.options.limits.message;
        connection->framer = std::make_unique<sipmsg::StreamFramer>(options);
    }
    plan_ping(*connection, now);
    touch(*connection, now);
    ++context_.statistics.connections_opened;
    context_.report(FlowOpened{flow, accepted});
    for (const auto& waiter : std::exchange(connection->waiters, {})) users_.flow_ready(waiter, flow, now);
}

// Whoever opens connections and says nothing shall not keep others out.
bool Flows::make_room(TimePoint now) {
    if (connections_.size() < context_.options.limits.flows) return true;
    if (silent_.empty()) return false;
    ++context_.statistics.overload_refused;
    close(*silent_.begin(), Errc::overloaded, now);
    return true;
}

void Flows::alias(FlowId id, std::uint16_t port) {
    Connection* connection = find(id);
    if (!connection || !connection->accepted || connection->peer_domains.empty() || connection->alias) return;
    connection->alias = SocketAddress{connection->flow.remote.ip, port};
    by_remote_.emplace(*connection->alias, id);
}

// The id names the opening only: what is kept is the local address (siptxn/wire.hpp).
void Flows::opened_udp(const Flow& flow, TimePoint now) {
    auto opening = connections_.extract(flow.id);
    if (!opening) return;
    forget_remote(opening.mapped()->flow.remote, flow.id);
    if (udp_.size() >= most_udp_remotes) udp_.clear();
    udp_.insert_or_assign(flow.remote, flow);
    if (opening.mapped()->announced) {
        context_.report(FlowOpened{flow, false});
        if (context_.keeps_alive()) bindings_.keep(flow, now);
    }
    for (const auto& waiter : opening.mapped()->waiters) users_.flow_ready(waiter, flow, now);
}

void Flows::failed(const Flow& flow, std::error_code error, TimePoint now) {
    if (connections_.contains(flow.id)) return lost(flow.id, error, now);
    if (flow.transport != Transport::udp) return;
    const auto why = own_error(error, Errc::transport);
    if (auto kept = bindings_.refused(flow.remote)) context_.report(FlowClosed{*kept, why});
    udp_.erase(flow.remote);
    users_.flow_lost(flow, why, now);
}

/// RFC 5626 §8: whoever asks over UDP is told where the request came from.
void Flows::on_stun(const Flow& flow, std::string_view datagram, TimePoint now) {
    auto message = read_stun(datagram);
    if (!message) {
        ++context_.statistics.malformed_dropped;
        return;
    }
    if (message->kind != StunMessage::Kind::request) return binding_lost(bindings_.answered(*message, flow, now), now);
    auto answer = message->unknown.empty() ? write_binding_success(message->transaction, flow.remote)
                                           : write_binding_refusal(*message);
    context_.emit(Transmit{flow, std::make_shared<const std::string>(std::move(answer))});
}

void Flows::expire(Binding& binding, TimePoint now) { binding_lost(bindings_.expire(binding, now), now); }

void Flows::binding_lost(const std::optional<Flow>& flow, TimePoint now) {
    if (!flow) return;
    udp_.erase(flow->remote);
    context_.report(FlowClosed{*flow, Errc::timeout});
    users_.flow_lost(*flow, Errc::timeout, now);
}

void Flows::close(FlowId id, std::error_code error, TimePoint now) {
    if (bindings_.forget(id) || !connections_.contains(id)) return;
    context_.emit(CloseFlow{id});
    lost(id, error ? error : Errc::closed, now, !error);
}

void Flows::lost(FlowId id, std::error_code error, TimePoint now, bool wanted) {
    auto gone = connections_.extract(id);
    Connection& connection = *gone.mapped();
    held_ -= connection.held;
    silent_.erase(id);
    forget_remote(connection.flow.remote, id);
    if (connection.alias) forget_remote(*connection.alias, id);
    if (!connection.is_open) {
        auto why = own_error(error, Errc::connect_failed);
        if (connection.announced) context_.report(FlowClosed{connection.flow, wanted ? std::error_code() : why});
        for (const auto& waiter : connection.waiters) users_.flow_refused(waiter, why, now);
        return;
    }
    auto why = own_error(error, Errc::transport);
    ++context_.statistics.connections_lost;
    context_.report(FlowClosed{connection.flow, wanted ? std::error_code() : why});
    users_.flow_lost(connection.flow, why, now);
}

void Flows::forget_remote(const SocketAddress& remote, FlowId id) {
    auto [first, last] = by_remote_.equal_range(remote);
    auto entry = std::find_if(first, last, [&](const auto& e) { return e.second == id; });
    if (entry != last) by_remote_.erase(entry);
}

void Flows::expire(Connection& connection, TimePoint now) {
    const auto& limits = context_.options.limits;
    if (!connection.is_open) {
        if (connection.connect_deadline <= now) return close(connection.flow.id, Errc::connect_timeout, now);
    } else if (connection.message_deadline && *connection.message_deadline <= now) {
        return close(connection.flow.id, Errc::timeout, now);
    } else if (connection.pong_deadline && *connection.pong_deadline <= now) {
        return close(connection.flow.id, Errc::timeout, now);
    } else if (connection.last_used + limits.idle_timeout <= now) {
        // The wire's stack sees all that comes on it; this one only its own share.
        if (home_of(connection.flow.id) == context_.options.share.worker)
            return close(connection.flow.id, Errc::closed, now);
        connection.last_used = now;
    }
    if (connection.next_ping && *connection.next_ping <= now) ping(connection, now);
    schedule(connection);
}

void Flows::plan_ping(Connection& connection, TimePoint now) {
    if (!connection.accepted && context_.keeps_alive()) connection.next_ping = now + context_.keep_alive_pause();
}

void Flows::ping(Connection& connection, TimePoint now) {
    static const auto double_crlf = std::make_shared<const std::string>("\r\n\r\n");
    context_.emit(Transmit{connection.flow, double_crlf});
    connection.owes_pong = true;
    if (!connection.pong_deadline) connection.pong_deadline = now + context_.options.keep_alive.pong_timeout;
    plan_ping(connection, now);
}

void Flows::heard(Connection& connection, TimePoint now) {
    connection.pong_deadline.reset();
    touch(connection, now);
}

void Flows::spoke(Connection& connection) {
    if (!std::exchange(connection.spoke, true)) silent_.erase(connection.flow.id);
}

void Flows::touch(Connection& connection, TimePoint now) {
    connection.last_used = now;
    const auto held = connection.framer ? connection.framer->pending() : 0;
    held_ += held - std::exchange(connection.held, held);
    const bool owes_first = connection.framer && connection.accepted && !connection.spoke;
    if (held == 0 && !owes_first) {
        connection.message_deadline.reset();
    } else if (!connection.message_deadline) {
        connection.message_deadline = now + context_.options.limits.head_timeout;
    }
    schedule(connection);
}

void Flows::schedule(Connection& connection) {
    if (!connection.is_open) return context_.deadlines.set(connection, connection.connect_deadline);
    auto next = connection.last_used + context_.options.limits.idle_timeout;
    for (const auto& other : {connection.message_deadline, connection.next_ping, connection.pong_deadline})
        next = std::min(next, other.value_or(next));
    context_.deadlines.set(connection, next);
}

Connection* Flows::find(FlowId id) {
    auto found = connections_.find(id);
    return found == connections_.end() ? nullptr : found->second.get();
}

bool Flows::is_alive(const Flow& flow) const {
    return flow.transport == Transport::udp || find_open(flow.id).has_value();
}

std::optional<Flow> Flows::find_open(FlowId id) const {
    auto found = connections_.find(id);
    if (found == connections_.end() || !found->second->is_open) return std::nullopt;
    return found->second->flow;
}

}  // namespace siptxn
