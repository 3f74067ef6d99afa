// SPDX-License-Identifier: MIT
#include "layer/rig.hpp"

#include <doctest/doctest.h>

using namespace siptxn;

namespace {

const Flow alice = Rig::udp("192.0.2.9");
const Flow stream = Rig::connection(Transport::tcp, 7, "192.0.2.9:33333");

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    text.replace(text.find(from), from.size(), to);
    return text;
}

std::string options_request(std::string_view branch = "z9hG4bK1") { return Rig::received_request("OPTIONS", branch); }

}  // namespace

TEST_CASE(
    "a datagram with a fault is answered 400 when Via, From, To, Call-ID and CSeq can be read (RFC 3261 §21.4.1)") {
    Rig rig;
    auto good = options_request();
    rig.receive(alice, replaced(good, "CSeq: 7 OPTIONS", "CSeq: 99999999999 OPTIONS"));
    rig.receive(alice, replaced(good, "CSeq: 7 OPTIONS", "CSeq: 7 MESSAGE"));
    rig.receive(alice, replaced(good, "Max-Forwards: 70", "Max-Forwards: many"));
    rig.receive(alice, replaced(good, "Content-Length: 0", "Content-Length: 17"));
    rig.receive(alice, replaced(good, "Content-Length: 0", "Content-Length: -1"));
    rig.receive(alice, replaced(good, "OPTIONS sip:bob@192.0.2.1 SIP", "OPTIONS  sip:bob@192.0.2.1 SIP"));
    rig.receive(alice, replaced(good, "Max-Forwards: 70", "no colon here"));
    auto lines = rig.take();
    CHECK(rig.sent.size() == 7);
    for (const auto& octets : rig.sent) {
        CAPTURE(octets);
        auto response = sipmsg::parse(octets);
        REQUIRE(response);
        CHECK(response->status() == 400);
        CHECK(response->raw(sipmsg::Header::call_id) == "c1");
    }
    CHECK(rig.layer.statistics().malformed_answered == 7);
    CHECK(rig.layer.transactions() == 0);
}

TEST_CASE("a request that says everything many times over is answered 400, once each (RFC 3261 §21.4.1)") {
    Rig rig;
    auto text = options_request();
    const auto twice = text.substr(text.find("\r\n") + 2);
    text.resize(text.size() - 2);
    for (int i = 0; i < 60; ++i) text += replaced(twice.substr(0, twice.size() - 2), "Content-Length: 0\r\n", "");
    for (int i = 0; i < 60; ++i) text += "To: <sip:bob@192.0.2.1>\r\n";
    text += "\r\n";
    rig.receive(alice, text);
    CHECK(rig.take() == "udp 192.0.2.9:5060 400 OPTIONS\n");
    CHECK_FALSE(sipmsg::check_mandatory(*sipmsg::parse(rig.sent.at(0))));
}

TEST_CASE("the ACK for a 400 or a 503 without a transaction ends there; others are the user's (RFC 3261 §8.2.7)") {
    Rig rig({.limits = {.server_transactions = 0}});
    auto invite = Rig::received_request("INVITE", "z9hG4bK1");
    for (const auto& refused : {invite, replaced(invite, "Max-Forwards: 70", "Max-Forwards: many")}) {
        rig.receive(alice, refused);
        rig.take();
        const auto response = Rig::message(rig.sent.back());
        auto ack = Rig::message(Rig::received_request("ACK", "z9hG4bK1"));
        ack.set(sipmsg::Header::to, *response.raw(sipmsg::Header::to));
        rig.receive(alice, ack.octets());
        CHECK(rig.take().empty());
        auto other = ack;
        other.set(sipmsg::Header::to, "<sip:bob@192.0.2.1>;tag=0123456789abcdef");
        rig.receive(alice, other.octets());
        CHECK(rig.take() == "ack\n");
    }
    CHECK(rig.layer.statistics().strays_dropped == 2);
}

TEST_CASE("a proxy lets addresses pass that it does not need; a user agent refuses them (RFC 3261 §16.3 step 1)") {
    const auto good = options_request();
    for (const auto& bad :
         {replaced(good, "From: <sip:", "From: <sip:*21#"), replaced(good, "To: <sip:", "To: <sip:a b"),
          replaced(good, "Content-Length", "Via: SIP/2.0/UDP a_b;branch=z9hG4bK0\r\nContent-Length")}) {
        CAPTURE(bad);
        Rig agent;
        agent.receive(alice, bad);
        CHECK(agent.take() == "udp 192.0.2.9:5060 400 OPTIONS\n");
        LayerOptions options;
        options.check_addresses = false;
        Rig proxy(options);
        proxy.receive(alice, bad);
        REQUIRE(proxy.take() == "request 1 OPTIONS\n");
        proxy.respond(1, 200);
        CHECK(proxy.take() == "udp 192.0.2.9:5060 200 OPTIONS\n");
        proxy.receive(alice, replaced(bad, "Max-Forwards: 70", "Max-Forwards: many"));
        CHECK(proxy.take() == "udp 192.0.2.9:5060 400 OPTIONS\n");
    }
}

