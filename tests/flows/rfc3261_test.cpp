// SPDX-License-Identifier: MIT
// The examples of RFC 3261 §24, between agents and proxies on a simulated network. Its 100s are missing where the next
// hop answers within 200 ms (§17.2.1), and our proxies stay in the path, so that ACK and BYE pass them (§16.6 item 4).
#include "scene.hpp"

#include <sipmsg/header/simple.hpp>

#include <doctest/doctest.h>

using namespace flows;
using support::outcome;

namespace {

/// Alice of atlanta.com and Bob of biloxi.com, whose proxies trust everybody.
struct Trapezoid : Scene {
    Trapezoid() {
        world.network().zone().add_address("atlanta.com", *siptxn::IpAddress::parse("192.0.2.111"));
        world.network().zone().add_address("biloxi.com", *siptxn::IpAddress::parse("192.0.2.222"));
        site("atlanta", "192.0.2.111", {.domains = {"atlanta.com"}, .accounts = {}});
        site("biloxi", "192.0.2.222", {.domains = {"biloxi.com"}, .accounts = {}});
    }
    Phone& alice = phone("sip:alice@atlanta.com", "192.0.2.101", {.password = {}, .server = "sip:atlanta.com"});
    Phone& bob = phone("sip:bob@biloxi.com", "192.0.2.201", {.password = {}, .server = "sip:biloxi.com"});
};

}  // namespace

TEST_CASE("registration (RFC 3261 §24.1)") {
    Trapezoid scene;
    scene.play([&]() -> asio::awaitable<void> {
        sipua::RegistererOptions options;
        options.expires = 7200s;
        sipua::Registerer registerer(*scene.bob.agent, std::move(options));
        co_await registerer.register_contact();
        CHECK(registerer.contacts().size() == 1);
        CHECK(scene.figure() == lines(R"(
            bob > biloxi REGISTER
            biloxi > bob 200
        )"));
    });
}

TEST_CASE("session setup: both go their way through two proxies, and Bob hangs up (RFC 3261 §24.2)") {
    Trapezoid scene;
    scene.bob.answers = false;
    scene.play([&]() -> asio::awaitable<void> {
        sipua::Registerer registerer(*scene.bob.agent);
        co_await registerer.register_contact();
        (void)scene.figure();
        auto& call = scene.alice.own_calls.emplace_back(*scene.alice.agent, "sip:bob@biloxi.com");
        std::optional<std::error_code> outcome;
        call.invite([&](std::error_code error) { outcome = error; });
        co_await scene.alice.agent->sleep(1s);
        REQUIRE(scene.bob.calls.size() == 1);
        scene.bob.calls.front().accept([](std::error_code) {});
        co_await scene.alice.agent->sleep(1s);
        CHECK(outcome == std::error_code());
        co_await scene.bob.calls.front().bye();
        CHECK(scene.figure() == lines(R"(
            alice > atlanta INVITE
            atlanta > biloxi INVITE
            biloxi > bob INVITE
            bob > biloxi 180
            biloxi > atlanta 180
            atlanta > alice 180
            bob > biloxi 200
            biloxi > atlanta 200
            atlanta > alice 200
            alice > atlanta ACK
            atlanta > biloxi ACK
            biloxi > bob ACK
            bob > biloxi BYE
            biloxi > atlanta BYE
            atlanta > alice BYE
            alice > atlanta 200
            atlanta > biloxi 200
            biloxi > bob 200
        )"));
    });
}
