// SPDX-License-Identifier: MIT
#include <siptxn/target.hpp>

#include "layer/rig.hpp"

#include <doctest/doctest.h>

using namespace siptxn;

namespace {

DnsRecord a(std::string_view ip) { return {.type = RecordType::a, .ip = *IpAddress::parse(ip)}; }
DnsRecord aaaa(std::string_view ip) { return {.type = RecordType::aaaa, .ip = *IpAddress::parse(ip)}; }

void answer(Rig& rig, std::vector<DnsRecord> v4, std::vector<DnsRecord> v6 = {}, std::error_code error = {}) {
    rig.layer.resolved(rig.queries.at(rig.queries.size() - 2), v4, error, rig.now);
    rig.layer.resolved(rig.queries.at(rig.queries.size() - 1), v6, error, rig.now);
}

Flow tcp(std::uint64_t id, std::string_view remote) { return Rig::connection(Transport::tcp, id, remote); }

}  // namespace

TEST_CASE("a name is looked up for both families, and the first address is tried first (RFC 3263 §4.2)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@example.com:5070"));
    CHECK(rig.take() == "resolve example.com A\nresolve example.com AAAA\n");
    answer(rig, {a("192.0.2.2")}, {aaaa("2001:db8::2")});
    CHECK(rig.take() == "udp 192.0.2.2:5070 OPTIONS\n");
}

TEST_CASE("a dead first address leads to the next with a fresh branch, and one final event (RFC 3263 §4.3)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@example.com"));
    rig.take();
    answer(rig, {a("192.0.2.2"), a("192.0.2.3"), a("192.0.2.3")});
    CHECK(rig.take() == "udp 192.0.2.2:5060 OPTIONS\n");
    rig.layer.failed(Rig::udp("192.0.2.2"), Errc::transport, rig.now);
    CHECK(rig.take() == "udp 192.0.2.3:5060 OPTIONS\n");
    CHECK(Rig::message(rig.sent.at(0)).top<sipmsg::Via>()->branch() !=
          Rig::message(rig.sent.at(1)).top<sipmsg::Via>()->branch());
    rig.answer(Rig::udp("192.0.2.3"), 200);
    CHECK(rig.take() == "response 1 200\n");
    rig.run(60s);
    CHECK(rig.layer.transactions() == 0);
}

TEST_CASE("a silent address is left after timer F; the last failure is what the user sees (RFC 3263 §4.3)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@example.com"));
    rig.take();
    answer(rig, {a("192.0.2.2"), a("192.0.2.3")});
    rig.take();
    rig.run(31'900ms);
    CHECK(rig.run(32s) == "32000 udp 192.0.2.3:5060 OPTIONS\n");
    rig.run(63'900ms);
    CHECK(rig.run(120s) == "64000 failed 1: no answer in time\n64000 ended 1\n");
}

TEST_CASE("a 503 leads to the next address; the last one's 503 is delivered (RFC 3263 §4.3)") {
    Rig rig;
    rig.send(Rig::request("INVITE", "sip:bob@example.com"));
    rig.take();
    answer(rig, {a("192.0.2.2"), a("192.0.2.3")});
    rig.take();
    auto refusal = Rig::response(rig.sent.at(0), 503);
    rig.receive(Rig::udp("192.0.2.2"), refusal);
    CHECK(rig.take() == "udp 192.0.2.2:5060 ACK\nudp 192.0.2.3:5060 INVITE\n");
    rig.receive(Rig::udp("192.0.2.2"), refusal);
    CHECK(rig.take() == "udp 192.0.2.2:5060 ACK\n");
    rig.receive(Rig::udp("192.0.2.3"), Rig::response(rig.sent.at(2), 503));
    CHECK(rig.take() == "udp 192.0.2.3:5060 ACK\nresponse 1 503\n");
    rig.run(60s);
    CHECK(rig.layer.transactions() == 0);
}

TEST_CASE("once any response has come there is no other address to try (RFC 3263 §4.3)") {
    Rig rig;
    rig.send(Rig::request("INVITE", "sip:bob@example.com;transport=tcp"));
    rig.take();
    answer(rig, {a("192.0.2.2"), a("192.0.2.3")});
    rig.take();
    rig.layer.opened(tcp(1, "192.0.2.2"), false, rig.now);
    rig.take();
    rig.receive(tcp(1, "192.0.2.2"), Rig::response(rig.sent.at(0), 180));
    rig.layer.failed(tcp(1, "192.0.2.2"), {}, rig.now);
    CHECK(rig.take() ==
          "response 1 180\nclosed 1: the connection was lost\nfailed 1: the connection was lost\nended 1\n");
}

TEST_CASE("a name without an address, a failing and a silent name server each end the request once (RFC 3263 §4.2)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@example.com"));
    rig.take();
    answer(rig, {});
    CHECK(rig.take() == "failed 1: no address for that destination\nended 1\n");
    rig.send(Rig::request("OPTIONS", "sip:bob@failing.example"));
    rig.take();
    answer(rig, {}, {}, Errc::resolve_failed);
    CHECK(rig.take() == "failed 2: the name could not be looked up\nended 2\n");
    rig.send(Rig::request("OPTIONS", "sip:bob@silent.example"));
    rig.take();
    CHECK(rig.run(60s) == "5000 failed 3: the name could not be looked up\n5000 ended 3\n");
    answer(rig, {a("192.0.2.2")});
    CHECK(rig.take() == "");
    CHECK_FALSE(rig.layer.next_expiry());
}

