// SPDX-License-Identifier: MIT
#include "layer/rig.hpp"

#include <doctest/doctest.h>

#include <variant>

using namespace siptxn;

namespace {

const Flow alice = Rig::udp("192.0.2.9");

std::string invite(std::string_view branch = "z9hG4bK1") { return Rig::received_request("INVITE", branch); }
std::string ack(std::string_view branch = "z9hG4bK1") { return Rig::received_request("ACK", branch); }

}  // namespace

TEST_CASE("a request is delivered once, and its repetition gets the stored answer (RFC 3261 §17.2.2)") {
    Rig rig;
    auto options = Rig::received_request("OPTIONS", "z9hG4bK1");
    rig.receive(alice, options);
    rig.receive(alice, options);
    CHECK(rig.take() == "request 1 OPTIONS\n");
    CHECK(rig.respond(1, 200));
    rig.receive(alice, options);
    CHECK(rig.take() == "udp 192.0.2.9:5060 200 OPTIONS\nudp 192.0.2.9:5060 200 OPTIONS\n");
    CHECK(rig.sent.at(0) == rig.sent.at(1));
    CHECK(rig.run(60s) == "32000 server ended 1\n");
    CHECK(rig.layer.transactions() == 0);
}

TEST_CASE("a request answered twice: the second final is refused (RFC 3261 §17.2.2)") {
    Rig rig;
    rig.receive(alice, Rig::received_request("OPTIONS", "z9hG4bK1"));
    rig.take();
    CHECK(rig.respond(1, 200));
    CHECK_FALSE(rig.respond(1, 404));
    CHECK_FALSE(rig.respond(77, 200));
    CHECK(rig.take() == "udp 192.0.2.9:5060 200 OPTIONS\n");
}

TEST_CASE("a non-INVITE request is answered 100 late, by the layer, and never 101 to 199 (RFC 4320 §4.1)") {
    Rig rig;
    rig.receive(alice, Rig::received_request("OPTIONS", "z9hG4bK1"));
    rig.take();
    CHECK_FALSE(rig.respond(1, 183));
    CHECK_FALSE(rig.respond(1, 100));
    CHECK(rig.run(3499ms) == "");
    CHECK(rig.run(20s) == "3500 udp 192.0.2.9:5060 100 OPTIONS\n");
    rig.receive(alice, Rig::received_request("OPTIONS", "z9hG4bK1"));
    CHECK(rig.take() == "udp 192.0.2.9:5060 100 OPTIONS\n");
    CHECK(rig.respond(1, 200));
    CHECK(rig.take() == "udp 192.0.2.9:5060 200 OPTIONS\n");
    CHECK(rig.run(60s) == "52000 server ended 1\n");
}

TEST_CASE("over a connection the 100 to a non-INVITE may come at once (RFC 4320 §4.1)") {
    Rig rig;
    auto stream = Rig::connection(Transport::tcp, 7, "192.0.2.9:33333");
    rig.layer.opened(stream, true, rig.now);
    rig.receive(stream, Rig::received_request("OPTIONS", "z9hG4bK1", "192.0.2.9:5060", "TCP"));
    rig.take();
    CHECK(rig.respond(1, 100));
    CHECK(rig.take() == "tcp 192.0.2.9:33333 100 OPTIONS\n");
}

TEST_CASE("a 408 to a non-INVITE request is not sent, and its repetitions are absorbed (RFC 4320 §4.2)") {
    Rig rig;
    rig.receive(alice, Rig::received_request("OPTIONS", "z9hG4bK1"));
    rig.take();
    CHECK(rig.respond(1, 408));
    CHECK_FALSE(rig.respond(1, 200));
    rig.receive(alice, Rig::received_request("OPTIONS", "z9hG4bK1"));
    CHECK(rig.run(60s) == "32000 server ended 1\n");
    rig.receive(alice, invite());
    rig.take();
    CHECK(rig.respond(2, 408));
    CHECK(rig.take() == "udp 192.0.2.9:5060 408 INVITE\n");
}