TEST_CASE("another SIP version is answered 505 (RFC 3261 §21.5.6)") {
    Rig rig;
    rig.receive(alice, replaced(options_request(), "SIP/2.0\r\nFrom", "SIP/7.0\r\nFrom"));
    CHECK(rig.take() == "udp 192.0.2.9:5060 505 OPTIONS\n");
}

TEST_CASE("a response of another SIP version is dropped (RFC 3261 §7.2)") {
    Rig rig;
    auto response = Rig::response(options_request(), 200);
    rig.receive(alice, replaced(response, "SIP/2.0 200", "SIP/3.0 200"));
    CHECK(rig.take().empty());
    CHECK(rig.sent.empty());
    CHECK(rig.layer.statistics().malformed_dropped == 1);
}

TEST_CASE("what the layer does not need may be malformed: the message reaches its user (RFC 3261 §16.3)") {
    for (const auto* line : {"Contact: <sip:a@b", "Refer-To: <<sip:x>", "Record-Route: ,",
                             "WWW-Authenticate: Digest =", "Proxy-Authorization: ?", "Expires: soon", "Subject:"}) {
        CAPTURE(std::string(line));
        Rig rig;
        rig.receive(alice, replaced(options_request(), "Max-Forwards", std::string(line) + "\r\nMax-Forwards"));
        (void)rig.take();
        REQUIRE(rig.received.size() == 1);
        const auto name = std::string_view(line).substr(0, std::string_view(line).find(':'));
        CHECK(rig.received[0]->view().find(name) != nullptr);
        CHECK(rig.sent.empty());
    }
}

