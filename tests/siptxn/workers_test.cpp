// SPDX-License-Identifier: MIT
#include "worker_world.hpp"

#include <siptxn/stun.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <random>

using namespace siptxn;

namespace {

std::string call_id_in(const std::string& message) {
    const auto start = message.find("Call-ID: ") + 9;
    return message.substr(start, message.find("\r\n", start) - start);
}

}  // namespace

TEST_CASE("a datagram at the wrong worker is answered by its owner, from the port it came to") {
    WorkerWorld world(2);
    Answerer first(world.endpoints[0]), second(world.endpoints[1]);
    const auto request = WorkerWorld::request("OPTIONS", world.call_id_of(0), "a");
    world.sockets[1]->datagram("192.0.2.9:7000", request);
    world.run();
    CHECK(first.requests == 1);
    CHECK(second.requests == 0);
    CHECK(world.sockets[1]->sent.empty());
    REQUIRE(world.sockets[0]->sent.size() == 1);
    const auto& [flow, octets] = world.sockets[0]->sent[0];
    CHECK(octets.starts_with("SIP/2.0 200"));
    CHECK(flow.remote == place("192.0.2.9:7000"));
    CHECK(flow.local == place("192.0.2.1:5060"));
    CHECK(world.wires[1]->counts().handed_over == 1);
    CHECK(world.wires[0]->counts().taken == 1);
    CHECK(world.wires[0]->counts().sent_back == 0);
}

TEST_CASE("a repetition that comes to another socket is absorbed by the transaction of the first") {
    WorkerWorld world(3);
    Answerer owner(world.endpoints[2]);
    const auto request = WorkerWorld::request("OPTIONS", world.call_id_of(2), "a");
    for (std::uint32_t i = 0; i < 3; ++i) world.sockets[i]->datagram("192.0.2.9", request);
    world.run();
    CHECK(owner.requests == 1);
    CHECK(world.sockets[2]->sent.size() == 3);
    CHECK(world.endpoints[2]->layer().statistics().retransmissions_received == 2);
}

TEST_CASE("the response to a worker's request finds it, whichever socket it comes to") {
    WorkerWorld world(2);
    Caller caller(world.endpoints[0]);
    const auto id = caller.send("OPTIONS", "sip:bob@192.0.2.9", world.endpoints[0]->layer().identifiers().call_id());
    world.run();
    REQUIRE(world.sockets[0]->opening.size() == 1);
    world.sockets[0]->events->on_opened(world.sockets[0]->opening[0], false);
    world.run();
    REQUIRE(world.sockets[0]->sent.size() == 1);
    const auto& request = world.sockets[0]->sent[0].octets;
    world.sockets[1]->datagram("192.0.2.9",
                               sipmsg::Message::response(sipmsg::parse(request).value(), 200, "b").octets());
    world.run();
    CHECK(caller.finals[id] == std::vector<int>{200});
}

TEST_CASE("a datagram for an address that only one worker has is answered through that worker") {
    WorkerWorld world(2);
    Answerer owner(world.endpoints[0]);
    world.sockets[1]->datagram("192.0.2.9", WorkerWorld::request("OPTIONS", world.call_id_of(0), "a"),
                               "192.0.2.1:40123");
    world.run();
    CHECK(owner.requests == 1);
    CHECK(world.sockets[0]->sent.empty());
    REQUIRE(world.sockets[1]->sent.size() == 1);
    CHECK(world.sockets[1]->sent[0].flow.local == place("192.0.2.1:40123"));
    CHECK(world.sockets[1]->sent[0].flow.id == FlowId{900});
    CHECK(world.wires[0]->counts().sent_back == 1);
}

TEST_CASE("one connection carries the calls of all workers, and each answer goes back on it") {
    WorkerWorld world(3);
    std::vector<std::unique_ptr<Answerer>> users;
    for (auto& endpoint : world.endpoints) users.push_back(std::make_unique<Answerer>(endpoint));
    const auto flow = world.sockets[1]->connection("192.0.2.9:7000");
    std::string stream;
    for (std::uint32_t owner : {0u, 1u, 2u, 0u})
        stream += WorkerWorld::request("OPTIONS", world.call_id_of(owner), "b" + std::to_string(stream.size()), "TCP");
    for (char octet : stream) world.sockets[1]->events->on_octets(flow, {&octet, 1});
    world.run();
    CHECK(users[0]->requests == 2);
    CHECK(users[1]->requests == 1);
    CHECK(users[2]->requests == 1);
    CHECK(world.sockets[0]->sent.empty());
    CHECK(world.sockets[2]->sent.empty());
    REQUIRE(world.sockets[1]->sent.size() == 4);
    for (const auto& sent : world.sockets[1]->sent) CHECK(sent.flow == flow);
    const auto everywhere = at_home(flow.id, 1);
    for (auto& endpoint : world.endpoints) CHECK(endpoint->layer().find_flow(everywhere));
    CHECK(world.wires[0]->peer_domains(everywhere) == std::vector<std::string>{"peer.example.com"});
    CHECK(world.endpoints[0]->layer().statistics().connections_opened == 1);
}

