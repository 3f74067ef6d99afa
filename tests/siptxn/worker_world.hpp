// SPDX-License-Identifier: MIT
#pragma once

#include "users.hpp"

#include <siptxn/endpoint.hpp>
#include <siptxn/sim/clock.hpp>
#include <siptxn/workers.hpp>

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Workers without sockets or threads: the peers, the queues and the order of things are the test's.

namespace siptxn {

inline SocketAddress place(std::string_view text) { return SocketAddress::parse(text, 5060).value(); }

/// A wire whose other end is the test. All workers listen on 192.0.2.1:5060.
struct HandWire final : Wire {
    struct Sent {
        Flow flow;
        std::string octets;
    };

    void attach(WireEvents* e) override { events = e; }
    std::vector<Listener> listeners() const override {
        return {
            {Transport::udp, place("192.0.2.1")},
            {Transport::tcp, place("192.0.2.1")}
        };
    }
    void open(FlowId id, Transport transport, const SocketAddress& remote, std::string_view) override {
        opening.push_back({id, transport, place("192.0.2.1"), remote});
    }
    FlowId new_flow_id() override { return FlowId{++last}; }
    void send(const Flow& flow, Octets octets) override { sent.push_back({flow, *octets}); }
    void close(FlowId id) override { closed.push_back(id); }
    void resolve(QueryId, std::string_view, RecordType) override {}
    void hold(FlowId id, bool on) override { on ? (void)held.insert(id) : (void)held.erase(id); }
    std::vector<std::string> peer_domains(FlowId) const override { return {"peer.example.com"}; }

    /// A peer's datagram.
    void datagram(std::string_view from, const std::string& octets, std::string_view to = "192.0.2.1") {
        events->on_octets({FlowId{900}, Transport::udp, place(to), place(from)}, octets);
    }
    /// A peer connects.
    Flow connection(std::string_view from) {
        Flow flow{new_flow_id(), Transport::tcp, place("192.0.2.1"), place(from)};
        events->on_opened(flow, true);
        return flow;
    }

    WireEvents* events = nullptr;
    std::uint64_t last = 0;
    std::vector<Flow> opening;
    std::vector<Sent> sent;
    std::vector<FlowId> closed;
    std::set<FlowId> held;
};

class WorkerWorld final : public WorkerPost {
public:
    explicit WorkerWorld(std::uint32_t count, std::size_t limit = 100, std::size_t backlog = 1'000'000)
        : queues(count), limit_(limit) {
        for (std::uint32_t i = 0; i < count; ++i) {
            LayerOptions options;
            options.share = share;
            options.share.workers = count;
            options.share.worker = i;
            share = options.share;
            sockets.push_back(std::make_shared<HandWire>());
            wires.push_back(std::make_shared<WorkerWire>(sockets[i], options.share, *this, backlog));
            endpoints.push_back(Endpoint::create(wires[i], clock, seeded_random(i + 1), options));
        }
    }

    bool put(std::uint32_t to, Parcel&& parcel, bool always) override {
        if (queues[to].size() >= limit_ && !always) return false;
        queues[to].push_back(std::move(parcel));
        return true;
    }
    void tell_of_room(std::uint32_t from, std::uint32_t to) override { waiting.emplace_back(from, to); }

    /// One parcel out of that queue.
    bool deliver(std::uint32_t to) {
        if (queues[to].empty()) return false;
        auto parcel = std::move(queues[to].front());
        queues[to].pop_front();
        wires[to]->take(std::move(parcel));
        return true;
    }
    /// Whoever waits for room there is told, once.
    bool tell_room(std::uint32_t to) {
        bool any = false;
        for (auto [from, where] : std::exchange(waiting, {})) {
            if (where == to && queues[to].size() < limit_) {
                wires[from]->room_at(to);
                any = true;
            } else {
                waiting.emplace_back(from, where);
            }
        }
        return any;
    }
    bool step(std::uint32_t worker) { return deliver(worker) | tell_room(worker); }
    /// Until nothing is on its way. Time stands still.
    void run() {
        for (bool any = true; any;) {
            any = clock->run_ready();
            for (std::uint32_t i = 0; i < queues.size(); ++i) any = step(i) || any;
        }
    }
    /// The `number`th Call-ID of that worker.
    std::string call_id_of(std::uint32_t worker, int number = 0) const {
        for (int i = 0;; ++i) {
            auto id = "call-" + std::to_string(i);
            if (share.owner_of(id) == worker && number-- == 0) return id;
        }
    }
    static std::string request(std::string_view method, std::string_view call_id, std::string_view branch,
                               std::string_view transport = "UDP") {
        std::string text(method);
        text.append(" sip:bob@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/").append(transport);
        text.append(" 192.0.2.9:5060;rport;branch=z9hG4bK").append(branch);
        text.append("\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:bob@192.0.2.1>\r\nCall-ID: ");
        text.append(call_id).append("\r\nCSeq: 1 ").append(method).append("\r\nContent-Length: 0\r\n\r\n");
        return text;
    }

    Share share{.key0 = 11, .key1 = 12};
    std::vector<std::deque<Parcel>> queues;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> waiting;
    std::shared_ptr<sim::Clock> clock = std::make_shared<sim::Clock>();
    std::vector<std::shared_ptr<HandWire>> sockets;
    std::vector<std::shared_ptr<WorkerWire>> wires;
    std::vector<std::shared_ptr<Endpoint>> endpoints;

private:
    std::size_t limit_;
};

}  // namespace siptxn
