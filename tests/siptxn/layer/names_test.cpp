// SPDX-License-Identifier: MIT
// What the layer remembers of the name service.

#include "layer/rig.hpp"

#include <doctest/doctest.h>

using namespace siptxn;

namespace {

DnsRecord a(std::string_view ip, std::uint32_t ttl = 300) {
    return {.type = RecordType::a, .ttl = ttl, .ip = *IpAddress::parse(ip)};
}

/// A name with a port: A and AAAA are all there is to ask.
struct Lookup {
    explicit Lookup(const LayerOptions& options = {}) : rig(options) {}

    std::string send(std::string_view host = "a.example") {
        rig.send(Rig::request("OPTIONS", "sip:bob@" + std::string(host) + ":5060"));
        return rig.take();
    }
    /// Answers both questions that were asked last.
    std::string answer(std::vector<DnsRecord> v4, std::vector<DnsRecord> v6 = {}, std::error_code error = {}) {
        auto last = rig.queries.size();
        rig.layer.resolved(rig.queries.at(last - 2), v4, error, rig.now);
        rig.layer.resolved(rig.queries.at(last - 1), v6, error, rig.now);
        return rig.take();
    }
    Rig rig;
};

constexpr std::string_view asked = "resolve a.example A\nresolve a.example AAAA\n";
constexpr std::string_view sent = "udp 192.0.2.2:5060 OPTIONS\n";
const std::vector<DnsRecord> nothing_for_ever{
    {.type = RecordType::soa, .ttl = 0xffffffff}
};

}  // namespace

TEST_CASE("an answer is used again until its ttl is over, whatever the case of the name (RFC 1035 §7.4)") {
    Lookup lookup;
    CHECK(lookup.send() == asked);
    CHECK(lookup.answer({a("192.0.2.2", 20), a("192.0.2.3", 10)}, nothing_for_ever) == sent);
    lookup.rig.now += 9'999ms;
    CHECK(lookup.send("A.Example") == sent);
    lookup.rig.now += 1ms;
    CHECK(lookup.send() == "resolve a.example A\n");
}

TEST_CASE("that there is nothing is remembered for as long as the SOA record says (RFC 2308)") {
    Lookup lookup;
    lookup.send();
    auto soa = std::vector<DnsRecord>{
        {.type = RecordType::soa, .ttl = 90}
    };
    CHECK(lookup.answer(soa, soa) == "failed 1: no address for that destination\nended 1\n");
    lookup.rig.now += 89s;
    CHECK(lookup.send() == "failed 2: no address for that destination\nended 2\n");
    lookup.rig.now += 1s;
    CHECK(lookup.send() == asked);
    lookup.answer({}, {});
    lookup.rig.now += LayerOptions().limits.dns_negative_ttl - 1s;
    CHECK(lookup.send() == "failed 4: no address for that destination\nended 4\n");
    lookup.rig.now += 1s;
    CHECK(lookup.send() == asked);
}

TEST_CASE("a failing name server is left alone for a short while") {
    Lookup lookup;
    lookup.send();
    lookup.answer({}, {}, Errc::resolve_failed);
    CHECK(lookup.send() == "failed 2: the name could not be looked up\nended 2\n");
    lookup.rig.now += LayerOptions().limits.dns_failure_ttl;
    CHECK(lookup.send() == asked);
    lookup.answer({}, {}, Errc::overloaded);  // a limit of the wire's: nothing of the name
    CHECK(lookup.send() == asked);
}

TEST_CASE("a ttl of 0 and one of 136 years are held within limits") {
    LayerOptions options;
    options.limits.dns_ttl_min = 2s;
    options.limits.dns_ttl_max = 100s;
    Lookup lookup(options);
    lookup.send();
    lookup.answer({a("192.0.2.2", 0)}, {a("2001:db8::2", 0xffffffff)});
    lookup.rig.now += 1'999ms;
    CHECK(lookup.send() == sent);
    lookup.rig.now += 1ms;
    CHECK(lookup.send() == "resolve a.example A\n");
    lookup.rig.layer.resolved(lookup.rig.queries.back(), std::vector{a("192.0.2.2", 0xffffffff)}, {}, lookup.rig.now);
    CHECK(lookup.rig.take() == sent);
    lookup.rig.now += 98s;
    CHECK(lookup.send() == "resolve a.example AAAA\n");
}

TEST_CASE("requests that want the same name share one question, and each gets the answer") {
    Lookup lookup;
    CHECK(lookup.send() == asked);
    CHECK(lookup.send() == "");
    lookup.rig.layer.abandon(lookup.rig.send(Rig::request("OPTIONS", "sip:bob@a.example:5060")));
    CHECK(lookup.rig.take() == "ended 3\n");
    CHECK(lookup.answer({a("192.0.2.2")}) == std::string(sent) + std::string(sent));
}

TEST_CASE("when all who asked have left, the question is asked again by the next") {
    Lookup lookup;
    lookup.rig.layer.abandon(lookup.rig.send(Rig::request("OPTIONS", "sip:bob@a.example:5060")));
    CHECK(lookup.rig.take() == std::string(asked) + "ended 1\n");
    CHECK(lookup.send() == asked);
    lookup.rig.layer.resolved(lookup.rig.queries.at(0), std::vector{a("192.0.2.9")}, {}, lookup.rig.now);
    CHECK(lookup.rig.take() == "");
    CHECK(lookup.answer({a("192.0.2.2")}) == sent);
}

TEST_CASE("only so many answers are remembered, and only so many records of one: the least used go first") {
    LayerOptions options;
    options.limits.dns_answers = 4;
    options.limits.dns_records = 1;
    Lookup lookup(options);
    for (auto name : {"a.example", "b.example"}) {
        lookup.send(name);
        lookup.answer({a("192.0.2.2"), a("192.0.2.3")}, nothing_for_ever);
    }
    CHECK(lookup.send() == sent);
    lookup.send("c.example");
    lookup.answer({a("192.0.2.2")}, nothing_for_ever);
    CHECK(lookup.send() == sent);
    CHECK(lookup.send("b.example") == "resolve b.example A\nresolve b.example AAAA\n");
    lookup.answer({}, {});
    lookup.rig.layer.failed(Rig::udp("192.0.2.2"), Errc::transport, lookup.rig.now);
    CHECK(lookup.rig.take().find("192.0.2.3") == std::string::npos);
}

TEST_CASE("each step has its own limit of time, and the next is tried without the answer (RFC 3263 §4.2)") {
    LayerOptions options;
    options.transports = {Transport::udp};
    Rig rig(options);
    rig.has_services = true;
    rig.send(Rig::request("OPTIONS", "sip:bob@a.example"));
    CHECK(rig.take() == "resolve a.example NAPTR\n");
    CHECK(rig.run(9s) == "5000 resolve _sip._udp.a.example SRV\n");
    CHECK(rig.run(11s) == "10000 resolve a.example A\n10000 resolve a.example AAAA\n");
    rig.layer.resolved(rig.queries.at(2), std::vector{a("192.0.2.2")}, {}, rig.now);
    CHECK(rig.run(15s) == "15000 udp 192.0.2.2:5060 OPTIONS\n");
}
