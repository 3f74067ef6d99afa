// SPDX-License-Identifier: MIT
#include "sim/recorder.hpp"

#include <siptxn/sim/network.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace siptxn;

namespace {

const IpAddress a = ip_of("2001:db8::1");
const IpAddress b = ip_of("2001:db8::2");

/// A client and a server; the server listens on TCP 5060 and WS 80.
struct Pair {
    explicit Pair(std::uint64_t seed, const sim::Impairments& impairments = {}) : network(seed) {
        network.impair(impairments);
        client = network.wire(a, {});
        server = network.wire(b, {
                                     {Transport::tcp, {b, 5060}},
                                     {Transport::ws,  {b, 80}  }
        });
        client->attach(&at_client);
        server->attach(&at_server);
    }
    Flow connect(Transport transport, std::uint16_t port) {
        client->open(client->new_flow_id(), transport, {b, port}, "example.com");
        network.run();
        return at_client.opened.empty() ? Flow{} : at_client.opened.back().flow;
    }

    sim::Network network;
    Recorder at_client, at_server;
    std::shared_ptr<Wire> client, server;
};

}  // namespace

TEST_CASE("a simulated connection opens at both sides after the handshake's delay") {
    Pair pair(1, {.delay_min = 10ms, .delay_max = 10ms});
    auto start = pair.network.clock()->now();
    auto flow = pair.connect(Transport::tcp, 5060);
    CHECK(pair.network.clock()->now() - start == 20ms);
    REQUIRE(pair.at_server.opened.size() == 1);
    CHECK(pair.at_server.opened[0].accepted);
    CHECK(pair.at_server.opened[0].flow.remote == flow.local);
    CHECK(flow.remote == SocketAddress{b, 5060});
    CHECK_FALSE(pair.at_client.opened[0].accepted);
}

TEST_CASE("a simulated stream delivers every octet in order, cut anywhere, however bad the path") {
    bool split = false;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Pair pair(seed, {.delay_min = 1ms,
                         .delay_max = 40ms,
                         .loss = 0.2,
                         .duplication = 0.2,
                         .reordering = 0.2,
                         .corruption = 0.2});
        auto flow = pair.connect(Transport::tcp, 5060);
        std::string all;
        for (int i = 0; i < 20; ++i) {
            auto text = "message " + std::to_string(i) + "\r\n\r\n";
            all += text;
            pair.client->send(flow, octets_of(text));
        }
        pair.network.run();
        CHECK(pair.at_server.streams.begin()->second == all);
        split |= pair.at_server.messages.size() != 20;
    }
    CHECK(split);
}

TEST_CASE("a simulated WebSocket keeps its messages whole") {
    Pair pair(2);
    auto flow = pair.connect(Transport::ws, 80);
    for (auto text : {"one", "two", "three"}) pair.client->send(flow, octets_of(text));
    pair.network.run();
    CHECK(pair.at_server.messages == std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE("a simulated connection is refused where nobody listens for that transport") {
    Pair pair(3);
    pair.connect(Transport::tcp, 5061);
    pair.connect(Transport::tcp, 80);
    CHECK(pair.at_client.opened.empty());
    REQUIRE(pair.at_client.failed.size() == 2);
    CHECK(pair.at_client.failed[0].error == Errc::connect_failed);
}

TEST_CASE("closing a simulated connection sends what is queued, then tells the peer alone") {
    Pair pair(4);
    auto flow = pair.connect(Transport::tcp, 5060);
    pair.client->send(flow, octets_of("goodbye"));
    pair.client->close(flow.id);
    pair.client->close(flow.id);
    pair.network.run();
    CHECK(pair.at_server.streams.begin()->second == "goodbye");
    REQUIRE(pair.at_server.failed.size() == 1);
    CHECK(pair.at_server.failed[0].error == Errc::closed);
    CHECK(pair.at_client.failed.empty());

    pair.client->send(flow, octets_of("too late"));
    CHECK(pair.at_client.failed.empty());
    pair.network.run();
    REQUIRE(pair.at_client.failed.size() == 1);
    CHECK(pair.at_client.failed[0].error == Errc::closed);
}

TEST_CASE("a reset breaks a simulated connection at both sides, once") {
    Pair pair(5);
    auto flow = pair.connect(Transport::tcp, 5060);
    pair.client->send(flow, octets_of("never seen"));
    pair.network.reset(a, b);
    pair.network.run();
    CHECK(pair.at_server.messages.empty());
    CHECK(pair.at_client.failed.size() == 1);
    CHECK(pair.at_server.failed.size() == 1);
    CHECK(pair.at_server.failed[0].error == Errc::transport);
}

TEST_CASE("a partition delays a simulated stream and keeps connections from opening") {
    Pair pair(6);
    auto flow = pair.connect(Transport::tcp, 5060);
    pair.network.partition(a, b);
    pair.client->send(flow, octets_of("late"));
    pair.network.run();
    CHECK(pair.at_server.messages.empty());
    pair.network.heal(a, b);
    pair.network.run();
    CHECK(pair.at_server.streams.begin()->second == "late");

    pair.network.partition(a, b);
    pair.client->open(pair.client->new_flow_id(), Transport::tcp, {b, 5060}, "");
    pair.network.run_for(3s);
    CHECK(pair.at_client.opened.size() == 1);
    pair.network.heal(a, b);
    pair.network.run();
    CHECK(pair.at_client.opened.size() == 2);
}

TEST_CASE("a simulated host that is gone closes its connections; a missing one lets connecting time out") {
    Pair pair(7);
    pair.connect(Transport::tcp, 5060);
    pair.server.reset();
    pair.network.run();
    REQUIRE(pair.at_client.failed.size() == 1);
    CHECK(pair.at_client.failed[0].error == Errc::closed);
    pair.connect(Transport::tcp, 5060);
    CHECK(pair.at_client.failed.back().error == Errc::connect_timeout);
}

TEST_CASE("a simulated connection may be closed, or its wire destroyed, inside any event") {
    Pair pair(8);
    pair.at_server.when_opened = [&](const Flow& flow) {
        pair.server->send(flow, octets_of("hello"));
        pair.server->close(flow.id);
    };
    pair.at_client.when_octets = [&](const Flow&, std::string_view) { pair.client.reset(); };
    pair.connect(Transport::ws, 80);
    CHECK(pair.at_client.messages == std::vector<std::string>{"hello"});
    CHECK(pair.at_client.failed.empty());

    Pair other(9);
    other.at_client.when_opened = [&](const Flow&) { other.client.reset(); };
    other.connect(Transport::tcp, 5060);
    CHECK(other.at_server.failed.size() == 1);
}