TEST_CASE("all who use a connection hear of its end, once, and forget it") {
    WorkerWorld world(3);
    Caller near(world.endpoints[0]), far(world.endpoints[1]), stranger(world.endpoints[2]);
    const auto flow = world.sockets[0]->connection("192.0.2.9:7000");
    world.sockets[0]->events->on_octets(flow, WorkerWorld::request("OPTIONS", world.call_id_of(1), "a", "TCP"));
    world.run();
    REQUIRE(far.flows.size() == 1);
    world.sockets[0]->events->on_failed(flow, Errc::transport);
    world.run();
    CHECK(near.closed_flows.size() == 1);
    CHECK(far.closed_flows.size() == 1);
    CHECK(far.closed_flows[0].id == at_home(flow.id, 0));
    CHECK(stranger.flows.empty());
    CHECK(stranger.closed_flows.empty());
    CHECK(world.wires[1]->peer_domains(at_home(flow.id, 0)).empty());
}

TEST_CASE("a worker may close the connection of another: it is closed there, for all") {
    WorkerWorld world(2);
    Caller near(world.endpoints[0]), far(world.endpoints[1]);
    const auto flow = world.sockets[0]->connection("192.0.2.9:7000");
    world.sockets[0]->events->on_octets(flow, WorkerWorld::request("OPTIONS", world.call_id_of(1), "a", "TCP"));
    world.run();
    world.endpoints[1]->layer().close(at_home(flow.id, 0));
    world.endpoints[1]->wake();
    world.run();
    CHECK(world.sockets[0]->closed == std::vector{flow.id});
    CHECK(near.closed_flows.size() == 1);
    CHECK(far.closed_flows.size() == 1);
    CHECK(!world.endpoints[0]->layer().find_flow(at_home(flow.id, 0)));
}

TEST_CASE("above a full queue datagrams are dropped and counted; those before them are answered") {
    WorkerWorld world(2, 3);
    Answerer owner(world.endpoints[1]);
    for (int i = 0; i < 10; ++i)
        world.sockets[0]->datagram("192.0.2.9",
                                   WorkerWorld::request("OPTIONS", world.call_id_of(1, i), std::to_string(i)));
    CHECK(world.queues[1].size() == 3);
    CHECK(world.wires[0]->counts().dropped == 7);
    world.run();
    CHECK(owner.requests == 3);
}

TEST_CASE("a connection whose messages find a full queue is not read until there is room, and loses none") {
    WorkerWorld world(2, 3);
    Answerer owner(world.endpoints[1]);
    const auto flow = world.sockets[0]->connection("192.0.2.9:7000");
    const auto other = world.sockets[0]->connection("192.0.2.9:7001");
    std::string stream;
    std::vector<std::string> expected;
    for (int i = 0; i < 10; ++i) {
        expected.push_back(world.call_id_of(1, i));
        stream += WorkerWorld::request("OPTIONS", expected.back(), std::to_string(i), "TCP");
    }
    world.sockets[0]->events->on_octets(flow, stream);
    CHECK(world.sockets[0]->held == std::set{flow.id});
    CHECK(world.queues[1].size() == 3);
    CHECK(world.wires[0]->counts().held == 1);
    world.run();
    CHECK(world.sockets[0]->held.empty());
    CHECK(owner.requests == 10);
    std::vector<std::string> answered;
    for (const auto& sent : world.sockets[0]->sent) answered.push_back(call_id_in(sent.octets));
    CHECK(answered == expected);
    CHECK(world.wires[0]->counts().dropped == 0);
    CHECK(world.wires[1]->counts().dropped == 0);
    CHECK(!world.sockets[0]->held.contains(other.id));
}

TEST_CASE("a connection that ends while its messages wait delivers them first, then its end") {
    WorkerWorld world(2, 2);
    Caller owner(world.endpoints[1]);
    int requests = 0;
    std::optional<int> before_end;
    owner.when_event = [&](const Event& event) {
        requests += std::holds_alternative<RequestReceived>(event);
        if (std::holds_alternative<FlowClosed>(event)) before_end = requests;
    };
    const auto flow = world.sockets[0]->connection("192.0.2.9:7000");
    std::string stream;
    for (int i = 0; i < 6; ++i)
        stream += WorkerWorld::request("OPTIONS", world.call_id_of(1, i), std::to_string(i), "TCP");
    world.sockets[0]->events->on_octets(flow, stream);
    world.sockets[0]->events->on_failed(flow, Errc::closed);
    world.run();
    CHECK(before_end == 6);
}