TEST_CASE("a peer that is gone is reported once a response, however often it is heard of (RFC 3261 §17.2.4)") {
    Rig rig;
    for (int i = 0; i < 3; ++i) rig.receive(alice, invite("z9hG4bK" + std::to_string(i)));
    rig.take();
    CHECK(rig.respond(1, 486));
    CHECK(rig.respond(2, 180));
    rig.take();
    const auto refused = std::make_error_code(std::errc::connection_refused);
    for (int i = 0; i < 5; ++i) rig.layer.failed(alice, refused, rig.now);
    CHECK(rig.take() == "response failed 1: the connection was lost\nresponse failed 2: the connection was lost\n");
    CHECK(rig.respond(2, 486));
    rig.take();
    for (int i = 0; i < 5; ++i) rig.layer.failed(alice, refused, rig.now);
    CHECK(rig.take() == "response failed 2: the connection was lost\n");
}

TEST_CASE("an INVITE gets its 100 after 200 ms unless the user was faster (RFC 3261 §17.2.1)") {
    Rig rig;
    rig.receive(alice, invite("z9hG4bK1"));
    rig.receive(alice, invite("z9hG4bK2"));
    rig.take();
    CHECK(rig.respond(2, 180));
    rig.take();
    CHECK(rig.run(10s) == "200 udp 192.0.2.9:5060 100 INVITE\n");
    CHECK(rig.sent.back().find("tag=") == rig.sent.back().find("tag=a1"));  // no To tag in a 100 (RFC 3261 §8.2.6.2)
}

TEST_CASE("a repeated INVITE gets the last provisional (RFC 3261 §17.2.1)") {
    Rig rig;
    rig.receive(alice, invite());
    rig.receive(alice, invite());
    CHECK(rig.take() == "request 1 INVITE\n");
    rig.respond(1, 180);
    rig.respond(1, 183);
    rig.receive(alice, invite());
    CHECK(rig.take() ==
          "udp 192.0.2.9:5060 180 INVITE\nudp 192.0.2.9:5060 183 INVITE\nudp 192.0.2.9:5060 183 INVITE\n");
}

TEST_CASE("a refusal repeats until its ACK, which the user never sees (RFC 3261 §17.2.1)") {
    Rig rig;
    rig.receive(alice, invite());
    rig.take();
    CHECK(rig.respond(1, 486));
    rig.take();
    CHECK(rig.run(1600ms) == "500 udp 192.0.2.9:5060 486 INVITE\n1500 udp 192.0.2.9:5060 486 INVITE\n");
    rig.receive(alice, ack());
    rig.receive(alice, ack());
    CHECK(rig.take() == "");
    CHECK(rig.run(60s) == "6600 server ended 1\n");
}

TEST_CASE("a refusal without an ACK fails by timer H (RFC 3261 §17.2.1)") {
    Rig rig;
    rig.receive(alice, invite());
    rig.take();
    rig.respond(1, 486);
    rig.take();
    CHECK(rig.run(60s).ends_with("32000 response failed 1: no answer in time\n32000 server ended 1\n"));
    CHECK(rig.layer.transactions() == 0);
}

TEST_CASE(
    "after a 2xx the INVITE's repetitions are absorbed, 2xx may be repeated, and ACKs go to the user (RFC 6026 §7.1)") {
    Rig rig;
    rig.receive(alice, invite());
    rig.take();
    CHECK(rig.respond(1, 200));
    CHECK(rig.respond(1, 200));
    CHECK_FALSE(rig.respond(1, 486));
    rig.receive(alice, invite());
    rig.receive(alice, ack());
    rig.receive(alice, ack("z9hG4bKother"));
    CHECK(rig.take() == "udp 192.0.2.9:5060 200 INVITE\nudp 192.0.2.9:5060 200 INVITE\nack\nack\n");
    CHECK(rig.run(60s) == "32000 server ended 1\n");
}

TEST_CASE("a CANCEL is answered 200 and reported once; the INVITE stays the user's (RFC 3261 §9.2)") {
    Rig rig;
    rig.receive(alice, invite());
    rig.take();
    auto cancel = Rig::received_request("CANCEL", "z9hG4bK1");
    rig.receive(alice, cancel);
    rig.receive(alice, cancel);
    CHECK(rig.take() == "udp 192.0.2.9:5060 200 CANCEL\ncancel 1\nudp 192.0.2.9:5060 200 CANCEL\n");
    CHECK(rig.sent.at(0) == rig.sent.at(1));
    rig.respond(1, 487);
    rig.take();
    rig.receive(alice, cancel);
    CHECK(rig.take() == "udp 192.0.2.9:5060 200 CANCEL\n");
    rig.receive(alice, ack());
    rig.run(60s);
    CHECK(rig.layer.transactions() == 0);
}

