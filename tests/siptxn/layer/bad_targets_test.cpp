// SPDX-License-Identifier: MIT
// What the layer remembers of targets.

#include "layer/rig.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace siptxn;

namespace {

constexpr auto period = Limits().bad_target_period;

/// a.example has three servers, in this order, over UDP; their addresses never grow old.
struct Servers {
    explicit Servers(LayerOptions options = {},
                     std::vector<std::string_view> addresses = {"192.0.2.2", "192.0.2.3", "192.0.2.4"})
        : rig(for_ever(std::move(options))) {
        rig.send(Rig::request("OPTIONS", "sip:bob@a.example:5060"));
        rig.take();
        for (std::size_t i = 0; i < 2; ++i) {
            std::vector<DnsRecord> records;
            for (auto text : addresses) {
                auto ip = *IpAddress::parse(text);
                if (ip.is_v6() != (i == 1)) continue;
                records.push_back({.type = i == 1 ? RecordType::aaaa : RecordType::a, .ttl = 0x7fffffff, .ip = ip});
            }
            if (records.empty()) records.push_back({.type = RecordType::soa, .ttl = 0x7fffffff});
            rig.layer.resolved(rig.queries.at(i), records, {}, rig.now);
        }
        first = rig.take();
    }
    static LayerOptions for_ever(LayerOptions options) {
        options.limits.dns_ttl_max = 100h;
        return options;
    }
    std::string send() {
        rig.send(Rig::request("OPTIONS", "sip:bob@a.example:5060"));
        return rig.take();
    }
    std::string fail(std::string_view remote) {
        rig.layer.failed(Rig::udp(remote), Errc::transport, rig.now);
        return rig.take();
    }

    /// The first server, asked by the request on its way, answers 503.
    std::string busy(std::string_view retry_after) {
        auto response = Rig::message(Rig::response(rig.sent.back(), 503));
        response.set(sipmsg::Header::retry_after, retry_after);
        rig.receive(Rig::udp("192.0.2.2"), response.octets());
        return rig.take();
    }

    Rig rig;
    std::string first;
};

std::string to(std::string_view remote) { return "udp " + std::string(remote) + ":5060 OPTIONS\n"; }

}  // namespace

TEST_CASE("a target that failed is tried last for a while (RFC 3263 §4.3)") {
    Servers servers;
    CHECK(servers.first == to("192.0.2.2"));
    CHECK(servers.fail("192.0.2.2") == to("192.0.2.3"));
    servers.rig.answer(Rig::udp("192.0.2.3"), 200);
    servers.rig.take();
    CHECK(servers.send() == to("192.0.2.3"));
    CHECK(servers.fail("192.0.2.3") == to("192.0.2.4"));
    CHECK(servers.fail("192.0.2.4") == to("192.0.2.2"));
    servers.rig.now += period;
    CHECK(servers.send() == to("192.0.2.2"));
}

TEST_CASE("a target that answers is a good one again") {
    Servers servers;
    servers.fail("192.0.2.2");
    servers.fail("192.0.2.3");
    servers.fail("192.0.2.4");
    CHECK(servers.send() == to("192.0.2.2"));  // all are bad: their own order
    servers.fail("192.0.2.2");
    servers.rig.answer(Rig::udp("192.0.2.3"), 404);
    servers.rig.take();
    CHECK(servers.send() == to("192.0.2.3"));
}

TEST_CASE("a 503 with Retry-After keeps other requests away for that long, one without does not (RFC 3261 §21.5.4)") {
    Servers servers;
    CHECK(servers.busy("120 (busy)") == to("192.0.2.3"));
    servers.rig.answer(Rig::udp("192.0.2.3"), 503);
    CHECK(servers.rig.take() == to("192.0.2.4"));
    servers.rig.now += 119s;
    CHECK(servers.send() == to("192.0.2.3"));
    servers.rig.now += 1s;
    CHECK(servers.send() == to("192.0.2.2"));
}

