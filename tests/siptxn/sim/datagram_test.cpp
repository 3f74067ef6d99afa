// SPDX-License-Identifier: MIT
#include "sim/recorder.hpp"

#include <siptxn/sim/network.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace siptxn;

namespace {

const IpAddress a = ip_of("192.0.2.1");
const IpAddress b = ip_of("192.0.2.2");

/// Two hosts with a UDP socket each.
struct Pair {
    explicit Pair(std::uint64_t seed, const sim::Impairments& impairments = {}) : network(seed) {
        network.impair(impairments);
        left = network.wire(a, {
                                   {Transport::udp, {a, 5060}}
        });
        right = network.wire(b, {
                                    {Transport::udp, {b, 5060}}
        });
        left->attach(&from);
        right->attach(&to);
    }
    void send(std::string text) {
        left->send(
            {
                FlowId::none, Transport::udp, {a, 5060},
                  {b, 5060}
        },
            octets_of(std::move(text)));
    }

    sim::Network network;
    Recorder from, to;
    std::shared_ptr<Wire> left, right;
};

double share(const Pair& pair, auto predicate) {
    auto log = pair.network.log();
    return static_cast<double>(std::ranges::count_if(log, [&](auto& d) { return predicate(*d); })) /
           static_cast<double>(log.size());
}

}  // namespace

TEST_CASE("simulated datagrams arrive whole, after the delay, with their addresses") {
    Pair pair(1, {.delay_min = 20ms, .delay_max = 20ms});
    pair.send("OPTIONS sip:b SIP/2.0\r\n");
    auto start = pair.network.clock()->now();
    CHECK(pair.to.messages.empty());
    pair.network.run();
    REQUIRE(pair.to.messages.size() == 1);
    CHECK(pair.to.messages[0] == "OPTIONS sip:b SIP/2.0\r\n");
    CHECK(pair.to.sources[0].local == SocketAddress{b, 5060});
    CHECK(pair.to.sources[0].remote == SocketAddress{a, 5060});
    CHECK(pair.network.clock()->now() - start == 20ms);
    REQUIRE(pair.network.log().size() == 1);
    CHECK(pair.network.log()[0]->fate == sim::Fate::delivered);
    CHECK(pair.network.log()[0]->start_line() == "OPTIONS sip:b SIP/2.0");
}

