// SPDX-License-Identifier: MIT
#include "layer/rig.hpp"

#include <doctest/doctest.h>

using namespace siptxn;

namespace {

const Flow bob = Rig::udp("192.0.2.2");

}  // namespace

TEST_CASE("a request goes out with a Via of its own: cookie, our address, rport (RFC 3261 §8.1.1.7, RFC 3581 §3)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2"));
    CHECK(rig.take() == "udp 192.0.2.2:5060 OPTIONS\n");
    auto message = Rig::message(rig.sent.at(0));
    auto via = message.raw(sipmsg::Header::via).value_or("");
    CHECK(via.starts_with("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK"));
    CHECK(via.ends_with(";rport"));
}

TEST_CASE("without rport no request asks for it, and over TCP none ever does (RFC 3581 §3)") {
    for (bool asks : {true, false}) {
        LayerOptions options;
        options.rport = asks;
        Rig rig(options);
        rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2"));
        rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.3;transport=tcp"));
        rig.take();
        auto tcp = Rig::connection(Transport::tcp, 0, "192.0.2.3:5060");
        tcp.id = FlowId{2};
        rig.layer.opened(tcp, false, rig.now);
        rig.take();
        REQUIRE(rig.sent.size() == 2);
        CHECK((rig.sent[0].find(";rport") != std::string::npos) == asks);
        CHECK(rig.sent[1].find("SIP/2.0/TCP") != std::string::npos);
        CHECK(rig.sent[1].find(";rport") == std::string::npos);
    }
}

TEST_CASE("the transport in Via can be replaced; ACK and CANCEL have it too, and the answers are taken") {
    LayerOptions options;
    options.via_transport = Transport::tcp;
    Rig rig(options);
    rig.send(Rig::request("INVITE", "sip:bob@192.0.2.2"));
    rig.take();
    rig.answer(bob, 180);
    rig.layer.cancel(ClientId{1}, rig.now);
    CHECK(rig.take() == "response 1 180\nudp 192.0.2.2:5060 CANCEL\n");
    rig.receive(bob, Rig::response(rig.sent[0], 487));
    CHECK(rig.take() == "udp 192.0.2.2:5060 ACK\nresponse 1 487\n");
    REQUIRE(rig.sent.size() == 3);
    for (const auto& octets : rig.sent)
        CHECK(Rig::message(octets).raw(sipmsg::Header::via)->starts_with("SIP/2.0/TCP 192.0.2.1:5060;branch="));
}

TEST_CASE("a non-INVITE request repeats until its answer, which is delivered once (RFC 3261 §17.1.2.2)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2"));
    rig.take();
    CHECK(rig.run(1600ms) == "500 udp 192.0.2.2:5060 OPTIONS\n1500 udp 192.0.2.2:5060 OPTIONS\n");
    rig.answer(bob, 200);
    rig.answer(bob, 200);
    CHECK(rig.take() == "response 1 200\n");
    CHECK(rig.run(60s) == "6600 ended 1\n");
    CHECK(rig.layer.transactions() == 0);
    CHECK(rig.layer.statistics().retransmissions_received == 1);
}

TEST_CASE("without an answer timer F reports one timeout, then the transaction is gone (RFC 3261 §17.1.2.2)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2"));
    rig.take();
    rig.run(31'900ms);
    CHECK(rig.run(60s) == "32000 failed 1: no answer in time\n32000 ended 1\n");
    CHECK_FALSE(rig.layer.next_expiry());
}

TEST_CASE("an INVITE that nobody answers repeats six times and times out after 64 T1 (RFC 3261 §17.1.1.2)") {
    Rig rig;
    rig.send(Rig::request("INVITE", "sip:bob@192.0.2.2"));
    rig.take();
    CHECK(rig.run(60s) ==
          "500 udp 192.0.2.2:5060 INVITE\n1500 udp 192.0.2.2:5060 INVITE\n3500 udp 192.0.2.2:5060 INVITE\n"
          "7500 udp 192.0.2.2:5060 INVITE\n15500 udp 192.0.2.2:5060 INVITE\n31500 udp 192.0.2.2:5060 INVITE\n"
          "32000 failed 1: no answer in time\n32000 ended 1\n");
}

