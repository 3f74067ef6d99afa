// SPDX-License-Identifier: MIT
// A domain with three servers, each of which works or fails in one of the ways of RFC 3263 §4.3, in each place.

#include "sim/recorder.hpp"
#include "users.hpp"

#include <siptxn/sim/network.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <memory>
#include <set>
#include <string>
#include <vector>

using namespace siptxn;

namespace {

enum class Behaviour { answers, silent, unreachable, refuses, no_tls, dead, busy };

struct Kind {
    Behaviour behaviour;
    std::string_view name;
    Transport transport;
    std::string_view service;
    Duration takes;  ///< until the next target is tried
    Errc error;      ///< what the user sees when it is the last
};
constexpr std::array kinds{
    Kind{Behaviour::answers,     "answers",     Transport::udp, "SIP+D2U",  0s,  {}                   },
    Kind{Behaviour::silent,      "silent",      Transport::udp, "SIP+D2U",  32s, Errc::timeout        },
    Kind{Behaviour::unreachable, "unreachable", Transport::udp, "SIP+D2U",  0s,  Errc::connect_failed },
    Kind{Behaviour::refuses,     "refuses",     Transport::tcp, "SIP+D2T",  0s,  Errc::connect_failed },
    Kind{Behaviour::no_tls,      "no TLS",      Transport::tls, "SIPS+D2T", 0s,  Errc::tls_not_spoken },
    Kind{Behaviour::dead,        "dead",        Transport::tcp, "SIP+D2T",  5s,  Errc::connect_timeout},
    Kind{Behaviour::busy,        "busy",        Transport::udp, "SIP+D2U",  0s,  {}                   },
};

IpAddress server_ip(std::size_t place) { return ip_of(fmt::format("192.0.2.{}", 11 + place)); }
std::uint16_t port_of(Transport transport) { return transport == Transport::tls ? 5061 : 5060; }

/// Answers each request with one status.
struct Status final : TransactionUser {
    Status(std::shared_ptr<Endpoint> e, int code) : endpoint(std::move(e)), status(code) { endpoint->attach(this); }
    ~Status() override { endpoint->attach(nullptr); }
    void on_event(const Event& event) override {
        auto* received = std::get_if<RequestReceived>(&event);
        if (!received) return;
        requests.push_back(endpoint->now());
        endpoint->layer().respond(received->transaction,
                                  sipmsg::Message::response(received->request->view(), status, "b"), endpoint->now());
    }
    std::shared_ptr<Endpoint> endpoint;
    int status;
    std::vector<TimePoint> requests;
};

/// What stands at one of the three addresses, and what it has received.
struct Server {
    Server(sim::Network& n, std::size_t place, const Kind& k) : network(n), kind(k), ip(server_ip(place)) {
        if (kind.behaviour == Behaviour::answers) work(200);
        if (kind.behaviour == Behaviour::busy) work(503);
        if (kind.behaviour == Behaviour::silent)
            listen({
                Transport::udp, {ip, 5060}
            });
        if (kind.behaviour == Behaviour::no_tls)
            listen({
                Transport::tcp, {ip, 5061}
            });
        bool elsewhere = kind.behaviour == Behaviour::unreachable || kind.behaviour == Behaviour::refuses;
        if (elsewhere)
            listen({
                Transport::udp, {ip, 5999}
            });  // the host is there, the port is closed
    }
    void work(int status) {
        auto own = network.wire(ip, {
                                        {Transport::udp, {ip, 5060}}
        });
        user = std::make_unique<Status>(Endpoint::create(own, network.clock(), network.random()), status);
    }
    void listen(const Listener& listener) {
        wire = network.wire(ip, {listener});
        wire->attach(&events);
        events.when_octets = [this](const Flow&, std::string_view octets) {
            branches.insert(std::string(sipmsg::parse(octets)->top<sipmsg::Via>()->branch()));
            times.push_back(network.clock()->now());
        };
    }
    /// When the first request came; nullopt when none was seen.
    std::optional<TimePoint> first() const {
        if (user) return user->requests.empty() ? std::nullopt : std::optional(user->requests.front());
        return times.empty() ? std::nullopt : std::optional(times.front());
    }
    bool shows_requests() const { return user || kind.behaviour == Behaviour::silent; }