TEST_CASE("what cannot be answered is counted and dropped") {
    Rig rig;
    auto good = options_request();
    rig.receive(alice, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    rig.receive(alice, std::string("\x16\x03\x01\x02\x00\x01\x00", 7));
    rig.receive(alice, std::string("\x00\x01\x00\x00\x21\x12\xa4\x42", 8));
    rig.receive(alice, replaced(good, "Call-ID: c1\r\n", ""));
    rig.receive(alice, replaced(good, "Via: SIP/2.0/UDP", "Via: SIP"));
    rig.receive(alice, replaced(Rig::received_request("ACK", "z9hG4bK1"), "CSeq: 7 ACK", "CSeq: 7 INVITE"));
    rig.receive(alice, "SIP/2.0 999 Whatever\r\n\r\n");
    rig.receive(alice, replaced(Rig::response(good, 200), "CSeq: 7 OPTIONS", "CSeq: x"));
    rig.receive(alice, "x");
    CHECK(rig.take() == "");
    CHECK(rig.layer.statistics().malformed_dropped == 9);
}

TEST_CASE("empty datagrams and CRLF are no messages (RFC 3261 §7.5)") {
    Rig rig;
    rig.receive(alice, "");
    rig.receive(alice, "\r\n\r\n");
    rig.receive(alice, "\r\n" + options_request());
    CHECK(rig.take() == "request 1 OPTIONS\n");
    CHECK(rig.layer.statistics().malformed_dropped == 0);
}

TEST_CASE("a stream gives the same messages for every split (RFC 3261 §18.3)") {
    auto octets =
        options_request("z9hG4bK1") + "\r\n" + options_request("z9hG4bK2") + "\r\n\r\n" + options_request("z9hG4bK3");
    for (std::size_t cut = 0; cut <= octets.size(); ++cut) {
        CAPTURE(cut);
        Rig rig;
        rig.layer.opened(stream, true, rig.now);
        rig.receive(stream, std::string_view(octets).substr(0, cut));
        rig.receive(stream, std::string_view(octets).substr(cut));
        std::string requests;
        for (auto lines = rig.take(); !lines.empty(); lines.erase(0, lines.find('\n') + 1)) {
            if (lines.starts_with("request")) requests += lines.substr(0, lines.find('\n') + 1);
        }
        CHECK(requests == "request 1 OPTIONS\nrequest 2 OPTIONS\nrequest 3 OPTIONS\n");
    }
}

TEST_CASE("a double CRLF on a connection is answered with one (RFC 5626 §3.5.1)") {
    Rig rig;
    rig.layer.opened(stream, true, rig.now);
    auto socket = Rig::connection(Transport::ws, 8, "192.0.2.9:33334");
    rig.layer.opened(socket, true, rig.now);
    rig.take();
    rig.receive(stream, "\r\n\r\n");
    rig.receive(socket, "\r\n\r\n");
    rig.receive(socket, "\r\n");
    CHECK(rig.take() == "tcp 192.0.2.9:33333 pong\nws 192.0.2.9:33334 pong\n");
}

TEST_CASE("a broken stream is answered 400 and closed, and what came before it counts (RFC 3261 §18.3)") {
    Rig rig;
    rig.layer.opened(stream, true, rig.now);
    rig.take();
    auto bad = replaced(options_request("z9hG4bK2"), "Content-Length: 0", "Content-Length: 0x10");
    rig.receive(stream, options_request("z9hG4bK1") + bad + options_request("z9hG4bK3"));
    CHECK(rig.take() ==
          "request 1 OPTIONS\ntcp 192.0.2.9:33333 400 OPTIONS\nclose 7\nclosed 7: the peer sent something that is not "
          "SIP\n");
    rig.receive(stream, options_request("z9hG4bK4"));
    CHECK(rig.take() == "");
}

TEST_CASE("a damaged message on a stream is answered alike, however it was split (RFC 3261 §18.3)") {
    for (const auto* length : {"Content-Length: 0x10", "Content-Length: -1", "X: 1"}) {
        const auto bad = replaced(options_request(), "Content-Length: 0", length) + "more";
        for (std::size_t cut = 0; cut <= bad.size(); ++cut) {
            CAPTURE(cut);
            Rig rig;
            rig.layer.opened(stream, true, rig.now);
            rig.take();
            rig.receive(stream, std::string_view(bad).substr(0, cut));
            rig.receive(stream, std::string_view(bad).substr(cut));
            CHECK(rig.take() ==
                  "tcp 192.0.2.9:33333 400 OPTIONS\nclose 7\nclosed 7: the peer sent something that is not SIP\n");
        }
    }
}

TEST_CASE("another protocol on a stream is closed without an answer") {
    Rig rig;
    rig.layer.opened(stream, true, rig.now);
    rig.take();
    rig.receive(stream, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(rig.take() == "close 7\nclosed 7: the peer sent something that is not SIP\n");
}

TEST_CASE("an unfinished message is waited for 32 s and no longer, however slowly it drips") {
    Rig rig;
    rig.layer.opened(stream, true, rig.now);
    rig.take();
    auto octets = options_request();
    for (int i = 0; i < 31; ++i) {
        rig.receive(stream, octets.substr(i, 1));
        CHECK(rig.run(std::chrono::seconds(i + 1)) == "");
    }
    CHECK(rig.run(40s) == "32000 close 7\n32000 closed 7: no answer in time\n");
}

TEST_CASE("a stream that is never between messages lives on as long as messages end") {
    Rig rig;
    rig.layer.opened(stream, true, rig.now);
    rig.take();
    std::string octets;
    for (int i = 0; i < 10; ++i) octets += options_request("z9hG4bK" + std::to_string(i));
    auto piece = octets.size() / 10;
    for (int i = 0; i < 10; ++i) {
        rig.receive(stream, octets.substr(i == 0 ? 0 : i * piece - 5, i == 0 ? piece - 5 : piece));
        auto lines = rig.run(std::chrono::seconds(10 * (i + 1)));
        CHECK(lines.find("close") == std::string::npos);
    }
}

TEST_CASE("a connection nobody uses is closed after the idle limit") {
    Rig rig;
    rig.layer.opened(stream, true, rig.now);
    rig.receive(stream, "\r\n\r\n");
    rig.take();
    rig.run(10min);
    rig.receive(stream, "\r\n\r\n");
    rig.take();
    CHECK(rig.run(24min) == "");
    CHECK(rig.run(26min) == "1500000 close 7\n1500000 closed 7: the connection was closed\n");
}

TEST_CASE("a head beyond the limit closes the stream and its octets are not kept") {
    LayerOptions options;
    options.limits.message.head_octets = 2000;
    Rig rig(options);
    rig.layer.opened(stream, true, rig.now);
    rig.take();
    rig.receive(stream, "OPTIONS sip:a@b SIP/2.0\r\nX: " + std::string(3000, 'a'));
    CHECK(rig.take().find("close 7\n") != std::string::npos);
}

TEST_CASE("above the limit an accepted connection is closed at once") {
    LayerOptions options;
    options.limits.flows = 1;
    Rig rig(options);
    rig.layer.opened(stream, true, rig.now);
    rig.receive(stream, "\r\n\r\n");  // who has spoken stays
    rig.take();
    rig.layer.opened(Rig::connection(Transport::tcp, 8, "192.0.2.9:2"), true, rig.now);
    CHECK(rig.take() == "close 8\n");
    CHECK_FALSE(rig.layer.find_flow(static_cast<FlowId>(8)));
}

TEST_CASE("messages are reported whole, before what they cause, while a trace is on") {
    Rig rig;
    rig.layer.opened(stream, true, rig.now);
    rig.take();
    rig.layer.report_messages(true);
    auto octets = options_request();
    rig.receive(stream, octets.substr(0, 40));
    rig.receive(stream, octets.substr(40) + "\r\n\r\n");
    rig.receive(alice, "rubbish");
    CHECK(rig.take() == "seen OPTIONS\nrequest 1 OPTIONS\ntcp 192.0.2.9:33333 pong\nseen ?\n");
    rig.layer.report_messages(false);
    rig.receive(alice, "rubbish");
    CHECK(rig.take() == "");
}
