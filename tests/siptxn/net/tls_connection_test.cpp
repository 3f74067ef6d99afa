// SPDX-License-Identifier: MIT
#include "net/tls_peer.hpp"
#include "net/tls_rig.hpp"
#include "users.hpp"

#include <siptxn/error.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace siptxn;

namespace {

const IpAddress ipv6_loopback = ip_of("::1");

struct Exchange {
    Transport transport;
    IpAddress address;
    std::string scheme;
};

/// The status of an OPTIONS between two endpoints.
int status_over(const Exchange& exchange) {
    Loop loop;
    net::WireOptions listening{.listen = {{exchange.transport, {exchange.address, 0}}}, .tls = on_loopback()};
    Answerer answerer(loop.endpoint({}, listening));
    Caller caller(loop.endpoint({}, {.tls = trusting()}));
    auto local = answerer.endpoint->wire().listeners()[0].local;
    // sips makes TLS of tcp, and WSS of ws.
    std::string named(to_string(exchange.transport));
    if (exchange.scheme == "sips") named = exchange.transport == Transport::wss ? "ws" : "tcp";
    auto uri = exchange.scheme + ":bob@" + to_string(local) + ";transport=" + named;
    auto id = caller.send("OPTIONS", uri, "tls-1");
    loop.until([&] { return caller.ends.contains(id); });
    CHECK(caller.failures[id] == std::error_code());
    CHECK(caller.flows.size() == 1);
    return caller.finals[id].empty() ? 0 : caller.finals[id].front();
}

std::string large_text(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i * 31 % 26);
    return text;
}

struct Listening {
    explicit Listening(net::WireOptions options = {}, Transport transport = Transport::tls) {
        options.tls = on_loopback();
        options.tls.on_failure = [this](const net::TlsFailure& failure) { refused.push_back(failure); };
        wire = loop.wire({transport}, options);
        wire->attach(&events);
    }
    SocketAddress address() const { return wire->listeners()[0].local; }

    Loop loop;
    Recorder events;
    std::vector<net::TlsFailure> refused;
    std::shared_ptr<net::SocketWire> wire;
};

const std::string half_a_handshake("\x16\x03\x01\x02\x00\x01", 6);

}  // namespace

TEST_CASE("requests travel between two endpoints over TLS and WSS, IPv4 and IPv6, by sip and sips (RFC 3261 §26.2)") {
    for (auto transport : {Transport::tls, Transport::wss}) {
        for (const auto& address : {any_loopback.ip, ipv6_loopback}) {
            for (const char* scheme : {"sip", "sips"}) {
                CAPTURE(to_string(transport));
                CAPTURE(to_string(address));
                CAPTURE(std::string(scheme));
                CHECK(status_over({transport, address, scheme}) == 200);
            }
        }
    }
}

TEST_CASE("a request to a peer whose certificate is for others fails with that reason, and nothing is sent") {
    Loop loop;
    Answerer answerer(loop.endpoint({Transport::tls}, {.tls = named({"DNS:other.example"})}));
    Caller caller(loop.endpoint({}, {.tls = trusting()}));
    auto id = caller.send("OPTIONS", uri_of(answerer.endpoint->wire().listeners()[0]), "tls-2");
    REQUIRE(loop.until([&] { return caller.failures.contains(id); }));
    CHECK(caller.failures[id] == Errc::tls_wrong_name);
    CHECK(answerer.requests == 0);
}

TEST_CASE("messages of many records pass whole both ways at once, through full buffers") {
    for (auto transport : {Transport::tls, Transport::wss}) {
        net::WireOptions options;
        options.send_queue = 8'000'000;
        TlsPair pair(named({"DNS:example.com"}), trusting(), transport, options);
        REQUIRE(pair.connects("example.com"));
        auto there = large_text(1'000'000), back = large_text(1'000'001);
        for (int i = 0; i < 3; ++i) {
            pair.client->send(pair.at_client.opened[0].flow, octets_of(there));
            pair.server->send(pair.at_server.opened[0].flow, octets_of(back));
        }
        auto& received = pair.at_server.streams[pair.at_server.opened[0].flow.id];
        auto& returned = pair.at_client.streams[pair.at_client.opened[0].flow.id];
        pair.loop.until([&] { return received.size() >= 3 * there.size() && returned.size() >= 3 * back.size(); });
        CHECK(received == there + there + there);
        CHECK(returned == back + back + back);
    }
}

