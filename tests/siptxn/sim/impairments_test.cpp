// SPDX-License-Identifier: MIT
#include "sim/recorder.hpp"

#include <siptxn/sim/network.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace siptxn;

namespace {

const IpAddress a = ip_of("192.0.2.1");
const IpAddress b = ip_of("192.0.2.2");

Flow udp(const IpAddress& from, const IpAddress& to) {
    return {
        FlowId::none, Transport::udp, {from, 5060},
          {to,   5060}
    };
}

/// What each of many datagrams took, in milliseconds. Each waits for the one before: none holds another up.
std::vector<double> delays(const sim::Impairments& path, int count) {
    sim::Network network(11);
    network.impair(path);
    auto left = network.wire(a, {
                                    {Transport::udp, {a, 5060}}
    });
    auto right = network.wire(b, {
                                     {Transport::udp, {b, 5060}}
    });
    std::vector<double> taken;
    for (int i = 0; i < count; ++i) {
        left->send(udp(a, b), octets_of("x"));
        network.run();
        const auto& last = *network.log().back();
        taken.push_back(std::chrono::duration<double, std::milli>(last.arrived - last.sent).count());
    }
    return taken;
}

double mean(const std::vector<double>& values) {
    double sum = 0;
    for (double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

double deviation(const std::vector<double>& values) {
    double sum = 0;
    for (double value : values) sum += std::pow(value - mean(values), 2);
    return std::sqrt(sum / static_cast<double>(values.size()));
}

double share_below(const std::vector<double>& values, double limit) {
    return static_cast<double>(std::ranges::count_if(values, [&](double value) { return value < limit; })) /
           static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("simulated delays are constant, uniform, normal or exponential, and stay within their ends") {
    using sim::Spread;
    sim::Impairments path{.delay_min = 30ms, .delay_max = 30ms};
    for (auto spread : {Spread::uniform, Spread::normal, Spread::exponential}) {
        path.spread = spread;
        CHECK(delays(path, 5) == std::vector<double>{30, 30, 30, 30, 30});
    }

    auto spread_over = [](Spread spread) {
        auto taken = delays({.delay_min = 10ms, .delay_max = 70ms, .spread = spread}, 3000);
        CHECK(std::ranges::min(taken) >= 10);
        CHECK(std::ranges::max(taken) <= 70);
        return taken;
    };
    auto uniform = spread_over(Spread::uniform);
    CHECK(mean(uniform) == doctest::Approx(40).epsilon(0.03));
    CHECK(deviation(uniform) == doctest::Approx(60 / std::sqrt(12)).epsilon(0.03));
    auto normal = spread_over(Spread::normal);
    CHECK(mean(normal) == doctest::Approx(40).epsilon(0.03));
    CHECK(deviation(normal) == doctest::Approx(10).epsilon(0.05));
    CHECK(share_below(normal, 30) == doctest::Approx(0.1587).epsilon(0.1));  // one deviation below the mean
    auto exponential = spread_over(Spread::exponential);
    CHECK(mean(exponential) == doctest::Approx(10 + 12).epsilon(0.03));
    CHECK(share_below(exponential, 10 + 12 * std::log(2)) == doctest::Approx(0.5).epsilon(0.05));
}

TEST_CASE("delays of each spread replay from their seed") {
    for (auto spread : {sim::Spread::normal, sim::Spread::exponential}) {
        sim::Impairments path{.delay_min = 1ms, .delay_max = 90ms, .spread = spread};
        CHECK(delays(path, 50) == delays(path, 50));
    }
}

TEST_CASE("a datagram above the simulated path's MTU vanishes, headers counted; a stream does not feel it") {
    struct Family {
        IpAddress from, to;
        std::size_t headers;
    };
    for (const auto& [from, to, headers] : {
             Family{a,                    b,                    28},
             Family{ip_of("2001:db8::1"), ip_of("2001:db8::2"), 48}
    }) {
        sim::Network network(12);
        network.impair(from, to, {.mtu = 1280});
        Recorder events, back;
        auto left = network.wire(from, {
                                           {Transport::udp, {from, 5060}}
        });
        auto right = network.wire(to, {
                                          {Transport::udp, {to, 5060}},
                                          {Transport::tcp, {to, 5060}}
        });
        left->attach(&back);
        right->attach(&events);
        left->send(udp(from, to), octets_of(std::string(1280 - headers, 'x')));
        left->send(udp(from, to), octets_of(std::string(1281 - headers, 'x')));
        right->send(udp(to, from), octets_of(std::string(4000, 'x')));
        network.run();
        CHECK(events.messages.size() == 1);
        CHECK(network.log()[0]->fate == sim::Fate::delivered);
        CHECK(network.log()[1]->fate == sim::Fate::too_big);
        CHECK(network.log()[1]->delivered == 0);
        CHECK(back.messages.size() == 1);  // that way has no limit

        left->open(left->new_flow_id(), Transport::tcp, {to, 5060}, "");
        network.run();
        REQUIRE(back.opened.size() == 1);
        left->send(back.opened[0].flow, octets_of(std::string(5000, 'x')));
        network.run();
        CHECK(events.streams[events.opened.at(0).flow.id].size() == 5000);
    }
}

TEST_CASE("the log has what is written to connections, and what a reset took away") {
    sim::Network network(13);
    Recorder at_client, at_server;
    auto client = network.wire(a, {});
    auto server = network.wire(b, {
                                      {Transport::tls, {b, 5061}},
                                      {Transport::wss, {b, 443} }
    });
    client->attach(&at_client);
    server->attach(&at_server);
    for (auto [transport, port] : {
             std::pair{Transport::tls, 5061},
             {Transport::wss, 443 }
    }) {
        network.clear_log();
        client->open(client->new_flow_id(), transport, {b, static_cast<std::uint16_t>(port)}, "");
        network.run();
        const auto flow = at_client.opened.back().flow;
        client->send(flow, octets_of("OPTIONS sip:b SIP/2.0\r\n"));
        network.run();
        client->send(flow, octets_of("BYE sip:b SIP/2.0\r\n"));
        network.reset(a, b);
        network.run();
        REQUIRE(network.log().size() == 2);
        const auto &arrived = *network.log()[0], &lost = *network.log()[1];
        CHECK(arrived.transport == transport);
        CHECK(arrived.from == flow.local);
        CHECK(arrived.to == flow.remote);
        CHECK(arrived.fate == sim::Fate::delivered);
        CHECK(arrived.delivered == 1);
        CHECK(arrived.arrived - arrived.sent == 1ms);
        CHECK(lost.start_line() == "BYE sip:b SIP/2.0");
        CHECK(lost.fate == sim::Fate::reset);
        CHECK(lost.delivered == 0);
    }
}