TEST_CASE("simulated loss, duplication, reordering and corruption have the frequency asked for") {
    Pair pair(2, {.loss = 0.3, .duplication = 0.2, .reordering = 0.1, .corruption = 0.25});
    for (int i = 0; i < 20'000; ++i) pair.send("message " + std::to_string(i));
    pair.network.run();
    CHECK(share(pair, [](auto& d) { return d.fate == sim::Fate::lost; }) == doctest::Approx(0.3).epsilon(0.05));
    CHECK(share(pair, [](auto& d) { return d.duplicated; }) == doctest::Approx(0.7 * 0.2).epsilon(0.1));
    CHECK(share(pair, [](auto& d) { return d.reordered; }) ==
          doctest::Approx(0.7 * (0.1 * 0.8 + 0.19 * 0.2)).epsilon(0.1));
    CHECK(share(pair, [](auto& d) { return d.corrupted; }) ==
          doctest::Approx(0.7 * (0.25 * 0.8 + 0.4375 * 0.2)).epsilon(0.1));
    std::size_t delivered = 0;
    for (auto& d : pair.network.log()) delivered += static_cast<std::size_t>(d->delivered);
    CHECK(pair.to.messages.size() == delivered);
}

TEST_CASE("a simulated path with varying delay keeps the order unless reordering strikes") {
    auto in_order = [](double reordering) {
        Pair pair(3, {.delay_min = 1ms, .delay_max = 30ms, .reordering = reordering});
        for (int i = 0; i < 500; ++i) pair.send(std::string(static_cast<std::size_t>(i), 'x'));
        pair.network.run();
        CHECK(pair.to.messages.size() == 500);
        return std::ranges::is_sorted(pair.to.messages, {}, [](auto& m) { return m.size(); });
    };
    CHECK(in_order(0));
    CHECK_FALSE(in_order(0.1));
}

TEST_CASE("the same seed gives the same run, another seed another one") {
    auto run = [](std::uint64_t seed) {
        Pair pair(seed, {.delay_min = 1ms,
                         .delay_max = 9ms,
                         .loss = 0.3,
                         .duplication = 0.3,
                         .reordering = 0.3,
                         .corruption = 0.3});
        std::string trace;
        pair.to.when_octets = [&](const Flow&, std::string_view octets) {
            trace += std::to_string(pair.network.clock()->now().time_since_epoch().count()) + ' ' +
                     std::string(octets) + '\n';
        };
        for (int i = 0; i < 200; ++i) pair.send("message " + std::to_string(i));
        pair.network.run();
        return trace;
    };
    auto first = run(42);
    CHECK(first == run(42));
    CHECK(first != run(43));
}

TEST_CASE("a partition swallows datagrams until it is healed") {
    Pair pair(4);
    pair.network.partition(b, a);
    pair.send("one");
    pair.network.run();
    CHECK(pair.to.messages.empty());
    CHECK(pair.network.log()[0]->fate == sim::Fate::partitioned);
    pair.network.heal(a, b);
    pair.send("two");
    pair.network.run();
    CHECK(pair.to.messages == std::vector<std::string>{"two"});
}

TEST_CASE("a simulated port without a socket answers by ICMP, a missing host is silent") {
    Pair pair(5);
    Flow flow{
        FlowId::none, Transport::udp, {a, 5060},
          {b, 9   }
    };
    pair.left->send(flow, octets_of("x"));
    pair.left->send(
        {
            FlowId::none, Transport::udp, {a,                   5060},
              {ip_of("192.0.2.99"), 5060}
    },
        octets_of("y"));
    CHECK(pair.from.failed.empty());
    pair.network.run();
    REQUIRE(pair.from.failed.size() == 1);
    CHECK(pair.from.failed[0].flow.remote == flow.remote);
    CHECK(pair.from.failed[0].error == Errc::connect_failed);
    CHECK(pair.network.log()[0]->fate == sim::Fate::refused);
    CHECK(pair.network.log()[1]->fate == sim::Fate::no_host);
}

TEST_CASE("opening a simulated datagram flow yields its local address; without a listener a socket is bound") {
    sim::Network network(6);
    Recorder events;
    auto client = network.wire(a, {});
    client->attach(&events);
    CHECK(client->listeners().empty());
    auto id = client->new_flow_id();
    client->open(id, Transport::udp, {b, 5060}, "");
    CHECK(events.opened.empty());
    network.run();
    REQUIRE(events.opened.size() == 1);
    CHECK(events.opened[0].flow.id == id);
    CHECK(events.opened[0].flow.local.port >= 49152);
    CHECK_FALSE(events.opened[0].accepted);

    Recorder server;
    auto wire = network.wire(b, {
                                    {Transport::udp, {{}, 5060}}
    });
    wire->attach(&server);
    server.when_octets = [&](const Flow& flow, std::string_view) { wire->send(flow, octets_of("answer")); };
    client->send(events.opened[0].flow, octets_of("question"));
    network.run();
    CHECK(events.messages == std::vector<std::string>{"answer"});
}

TEST_CASE("a simulated port cannot be bound twice, and is free again when its wire is gone") {
    sim::Network network(7);
    auto first = network.wire(a, {
                                     {Transport::udp, {a, 5060}},
                                     {Transport::tcp, {a, 5060}}
    });
    CHECK_THROWS_AS((void)network.wire(a,
                                       {
                                           {Transport::udp, {a, 5060}}
    }),
                    std::system_error);
    CHECK_THROWS_AS((void)network.wire(a,
                                       {
                                           {Transport::ws, {a, 5060}}
    }),
                    std::system_error);
    first.reset();
    CHECK_NOTHROW((void)network.wire(a, {
                                            {Transport::udp, {a, 5060}},
                                            {Transport::ws,  {a, 5060}}
    }));
}

TEST_CASE("a simulated wire may be destroyed or detached inside its own event") {
    Pair pair(8);
    pair.to.when_octets = [&](const Flow&, std::string_view) { pair.right.reset(); };
    pair.send("one");
    pair.send("two");
    pair.network.run();
    CHECK(pair.to.messages.size() == 1);

    Pair other(9);
    other.to.when_octets = [&](const Flow&, std::string_view) { other.right->attach(nullptr); };
    other.send("one");
    other.send("two");
    other.network.run();
    CHECK(other.to.messages.size() == 1);
}