TEST_CASE("octets for another's connection wait for room up to the backlog; above it that connection is closed") {
    WorkerWorld world(2, 2, 1000);
    Caller far(world.endpoints[1]);
    const auto flow = world.sockets[0]->connection("192.0.2.9:7000");
    world.sockets[0]->events->on_octets(flow, WorkerWorld::request("OPTIONS", world.call_id_of(1), "a", "TCP"));
    world.run();
    const Flow known = far.flows.at(0);
    for (int i = 0; i < 40; ++i) world.wires[1]->send(known, std::make_shared<const std::string>(100, 'x'));
    CHECK(world.queues[0].size() == 2);
    world.run();
    CHECK(world.sockets[0]->closed == std::vector{flow.id});
    CHECK(world.sockets[0]->sent.size() == 12);  // two in the queue, ten in the backlog
    CHECK(far.closed_flows.size() == 1);
}

TEST_CASE("the answer to a STUN request and an ICMP error reach every worker: the system asks none of them") {
    WorkerWorld world(3);
    std::vector<std::unique_ptr<Caller>> users;
    for (auto& endpoint : world.endpoints) users.push_back(std::make_unique<Caller>(endpoint));
    auto& asker = *users[2];
    const auto id = asker.send("OPTIONS", "sip:bob@192.0.2.9", world.endpoints[2]->layer().identifiers().call_id());
    world.run();
    world.sockets[2]->events->on_opened(world.sockets[2]->opening.at(0), false);
    world.run();
    world.sockets[0]->datagram("192.0.2.9", write_binding_success({1, 2, 3}, place("192.0.2.1")));
    CHECK(world.queues[1].size() == 1);
    CHECK(world.queues[2].size() == 1);
    world.sockets[0]->datagram("192.0.2.9", write_binding_request({1, 2, 3}));
    CHECK(world.queues[1].size() == 1);
    world.sockets[0]->events->on_failed({FlowId{900}, Transport::udp, place("192.0.2.1"), place("192.0.2.9")},
                                        Errc::connect_failed);
    world.run();
    CHECK(asker.failures[id] == Errc::connect_failed);
}

TEST_CASE("1000 seeds: however workers take turns, each request on a connection is answered once, on it") {
    for (unsigned seed = 1; seed <= 1000; ++seed) {
        CAPTURE(seed);
        std::mt19937 chance(seed);
        auto below = [&](std::uint32_t limit) { return static_cast<std::uint32_t>(chance() % limit); };
        const auto count = 2 + below(3);
        WorkerWorld world(count, 1 + below(4));
        std::vector<std::unique_ptr<Answerer>> users;
        for (auto& endpoint : world.endpoints) users.push_back(std::make_unique<Answerer>(endpoint));
        std::vector<std::pair<std::uint32_t, Flow>> connections;
        for (int i = 0; i < 4; ++i) {
            const auto home = below(count);
            connections.emplace_back(home, world.sockets[home]->connection("192.0.2.9:700" + std::to_string(i)));
        }
        std::map<std::uint64_t, std::multiset<std::string>> asked, answered;
        std::uint64_t datagrams = 0, dropped = 0, replies = 0;
        for (int i = 0; i < 60; ++i) {
            const auto id = "seed-" + std::to_string(below(40));
            const auto branch = std::to_string(i);
            const auto& [home, flow] = connections[below(4)];
            if (below(3) == 0) {
                ++datagrams;
                world.sockets[below(count)]->datagram("192.0.2.8", WorkerWorld::request("OPTIONS", id, "u" + branch));
            } else if (!world.sockets[home]->held.contains(flow.id)) {
                world.sockets[home]->events->on_octets(flow, WorkerWorld::request("OPTIONS", id, branch, "TCP"));
                asked[static_cast<std::uint64_t>(at_home(flow.id, home))].insert(id);
            }
            for (auto steps = below(4); steps > 0; --steps) world.step(below(count));
        }
        world.run();
        for (std::uint32_t i = 0; i < count; ++i) {
            dropped += world.wires[i]->counts().dropped;
            CHECK(world.sockets[i]->held.empty());
            for (const auto& [flow, octets] : world.sockets[i]->sent) {
                if (flow.transport == Transport::udp)
                    ++replies;
                else
                    answered[static_cast<std::uint64_t>(at_home(flow.id, i))].insert(call_id_in(octets));
            }
        }
        CHECK(asked == answered);
        CHECK(replies + dropped == datagrams);
    }
}
