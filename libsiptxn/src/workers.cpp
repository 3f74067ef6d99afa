// SPDX-License-Identifier: MIT
#include <siptxn/workers.hpp>

#include "padded.hpp"

#include <siptxn/error.hpp>
#include <siptxn/stun.hpp>

#include <algorithm>
#include <utility>

namespace siptxn {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;
/// The bit that tells responses from requests (RFC 8489 §5).
bool is_stun_response(std::string_view datagram) { return is_stun(datagram) && (datagram.front() & 1) != 0; }

Flow on_the_wire(Flow flow) {
    flow.id = without_home(flow.id);
    return flow;
}

Flow among_all(Flow flow, std::uint32_t worker) {
    flow.id = at_home(flow.id, worker);
    return flow;
}

}  // namespace

WorkerWire::WorkerWire(std::shared_ptr<Wire> wire, const Share& share, WorkerPost& post, std::size_t backlog)
    : wire_(std::move(wire)), share_(share), post_(post), backlog_(backlog), listeners_(wire_->listeners()) {}

WorkerWire::~WorkerWire() { wire_->attach(nullptr); }

void WorkerWire::attach(WireEvents* events) {
    events_ = events;
    wire_->attach(events ? this : nullptr);
}

// The stack's side.

void WorkerWire::open(FlowId id, Transport transport, const SocketAddress& remote, std::string_view server_name) {
    wire_->open(without_home(id), transport, remote, server_name);
}

void WorkerWire::send(const Flow& flow, Octets octets) {
    if (is_home(flow.id) || leaves_from_here(flow)) return wire_->send(on_the_wire(flow), std::move(octets));
    send_back(flow, std::move(octets));
}

// All workers have the same UDP listeners: whose socket a datagram leaves from, nobody sees.
bool WorkerWire::leaves_from_here(const Flow& flow) const {
    if (flow.transport != Transport::udp) return false;
    return flow.id == FlowId::none || std::ranges::any_of(listeners_, [&](const Listener& listener) {
               const auto& [ip, port] = listener.local;
               return listener.transport == Transport::udp && port == flow.local.port &&
                      ip.family == flow.local.ip.family && (ip.is_unspecified() || ip == flow.local.ip);
           });
}

void WorkerWire::send_back(const Flow& flow, Octets octets) {
    counts_.sent_back.fetch_add(1, relaxed);
    const auto home = home_of(flow.id);
    if (flow.transport == Transport::udp) return offer(home, parcel::Send{flow, std::move(octets)});
    if (condemned_.contains(flow.id)) return;
    const auto size = octets->size();
    auto line = lines_.find(home);
    if (line != lines_.end() && line->second.octets + size > backlog_) {
        condemned_.insert(flow.id);
        return insist(home, parcel::Close{flow, Errc::overloaded});
    }
    if (!queue_up(home, parcel::Send{flow, std::move(octets)})) lines_[home].octets += size;
}

void WorkerWire::close(FlowId id) {
    Flow flow{id, Transport::tcp, {}, {}};
    if (is_home(id)) {
        wire_->close(without_home(id));
        return tell_end(flow, Errc::closed);
    }
    foreign_.erase(id);
    if (condemned_.insert(id).second) insist(home_of(id), parcel::Close{flow, Errc::closed});
}

void WorkerWire::hold(FlowId id, bool held) {
    if (is_home(id)) wire_->hold(without_home(id), held);
}

void WorkerWire::hand_over(std::uint32_t worker, const Flow& flow, Octets octets) {
    if (flow.transport == Transport::udp) {
        counts_.handed_over.fetch_add(1, relaxed);
        return offer(worker, parcel::Message{flow, std::move(octets)});
    }
    if (!is_home(flow.id)) return;  // it came from its wire's stack, which thinks that it is ours
    introduce(worker, flow);
    counts_.handed_over.fetch_add(1, relaxed);
    if (queue_up(worker, parcel::Message{flow, std::move(octets)})) return;
    if (!lines_[worker].held.insert(flow.id).second) return;
    counts_.held.fetch_add(1, relaxed);
    wire_->hold(without_home(flow.id), true);
}

std::vector<std::string> WorkerWire::peer_domains(FlowId id) const {
    if (is_home(id)) return wire_->peer_domains(without_home(id));
    auto known = foreign_.find(id);
    return known == foreign_.end() ? std::vector<std::string>{} : known->second;
}

// The sockets' side.

void WorkerWire::on_opened(const Flow& flow, bool accepted) {
    const auto ours = among_all(flow, share_.worker);
    if (flow.transport != Transport::udp) known_to_.try_emplace(ours.id);
    if (events_) events_->on_opened(ours, accepted);
}