    sim::Network& network;
    const Kind& kind;
    IpAddress ip;
    std::unique_ptr<Status> user;
    std::shared_ptr<Wire> wire;
    Recorder events;
    std::set<std::string> branches;
    std::vector<TimePoint> times;
};

/// One domain whose NAPTR records name the three servers in order, each with the transport its kind needs.
struct Domain {
    explicit Domain(const std::array<const Kind*, 3>& chosen) : network(1) {
        for (std::size_t place = 0; place < 3; ++place) {
            const auto& kind = *chosen[place];
            auto service = fmt::format("_s{}.a.example", place), host = fmt::format("h{}.a.example", place);
            network.zone().add_naptr("a.example", static_cast<std::uint16_t>(place), 0, "s", kind.service, service);
            network.zone().add_srv(service, 0, 0, port_of(kind.transport), host);
            network.zone().add_address(host, server_ip(place));
            servers[place] = std::make_unique<Server>(network, place, kind);
        }
        auto ip = ip_of("192.0.2.1");
        LayerOptions options;
        options.transports = {Transport::udp, Transport::tcp, Transport::tls};
        auto wire = network.wire(ip, {
                                         {Transport::udp, {ip, 5060}}
        });
        caller = std::make_unique<Caller>(Endpoint::create(wire, network.clock(), network.random(), options));
    }
    sim::Network network;
    std::array<std::unique_ptr<Server>, 3> servers;
    std::unique_ptr<Caller> caller;
};

/// What must have happened: who was asked when, and what the user has seen.
void check(Domain& domain, std::string_view method) {
    auto start = domain.network.clock()->now();
    auto id = domain.caller->send(method, "sip:bob@a.example", "call");
    domain.network.run();

    auto expected = start;
    const Kind* last = nullptr;
    for (auto& server : domain.servers) {
        bool due = !last || last->behaviour != Behaviour::answers;
        if (server->shows_requests()) CHECK(server->first().has_value() == due);
        if (!due) continue;
        last = &server->kind;
        if (auto first = server->first()) CHECK((*first >= expected && *first < expected + 100ms));
        if (server->user) CHECK(server->user->requests.size() == 1);
        if (!server->times.empty()) {
            CHECK(server->branches.size() == 1);
            CHECK(server->times.size() == (method == "INVITE" ? 7 : 11));  // RFC 3261 §17.1.1.2, §17.1.2.2
        }
        expected += last->takes;
    }
    auto& caller = *domain.caller;
    CHECK(caller.ends[id] == 1);
    if (last->behaviour == Behaviour::answers || last->behaviour == Behaviour::busy) {
        CHECK(caller.finals[id] == std::vector{last->behaviour == Behaviour::answers ? 200 : 503});
        CHECK(caller.failures.empty());
    } else {
        CHECK(caller.finals.empty());
        CHECK(caller.failures[id] == last->error);
    }
    CHECK(caller.endpoint->layer().transactions() == 0);
}

}  // namespace

TEST_CASE(
    "three servers, each of which works or fails in one of six ways: the caller sees one request (RFC 3263 §4.3)") {
    for (std::string_view method : {"OPTIONS", "INVITE"}) {
        for (const auto& first : kinds) {
            for (const auto& second : kinds) {
                for (const auto& third : kinds) {
                    auto places = fmt::format("{}: {}, {}, {}", method, first.name, second.name, third.name);
                    CAPTURE(places);
                    Domain domain({&first, &second, &third});
                    check(domain, method);
                }
            }
        }
    }
}

TEST_CASE("what failed for one request is not tried first by the next (RFC 3263 §4.3)") {
    Domain domain({&kinds[1], &kinds[5], &kinds[0]});  // silent, dead, answers
    check(domain, "OPTIONS");
    auto before = domain.network.clock()->now();
    auto id = domain.caller->send("OPTIONS", "sip:bob@a.example", "call-2");
    domain.network.run_for(100ms);
    CHECK(domain.caller->finals[id] == std::vector{200});
    CHECK(domain.servers[2]->user->requests.back() < before + 100ms);
}
