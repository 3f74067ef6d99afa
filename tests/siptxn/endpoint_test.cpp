// SPDX-License-Identifier: MIT
#include <siptxn/endpoint.hpp>

#include "sim/recorder.hpp"
#include "users.hpp"

#include <siptxn/sim/network.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace siptxn;

namespace {

const IpAddress a = ip_of("192.0.2.1");
const IpAddress b = ip_of("192.0.2.2");

struct Pair {
    explicit Pair(std::uint64_t seed) : network(seed), alice(endpoint(a)), bob(endpoint(b)) {}
    std::shared_ptr<Endpoint> endpoint(const IpAddress& ip) {
        auto wire = network.wire(
            ip, {
                    {Transport::udp, {ip, 5060}},
                    {Transport::tcp, {ip, 5060}},
                    {Transport::ws,  {ip, 80}  }
        });
        return Endpoint::create(std::move(wire), network.clock(), network.random());
    }
    sim::Network network;
    std::shared_ptr<Endpoint> alice, bob;
};

}  // namespace

TEST_CASE("an OPTIONS is answered over every simulated transport, and no transaction remains") {
    for (std::string uri : {"sip:b@192.0.2.2", "sip:b@192.0.2.2;transport=tcp", "sip:b@192.0.2.2;transport=ws"}) {
        CAPTURE(uri);
        Pair pair(1);
        Caller caller(pair.alice);
        Answerer answerer(pair.bob);
        auto id = caller.send("OPTIONS", uri, "call-1");
        CHECK(caller.finals.empty());
        pair.network.run();
        CHECK(caller.finals[id] == std::vector<int>{200});
        CHECK(caller.ends[id] == 1);
        CHECK(answerer.requests == 1);
        CHECK(pair.alice->layer().transactions() == 0);
        CHECK(pair.bob->layer().transactions() == 0);
    }
}

TEST_CASE("a request to an endpoint nobody stands on is answered 503 (RFC 3261 §21.5.4)") {
    Pair pair(2);
    Caller caller(pair.alice);
    auto id = caller.send("MESSAGE", "sip:b@192.0.2.2", "call-2");
    pair.network.run();
    CHECK(caller.finals[id] == std::vector<int>{503});
    CHECK(pair.bob->layer().transactions() == 0);
}

TEST_CASE("an endpoint may be destroyed inside its own callback: no event comes after") {
    Pair pair(3);
    Answerer answerer(pair.bob);
    Caller caller(pair.alice);
    pair.alice.reset();
    int events = 0;
    caller.when_event = [&](const Event&) {
        ++events;
        caller.endpoint->attach(nullptr);
        caller.endpoint.reset();
    };
    caller.send("OPTIONS", "sip:b@192.0.2.2", "call-3");
    pair.network.run();
    CHECK(events == 1);
}

TEST_CASE("shutdown sends what was said, closes connections, and is final") {
    Pair pair(4);
    Answerer answerer(pair.bob);
    Caller caller(pair.alice);
    caller.send("OPTIONS", "sip:b@192.0.2.2;transport=tcp", "call-4");
    pair.network.run_for(1s);
    REQUIRE(caller.flows.size() == 1);
    REQUIRE(caller.finals.size() == 1);
    caller.send("MESSAGE", "sip:b@192.0.2.2;transport=tcp", "call-5");
    pair.alice->shutdown();
    pair.network.run();
    CHECK(answerer.requests == 2);
    CHECK(caller.finals.size() == 1);
    CHECK(pair.bob->layer().transactions() == 0);
    pair.alice->wake();
    pair.alice->shutdown();
    pair.network.run();
    CHECK(caller.finals.size() == 1);
}

TEST_CASE("a tracer sees each message whole, in both directions, however a stream was cut") {
    Pair pair(5);
    Answerer answerer(pair.bob);
    Caller caller(pair.alice);
    std::vector<std::string> trace;
    pair.bob->set_tracer([&](const TraceMessage& message) {
        CHECK(message.flow.transport == Transport::tcp);
        CHECK(message.flow.local == SocketAddress{b, 5060});
        CHECK(message.octets.ends_with("\r\n\r\n"));
        trace.push_back((message.sent ? "> " : "< ") +
                        std::string(message.octets.substr(0, message.octets.find("\r\n"))));
    });
    for (int i = 0; i < 3; ++i) caller.send("OPTIONS", "sip:b@192.0.2.2;transport=tcp", "call-" + std::to_string(i));
    pair.network.run_for(1s);
    CHECK(std::ranges::count(trace, "< OPTIONS sip:b@192.0.2.2;transport=tcp SIP/2.0") == 3);
    CHECK(std::ranges::count(trace, "> SIP/2.0 200 OK") == 3);
    CHECK(trace.size() == 6);
    pair.bob->set_tracer(nullptr);
    caller.send("OPTIONS", "sip:b@192.0.2.2;transport=tcp", "call-9");
    pair.network.run();
    CHECK(trace.size() == 6);
}