// The system may bring the answer to a request of ours to any socket of the port, and it has no Call-ID.
void WorkerWire::on_octets(const Flow& flow, std::string_view octets) {
    const auto ours = among_all(flow, share_.worker);
    if (flow.transport == Transport::udp && is_stun_response(octets)) {
        const auto copy = padded(octets);
        for (std::uint32_t worker = 0; worker < share_.workers; ++worker)
            if (worker != share_.worker) offer(worker, parcel::Message{ours, copy});
    }
    if (events_) events_->on_octets(ours, octets);
}

// An ICMP error comes to whichever socket its addresses fall to; what is too large is known to have been ours.
void WorkerWire::on_failed(const Flow& flow, std::error_code error) {
    const auto ours = among_all(flow, share_.worker);
    if (flow.transport != Transport::udp) {
        tell_end(ours, error);
    } else if (error != Errc::too_large) {
        for (std::uint32_t worker = 0; worker < share_.workers; ++worker)
            if (worker != share_.worker) offer(worker, parcel::Failed{ours, error});
    }
    if (events_) events_->on_failed(ours, error);
}

void WorkerWire::on_resolved(QueryId query, std::span<const DnsRecord> records, std::error_code error) {
    if (events_) events_->on_resolved(query, records, error);
}

// The other workers' side.

void WorkerWire::take(Parcel parcel) {
    std::visit([this](auto& one) { taken(one); }, parcel);
}

void WorkerWire::taken(parcel::Message& message) {
    counts_.taken.fetch_add(1, relaxed);
    if (events_) events_->on_octets(message.flow, *message.octets);
}

void WorkerWire::taken(parcel::Opened& opened) {
    foreign_[opened.flow.id] = std::move(opened.peer_domains);
    if (events_) events_->on_opened(opened.flow, true);
}

void WorkerWire::taken(parcel::Failed& failed) {
    foreign_.erase(failed.flow.id);
    condemned_.erase(failed.flow.id);
    if (events_) events_->on_failed(failed.flow, failed.error);
}

void WorkerWire::taken(parcel::Send& sending) { wire_->send(on_the_wire(sending.flow), std::move(sending.octets)); }

void WorkerWire::taken(parcel::Close& closing) {
    if (!known_to_.contains(closing.flow.id)) return;  // its end is on its way to whoever asked
    wire_->close(without_home(closing.flow.id));
    tell_end(closing.flow, closing.error);
    if (events_) events_->on_failed(closing.flow, closing.error);
}

void WorkerWire::introduce(std::uint32_t worker, const Flow& flow) {
    auto known = known_to_.find(flow.id);
    if (known == known_to_.end() || !known->second.insert(worker).second) return;
    insist(worker, parcel::Opened{flow, wire_->peer_domains(without_home(flow.id))});
}

void WorkerWire::tell_end(const Flow& flow, std::error_code error) {
    for (auto& [worker, line] : lines_) line.held.erase(flow.id);
    auto gone = known_to_.extract(flow.id);
    if (!gone) return;
    for (auto worker : gone.mapped()) insist(worker, parcel::Failed{flow, error});
}

void WorkerWire::offer(std::uint32_t to, Parcel parcel) {
    if (!post_.put(to, std::move(parcel), false)) counts_.dropped.fetch_add(1, relaxed);
}

/// What must not be lost, yet not overtake what waits.
void WorkerWire::insist(std::uint32_t to, Parcel parcel) {
    auto line = lines_.find(to);
    if (line != lines_.end()) return line->second.parcels.push_back(std::move(parcel));
    (void)post_.put(to, std::move(parcel), true);
}

/// False when it has to wait. A line stands while something is in it.
bool WorkerWire::queue_up(std::uint32_t to, Parcel parcel) {
    auto line = lines_.find(to);
    if (line == lines_.end()) {
        if (post_.put(to, std::move(parcel), false)) return true;
        line = lines_.try_emplace(to).first;
        post_.tell_of_room(share_.worker, to);
    }
    line->second.parcels.push_back(std::move(parcel));
    return false;
}

void WorkerWire::room_at(std::uint32_t worker) {
    auto entry = lines_.find(worker);
    if (entry == lines_.end()) return;
    auto& [parcels, octets, held] = entry->second;
    for (; !parcels.empty(); parcels.pop_front()) {
        auto* sending = std::get_if<parcel::Send>(&parcels.front());
        const auto size = sending ? sending->octets->size() : 0;
        if (!post_.put(worker, std::move(parcels.front()), false)) return post_.tell_of_room(share_.worker, worker);
        octets -= size;
    }
    auto line = std::move(entry->second);
    lines_.erase(entry);
    release(line);
}

/// Those that another full queue still holds stay held.
void WorkerWire::release(Line& line) {
    for (auto id : line.held) {
        auto holds = [id](const auto& other) { return other.second.held.contains(id); };
        if (std::ranges::none_of(lines_, holds)) wire_->hold(without_home(id), false);
    }
}

}  // namespace siptxn