TEST_CASE("the answer to a CANCEL has the To tag of the INVITE's (RFC 3261 §9.2)") {
    Rig rig;
    rig.receive(alice, invite());
    rig.take();
    rig.respond(1, 180);
    rig.take();
    const auto tag_of_last = [&] {
        return std::string(sipmsg::parse(rig.sent.back())->dialog_fields()->to_tag.value_or(""));
    };
    const auto ringing = tag_of_last();
    CHECK_FALSE(ringing.empty());
    rig.receive(alice, Rig::received_request("CANCEL", "z9hG4bK1"));
    CHECK(rig.take().ends_with("200 CANCEL\ncancel 1\n"));
    CHECK(tag_of_last() == ringing);
}

TEST_CASE("a CANCEL that matches no INVITE gets 481 (RFC 3261 §9.2)") {
    Rig rig;
    rig.receive(alice, Rig::received_request("CANCEL", "z9hG4bKnone"));
    CHECK(rig.take() == "udp 192.0.2.9:5060 481 CANCEL\n");
    CHECK(rig.layer.transactions() == 0);
}

TEST_CASE("the same branch with another method or another sent-by is another request (RFC 3261 §17.2.3)") {
    Rig rig;
    rig.receive(alice, Rig::received_request("OPTIONS", "z9hG4bK1"));
    rig.receive(alice, Rig::received_request("MESSAGE", "z9hG4bK1"));
    rig.receive(alice, Rig::received_request("OPTIONS", "z9hG4bK1", "192.0.2.10:5060"));
    rig.receive(alice, Rig::received_request("OPTIONS", "z9hG4bK1", "192.0.2.9:5061"));
    CHECK(rig.take() == "request 1 OPTIONS\nrequest 2 MESSAGE\nrequest 3 OPTIONS\nrequest 4 OPTIONS\n");
}

TEST_CASE("a branch without the cookie, or of the cookie alone, is no key (RFC 3261 §17.2.3)") {
    for (std::string branch : {"old", "z9hG4bK"}) {
        CAPTURE(branch);
        Rig rig;
        auto first = Rig::received_request("INVITE", branch);
        auto second = first;
        second.replace(second.find("Call-ID: c1"), 11, "Call-ID: c2");
        rig.receive(alice, first);
        rig.receive(alice, first);
        rig.receive(alice, second);
        CHECK(rig.take() == "request 1 INVITE\nrequest 2 INVITE\n");
        rig.layer.respond(static_cast<ServerId>(1), Rig::message(Rig::response(first, 486)), rig.now);
        rig.take();
        rig.receive(alice, Rig::received_request("ACK", branch));
        CHECK(rig.take() == "");
        CHECK(rig.run(5100ms).find("486") == std::string::npos);
    }
}

TEST_CASE("received and rport are filled in, whatever the sender wrote there (RFC 3261 §18.2.1, RFC 3581 §4)") {
    Rig rig;
    auto text = Rig::received_request("OPTIONS", "z9hG4bK1;received=203.0.113.9;rport=9;x=y", "client.example.com");
    rig.receive(Rig::udp("192.0.2.9:4444"), text);
    CHECK(rig.take() == "request 1 OPTIONS\n");
    CHECK(rig.received.at(0)->raw(sipmsg::Header::via) ==
          "SIP/2.0/UDP client.example.com;branch=z9hG4bK1;x=y;received=192.0.2.9;rport=4444");
    rig.respond(1, 200);
    CHECK(rig.take() == "udp 192.0.2.9:4444 200 OPTIONS\n");
}