TEST_CASE("no server can be kept away for longer than the limit, however long it asks for") {
    Servers servers;
    servers.busy("4294967295");
    servers.rig.now += Limits().retry_after_max;
    CHECK(servers.send() == to("192.0.2.2"));
}

TEST_CASE("only so many bad targets are remembered, and those of the past make room") {
    LayerOptions options;
    options.limits.bad_targets = 1;
    Servers servers(options);
    servers.fail("192.0.2.2");
    servers.fail("192.0.2.3");
    CHECK(servers.send() == to("192.0.2.3"));
    servers.rig.now += period;
    servers.fail("192.0.2.3");
    CHECK(servers.send() == to("192.0.2.2"));
}

TEST_CASE(
    "a request without a transaction does not look at what failed: repeated, it goes to the same place (RFC 3263 "
    "§4.4)") {
    Servers servers;
    servers.fail("192.0.2.2");
    servers.rig.layer.send_stateless(Rig::message(Rig::request("ACK", "sip:bob@a.example:5060")), {}, servers.rig.now);
    CHECK(servers.rig.take() == "udp 192.0.2.2:5060 ACK\n");
}

TEST_CASE("requests without a transaction draw no lots between servers, others do (RFC 3263 §4.4, RFC 2782)") {
    Rig rig;
    rig.has_services = true;
    rig.send(Rig::request("OPTIONS", "sip:bob@a.example;transport=udp"));
    CHECK(rig.take() == "resolve _sip._udp.a.example SRV\n");
    std::vector<DnsRecord> servers;
    for (auto address : {"192.0.2.2", "192.0.2.3", "192.0.2.4"})
        servers.push_back({.type = RecordType::srv, .ttl = 300, .weight = 1, .port = 5060, .target = address});
    rig.layer.resolved(rig.queries.back(), servers, {}, rig.now);
    rig.take();
    std::set<std::string> alone, in_transactions;
    for (int i = 0; i < 50; ++i) {
        rig.layer.send_stateless(Rig::message(Rig::request("ACK", "sip:bob@a.example;transport=udp")), {}, rig.now);
        alone.insert(rig.take());
        rig.send(Rig::request("OPTIONS", "sip:bob@a.example;transport=udp"));
        in_transactions.insert(rig.take());
    }
    CHECK(alone == std::set<std::string>{"udp 192.0.2.2:5060 ACK\n"});
    CHECK(in_transactions == std::set{to("192.0.2.2"), to("192.0.2.3"), to("192.0.2.4")});
}

TEST_CASE("the family that answered last is tried first of a host with both (RFC 8305)") {
    Servers servers({}, {"192.0.2.2", "2001:db8::2"});
    CHECK(servers.first == to("192.0.2.2"));
    CHECK(servers.fail("192.0.2.2") == to("[2001:db8::2]"));
    servers.rig.answer(Rig::udp("[2001:db8::2]"), 200);
    servers.rig.take();
    servers.rig.now += period;
    CHECK(servers.send() == to("[2001:db8::2]"));
}

TEST_CASE("a server that fails one domain is not avoided for the others it serves (RFC 5922 §7)") {
    Servers servers;
    servers.fail("192.0.2.2");
    servers.rig.answer(Rig::udp("192.0.2.3"), 200);
    servers.rig.take();
    CHECK(servers.send() == to("192.0.2.3"));
    servers.rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2"));
    CHECK(servers.rig.take() == to("192.0.2.2"));
    auto asked = servers.rig.queries.size();
    servers.rig.send(Rig::request("OPTIONS", "sip:bob@other.example:5060"));
    servers.rig.take();
    std::vector<DnsRecord> records;
    for (auto text : {"192.0.2.2", "192.0.2.3"})
        records.push_back({.type = RecordType::a, .ttl = 60, .ip = *IpAddress::parse(text)});
    servers.rig.layer.resolved(servers.rig.queries.at(asked), records, {}, servers.rig.now);
    servers.rig.layer.resolved(servers.rig.queries.at(asked + 1), {}, {}, servers.rig.now);
    CHECK(servers.rig.take() == to("192.0.2.2"));
}
