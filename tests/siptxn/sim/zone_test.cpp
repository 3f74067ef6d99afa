// SPDX-License-Identifier: MIT
#include "sim/recorder.hpp"

#include <siptxn/sim/network.hpp>

#include <doctest/doctest.h>

using namespace siptxn;

namespace {

struct Lookup {
    explicit Lookup(sim::Network& n) : network(n), wire(n.wire(ip_of("192.0.2.1"), {})) { wire->attach(&events); }
    const auto* operator()(std::string_view name, RecordType type) {
        auto query = QueryId{++last};
        wire->resolve(query, name, type);
        network.run();
        auto answer = events.resolved.find(query);
        return answer == events.resolved.end() ? nullptr : &answer->second;
    }
    sim::Network& network;
    Recorder events;
    std::shared_ptr<Wire> wire;
    std::uint64_t last = 0;
};

}  // namespace

TEST_CASE("the simulated name service answers by type, without case, in the order records were added") {
    sim::Network network(1);
    auto& zone = network.zone();
    zone.add_address("example.com", ip_of("192.0.2.10"));
    zone.add_address("EXAMPLE.com.", ip_of("192.0.2.9"), 60);
    zone.add_address("example.com", ip_of("2001:db8::10"));
    zone.add_srv("_sip._udp.example.com", 10, 20, 5070, "pbx.example.com");
    zone.add_naptr("example.com", 1, 2, "s", "SIP+D2U", "_sip._udp.example.com");
    Lookup lookup(network);

    auto* a = lookup("Example.COM", RecordType::a);
    REQUIRE(a);
    REQUIRE(a->first.size() == 2);
    CHECK(a->first[0].ip == ip_of("192.0.2.10"));
    CHECK(a->first[1].ttl == 60);
    CHECK(lookup("example.com", RecordType::aaaa)->first.at(0).ip == ip_of("2001:db8::10"));
    auto& srv = lookup("_sip._udp.example.com", RecordType::srv)->first.at(0);
    CHECK(srv.priority == 10);
    CHECK(srv.weight == 20);
    CHECK(srv.port == 5070);
    CHECK(srv.target == "pbx.example.com");
    CHECK(lookup("example.com", RecordType::naptr)->first.at(0).service == "SIP+D2U");
}

TEST_CASE("the simulated name service: unknown names are empty, broken ones fail, silent ones never answer") {
    sim::Network network(2);
    Lookup lookup(network);
    auto* unknown = lookup("nobody.example", RecordType::a);
    REQUIRE(unknown);
    CHECK(unknown->first.empty());
    CHECK_FALSE(unknown->second);
    network.zone().set_fault("broken.example", sim::Zone::Fault::fails);
    CHECK(lookup("broken.example", RecordType::a)->second == Errc::resolve_failed);
    network.zone().set_fault("silent.example", sim::Zone::Fault::silent);
    CHECK(lookup("silent.example", RecordType::a) == nullptr);
}

TEST_CASE("the simulated name service answers numeric names with themselves") {
    sim::Network network(3);
    Lookup lookup(network);
    CHECK(lookup("192.0.2.77", RecordType::a)->first.at(0).ip == ip_of("192.0.2.77"));
    CHECK(lookup("192.0.2.77", RecordType::aaaa)->first.empty());
}
