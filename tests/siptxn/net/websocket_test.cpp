// SPDX-License-Identifier: MIT
#include "net/loop.hpp"
#include "sim/recorder.hpp"
#include "users.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace siptxn;

namespace {

constexpr std::string_view good_request =
    "GET / HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: xmpp, "
    "sip\r\n\r\n";

std::string without(std::string_view text, std::string_view line_start) {
    auto begin = text.find(line_start);
    auto end = text.find("\r\n", begin) + 2;
    return std::string(text.substr(0, begin)).append(text.substr(end));
}

constexpr int text = 1, binary = 2, continuation = 0, close_frame = 8, ping = 9;
constexpr int more = 0x100;  ///< FIN is not set

/// A frame as a client sends it (RFC 6455 §5.2), masked with zeros unless told otherwise.
std::string frame(int opcode, std::string_view payload, bool masked = true) {
    std::string octets(1, static_cast<char>((opcode & more ? 0 : 0x80) | (opcode & 0xf)));
    auto mask_bit = masked ? 0x80 : 0;
    if (payload.size() < 126) {
        octets += static_cast<char>(mask_bit | static_cast<int>(payload.size()));
    } else if (payload.size() < 65'536) {
        octets += static_cast<char>(mask_bit | 126);
        for (int shift = 8; shift >= 0; shift -= 8) octets += static_cast<char>(payload.size() >> shift & 0xff);
    } else {
        octets += static_cast<char>(mask_bit | 127);
        for (int shift = 56; shift >= 0; shift -= 8) octets += static_cast<char>(payload.size() >> shift & 0xff);
    }
    if (masked) octets.append(4, '\0');
    return octets.append(payload);
}

/// A Close as a server sends it; without a code when that is 0.
std::string close_with(int code) {
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    return frame(close_frame, code ? payload : "", false);
}

/// A server, and a raw client that has shaken hands.
struct Opened {
    explicit Opened(net::WireOptions options = {})
        : wire(loop.wire({Transport::ws}, options)), peer(loop, wire->listeners()[0].local) {
        wire->attach(&events);
        peer.write(good_request);
        REQUIRE(peer.gets("\r\n\r\n"));
        CHECK(peer.received.starts_with("HTTP/1.1 101 "));
        CHECK(peer.received.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") !=
              std::string::npos);  // RFC 6455 §1.3
        CHECK(peer.received.find("Sec-WebSocket-Protocol: sip\r\n") != std::string::npos);
        peer.received.clear();
    }
    bool gets_messages(std::size_t count) {
        return loop.until([&] { return events.messages.size() >= count || !events.failed.empty(); });
    }
    Loop loop;
    Recorder events;
    std::shared_ptr<Wire> wire;
    RawPeer peer;
};

std::string refusal_of(std::string_view request) {
    Loop loop;
    Recorder events;
    auto wire = loop.wire({Transport::ws});
    wire->attach(&events);
    RawPeer peer(loop, wire->listeners()[0].local);
    peer.write(request);
    REQUIRE(peer.ends());
    CHECK(events.opened.empty());
    CHECK(events.failed.empty());
    return peer.received.substr(0, peer.received.find("\r\n"));
}

}  // namespace

TEST_CASE("requests travel between two endpoints over WebSocket, both ways on one connection (RFC 7118 §5)") {
    Loop loop;
    Caller caller(loop.endpoint({}));
    Answerer answerer(loop.endpoint({Transport::ws}));
    auto id = caller.send("OPTIONS", uri_of(answerer.endpoint->wire().listeners()[0]), "ws-1");
    REQUIRE(loop.until([&] { return caller.finals.contains(id) || caller.failures.contains(id); }));
    CHECK(caller.finals[id] == std::vector<int>{200});
    CHECK(caller.flows.size() == 1);
}