TEST_CASE("when one family's answer never comes, the other's is used after the limit (RFC 3263 §4.2)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@example.com"));
    rig.take();
    rig.layer.resolved(rig.queries.at(0), std::vector{a("192.0.2.2")}, {}, rig.now);
    CHECK(rig.run(5s) == "5000 udp 192.0.2.2:5060 OPTIONS\n");
}

TEST_CASE("a late answer for an abandoned request does nothing") {
    Rig rig;
    auto id = rig.send(Rig::request("OPTIONS", "sip:bob@example.com"));
    rig.take();
    rig.layer.abandon(id);
    CHECK(rig.take() == "ended 1\n");
    answer(rig, {a("192.0.2.2")});
    CHECK(rig.take() == "");
}

TEST_CASE("at most so many addresses are tried") {
    LayerOptions options;
    options.limits.targets = 2;
    Rig rig(options);
    rig.send(Rig::request("OPTIONS", "sip:bob@example.com"));
    rig.take();
    answer(rig, {a("192.0.2.2"), a("192.0.2.3"), a("192.0.2.4")});
    rig.take();
    rig.layer.failed(Rig::udp("192.0.2.2"), {}, rig.now);
    rig.take();
    rig.layer.failed(Rig::udp("192.0.2.3"), {}, rig.now);
    CHECK(rig.take() == "failed 1: the connection was lost\nended 1\n");
}

TEST_CASE("a request above 1300 octets leaves by TCP, and returns to UDP when that is refused (RFC 3261 §18.1.1)") {
    auto large = Rig::request("OPTIONS", "sip:bob@192.0.2.2", "X: " + std::string(1300, 'x') + "\r\n");
    Rig rig;
    rig.send(large);
    CHECK(rig.take() == "open 1 tcp 192.0.2.2:5060 192.0.2.2\n");
    rig.layer.failed(tcp(1, "192.0.2.2"), std::make_error_code(std::errc::connection_refused), rig.now);
    CHECK(rig.take() == "udp 192.0.2.2:5060 OPTIONS\n");
    CHECK(Rig::message(rig.sent.at(0)).raw(sipmsg::Header::via)->starts_with("SIP/2.0/UDP"));
    rig.send(large);
    rig.take();
    rig.layer.opened(tcp(3, "192.0.2.2"), false, rig.now);
    CHECK(rig.take() == "opened 3\ntcp 192.0.2.2:5060 OPTIONS\n");
    CHECK(Rig::message(rig.sent.at(1)).raw(sipmsg::Header::via)->starts_with("SIP/2.0/TCP"));
    auto lines = rig.run(60s);
    CHECK(lines.find("32000 failed 2: no answer in time\n32000 ended 2\n") != std::string::npos);
    CHECK(lines.find("open") == std::string::npos);
}

TEST_CASE("a large request stays on UDP when the caller says so or has no TCP (RFC 3261 §18.1.1)") {
    auto large = Rig::request("OPTIONS", "sip:bob@192.0.2.2", "X: " + std::string(1300, 'x') + "\r\n");
    Rig rig;
    rig.send(large, {.transport = Transport::udp});
    CHECK(rig.take() == "udp 192.0.2.2:5060 OPTIONS\n");
    LayerOptions options;
    options.transports = {Transport::udp};
    Rig udp_only(options);
    udp_only.send(large);
    CHECK(udp_only.take() == "udp 192.0.2.2:5060 OPTIONS\n");
}