TEST_CASE("wherever rport stands and however it is written, it is last in the end (RFC 3581 §4)") {
    const auto stamped = [](std::string_view params) {
        Rig rig;
        const auto via = "Via: SIP/2.0/UDP client.example.com;" + std::string(params) + "\r\n";
        rig.receive(Rig::udp("192.0.2.9:4444"), Rig::request("OPTIONS", "sip:bob@192.0.2.1", via));
        rig.take();
        const auto value = std::string(rig.received.at(0)->raw(sipmsg::Header::via).value());
        return value.substr(value.find(';') + 1);
    };
    const std::string added = ";received=192.0.2.9;rport=4444";
    CHECK(stamped("branch=z9hG4bK1;rport") == "branch=z9hG4bK1" + added);
    CHECK(stamped("rport;branch=z9hG4bK1") == "branch=z9hG4bK1" + added);
    CHECK(stamped("x=y;rport;branch=z9hG4bK1") == "x=y;branch=z9hG4bK1" + added);
    CHECK(stamped("branch=z9hG4bK1;RPORT") == "branch=z9hG4bK1" + added);
    CHECK(stamped("rports;branch=z9hG4bK1;rport") == "rports;branch=z9hG4bK1" + added);
    CHECK(stamped("x=\";rport;\";branch=z9hG4bK1;rport") == "x=\";rport;\";branch=z9hG4bK1" + added);
    CHECK(stamped("branch=z9hG4bK1;rport;received=203.0.113.9") == "branch=z9hG4bK1" + added);
    CHECK(stamped("branch=z9hG4bK1") == "branch=z9hG4bK1;received=192.0.2.9");
}

TEST_CASE("a peer that is gone after a 2xx to its INVITE is told of (RFC 6026 §7.1)") {
    Rig rig;
    rig.receive(alice, invite());
    rig.take();
    CHECK(rig.respond(1, 200));
    rig.receive(alice, invite("z9hG4bK2"));
    rig.take();
    rig.layer.failed(alice, std::make_error_code(std::errc::connection_refused), rig.now);
    CHECK(rig.take() == "response failed 1: the connection was lost\n");
    rig.receive(alice, invite());
    CHECK(rig.take().empty());  // the 2xx is its user's to repeat
}

TEST_CASE("without rport the answer goes to the source address and the port of sent-by (RFC 3261 §18.2.2)") {
    Rig rig;
    rig.receive(Rig::udp("192.0.2.9:4444"), Rig::received_request("OPTIONS", "z9hG4bK1", "192.0.2.9:5070"));
    rig.receive(Rig::udp("192.0.2.9:4444"), Rig::received_request("OPTIONS", "z9hG4bK2", "client.example.com"));
    rig.take();
    CHECK(rig.received.at(0)->raw(sipmsg::Header::via) == "SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK1");
    CHECK(rig.received.at(1)->raw(sipmsg::Header::via) ==
          "SIP/2.0/UDP client.example.com;branch=z9hG4bK2;received=192.0.2.9");
    rig.layer.respond(static_cast<ServerId>(1), Rig::message(Rig::response(rig.received.at(0)->octets(), 200)),
                      rig.now);
    rig.layer.respond(static_cast<ServerId>(2), Rig::message(Rig::response(rig.received.at(1)->octets(), 200)),
                      rig.now);
    CHECK(rig.take() == "udp 192.0.2.9:5070 200 OPTIONS\nudp 192.0.2.9:5060 200 OPTIONS\n");
}

TEST_CASE("no answer ever goes to a third party: not to sent-by, received or maddr (RFC 3261 §26.1.5)") {
    Rig rig;
    for (std::string via : {"203.0.113.5:5060", "203.0.113.5:5061;maddr=203.0.113.6",
                            "203.0.113.5:5062;received=203.0.113.7", "203.0.113.5:5063;rport=1"}) {
        rig.receive(alice, Rig::received_request("CANCEL", "z9hG4bKx", via));
        rig.receive(alice, Rig::received_request("OPTIONS", "z9hG4bKx", via));
        rig.take();
        rig.respond(rig.received.size(), 200);
        rig.take();
    }
    REQUIRE(rig.sent_on.size() == 8);
    for (const auto& flow : rig.sent_on) CHECK(to_string(flow.remote.ip) == "192.0.2.9");
}

