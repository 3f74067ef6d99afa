// SPDX-License-Identifier: MIT
#include "net/loop.hpp"
#include "sim/recorder.hpp"
#include "users.hpp"

#include <asio/socket_base.hpp>

#include <doctest/doctest.h>

#include <list>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

using namespace siptxn;

namespace {

std::string options_request(std::string_view call_id) {
    return "OPTIONS sip:bob@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:5999;branch=z9hG4bK" +
           std::string(call_id) +
           "\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:bob@127.0.0.1>\r\nCall-ID: " +
           std::string(call_id) + "\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
}

}  // namespace

TEST_CASE("requests between two endpoints over TCP share one connection") {
    Loop loop;
    Caller caller(loop.endpoint({}));
    Answerer answerer(loop.endpoint({Transport::tcp}));
    auto uri = uri_of(answerer.endpoint->wire().listeners()[0]);
    auto first = caller.send("OPTIONS", uri, "tcp-1");
    auto second = caller.send("INVITE", uri, "tcp-2");
    REQUIRE(loop.until([&] { return caller.finals.size() == 2; }));
    CHECK(caller.finals[first] == std::vector<int>{200});
    CHECK(caller.finals[second] == std::vector<int>{486});
    CHECK(caller.flows.size() == 1);
}

TEST_CASE("a request that comes octet by octet is answered once (RFC 3261 §18.3)") {
    Loop loop;
    Answerer answerer(loop.endpoint({Transport::tcp}));
    RawPeer peer(loop, answerer.endpoint->wire().listeners()[0].local);
    peer.socket.set_option(asio::ip::tcp::no_delay(true));
    for (char octet : options_request("split")) {
        peer.write({&octet, 1});
        loop.context.poll();
    }
    CHECK(peer.gets("\r\n\r\n"));
    CHECK(peer.received.starts_with("SIP/2.0 200 OK\r\n"));
    CHECK(answerer.requests == 1);
}

TEST_CASE("a peer that closes its half after the request still gets the answer, then the end") {
    Loop loop;
    Answerer answerer(loop.endpoint({Transport::tcp}));
    RawPeer peer(loop, answerer.endpoint->wire().listeners()[0].local);
    peer.write(options_request("half"));
    peer.socket.shutdown(asio::ip::tcp::socket::shutdown_send);
    REQUIRE(peer.ends());
    CHECK(peer.received.starts_with("SIP/2.0 200 OK\r\n"));
}

TEST_CASE("the end and the reset of a connection are noticed at once") {
    Loop loop;
    Recorder events;
    auto wire = loop.wire({Transport::tcp});
    wire->attach(&events);
    {
        RawPeer peer(loop, wire->listeners()[0].local);
        REQUIRE(loop.until([&] { return events.opened.size() == 1; }));
    }
    REQUIRE(loop.until([&] { return events.failed.size() == 1; }));
    CHECK(events.failed[0].error == Errc::closed);
    {
        RawPeer peer(loop, wire->listeners()[0].local);
        REQUIRE(loop.until([&] { return events.opened.size() == 2; }));
        peer.socket.set_option(asio::socket_base::linger(true, 0));
        peer.socket.close();  // the destructor would take the linger back
    }
    REQUIRE(loop.until([&] { return events.failed.size() == 2; }));
    CHECK(events.failed[1].error == Errc::transport);
    CHECK(events.failed[1].flow == events.opened[1].flow);
    wire->send(events.opened[1].flow, octets_of("too late"));
    REQUIRE(loop.until([&] { return events.failed.size() == 3; }));
    CHECK(events.failed[2].error == Errc::closed);
}