TEST_CASE("a user's own work is drained by the same loop, and its deadlines wake it") {
    struct User final : TransactionUser {
        explicit User(Endpoint& e) : endpoint(e) {}
        void on_event(const Event& event) override {
            if (std::holds_alternative<RequestReceived>(event)) work = 3;
            if (std::holds_alternative<ResponseReceived>(event)) ++answers;
        }
        bool drain() override {
            depth += 1;
            CHECK(depth == 1);
            if (work > 0 && --work == 0)
                endpoint.layer().send(request_of("INFO", "sip:a@192.0.2.1", "back"), {}, endpoint.now());
            endpoint.wake();  // must not come back in here
            endpoint.wake();
            depth -= 1;
            return work > 0;
        }
        std::optional<TimePoint> next_expiry() const override { return due; }
        void expire(TimePoint now) override {
            if (due && *due <= now) {
                fired = now;
                due.reset();
            }
        }
        Endpoint& endpoint;
        int work = 0;
        int depth = 0;
        int answers = 0;
        std::optional<TimePoint> due, fired;
    };
    Pair pair(6);
    Answerer at_alice(pair.alice);
    User user(*pair.bob);
    user.due = pair.bob->now() + 7s;
    pair.bob->attach(&user);
    auto due = *user.due;
    pair.alice->layer().send(request_of("OPTIONS", "sip:b@192.0.2.2", "there"), {}, pair.alice->now());
    pair.alice->wake();
    pair.network.run_until(due);
    CHECK(user.answers == 1);
    REQUIRE(user.fired);
    CHECK(*user.fired == due);
    pair.bob->attach(nullptr);
}

TEST_CASE("what comes of one event happens at one time, however often that is asked for") {
    struct Ticking final : Clock {
        explicit Ticking(std::shared_ptr<Clock> of) : clock(std::move(of)) {}
        TimePoint now() const override { return clock->now() + std::chrono::milliseconds(++readings); }
        std::chrono::system_clock::time_point calendar() const override { return clock->calendar(); }
        TimerId schedule(TimePoint when, std::move_only_function<void()> work) override {
            return clock->schedule(when, std::move(work));
        }
        void cancel(TimerId timer) override { clock->cancel(timer); }
        void post(std::move_only_function<void()> work) override { clock->post(std::move(work)); }
        std::shared_ptr<Clock> clock;
        mutable int readings = 0;
    };
    struct User final : TransactionUser {
        explicit User(Endpoint& e) : endpoint(e) {}
        void on_event(const Event&) override { look(); }
        bool drain() override { return look(), false; }
        void look() {
            for (int i = 0; i < 3; ++i) seen.push_back(endpoint.now());
        }
        Endpoint& endpoint;
        std::vector<TimePoint> seen;
    };
    sim::Network network(8);
    auto clock = std::make_shared<Ticking>(network.clock());
    auto endpoint = Endpoint::create(network.wire(b,
                                                  {
                                                      {Transport::udp, {b, 5060}}
    }),
                                     clock, network.random());
    User user(*endpoint);
    endpoint->attach(&user);
    network.run_for(1ms);
    user.seen.clear();
    const auto before = clock->readings;
    auto alice = Endpoint::create(network.wire(a,
                                               {
                                                   {Transport::udp, {a, 5060}}
    }),
                                  network.clock(), network.random());
    alice->layer().send(request_of("OPTIONS", "sip:b@192.0.2.2", "there"), {}, alice->now());
    alice->wake();
    network.run_for(10ms);
    CHECK(user.seen.size() > 3);
    CHECK(std::ranges::count(user.seen, user.seen.front()) == std::ssize(user.seen));
    CHECK(clock->readings == before + 1);
    CHECK(endpoint->now() != endpoint->now());  // outside the loop it is the clock's
    endpoint->attach(nullptr);
}

TEST_CASE("a connection refused fails the request at once, not after timer F (RFC 3261 §18.4)") {
    for (std::string uri : {"sip:b@192.0.2.2:5099;transport=tcp", "sip:b@192.0.2.2:5099"}) {
        CAPTURE(uri);
        Pair pair(7);
        Caller caller(pair.alice);
        auto start = pair.network.clock()->now();
        TimePoint failed{};
        caller.when_event = [&](const Event& event) {
            if (std::holds_alternative<RequestFailed>(event)) failed = pair.network.clock()->now();
        };
        auto id = caller.send("OPTIONS", uri, "call-7");
        pair.network.run();
        CHECK(caller.failures.count(id) == 1);
        CHECK(failed - start < 100ms);
        CHECK(caller.ends[id] == 1);
    }
}

TEST_CASE("names are looked up in the simulated zone (RFC 3263 §4.2)") {
    Pair pair(8);
    Answerer answerer(pair.bob);
    Caller caller(pair.alice);
    pair.network.zone().add_address("bob.example.com", b);
    auto id = caller.send("OPTIONS", "sip:bob.example.com;transport=tcp", "call-8");
    auto nowhere = caller.send("OPTIONS", "sip:nowhere.example.com", "call-9");
    pair.network.run();
    CHECK(caller.finals[id] == std::vector<int>{200});
    CHECK(caller.failures[nowhere] == Errc::no_target);
}
