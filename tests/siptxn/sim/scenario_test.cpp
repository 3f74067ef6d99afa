// SPDX-License-Identifier: MIT
#include <siptxn/sim/scenario.hpp>
#include <siptxn/stun.hpp>

#include "users.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace siptxn;
using sim::Scenario;

TEST_CASE("a scenario's hosts are found by name, by address and by the name service") {
    Scenario scene(1);
    CHECK(to_string(scene.host("alice")) == "192.0.2.1");
    CHECK(to_string(scene.host("six", "2001:db8::6")) == "2001:db8::6");
    CHECK(scene.address("six") == *IpAddress::parse("2001:db8::6"));
    CHECK(scene.name_of(scene.address("alice")) == "alice");
    CHECK(scene.name_of(*IpAddress::parse("192.0.2.99")) == "192.0.2.99");
    CHECK(scene.network().zone().find("alice", RecordType::a).at(0).ip == scene.address("alice"));
    CHECK(to_string(scene.host("two", "192.0.2.3")) == "192.0.2.3");
    CHECK(to_string(scene.host("one")) == "192.0.2.2");
    CHECK(to_string(scene.host("more")) == "192.0.2.4");
    CHECK_THROWS_AS(scene.host("bob", "192.0.2.1"), std::invalid_argument);
    CHECK_THROWS_AS(scene.host("bob", "nowhere"), std::invalid_argument);
    CHECK_THROWS_AS(scene.partition("alice", "bob"), std::out_of_range);
}

TEST_CASE("in a scenario every transport reaches a host by its name") {
    Scenario scene(2);
    Caller caller(scene.endpoint("alice"));
    Answerer answerer(scene.endpoint("bob"));
    int asked = 0;
    for (std::string uri :
         {"sip:bob", "sip:bob;transport=tcp", "sips:bob", "sip:bob;transport=ws", "sips:bob;transport=wss"}) {
        CAPTURE(uri);
        auto id = caller.send("OPTIONS", uri, "call-" + std::to_string(++asked));
        scene.network().run_for(40s);
        CHECK(caller.finals[id] == std::vector<int>{200});
    }
    CHECK(answerer.requests == asked);
}

TEST_CASE("a scenario's ladder shows who sent what when, what was lost, and how it travelled") {
    Scenario scene(3);
    Caller caller(scene.endpoint("alice"));
    Answerer answerer(scene.endpoint("bob"));
    scene.host("carol");
    CHECK(scene.ladder().empty());
    scene.partition("alice", "bob");
    caller.send("OPTIONS", "sip:192.0.2.2", "one");
    scene.network().run_for(100ms);
    scene.heal("bob", "alice");
    scene.network().run_for(10s);
    caller.send("OPTIONS", "sip:192.0.2.2;transport=tcp", "two");
    scene.network().run_for(10s);
    scene.network()
        .wire(*IpAddress::parse("192.0.2.7"),
              {
                  {Transport::udp, {{}, 9}}
    })
        ->send({FlowId::none, Transport::udp, {*IpAddress::parse("192.0.2.7"), 9}, {scene.address("alice"), 5060}},
               std::make_shared<const std::string>("\r\n\r\n"));
    scene.network().run_for(1s);
    CHECK("\n" + scene.ladder() == R"(
                 alice          bob          carol       192.0.2.7
      0.0          |-----x       |             |             |      OPTIONS sip:192.0.2.2 (1) #1 [partitioned]
    500.0          |------------>|             |             |      OPTIONS sip:192.0.2.2 (1) #1
    501.0          |<------------|             |             |      200 OK (1 OPTIONS) #1
  10102.0          |------------>|             |             |      OPTIONS sip:192.0.2.2;transport=tcp (1) #2 [tcp]
  10103.9          |<------------|             |             |      200 OK (1 OPTIONS) #2 [tcp]
  20100.0          |<----------------------------------------|      ping
)");
}