TEST_CASE("486 is acknowledged and delivered once (RFC 3261 §17.1.1.2)") {
    Rig rig;
    rig.send(Rig::request("INVITE", "sip:bob@192.0.2.2"));
    rig.take();
    auto busy = Rig::response(rig.sent.at(0), 486);
    rig.receive(bob, busy);
    CHECK(rig.take() == "udp 192.0.2.2:5060 ACK\nresponse 1 486\n");
    rig.receive(bob, busy);
    CHECK(rig.take() == "udp 192.0.2.2:5060 ACK\n");
    CHECK(rig.sent.at(1) == rig.sent.at(2));
    CHECK(rig.run(60s) == "32000 ended 1\n");
}

TEST_CASE(
    "the ACK to a refusal has the Via, Route and number of the INVITE and the To of the response (RFC 3261 "
    "§17.1.1.3)") {
    Rig rig;
    rig.send(Rig::request("INVITE", "sip:bob@example.com",
                          "Route: <sip:192.0.2.2;lr>\r\nRoute: <sip:p2.example.com;lr>, <sip:p3.example.com;lr>\r\n"));
    rig.take();
    rig.answer(bob, 404, "other");
    rig.take();
    auto invite = Rig::message(rig.sent.at(0)), ack = Rig::message(rig.sent.at(1));
    CHECK(ack.request_uri_text() == "sip:bob@example.com");
    CHECK(ack.raw(sipmsg::Header::via) == invite.raw(sipmsg::Header::via));
    CHECK(ack.view().count(sipmsg::Header::via) == 1);
    CHECK(ack.raw(sipmsg::Header::from) == invite.raw(sipmsg::Header::from));
    CHECK(ack.raw(sipmsg::Header::call_id) == "c1");
    CHECK(ack.raw(sipmsg::Header::cseq) == "7 ACK");
    CHECK(ack.top<sipmsg::To>()->tag() == "other");
    int routes = 0;
    for (const auto& route : ack.all<sipmsg::Route>()) routes += route.has_value();
    CHECK(routes == 3);
    CHECK_FALSE(sipmsg::check_mandatory(ack.view()));
}

TEST_CASE("each 2xx and each fork's 2xx is delivered while Accepted, then timer M ends it (RFC 6026 §7.2)") {
    Rig rig;
    rig.send(Rig::request("INVITE", "sip:bob@192.0.2.2"));
    rig.take();
    auto invite = rig.sent.at(0);
    rig.receive(bob, Rig::response(invite, 180));
    rig.receive(bob, Rig::response(invite, 200, "b1"));
    rig.receive(bob, Rig::response(invite, 200, "b1"));
    rig.receive(bob, Rig::response(invite, 200, "b2"));
    rig.receive(bob, Rig::response(invite, 180));
    CHECK(rig.take() == "response 1 180\nresponse 1 200\nresponse 1 200\nresponse 1 200\n");
    CHECK(rig.run(60s) == "32000 ended 1\n");
}

TEST_CASE("a provisional response stops the repetition of an INVITE (RFC 3261 §17.1.1.2)") {
    Rig rig;
    rig.send(Rig::request("INVITE", "sip:bob@192.0.2.2"));
    rig.take();
    rig.answer(bob, 100);
    CHECK(rig.take() == "response 1 100\n");
    CHECK(rig.run(600s) == "");
}

TEST_CASE("CANCEL waits for the first provisional and has the INVITE's branch and Route (RFC 3261 §9.1)") {
    Rig rig;
    auto id = rig.send(Rig::request("INVITE", "sip:bob@example.com", "Route: <sip:192.0.2.2;lr>\r\n"));
    rig.take();
    auto invite = rig.sent.at(0);
    rig.layer.cancel(id, rig.now, "SIP;cause=200");
    CHECK(rig.take() == "");
    rig.receive(bob, Rig::response(invite, 180));
    CHECK(rig.take() == "response 1 180\nudp 192.0.2.2:5060 CANCEL\n");
    auto cancel = Rig::message(rig.sent.at(1));
    CHECK(cancel.raw(sipmsg::Header::via) == Rig::message(invite).raw(sipmsg::Header::via));
    CHECK(cancel.raw(sipmsg::Header::to) == "<sip:bob@example.com>");
    CHECK(cancel.raw(sipmsg::Header::cseq) == "7 CANCEL");
    CHECK(cancel.raw(sipmsg::Header::route) == "<sip:192.0.2.2;lr>");
    CHECK(cancel.raw(sipmsg::Header::reason) == "SIP;cause=200");
    rig.receive(bob, Rig::response(rig.sent.at(1), 200));
    rig.receive(bob, Rig::response(invite, 487));
    CHECK(rig.take() == "udp 192.0.2.2:5060 ACK\nresponse 1 487\n");
    rig.run(60s);
    CHECK(rig.layer.transactions() == 0);
}

