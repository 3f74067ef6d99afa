// SPDX-License-Identifier: MIT
#include <sipmsg/forwarded.hpp>
#include <sipmsg/stateless.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace sipmsg;

namespace {

std::string stamped(std::string_view via, std::string_view address = "192.0.2.9", std::uint16_t port = 40000) {
    return stamped_via(*Via::parse(via), address, port);
}

std::string place(std::string_view via) {
    const auto parsed = Via::parse(via);
    const auto at = reply_place(*parsed);
    return std::string(at.host) + ' ' + std::to_string(at.port);
}

std::string request(std::string_view method, std::string_view via, std::string_view to, std::string_view cseq = "1") {
    return std::string(method) + " sip:bob@b.example SIP/2.0\r\nVia: " + std::string(via) +
           "\r\nFrom: <sip:a@a.example>;tag=1\r\nTo: " + std::string(to) +
           "\r\nCall-ID: c1\r\nCSeq: " + std::string(cseq) + ' ' + std::string(method) +
           "\r\nContent-Length: 0\r\n\r\n";
}

std::string branch(const std::string& text) {
    const auto message = parse(text);
    Essentials head;
    REQUIRE(message);
    REQUIRE_FALSE(read_essentials(*message, head));
    return stateless_branch(head);
}

}  // namespace

TEST_CASE("received stands there for a name, another address, or rport (RFC 3261 §18.2.1, RFC 3581 §4)") {
    CHECK(stamped("SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1") == "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1");
    CHECK(stamped("SIP/2.0/UDP pc.example;branch=z9hG4bK1") ==
          "SIP/2.0/UDP pc.example;branch=z9hG4bK1;received=192.0.2.9");
    CHECK(stamped("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1") == "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=192.0.2.9");
    CHECK(stamped("SIP/2.0/UDP 192.0.2.9;rport;branch=z9hG4bK1") ==
          "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1;received=192.0.2.9;rport=40000");
    CHECK(stamped("SIP/2.0/UDP [2001:DB8:0::1];branch=z9hG4bK1", "2001:db8::1") ==
          "SIP/2.0/UDP [2001:DB8:0::1];branch=z9hG4bK1");
    CHECK(stamped("SIP/2.0/TCP [2001:db8::2];branch=z9hG4bK1", "2001:db8::1") ==
          "SIP/2.0/TCP [2001:db8::2];branch=z9hG4bK1;received=2001:db8::1");
}

TEST_CASE("what a client writes into received and rport itself is dropped (RFC 3261 §18.2.1)") {
    CHECK(stamped("SIP/2.0/UDP 192.0.2.9;received=203.0.113.1;rport=9;branch=z9hG4bK1;x=\"rport\"") ==
          "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1;x=\"rport\";received=192.0.2.9;rport=40000");
    CHECK(stamped("SIP/2.0/UDP\r\n 192.0.2.9;received=203.0.113.1;branch=z9hG4bK1") ==
          "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1");
    CHECK(stamped("SIP/2.0/UDP 10.0.0.1\r\n ;branch=z9hG4bK1").find('\r') == std::string::npos);
}

TEST_CASE("a response goes to received and rport, else to sent-by, never to maddr (RFC 3261 §18.2.2)") {
    CHECK(place("SIP/2.0/UDP pc.example:5070;received=192.0.2.9;rport=40000;branch=z9hG4bK1") == "192.0.2.9 40000");
    CHECK(place("SIP/2.0/UDP pc.example:5070;received=192.0.2.9;branch=z9hG4bK1") == "192.0.2.9 5070");
    CHECK(place("SIP/2.0/UDP 10.0.0.1;maddr=203.0.113.1;rport;branch=z9hG4bK1") == "10.0.0.1 5060");
    CHECK(place("SIP/2.0/TLS [2001:db8::1];branch=z9hG4bK1") == "2001:db8::1 5061");
    CHECK(place("SIP/2.0/WS 10.0.0.1;branch=z9hG4bK1") == "10.0.0.1 80");
    CHECK(place("SIP/2.0/WSS 10.0.0.1;branch=z9hG4bK1") == "10.0.0.1 443");
}

TEST_CASE(
    "a stateless branch is that of the repetition, the CANCEL and the ACK, and of nothing else (RFC 3261 §16.11)") {
    const std::string via = "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1";
    const auto invite = branch(request("INVITE", via, "<sip:b@b.example>"));
    CHECK(invite.starts_with("z9hG4bK"));
    CHECK(invite == branch(request("INVITE", via, "<sip:b@b.example>")));
    CHECK(invite == branch(request("CANCEL", via, "<sip:b@b.example>")));
    CHECK(invite == branch(request("ACK", via, "<sip:b@b.example>;tag=2")));
    std::set<std::string> others{invite};
    for (const auto* other : {"SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK2", "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1",
                              "SIP/2.0/UDP 192.0.2.8:5060;branch=z9hG4bK1"})
        CHECK(others.insert(branch(request("INVITE", other, "<sip:b@b.example>"))).second);
}

TEST_CASE("without a branch of RFC 3261 it follows from what RFC 2543 keeps equal (RFC 3261 §16.11)") {
    for (const std::string via :
         {"SIP/2.0/UDP 192.0.2.9", "SIP/2.0/UDP 192.0.2.9;branch=1", "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK"}) {
        const auto invite = branch(request("INVITE", via, "<sip:b@b.example>"));
        CHECK(invite == branch(request("CANCEL", via, "<sip:b@b.example>")));
        CHECK(invite != branch(request("INVITE", via, "<sip:b@b.example>", "2")));
        CHECK(invite != branch(request("INVITE", via, "<sip:b@b.example>;tag=2")));
    }
}