TEST_CASE("an upgrade that is not a good one is refused and closed (RFC 6455 §4.2.2, RFC 7118 §4.1)") {
    CHECK(refusal_of(without(good_request, "Sec-WebSocket-Protocol")) == "HTTP/1.1 400 Bad Request");
    CHECK(refusal_of(without(good_request, "Sec-WebSocket-Key")) == "HTTP/1.1 400 Bad Request");
    CHECK(refusal_of(without(good_request, "Host")) == "HTTP/1.1 400 Bad Request");
    CHECK(refusal_of(without(good_request, "Sec-WebSocket-Version")) == "HTTP/1.1 426 Upgrade Required");
    CHECK(refusal_of("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == "HTTP/1.1 426 Upgrade Required");
    CHECK(refusal_of("POST / HTTP/1.1\r\nHost: a\r\n\r\n") == "HTTP/1.1 405 Method Not Allowed");
    CHECK(refusal_of("OPTIONS sip:a SIP/2.0\r\n\r\n") == "HTTP/1.1 400 Bad Request");
    CHECK(refusal_of("\r\n\r\n") == "HTTP/1.1 400 Bad Request");
    CHECK(refusal_of(std::string(20'000, 'x')) == "HTTP/1.1 400 Bad Request");
    CHECK(refusal_of(std::string("\x16\x03\x01\x02\x00\x01\r\n\r\n", 10)) == "HTTP/1.1 400 Bad Request");
}

TEST_CASE("a peer that never finishes its upgrade is closed") {
    Loop loop;
    net::WireOptions options;
    options.handshake_timeout = 50ms;
    auto wire = loop.wire({Transport::ws}, options);
    RawPeer peer(loop, wire->listeners()[0].local);
    peer.write("GET / HTTP/1.1\r\n");
    CHECK(peer.ends());
}

TEST_CASE("browsers connect from pages that are listed, and who sends no Origin is none (RFC 6455 §10.2)") {
    for (const auto& [origin, status] : {
             std::pair("", 101),
             {"Origin: https://Phone.example.com\r\n",                                     101},
             {"Origin: https://evil.example.com\r\n",                                      403},
             {"Origin: null\r\n",                                                          403},
             {"Origin: https://phone.example.com\r\nOrigin: https://evil.example.com\r\n", 403}
    }) {
        CAPTURE(origin);
        Loop loop;
        net::WireOptions options;
        options.websocket_origins = {"https://phone.example.com"};
        auto wire = loop.wire({Transport::ws}, options);
        RawPeer peer(loop, wire->listeners()[0].local);
        auto request = std::string(good_request);
        request.insert(request.find("Upgrade:"), origin);
        peer.write(request);
        REQUIRE(peer.gets("\r\n\r\n"));
        CHECK(peer.received.starts_with("HTTP/1.1 " + std::to_string(status)));
    }
}

TEST_CASE("a plain GET on a WebSocket port is the program's to answer, else 426") {
    const std::string get = "GET /health?deep=1 HTTP/1.1\r\nHost: example.com\r\n\r\n";
    CHECK(refusal_of(get) == "HTTP/1.1 426 Upgrade Required");
    Loop loop;
    net::WireOptions options;
    std::string target, head;
    options.on_http_get = [&](const net::HttpRequest& request) -> net::HttpResponse {
        target = request.target;
        head = request.head;
        CHECK(request.flow.transport == Transport::ws);
        return {.status = 200, .content_type = "application/json", .body = "{\"well\": true}"};
    };
    auto wire = loop.wire({Transport::ws}, options);
    RawPeer peer(loop, wire->listeners()[0].local);
    peer.write(get);
    REQUIRE(peer.ends());
    CHECK(target == "/health?deep=1");
    CHECK(head == get);
    CHECK(peer.received ==
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\nConnection: close\r\n\r\n"
          "{\"well\": true}");
    RawPeer other(loop, wire->listeners()[0].local);
    other.write(good_request);  // the others are served as ever
    REQUIRE(other.gets("\r\n\r\n"));
    CHECK(other.received.starts_with("HTTP/1.1 101 "));
}

TEST_CASE("a message that begins and never ends is the end of its connection, and of no other (RFC 6455 §5.4)") {
    for (const auto& begun : {frame(text | more, "half"), frame(text, std::string(200, 'x')).substr(0, 50)}) {
        net::WireOptions options;
        options.limits.head_timeout = 50ms;
        Opened opened(options);
        opened.peer.write(frame(text, "whole") + begun);
        REQUIRE(opened.gets_messages(1));
        REQUIRE(opened.loop.until([&] { return !opened.events.failed.empty(); }));
        CHECK(opened.events.failed[0].error == Errc::timeout);
        CHECK(opened.events.messages == std::vector<std::string>{"whole"});
    }
}

TEST_CASE("a double CRLF goes out as a Ping, and its Pong comes in as CRLF (RFC 7118 §6, RFC 6455 §5.5.2)") {
    Opened opened;
    opened.wire->send(opened.events.opened[0].flow, octets_of("\r\n\r\n"));
    REQUIRE(opened.peer.gets(frame(ping, "", false)));
    CHECK(opened.peer.received == frame(ping, "", false));
    constexpr int pong = 10;
    opened.peer.write(frame(pong, ""));
    REQUIRE(opened.gets_messages(1));
    CHECK(opened.events.messages == std::vector<std::string>{"\r\n"});
}

TEST_CASE("an upgrade may come octet by octet, and the first frames right behind it") {
    Loop loop;
    Recorder events;
    auto wire = loop.wire({Transport::ws});
    wire->attach(&events);
    RawPeer peer(loop, wire->listeners()[0].local);
    for (char octet : std::string(good_request) + frame(text, "one")) {
        peer.write({&octet, 1});
        loop.context.poll();
    }
    peer.write(frame(text, "two") + frame(binary, "three"));
    REQUIRE(loop.until([&] { return events.messages.size() == 3; }));
    CHECK(events.messages == std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE("fragments are one message, with a ping between them answered (RFC 6455 §5.4, §5.5.2)") {
    Opened opened;
    opened.peer.write(frame(text | more, "INVITE ") + frame(ping, "are you there") +
                      frame(continuation | more, "sip:") + frame(continuation, "bob"));
    REQUIRE(opened.gets_messages(1));
    CHECK(opened.events.messages == std::vector<std::string>{"INVITE sip:bob"});
    CHECK(opened.peer.gets(std::string("\x8a\x0d") + "are you there"));
}

TEST_CASE("messages go out as text, and as binary when they are not UTF-8 (RFC 7118 §5.1)") {
    Opened opened;
    auto flow = opened.events.opened.at(0).flow;
    opened.wire->send(flow, octets_of("gr\xc3\xbc\xc3\x9f"));
    CHECK(opened.peer.gets("\x81\x06gr\xc3\xbc\xc3\x9f"));
    for (std::string octets : {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
        opened.peer.received.clear();
        opened.wire->send(flow, octets_of(octets));
        CHECK(opened.peer.gets(std::string("\x82") + static_cast<char>(octets.size()) + octets));
    }
}

TEST_CASE("a Close is answered with its code, and ends the flow (RFC 6455 §5.5.1)") {
    Opened opened;
    opened.peer.write(frame(text, "last") + frame(close_frame, "\x03\xe9"));  // 1001
    CHECK(opened.peer.gets(close_with(1001)));
    REQUIRE(opened.peer.ends());
    CHECK(opened.events.messages == std::vector<std::string>{"last"});
    REQUIRE(opened.events.failed.size() == 1);
    CHECK(opened.events.failed[0].error == Errc::closed);
}

TEST_CASE("closing a WebSocket flow sends 1000, and no event follows") {
    Opened opened;
    opened.wire->close(opened.events.opened.at(0).flow.id);
    CHECK(opened.peer.gets(close_with(1000)));
    CHECK(opened.peer.ends());
    CHECK(opened.events.failed.empty());
}

TEST_CASE("what breaks the rules of frames ends the flow with the right code") {
    struct Fault {
        const char* what;
        std::string octets;
        int code;
    };
    net::WireOptions options;
    options.limits.stream_octets = 1000;
    options.fragments = 10;
    std::string many = frame(text | more, "x");
    for (int i = 0; i < 20; ++i) many += frame(continuation | more, "");
    std::string pings;
    for (int i = 0; i < 500; ++i) pings += frame(ping, "");
    for (const Fault& fault : {
             Fault{"a message too large",          frame(text,                            std::string(1001,                                        'x')),                                          1009           },
             Fault{"fragments too large together",
                   frame(text | more,                                                     std::string(600,                                         'x')) + frame(continuation,                     std::string(600, 'x')), 1009},
             Fault{"an announced length of 2^62",                          std::string("\x81\xff\x40\0\0\0\0\0\0\0\0\0\0\0x",                                                               15),                                                                                          1009                                                             },
             Fault{"an announced length of 2^64-4",                              std::string("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xfc\0\0\0\0",                                     14),
                   0},
             Fault{"too many fragments",           many,                                  1008                                                   },
             Fault{"a length in more octets than it needs",                            std::string("\x81\xfe\0\x01\0\0\0\0x",                                                                9),                                                        0                                              },
             Fault{"a flood of pings",                              pings,                                        1008                                                       },
             Fault{"a frame that is not masked",                              frame(text,                                            "x",                                                                                      false),1002           },
             Fault{"text that is not UTF-8",    frame(text, "\xff\xff"),           1007},
             Fault{"a continuation of nothing",                       frame(continuation,                                          "x"),                                               1002                                                                                                                        },
             Fault{"a reserved opcode",               frame(3,                                               "x"),                                 1002      },
             Fault{"a control frame of 126 octets",                               frame(ping,                                                                     std::string(126,                                                                                                                                                  'x')),                                                       0                                                                                                                                                                                              },
    }) {
        CAPTURE(std::string(fault.what));
        Opened opened(options);
        opened.peer.write(frame(text, "before") + fault.octets);
        CHECK(opened.peer.gets(close_with(fault.code)));
        CHECK(opened.peer.ends());
        CHECK(opened.events.messages == std::vector<std::string>{"before"});
        REQUIRE(opened.events.failed.size() == 1);
        CHECK(opened.events.failed[0].error == Errc::malformed);
    }
}

namespace {

/// A server of ours has read a client's whole upgrade request, and has not answered.
struct Asked {
    Loop loop;
    Recorder events;
    RawServer server{loop};
    std::shared_ptr<net::SocketWire> wire = loop.wire({});

    explicit Asked(std::string_view name) {
        wire->attach(&events);
        wire->open(wire->new_flow_id(), Transport::ws, server.address(), name);
        REQUIRE(loop.until([&] { return server.peer.has_value(); }));
        REQUIRE(server.peer->gets("\r\n\r\n"));
    }
};

}  // namespace

TEST_CASE("a client refuses a server that does not prove itself (RFC 6455 §4.1)") {
    auto connect = [](std::string_view answer) {
        Asked asked("edge.example.com");
        auto& events = asked.events;
        auto& server = asked.server;
        auto host = "Host: edge.example.com:" + std::to_string(server.address().port) + "\r\n";
        CHECK(server.peer->received.find(host) != std::string::npos);
        CHECK(server.peer->received.find("Sec-WebSocket-Protocol: sip\r\n") != std::string::npos);
        server.peer->write(answer);
        REQUIRE(asked.loop.until([&] { return !events.failed.empty() || !events.opened.empty(); }));
        CHECK(events.opened.empty());
        return events.failed.at(0).error;
    };
    std::string head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    CHECK(connect(head + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: sip\r\n\r\n") ==
          Errc::connect_failed);
    CHECK(connect("HTTP/1.1 200 OK\r\n\r\n") == Errc::connect_failed);
    CHECK(connect("SIP/2.0 400 Bad Request\r\n\r\n") == Errc::connect_failed);
    CHECK(connect(std::string(20'000, 'x')) == Errc::connect_failed);
}

TEST_CASE("Host names the domain, or the address as a URI has it (RFC 6455 §4.1, RFC 3986 §3.2.2)") {
    auto host_for = [](std::string_view name) {
        Asked asked(name);
        auto& server = asked.server;
        const auto& head = server.peer->received;
        const auto begin = head.find("Host: ") + 6;
        const auto port = ":" + std::to_string(server.address().port) + "\r\n";
        return head.substr(begin, head.find(port, begin) - begin);
    };
    CHECK(host_for("edge.example.com") == "edge.example.com");
    CHECK(host_for("2001:db8::1") == "[2001:db8::1]");
    CHECK(host_for("192.0.2.1") == "192.0.2.1");
    CHECK(host_for("") == "127.0.0.1");
}

TEST_CASE("a WebSocket flow may be closed, or its wire destroyed, inside any event") {
    Opened first;
    first.events.when_octets = [&](const Flow& flow, std::string_view) { first.wire->close(flow.id); };
    first.peer.write(frame(text, "one") + frame(text, "two"));
    CHECK(first.peer.ends());
    CHECK(first.events.messages.size() == 1);

    Opened second;
    second.events.when_octets = [&](const Flow&, std::string_view) { second.wire.reset(); };
    second.peer.write(frame(text, "one") + frame(text, "two"));
    CHECK(second.peer.ends());
    CHECK(second.events.messages.size() == 1);
}