TEST_CASE(
    "CANCEL repeats like any request until it is answered, and 64 T1 later the INVITE is given up (RFC 3261 §9.1)") {
    Rig rig;
    auto id = rig.send(Rig::request("INVITE", "sip:bob@192.0.2.2"));
    rig.take();
    rig.answer(bob, 180);
    rig.layer.cancel(id, rig.now);
    CHECK(rig.take() == "response 1 180\nudp 192.0.2.2:5060 CANCEL\n");
    auto lines = rig.run(60s);
    CHECK(lines.find("500 udp 192.0.2.2:5060 CANCEL\n1500 udp 192.0.2.2:5060 CANCEL\n3500") == 0);
    CHECK(lines.ends_with("32000 failed 1: no answer in time\n32000 ended 1\n"));
    CHECK(rig.layer.transactions() == 0);
}

TEST_CASE("no CANCEL goes out when the final answer comes first (RFC 3261 §9.1)") {
    Rig rig;
    auto id = rig.send(Rig::request("INVITE", "sip:bob@192.0.2.2"));
    rig.take();
    rig.layer.cancel(id, rig.now);
    rig.answer(bob, 200);
    CHECK(rig.take() == "response 1 200\n");
    rig.layer.cancel(id, rig.now);
    CHECK(rig.take() == "");
}

TEST_CASE("cancelling an INVITE that has not left yet ends it without a packet (RFC 3261 §9.1)") {
    Rig rig;
    auto id = rig.send(Rig::request("INVITE", "sip:bob@192.0.2.2;transport=tcp"));
    CHECK(rig.take() == "open 1 tcp 192.0.2.2:5060 192.0.2.2\n");
    rig.layer.cancel(id, rig.now);
    CHECK(rig.take() == "failed 1: the operation was aborted\nended 1\n");
    rig.layer.opened(Rig::connection(Transport::tcp, 1, "192.0.2.2"), false, rig.now);
    CHECK(rig.take() == "opened 1\n");
    CHECK(rig.layer.transactions() == 0);
}

TEST_CASE("a response with another sent-by, or with a Via more, is dropped (RFC 3261 §18.1.2, §8.1.3.3)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2"));
    rig.take();
    auto good = Rig::response(rig.sent.at(0), 200);
    auto other = good;
    other.replace(other.find("192.0.2.1:5060"), 14, "192.0.2.7:5060");
    rig.receive(bob, other);
    auto two = good;
    two.insert(two.find("From:"), "Via: SIP/2.0/UDP 192.0.2.8;branch=z9hG4bKx\r\n");
    rig.receive(bob, two);
    CHECK(rig.take() == "");
    CHECK(rig.layer.statistics().strays_dropped == 2);
    rig.receive(bob, good);
    CHECK(rig.take() == "response 1 200\n");
}

TEST_CASE("a proxy's request keeps the Vias below its own, and so must the response (RFC 3261 §16.6 step 8)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2", "Via: SIP/2.0/UDP 192.0.2.8;branch=z9hG4bKup\r\n"));
    rig.take();
    CHECK(Rig::message(rig.sent.at(0)).view().count(sipmsg::Header::via) == 2);
    rig.answer(bob, 200);
    CHECK(rig.take() == "response 1 200\n");
}