TEST_CASE("a ladder calls keep-alives by their names, and what it does not know by its size (RFC 5626 §3.5)") {
    Scenario scene(3);
    const auto peer = scene.wire("alice");
    const auto wire = scene.wire("bob", {
                                            {Transport::udp, {{}, 9}}
    });
    const Flow flow{
        FlowId::none, Transport::udp, {scene.address("bob"),   9   },
          {scene.address("alice"), 5060}
    };
    const std::array<std::uint8_t, 12> transaction{};
    for (const auto& octets : {std::string("\r\n"), write_binding_request(transaction),
                               write_binding_success(transaction, flow.local), std::string("\x01\x02", 2)})
        wire->send(flow, std::make_shared<const std::string>(octets));
    scene.network().run_for(1s);
    const auto ladder = scene.ladder();
    std::size_t at = 0;
    for (const auto* title :
         {"      pong\n", "      STUN binding request\n", "      STUN binding response\n", "      2 octets\n"})
        CHECK((at = ladder.find(title, at)) != ladder.npos);
}

TEST_CASE("a scenario breaks, impairs and joins by name, and may stand on a network of another") {
    sim::Network network(4);
    Scenario scene(network);
    Caller caller(scene.endpoint("alice"));
    Answerer answerer(scene.endpoint("bob"));
    CHECK(&scene.network() == &network);
    scene.impair("alice", "bob", {.delay_min = 300ms, .delay_max = 300ms});
    auto start = network.clock()->now();
    auto slow = caller.send("OPTIONS", "sip:bob;transport=tcp", "slow");
    while (caller.finals[slow].empty()) network.run(1);
    CHECK(network.clock()->now() - start > 600ms);  // the handshake, then the request; the way back is short
    CHECK(network.clock()->now() - start < 700ms);

    auto broken = caller.send("OPTIONS", "sip:bob;transport=tcp", "broken");
    network.run_for(10ms);
    scene.reset("bob", "alice");
    network.run_for(10ms);
    CHECK(caller.failures.count(broken) == 1);
    CHECK(scene.ladder().find("[tcp, reset]") != std::string::npos);
}

TEST_CASE("a scenario's host with two addresses is one column, and parted as one") {
    Scenario scene(5);
    scene.host("alice", "192.0.2.1");
    scene.host("alice", "2001:db8::1");
    scene.host("bob", "192.0.2.2");
    scene.host("bob", "2001:db8::2");
    scene.partition("alice", "bob");
    auto cut = [&](const IpAddress& from, const IpAddress& to) {
        scene.network().clear_log();
        auto wire = scene.network().wire(from, {
                                                   {Transport::udp, {{}, 9}}
        });
        wire->send(
            {
                FlowId::none, Transport::udp, {from, 9   },
                  {to,   5060}
        },
            std::make_shared<const std::string>("ping"));
        scene.network().run();
        return scene.ladder();
    };
    auto ladder = cut(*IpAddress::parse("2001:db8::1"), *IpAddress::parse("2001:db8::2"));
    CHECK(ladder.starts_with("                 alice          bob\n"));
    CHECK(ladder.ends_with("|-----x       |      ping [partitioned]\n"));
    CHECK(cut(scene.address("alice"), scene.address("bob")).ends_with("ping [partitioned]\n"));
}

TEST_CASE("the first failing seed is told with its reason and its ladder; none, and it is empty") {
    // Asks Bob once, on a path that loses every third datagram: fails when the first is lost.
    auto play = [](Scenario& scene) -> std::string {
        Caller caller(scene.endpoint("alice"));
        Answerer answerer(scene.endpoint("bob"));
        scene.impair("alice", "bob", {.loss = 0.3});
        auto id = caller.send("OPTIONS", "sip:bob", "asked");
        scene.network().run_for(400ms);
        return caller.finals[id].empty() ? "no answer in time" : "";
    };
    auto report = sim::first_failure(1, 100, play);
    REQUIRE(report.starts_with("seed "));
    auto seed = std::stoull(report.substr(5));
    CHECK(report.find(": no answer in time\n") != std::string::npos);
    CHECK(report.find("|-----x       |      OPTIONS sip:bob (1) [lost]\n") != std::string::npos);
    CHECK(sim::first_failure(seed, seed, play) == report);  // replayed from the seed alone
    CHECK(sim::first_failure(1, seed - 1, play).empty());

    auto thrown = sim::first_failure(5, 9, [](Scenario& scene) -> std::string {
        (void)scene.address("nobody");
        return {};
    });
    CHECK(thrown == "seed 5: no host is named nobody\n");
}