TEST_CASE(
    "above the limit a new request gets a stateless 503 with Retry-After, and known ones go on (RFC 3261 §21.5.4)") {
    LayerOptions options;
    options.limits.server_transactions = 1;
    Rig rig(options);
    rig.receive(alice, invite("z9hG4bK1"));
    rig.take();
    rig.receive(alice, invite("z9hG4bK2"));
    rig.receive(alice, invite("z9hG4bK2"));
    CHECK(rig.take() == "udp 192.0.2.9:5060 503 INVITE\nudp 192.0.2.9:5060 503 INVITE\n");
    CHECK(rig.sent.at(0) == rig.sent.at(1));
    CHECK(Rig::message(rig.sent.at(0)).raw(sipmsg::Header::retry_after) == "5");
    CHECK(rig.respond(1, 200));
    CHECK(rig.layer.transactions() == 1);
    CHECK(rig.layer.statistics().overload_refused == 2);
}

TEST_CASE(
    "a response that cannot be sent is reported; the INVITE transaction stays, another ends (RFC 6026 §7.1, RFC 3261 "
    "§17.2.4)") {
    Rig rig;
    rig.receive(alice, invite("z9hG4bK1"));
    rig.receive(alice, Rig::received_request("OPTIONS", "z9hG4bK2"));
    rig.take();
    rig.layer.respond(static_cast<ServerId>(1), Rig::message(Rig::response(rig.received.at(0)->octets(), 180)),
                      rig.now);
    rig.layer.respond(static_cast<ServerId>(2), Rig::message(Rig::response(rig.received.at(1)->octets(), 200)),
                      rig.now);
    rig.take();
    rig.layer.failed(alice, Errc::transport, rig.now);
    auto lines = rig.take();
    CHECK(lines.find("response failed 1: the connection was lost\n") != std::string::npos);
    CHECK(lines.find("response failed 2: the connection was lost\nserver ended 2\n") != std::string::npos);
    CHECK(rig.layer.transactions() == 1);
}

TEST_CASE("a response without a transaction goes where its top Via says (RFC 3261 §18.2.2)") {
    Rig rig;
    auto text = Rig::received_request("INVITE", "z9hG4bKup;received=192.0.2.9;rport=4444", "10.0.0.1:5060");
    rig.layer.respond_stateless(Rig::message(Rig::response(text, 200)), std::nullopt, rig.now);
    CHECK(rig.take() == "udp 192.0.2.9:4444 200 INVITE\n");
    rig.layer.respond_stateless(
        Rig::message(Rig::response(Rig::received_request("INVITE", "z9hG4bKup", "name.example.com"), 200)),
        std::nullopt, rig.now);
    CHECK(rig.take() == "");
}

TEST_CASE("a CANCEL of another request than INVITE is answered 200 and changes nothing (RFC 3261 §9.2)") {
    Rig rig;
    rig.receive(alice, Rig::received_request("OPTIONS", "z9hG4bK1"));
    rig.take();
    rig.receive(alice, Rig::received_request("CANCEL", "z9hG4bK1"));
    CHECK(rig.take() == "udp 192.0.2.9:5060 200 CANCEL\n");
    CHECK(rig.respond(1, 200));
    CHECK(rig.take() == "udp 192.0.2.9:5060 200 OPTIONS\n");
    CHECK(rig.layer.statistics().cancels_received == 0);
}

TEST_CASE("an ACK of an RFC 2543 peer with another To tag than our response's is not for it (RFC 3261 §17.2.3)") {
    Rig rig;
    auto first = Rig::received_request("INVITE", "old");
    rig.receive(alice, first);
    rig.layer.respond(static_cast<ServerId>(1), Rig::message(Rig::response(first, 486, "b1")), rig.now);
    rig.take();
    auto with_tag = [](std::string_view tag) {
        auto ack = Rig::message(Rig::received_request("ACK", "old"));
        ack.set(sipmsg::Header::to, "<sip:bob@example.com>;tag=" + std::string(tag));
        return ack.octets();
    };
    rig.receive(alice, with_tag("stranger"));
    CHECK(rig.take() == "ack\n");
    CHECK(rig.run(600ms).find("486") != std::string::npos);
    rig.receive(alice, with_tag("b1"));
    CHECK(rig.take() == "");
    CHECK(rig.run(5800ms).find("486") == std::string::npos);
}