TEST_CASE("the method of CSeq is part of the match: a CANCEL's answer never ends the INVITE (RFC 3261 §17.1.3)") {
    Rig rig;
    rig.send(Rig::request("INVITE", "sip:bob@192.0.2.2"));
    rig.take();
    auto stranger = Rig::response(rig.sent.at(0), 200);
    stranger.replace(stranger.find("7 INVITE"), 8, "7 CANCEL");
    rig.receive(bob, stranger);
    CHECK(rig.take() == "stray 200\n");
}

TEST_CASE("a response that matches nothing is a stray when its Via is ours, else it is dropped (RFC 6026 §7.2)") {
    Rig rig;
    auto ours = Rig::response(Rig::received_request("INVITE", "z9hG4bKgone", "192.0.2.1:5060"), 200);
    auto theirs = Rig::response(Rig::received_request("INVITE", "z9hG4bKgone", "192.0.2.77:5060"), 200);
    rig.receive(bob, ours);
    rig.receive(bob, theirs);
    CHECK(rig.take() == "stray 200\n");
    CHECK(rig.layer.statistics().strays_dropped == 1);
}

TEST_CASE("a datagram the peer refuses fails its transactions at once (RFC 3261 §18.4)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2"));
    rig.send(Rig::request("OPTIONS", "sip:carol@192.0.2.3"));
    rig.take();
    rig.layer.failed(bob, std::make_error_code(std::errc::connection_refused), rig.now);
    CHECK(rig.take() == "failed 1: the connection was lost\nended 1\n");
    CHECK(rig.layer.transactions() == 1);
}

TEST_CASE(
    "after a final response a transport error ends the transaction without a second report (RFC 3261 §17.1.1.2)") {
    Rig rig;
    rig.send(Rig::request("INVITE", "sip:bob@192.0.2.2"));
    rig.take();
    rig.answer(bob, 486);
    rig.take();
    rig.layer.failed(bob, Errc::transport, rig.now);
    CHECK(rig.take() == "ended 1\n");
}

TEST_CASE("abandoning forgets a transaction at once and sends nothing") {
    Rig rig;
    auto id = rig.send(Rig::request("INVITE", "sip:bob@192.0.2.2"));
    rig.take();
    rig.layer.abandon(id);
    rig.layer.abandon(id);
    CHECK(rig.take() == "ended 1\n");
    CHECK(rig.layer.transactions() == 0);
    CHECK_FALSE(rig.layer.next_expiry());
}

TEST_CASE("an ACK to a 2xx goes out once, with a Via, and leaves nothing behind (RFC 3261 §13.2.2.4)") {
    Rig rig;
    rig.layer.send_stateless(Rig::message(Rig::request("ACK", "sip:bob@192.0.2.2")), {}, rig.now);
    CHECK(rig.take() == "udp 192.0.2.2:5060 ACK\n");
    CHECK(Rig::message(rig.sent.at(0)).has(sipmsg::Header::via));
    rig.layer.send_stateless(Rig::message(Rig::request("BYE", "sip:bob@192.0.2.2")), {}, rig.now, "z9hG4bKmine");
    rig.take();
    CHECK(Rig::message(rig.sent.at(1)).top<sipmsg::Via>()->branch() == "z9hG4bKmine");
    CHECK(rig.layer.transactions() == 0);
}

TEST_CASE("above the limit a request fails at once and keeps nothing") {
    LayerOptions options;
    options.limits.client_transactions = 1;
    Rig rig(options);
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2"));
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2"));
    CHECK(rig.take() == "failed 2: a limit was reached\nended 2\nudp 192.0.2.2:5060 OPTIONS\n");
}

TEST_CASE("via_host replaces the address in Via; one that is no host is refused (RFC 3261 §18.1.1)") {
    LayerOptions options;
    options.via_host = "pc33.example.com:5066";
    Rig rig(options);
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2"));
    rig.take();
    CHECK(Rig::message(rig.sent.at(0))
              .raw(sipmsg::Header::via)
              ->starts_with("SIP/2.0/UDP pc33.example.com:5066;branch="));
    rig.answer(bob, 200);
    CHECK(rig.take() == "response 1 200\n");
    options.via_host = "two words";
    CHECK_THROWS_AS(TransactionLayer(options, seeded_random(1)), std::invalid_argument);
}