TEST_CASE("what is queued goes out before close_notify, which the peer sees") {
    Listening server;
    TlsPeer peer(server.loop, server.address());
    REQUIRE(peer.shakes_hands());
    REQUIRE(server.loop.until([&] { return server.events.opened.size() == 1; }));
    auto text = large_text(900'000);
    server.wire->send(server.events.opened[0].flow, octets_of(text));
    server.wire->close(server.events.opened[0].flow.id);
    REQUIRE(peer.ends());
    CHECK(*peer.end == asio::error::eof);  // Asio says stream_truncated when close_notify is missing
    CHECK(peer.received == text);
    CHECK(server.events.failed.empty());
}

TEST_CASE("close_notify, a bare end and a reset are noticed as the end of the flow") {
    Listening server;
    auto last_end = [&](auto leave) {
        auto before = server.events.failed.size();
        TlsPeer peer(server.loop, server.address());
        REQUIRE(peer.shakes_hands());
        REQUIRE(server.loop.until([&] { return server.events.opened.size() == before + 1; }));
        leave(peer);
        REQUIRE(server.loop.until([&] { return server.events.failed.size() == before + 1; }));
        CHECK(server.events.failed.back().flow == server.events.opened.back().flow);
        CHECK(server.events.failed.back().error == Errc::closed);
    };
    last_end([&](TlsPeer& peer) {
        peer.leave();
        CHECK(peer.ends());
        CHECK(peer.end == asio::error::eof);  // close_notify came back; else stream_truncated
    });
    last_end([&](TlsPeer& peer) { peer.stream->next_layer().shutdown(asio::ip::tcp::socket::shutdown_send); });
    CHECK(server.refused.empty());
}

TEST_CASE("a broken record ends its connection alone") {
    Listening server;
    TlsPeer peer(server.loop, server.address()), other(server.loop, server.address());
    REQUIRE(peer.shakes_hands());
    REQUIRE(other.shakes_hands());
    REQUIRE(server.loop.until([&] { return server.events.opened.size() == 2; }));
    std::string record("\x17\x03\x03\x00\x20", 5);
    asio::write(peer.stream->next_layer(), asio::buffer(record + std::string(32, 'x')));
    REQUIRE(server.loop.until([&] { return server.events.failed.size() == 1; }));
    CHECK(server.events.failed[0].error == Errc::tls_failed);
    other.write("still here");
    CHECK(server.loop.until([&] { return !server.events.messages.empty(); }));
    CHECK(server.events.failed.size() == 1);
}

TEST_CASE("what is not TLS is closed, told to nobody but the log, and hurts nobody else") {
    for (auto transport : {Transport::tls, Transport::wss}) {
        Listening server({}, transport);
        for (std::string_view words : {"OPTIONS sip:bob@127.0.0.1 SIP/2.0\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
                                       "\r\n\r\n\r\n\r\n", "\x80\x80\x80\x80\x80\x80\x80\x80"}) {
            RawPeer peer(server.loop, server.address());
            auto before = server.refused.size();
            peer.write(words);
            REQUIRE(peer.ends());
            REQUIRE(server.loop.until([&] { return server.refused.size() == before + 1; }));
            CAPTURE(server.refused.back().reason);
            CHECK(server.refused.back().error == Errc::tls_not_spoken);
            CHECK_FALSE(server.refused.back().reason.empty());
        }
        CHECK(server.events.opened.empty());
        CHECK(server.events.failed.empty());
    }
}

TEST_CASE("a server that does not speak TLS fails the connection with that error") {
    Loop loop;
    Recorder events;
    RawServer server(loop);
    auto wire = loop.wire({}, {.tls = trusting()});
    wire->attach(&events);
    wire->open(wire->new_flow_id(), Transport::tls, server.address(), "example.com");
    REQUIRE(loop.until([&] { return server.peer.has_value(); }));
    server.peer->write("SIP/2.0 400 Bad Request\r\n\r\n");
    REQUIRE(loop.until([&] { return events.failed.size() == 1; }));
    CHECK(events.failed[0].error == Errc::tls_not_spoken);
}

TEST_CASE("a handshake that is begun and never finished is closed in time") {
    net::WireOptions options;
    options.handshake_timeout = 50ms;
    Listening server(options);
    RawPeer peer(server.loop, server.address());
    peer.write(half_a_handshake);
    CHECK(peer.ends());
    REQUIRE(server.refused.size() == 1);
    CHECK(server.refused[0].error == Errc::connect_timeout);
    CHECK(server.events.opened.empty());
    CHECK(server.events.failed.empty());
}

TEST_CASE("a handshake that is begun counts as a connection, and the oldest makes room for others") {
    net::WireOptions options;
    options.limits.flows = 2;
    Listening server(options);
    RawPeer first(server.loop, server.address()), second(server.loop, server.address());
    first.write(half_a_handshake);
    RawPeer third(server.loop, server.address());
    CHECK(first.ends());
    REQUIRE(server.refused.size() == 1);
    CHECK(server.refused[0].error == Errc::overloaded);
    CHECK_FALSE(second.end);
    CHECK_FALSE(third.end);
}

TEST_CASE("a server that never answers the handshake fails the connection in time") {
    Loop loop;
    Recorder events;
    RawServer server(loop);
    net::WireOptions options;
    options.handshake_timeout = 50ms;
    auto wire = loop.wire({}, options);
    wire->attach(&events);
    wire->open(wire->new_flow_id(), Transport::wss, server.address(), "example.com");
    REQUIRE(loop.until([&] { return events.failed.size() == 1; }));
    CHECK(events.failed[0].error == Errc::connect_timeout);
}

TEST_CASE("a name is announced to the server, an address is not (RFC 6066 §3)") {
    Loop loop;
    auto wire = loop.wire({}, {.tls = trusting()});
    auto announces = [&](Transport transport, std::string_view name) {
        RawServer server(loop);
        wire->open(wire->new_flow_id(), transport, server.address(), name);
        loop.until([&] { return server.peer && !server.peer->received.empty(); });
        CHECK(server.peer->received.starts_with("\x16\x03"));
        CHECK((server.peer->received.find("http/1.1") != std::string::npos) == (transport == Transport::wss));
        return server.peer->received.find(name) != std::string::npos;
    };
    CHECK(announces(Transport::tls, "sip.example.com"));
    CHECK(announces(Transport::wss, "edge.example.com"));
    CHECK_FALSE(announces(Transport::tls, "127.0.0.1"));
}

TEST_CASE("a handshake that breaks off anywhere is told to nobody but the log") {
    Listening server;
    RawServer listener(server.loop);
    auto client = server.loop.wire({}, {.tls = trusting()});
    client->open(client->new_flow_id(), Transport::tls, listener.address(), "example.com");
    REQUIRE(server.loop.until([&] { return listener.peer && listener.peer->received.size() > 200; }));
    auto hello = listener.peer->received;
    std::size_t broken = 0;
    for (std::size_t size = 0; size < hello.size(); size += 1 + size / 4) {
        RawPeer peer(server.loop, server.address());
        if (size > 0) peer.write(std::string_view(hello).substr(0, size));
        peer.socket.shutdown(asio::ip::tcp::socket::shutdown_send);
        CHECK(peer.ends());
        ++broken;
    }
    CHECK(server.loop.until([&] { return server.refused.size() == broken; }));
    CHECK(server.events.opened.empty());
    CHECK(server.events.failed.empty());
}

TEST_CASE("64 handshakes at once all come to an end") {
    TlsPair pair(named({"DNS:example.com"}));
    for (int i = 0; i < 64; ++i) pair.open(i % 4 == 3 ? "other.example" : "example.com");
    REQUIRE(pair.loop.until([&] {
        return pair.at_client.opened.size() + pair.at_client.failed.size() == 64 &&
               pair.at_server.opened.size() + pair.refused_by_server.size() == 64;
    }));
    CHECK(pair.at_client.opened.size() == 48);
    CHECK(pair.at_server.opened.size() == 48);
}

TEST_CASE("a wire may be destroyed in the midst of a handshake, or inside its own event over TLS") {
    TlsPair pair(named({"DNS:example.com"}));
    pair.at_server.when_opened = [&](const Flow&) { pair.server.reset(); };
    pair.open("example.com");
    REQUIRE(pair.loop.until([&] { return !pair.at_server.opened.empty(); }));
    CHECK(pair.loop.until([&] { return !pair.at_client.failed.empty(); }));
    TlsPair another(named({"DNS:example.com"}));
    another.open("example.com");
    another.loop.context.run_one();
    another.client.reset();
    another.server.reset();
    another.loop.work.reset();
    another.loop.context.run();
    CHECK(another.at_client.failed.empty());
}