TEST_CASE("beyond so many refusals a second new requests are dropped, and counted (RFC 3261 §21.5.4)") {
    LayerOptions options;
    options.limits.server_transactions = 1;
    options.limits.refusals = 2;
    options.limits.retry_after = 1500ms;
    Rig rig(options);
    rig.receive(alice, invite("z9hG4bK0"));
    rig.take();
    for (auto branch : {"z9hG4bK1", "z9hG4bK2", "z9hG4bK3", "z9hG4bK4"}) rig.receive(alice, invite(branch));
    CHECK(rig.take() == "udp 192.0.2.9:5060 503 INVITE\nudp 192.0.2.9:5060 503 INVITE\n");
    CHECK(Rig::message(rig.sent.at(0)).raw(sipmsg::Header::retry_after) == "2");
    CHECK(rig.layer.statistics().overload_refused == 2);
    CHECK(rig.layer.statistics().overload_dropped == 2);
    rig.now += 1s;
    rig.receive(alice, invite("z9hG4bK3"));
    CHECK(rig.take().find("503 INVITE\n") != std::string::npos);
    CHECK(rig.layer.transactions() == 1);
}

TEST_CASE("a stateless layer hands over every request, and remembers none (RFC 3261 §8.2.7)") {
    LayerOptions options;
    options.stateless = true;
    Rig rig(options);
    auto text = invite();
    rig.receive(alice, text);
    rig.receive(alice, text);
    rig.receive(alice, ack());
    rig.receive(alice, Rig::received_request("CANCEL", "z9hG4bK1"));
    CHECK(rig.take() == "request 0 INVITE\nrequest 0 INVITE\nack\nrequest 0 CANCEL\n");
    rig.layer.respond_stateless(sipmsg::Message::response(rig.received.back()->view(), 200, "b1"), alice, rig.now);
    CHECK(rig.take() == "udp 192.0.2.9:5060 200 CANCEL\n");
    CHECK(rig.layer.transactions() == 0);
    CHECK_FALSE(rig.layer.next_expiry());
}

TEST_CASE("a request that came over another path as well is marked as merged (RFC 3261 §8.2.2.2)") {
    Rig rig;
    std::vector<RequestReceived> requests;
    const auto merged = [&](const std::string& octets) {
        rig.receive(alice, octets);
        auto output = rig.layer.poll();
        REQUIRE(output);
        requests.push_back(std::get<RequestReceived>(std::get<Event>(*output)));
        return requests.back().merged;
    };
    const auto changed = [](std::string octets, std::string_view from, std::string_view to) {
        const auto at = octets.find(from);
        REQUIRE(at != octets.npos);
        return octets.replace(at, from.size(), to);
    };
    CHECK(!merged(invite("z9hG4bK1")));
    CHECK(!merged(invite("z9hG4bK2")));  // nobody wants to know
    rig.layer.report_merged(true);
    CHECK(!merged(invite("z9hG4bK3")));
    CHECK(merged(invite("z9hG4bK4")));
    CHECK(merged(invite("z9hG4bK5")));
    CHECK(!merged(Rig::received_request("OPTIONS", "z9hG4bK6")));  // CSeq names another method
    CHECK(!merged(changed(invite("z9hG4bK7"), "Call-ID: ", "Call-ID: x")));
    CHECK(!merged(changed(invite("z9hG4bK8"), ";tag=", ";tag=x")));
    CHECK(!merged(changed(invite("z9hG4bK9"), "CSeq: ", "CSeq: 1")));
    const auto in_dialog = [&](std::string_view branch) {
        return changed(invite(branch), "\r\nCall-ID", ";tag=b1\r\nCall-ID");
    };
    CHECK(!merged(in_dialog("z9hG4bK10")));
    CHECK(!merged(in_dialog("z9hG4bK11")));
    for (const auto& one : requests)
        rig.layer.respond(one.transaction, sipmsg::Message::response(one.request->view(), 482, "b1"), rig.now);
    rig.run(200s);
    CHECK(rig.layer.transactions() == 0);
    CHECK(!merged(invite("z9hG4bK12")));  // nothing is left of the others
}
