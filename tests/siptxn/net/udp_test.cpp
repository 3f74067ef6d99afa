// SPDX-License-Identifier: MIT
#include "net/loop.hpp"
#include "sim/recorder.hpp"
#include "users.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace siptxn;

TEST_CASE("an OPTIONS is answered between two endpoints over UDP, from the listening socket") {
    Loop loop;
    Caller caller(loop.endpoint({Transport::udp}));
    Answerer answerer(loop.endpoint({Transport::udp}));
    SocketAddress seen;
    caller.when_event = [&](const Event& event) {
        if (auto* response = std::get_if<ResponseReceived>(&event)) seen = response->flow.local;
    };
    auto id = caller.send("OPTIONS", uri_of(answerer.endpoint->wire().listeners()[0]), "udp-1");
    REQUIRE(loop.until([&] { return caller.finals.contains(id) || caller.failures.contains(id); }));
    CHECK(caller.finals[id] == std::vector<int>{200});
    CHECK(seen == caller.endpoint->wire().listeners()[0].local);
}

TEST_CASE("a client without a UDP listener sends from a port of its own and gets the answer there") {
    Loop loop;
    Caller caller(loop.endpoint({}));
    Answerer answerer(loop.endpoint({Transport::udp}));
    auto id = caller.send("OPTIONS", uri_of(answerer.endpoint->wire().listeners()[0]), "udp-2");
    REQUIRE(loop.until([&] { return caller.finals.contains(id) || caller.failures.contains(id); }));
    CHECK(caller.finals[id] == std::vector<int>{200});
}

TEST_CASE("an ICMP error fails a request over UDP at once (RFC 3261 §18.4)") {
    Loop loop;
    Caller caller(loop.endpoint({Transport::udp}));
    auto nobody = loop.wire({Transport::udp})->listeners()[0];  // gone again
    auto start = std::chrono::steady_clock::now();
    auto id = caller.send("OPTIONS", uri_of(nobody), "udp-3");
    REQUIRE(loop.until([&] { return caller.failures.contains(id); }));
    CHECK(caller.failures[id] != Errc::timeout);
    CHECK(std::chrono::steady_clock::now() - start < 32s);
}

TEST_CASE("a datagram to a wildcard socket tells the address it was sent to, and the answer leaves from there") {
    Loop loop;
    Recorder server, client;
    net::WireOptions options;
    options.listen.push_back({Transport::udp, {}});
    auto wildcard = net::make_wire(loop.context.get_executor(), options).value();
    auto wire = loop.wire({Transport::udp});
    wildcard->attach(&server);
    wire->attach(&client);
    SocketAddress to{ip_of("127.0.0.2"), wildcard->listeners()[0].local.port};
    server.when_octets = [&](const Flow& flow, std::string_view octets) {
        wildcard->send(flow, octets_of(std::string(octets)));
    };
    wire->send({FlowId::none, Transport::udp, wire->listeners()[0].local, to}, octets_of("echo"));
    REQUIRE(loop.until([&] { return !client.messages.empty(); }));
    CHECK(server.sources[0].local == to);
    CHECK(client.sources[0].remote == to);

    wildcard->open(wildcard->new_flow_id(), Transport::udp, client.sources[0].local, "");
    REQUIRE(loop.until([&] { return !server.opened.empty(); }));
    CHECK(server.opened[0].flow.local == SocketAddress{any_loopback.ip, to.port});
}

TEST_CASE("a datagram that is too large is refused, and the socket lives on") {
    Loop loop;
    Recorder events, peer;
    auto wire = loop.wire({Transport::udp});
    auto other = loop.wire({Transport::udp});
    wire->attach(&events);
    other->attach(&peer);
    Flow flow{FlowId::none, Transport::udp, wire->listeners()[0].local, other->listeners()[0].local};
    wire->send(flow, octets_of(std::string(70'000, 'x')));
    CHECK(events.failed.empty());
    REQUIRE(loop.until([&] { return !events.failed.empty(); }));
    CHECK(events.failed[0].error == Errc::too_large);
    wire->send(flow, octets_of(std::string(60'000, 'y')));
    REQUIRE(loop.until([&] { return !peer.messages.empty(); }));
    CHECK(peer.messages[0] == std::string(60'000, 'y'));
}

TEST_CASE("a port that is taken, or a TLS listener without a certificate, is refused with a clear message") {
    Loop loop;
    auto first = loop.wire({Transport::udp, Transport::tcp});
    for (auto listener : first->listeners()) {
        net::WireOptions options;
        options.listen = {listener};
        auto second = net::make_wire(loop.context.get_executor(), options);
        REQUIRE_FALSE(second);
        CHECK(second.error().code == std::errc::address_in_use);
        auto where = std::string(to_string(listener.transport)) + ' ' + to_string(listener.local);
        CHECK(second.error().message.starts_with("cannot listen on " + where + ": "));
    }
    net::WireOptions secure;
    secure.listen.push_back({Transport::tls, any_loopback});
    CHECK(net::make_wire(loop.context.get_executor(), secure).error().code == std::errc::invalid_argument);
}

TEST_CASE("a wire of sockets may be destroyed inside its own event") {
    Loop loop;
    Recorder events;
    auto wire = loop.wire({Transport::udp});
    auto sender = loop.wire({Transport::udp});
    wire->attach(&events);
    events.when_octets = [&](const Flow&, std::string_view) { wire.reset(); };
    Flow flow{FlowId::none, Transport::udp, sender->listeners()[0].local, wire->listeners()[0].local};
    sender->send(flow, octets_of("one"));
    sender->send(flow, octets_of("two"));
    REQUIRE(loop.until([&] { return !wire; }));
    Recorder refused;
    sender->attach(&refused);
    sender->send(flow, octets_of("three"));
    REQUIRE(loop.until([&] { return !refused.failed.empty(); }));
    CHECK(events.messages.size() == 1);
}

TEST_CASE("what is sent from inside a batch leaves, in order, though a user throws in it") {
    Loop loop;
    Recorder server, client;
    auto wire = loop.wire({Transport::udp});
    auto peer = loop.wire({Transport::udp});
    wire->attach(&server);
    peer->attach(&client);
    const Flow there{FlowId::none, Transport::udp, peer->listeners()[0].local, wire->listeners()[0].local};
    int thrown = 0;
    server.when_octets = [&](const Flow& flow, std::string_view octets) {
        for (int copy = 0; copy < 20; ++copy) wire->send(flow, octets_of(std::string(octets) + std::to_string(copy)));
        if (octets == "b" && ++thrown == 1) throw std::runtime_error("a user's");
    };
    for (auto text : {"a", "b"}) peer->send(there, octets_of(text));
    auto all = [&] { return client.messages.size() == 40; };
    CHECK_THROWS_AS(loop.until(all), std::runtime_error);
    REQUIRE(loop.until(all));
    for (std::size_t i = 0; i < 40; ++i) CHECK(client.messages[i] == (i < 20 ? "a" : "b") + std::to_string(i % 20));
    peer->send(there, octets_of("c"));
    CHECK(loop.until([&] { return client.messages.size() == 60; }));
}