TEST_CASE("without descriptors accepting pauses, and goes on when there are some again") {
    Loop loop;
    Recorder events;
    auto wire = loop.wire({Transport::tcp});
    wire->attach(&events);
    rlimit before;
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
    asio::ip::tcp::socket first(loop.context), second(loop.context);
    first.connect(tcp_endpoint(wire->listeners()[0].local));
    second.connect(tcp_endpoint(wire->listeners()[0].local));
    rlimit none{static_cast<rlim_t>(second.native_handle() + 1), before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
    std::vector<int> taken;
    for (int d = dup(0); d >= 0; d = dup(0)) taken.push_back(d);
    std::size_t handlers = 0;
    for (int i = 0; i < 100; ++i) handlers += loop.context.poll();
    CHECK(handlers < 10);
    CHECK(events.opened.empty());
    for (int d : taken) close(d);
    REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK(loop.until([&] { return events.opened.size() == 2; }));
}

TEST_CASE("a refused connection fails the request at once") {
    Loop loop;
    Caller caller(loop.endpoint({}));
    Listener nobody{
        Transport::tcp, {any_loopback.ip, unused_port(loop)}
    };
    auto start = std::chrono::steady_clock::now();
    auto id = caller.send("OPTIONS", uri_of(nobody), "tcp-refused");
    REQUIRE(loop.until([&] { return caller.failures.contains(id); }));
    CHECK(caller.failures[id] == Errc::connect_failed);
    CHECK(std::chrono::steady_clock::now() - start < 5s);
}

TEST_CASE("a peer that does not read fails its connection alone, with bounded memory") {
    Loop loop;
    Recorder events;
    net::WireOptions options;
    options.send_queue = 100'000;
    auto wire = loop.wire({Transport::tcp}, options);
    wire->attach(&events);
    asio::ip::tcp::socket deaf(loop.context);
    deaf.connect(tcp_endpoint(wire->listeners()[0].local));
    RawPeer peer(loop, wire->listeners()[0].local);
    REQUIRE(loop.until([&] { return events.opened.size() == 2; }));
    auto port_of_deaf = deaf.local_endpoint().port();
    auto deaf_flow = events.opened[events.opened[0].flow.remote.port == port_of_deaf ? 0 : 1].flow;
    auto other = events.opened[events.opened[0].flow.remote.port == port_of_deaf ? 1 : 0].flow;
    auto block = octets_of(std::string(65'536, 'x'));
    for (int i = 0; i < 1000 && events.failed.empty(); ++i) {
        wire->send(deaf_flow, block);
        loop.context.poll();
    }
    REQUIRE(loop.until([&] { return !events.failed.empty(); }));
    CHECK(events.failed[0].flow == deaf_flow);
    CHECK(events.failed[0].error == Errc::overloaded);
    wire->send(other, octets_of("still here"));
    CHECK(peer.gets("still here"));
}

TEST_CASE("closing a connection sends what is queued first; more connections than allowed are closed") {
    Loop loop;
    Recorder events;
    net::WireOptions options;
    options.limits.flows = 1;
    auto wire = loop.wire({Transport::tcp}, options);
    wire->attach(&events);
    RawPeer first(loop, wire->listeners()[0].local);
    RawPeer second(loop, wire->listeners()[0].local);
    REQUIRE(second.ends());
    CHECK(events.opened.size() == 1);
    std::string large(3'000'000, 'x');
    wire->send(events.opened[0].flow, octets_of(large));
    wire->close(events.opened[0].flow.id);
    REQUIRE(first.ends());
    CHECK(first.received == large);
    CHECK(events.failed.empty());
}

TEST_CASE("peers that connect and say nothing keep nobody out, however many they are") {
    Loop loop;
    LayerOptions layer;
    net::WireOptions options;
    options.limits.flows = layer.limits.flows = 8;
    auto clock = std::make_shared<net::AsioClock>(loop.context.get_executor());
    Answerer answerer(Endpoint::create(loop.wire({Transport::tcp}, options), clock, net::system_random(), layer));
    const auto address = answerer.endpoint->wire().listeners()[0].local;
    std::list<RawPeer> silent;
    for (int i = 0; i < 40; ++i) silent.emplace_back(loop, address);
    RawPeer peer(loop, address);
    peer.write(options_request("late"));
    CHECK(peer.gets("SIP/2.0 200 OK\r\n"));
    CHECK(silent.front().ends());
    Caller caller(answerer.endpoint);  // nor do they keep us in
    RawServer server(loop);
    caller.send("OPTIONS", "sip:bob@" + to_string(server.address()) + ";transport=tcp", "out");
    REQUIRE(loop.until([&] { return server.peer.has_value(); }));
    CHECK(server.peer->gets("OPTIONS sip:bob"));
}

TEST_CASE("what waits for a peer that does not read is bounded, however short its pieces are") {
    Loop loop;
    Recorder events;
    auto wire = loop.wire({Transport::tcp}, {.send_queue = 30'000'000});
    wire->attach(&events);
    asio::ip::tcp::socket deaf(loop.context);
    deaf.connect(tcp_endpoint(wire->listeners()[0].local));
    REQUIRE(loop.until([&] { return events.opened.size() == 1; }));
    wire->send(events.opened[0].flow, octets_of(std::string(20'000'000, 'x')));  // more than the system takes
    const auto pong = octets_of("\r\n");
    for (int i = 0; i < 500'000; ++i) wire->send(events.opened[0].flow, pong);
    REQUIRE(loop.until([&] { return !events.failed.empty(); }));
    CHECK(events.failed[0].error == Errc::overloaded);
}

TEST_CASE("a wire may be destroyed while it connects") {
    Loop loop;
    Recorder events;
    auto wire = loop.wire({Transport::tcp});
    wire->attach(&events);
    wire->open(wire->new_flow_id(), Transport::tcp, wire->listeners()[0].local, "");
    wire.reset();
    loop.work.reset();
    loop.context.run();
    CHECK(events.opened.empty());
}