TEST_CASE("how large a request may be on UDP is an option, with 120 octets for its Via (RFC 3261 §18.1.1)") {
    const auto bare = Rig::request("OPTIONS", "sip:bob@192.0.2.2", "X: \r\n").size();
    for (const std::size_t octets : {std::size_t{1300}, std::size_t{1472}}) {
        LayerOptions options;
        options.udp_request_octets = octets;
        Rig rig(options);
        const std::string fits(octets - 120 - bare, 'x');
        rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2", "X: " + fits + "\r\n"));
        CHECK(rig.take() == "udp 192.0.2.2:5060 OPTIONS\n");
        rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2", "X: " + fits + "x\r\n"));
        CHECK(rig.take() == "open 2 tcp 192.0.2.2:5060 192.0.2.2\n");
    }
}

TEST_CASE("the next hop is the given URI, else a loose router's Route, else the Request-URI (RFC 3261 §8.1.2)") {
    auto hop = [](std::string_view uri, std::string_view headers, std::string_view given) -> std::string {
        auto message = Rig::message(Rig::request("OPTIONS", uri, headers));
        auto next = next_hop_of(message.view(), given);
        return next ? next->host : next.error().message();
    };
    CHECK(hop("sip:a@target.example", "", "") == "target.example");
    CHECK(hop("sip:a@target.example", "Route: <sip:loose.example;lr>\r\n", "") == "loose.example");
    CHECK(hop("sip:a@strict.example", "Route: <sip:next.example>\r\n", "") == "strict.example");
    CHECK(hop("sip:a@target.example", "Route: <sip:loose.example;lr>\r\n", "sip:given.example") == "given.example");
    CHECK(hop("tel:+4930123456", "Route: <sip:loose.example;lr>\r\n", "") == "loose.example");
    CHECK(hop("tel:+4930123456", "", "") == "no address for that destination");
    CHECK(hop("sip:a@target.example", "", "not a uri") == "no address for that destination");
    CHECK(hop("sip:a@target.example;maddr=192.0.2.5", "", "") == "192.0.2.5");
}

TEST_CASE("transport and port come from the URI, its scheme, or the caller (RFC 3263 §4.1)") {
    auto hop = [](std::string_view text, std::optional<Transport> transport = std::nullopt) -> std::string {
        auto uri = sipmsg::Uri::parse(text);
        auto next = next_hop_of(*uri, transport);
        if (!next) return next.error().message();
        return std::string(to_string(next->transport)) + (next->transport_given ? " given" : "") +
               (next->port ? ":" + std::to_string(*next->port) : "");
    };
    CHECK(hop("sip:a@example.com") == "udp");
    CHECK(hop("sip:a@example.com:5070") == "udp:5070");
    CHECK(hop("sip:a@example.com;transport=TCP") == "tcp given");
    CHECK(hop("sips:a@example.com") == "tls");
    CHECK(hop("sips:a@example.com;transport=tcp") == "tls given");
    CHECK(hop("sips:a@example.com;transport=ws") == "wss given");
    CHECK(hop("sip:a@example.com;transport=sctp") == "the transport is not available");
    CHECK(hop("sip:a@example.com", Transport::ws) == "ws given");
    CHECK(hop("sips:a@example.com", Transport::udp) == "the transport is not available");
}

TEST_CASE("without a transport in the URI the first of ours that has a socket is taken (RFC 3263 §4.1)") {
    Rig rig;
    std::vector<Listener> listeners{
        {Transport::tcp, Rig::address("192.0.2.1:5060")    },
        {Transport::udp, Rig::address("[2001:db8::1]:5060")}
    };
    rig.layer.set_listeners(listeners);
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2"));
    CHECK(rig.take() == "open 1 tcp 192.0.2.2:5060 192.0.2.2\n");
}

TEST_CASE("names under .invalid are never looked up (RFC 6761 §6.4)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@abc.invalid;transport=ws"));
    CHECK(rig.take() == "failed 1: no address for that destination\nended 1\n");
}
