// SPDX-License-Identifier: MIT
#include "sim/recorder.hpp"
#include "users.hpp"

#include <siptxn/endpoint.hpp>
#include <siptxn/sim/network.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>

using namespace siptxn;

namespace {

const IpAddress a = ip_of("192.0.2.1");
const IpAddress b = ip_of("192.0.2.2");

bool is_about(const sim::Datagram& datagram, std::string_view call_id) {
    return datagram.octets->find("Call-ID: " + std::string(call_id) + "\r\n") != std::string::npos;
}

/// No final response about that call reached Alice until then: what the network's own log says.
bool no_final_arrived(const sim::Network& network, std::string_view call_id, TimePoint until) {
    return std::ranges::none_of(network.log(), [&](const auto& datagram) {
        auto line = datagram->start_line();
        return line.starts_with("SIP/2.0 ") && !line.starts_with("SIP/2.0 1") && datagram->delivered > 0 &&
               datagram->arrived < until && is_about(*datagram, call_id);
    });
}

struct Outcome {
    int answered = 0;
    int timed_out = 0;
    int unexplained = 0;
    int wrong = 0;
    std::size_t left = 0;
    std::string log;
};

Outcome exchange(std::uint64_t seed, const sim::Impairments& impairments) {
    sim::Network network(seed);
    network.impair(impairments);
    auto endpoint = [&](const IpAddress& ip) {
        return Endpoint::create(network.wire(ip,
                                             {
                                                 {Transport::udp, {ip, 5060}}
        }),
                                network.clock(), network.random());
    };
    Caller caller(endpoint(a));
    std::map<ClientId, TimePoint> failed_at;
    caller.when_event = [&](const Event& event) {
        if (auto* failed = std::get_if<RequestFailed>(&event)) failed_at[failed->transaction] = network.clock()->now();
    };
    Answerer answerer(endpoint(b));
    for (int i = 0; i < 4; ++i) {
        caller.send("OPTIONS", "sip:b@192.0.2.2", "options-" + std::to_string(i));
        caller.send("INVITE", "sip:b@192.0.2.2", "invite-" + std::to_string(i));
    }
    network.run();

    Outcome outcome;
    for (const auto& [id, call_id] : caller.call_ids) {
        bool answered = caller.finals[id].size() == 1;
        bool failed = caller.failures.contains(id);
        outcome.answered += answered;
        outcome.timed_out += failed && caller.failures[id] == Errc::timeout;
        outcome.unexplained += failed && !no_final_arrived(network, call_id, failed_at[id]);
        outcome.wrong += answered + failed != 1 || caller.ends[id] != 1;
    }
    outcome.left = caller.endpoint->layer().transactions() + answerer.endpoint->layer().transactions();
    for (const auto& d : network.log()) {
        outcome.log += std::to_string(d->sent.time_since_epoch().count()) + ' ' + std::string(to_string(d->fate)) + ' ';
        outcome.log += std::string(d->start_line()) + '\n';
    }
    return outcome;
}

}  // namespace

TEST_CASE("with a tenth of the datagrams lost, doubled and reordered every transaction is answered, in 200 seeds") {
    int answered = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        auto outcome =
            exchange(seed, {.delay_min = 1ms, .delay_max = 30ms, .loss = 0.1, .duplication = 0.1, .reordering = 0.1});
        CHECK(outcome.wrong == 0);
        CHECK(outcome.unexplained == 0);
        CHECK(outcome.left == 0);
        answered += outcome.answered;
    }
    CHECK(answered == 200 * 8);
}

TEST_CASE(
    "with half of the datagrams lost a transaction fails only by timeout, and only when no answer arrived, in 200 "
    "seeds") {
    int timed_out = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        auto outcome =
            exchange(seed, {.delay_min = 1ms, .delay_max = 80ms, .loss = 0.5, .duplication = 0.3, .reordering = 0.3});
        CHECK(outcome.wrong == 0);
        CHECK(outcome.unexplained == 0);
        CHECK(outcome.left == 0);
        CHECK(outcome.answered + outcome.timed_out == 8);
        timed_out += outcome.timed_out;
    }
    CHECK(timed_out > 0);
}

TEST_CASE("corrupted datagrams leave nothing behind, in 100 seeds") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        CAPTURE(seed);
        auto outcome = exchange(seed, {.loss = 0.1, .duplication = 0.1, .reordering = 0.1, .corruption = 0.5});
        CHECK(outcome.left == 0);
    }
}

TEST_CASE("a lossy exchange replays exactly from its seed") {
    sim::Impairments impairments{
        .delay_min = 1ms, .delay_max = 50ms, .loss = 0.3, .duplication = 0.3, .reordering = 0.3, .corruption = 0.1};
    CHECK(exchange(77, impairments).log == exchange(77, impairments).log);
    CHECK(exchange(77, impairments).log != exchange(78, impairments).log);
}
