// SPDX-License-Identifier: MIT
#include "world_play.hpp"

#include <siptxn/auth/server.hpp>

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>

#include <doctest/doctest.h>

#include <optional>

using namespace std::chrono_literals;
using support::outcome;
using support::play;
using support::ScriptedServer;

namespace {

sipua::UserAgent alice_agent(const sipua::Stack& stack, sipua::Authorization authorization = {},
                             std::string server = {}) {
    sipua::UserAgentOptions options{
        .uri = "sip:alice@10.0.0.9", .server = std::move(server), .authorization = std::move(authorization)};
    return sipua::UserAgent(stack, std::move(options));
}

std::uint32_t expires_of(const sipmsg::Message& request) {
    auto expires = request.top<sipmsg::Expires>();
    return expires ? expires->value : 9999;
}

/// A registrar that grants what is asked.
ScriptedServer::Answer grant(const sipmsg::Message& request, std::string expires) {
    auto contact = std::string(request.raw(sipmsg::Header::contact).value_or(""));
    if (expires_of(request) == 0) return {200, {}, {}, {}};
    return {200, {{"Contact", contact + ";expires=" + expires}}, {}, {}};
}

}  // namespace

TEST_CASE("a registration is made, refreshed at its percentage of the granted time, and taken back (RFC 3261 §10.2)") {
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1");
    ScriptedServer registrar(world, "10.0.0.9", [](auto& request) { return grant(request, "100"); });
    std::vector<sipua::RegistererState> states;
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = alice_agent(here);
        co_await alice.start();
        sipua::Registerer registerer(alice);
        registerer.state_change().add_listener([&](auto state) { states.push_back(state); });
        co_await registerer.register_contact();
        CHECK(registerer.state() == sipua::RegistererState::registered);
        CHECK(registerer.contacts().size() == 1);
        co_await alice.sleep(200s);  // refreshed at 90 s and 180 s
        CHECK(registrar.requests.size() == 3);
        co_await registerer.unregister();
        CHECK(registerer.state() == sipua::RegistererState::unregistered);
        co_await alice.stop();
    });
    REQUIRE(registrar.requests.size() == 4);
    CHECK(expires_of(*registrar.requests[0]) == 600);
    CHECK(expires_of(*registrar.requests[3]) == 0);
    auto call_id = registrar.requests[0]->raw(sipmsg::Header::call_id);
    std::uint32_t last = 0;
    for (auto& request : registrar.requests) {
        CHECK(request->raw(sipmsg::Header::call_id) == call_id);
        CHECK(request->top<sipmsg::CSeq>()->number > last);
        last = request->top<sipmsg::CSeq>()->number;
    }
    using enum sipua::RegistererState;
    CHECK(states == std::vector{registered, unregistered, terminated});
}

TEST_CASE("423 is followed once with Min-Expires (RFC 3261 §10.2.8)") {
    sipua::sim::World world(2);
    auto here = world.stack("10.0.0.1");
    ScriptedServer registrar(world, "10.0.0.9", [](auto& request) -> ScriptedServer::Answer {
        if (expires_of(request) > 0 && expires_of(request) < 3600) return {423, {{"Min-Expires", "3600"}}, {}, {}};
        return grant(request, "3600");
    });
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = alice_agent(here);
        co_await alice.start();
        sipua::Registerer registerer(alice);
        co_await registerer.register_contact();
        CHECK(registrar.requests.size() == 2);
        CHECK(expires_of(*registrar.requests[1]) == 3600);
        co_await alice.stop();
    });
    CHECK(here.transactions() == 0);
}

TEST_CASE("stop() takes the binding back") {
    sipua::sim::World world(3);
    auto here = world.stack("10.0.0.1");
    ScriptedServer registrar(world, "10.0.0.9", [](auto& request) { return grant(request, "600"); });
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = alice_agent(here);
        co_await alice.start();
        sipua::Registerer registerer(alice);
        co_await registerer.register_contact();
        co_await alice.stop();
        CHECK(registerer.state() == sipua::RegistererState::terminated);
    });
    REQUIRE(registrar.requests.size() == 2);
    CHECK(expires_of(*registrar.requests[1]) == 0);
}

TEST_CASE("a 401 is answered once with digest and the next CSeq; a second refusal is final (RFC 3261 §22.2)") {
    // Over TCP the challenged transaction ends at once (timer K is zero), over UDP later than the one that follows it.
    for (auto [right, server] : {
             std::pair(true, ""), {false, ""                   },
               {true,  "tcp://10.0.0.9:5060"},
               {false, "tcp://10.0.0.9:5060"}
    }) {
        CAPTURE(right);
        CAPTURE(server);
        sipua::sim::World world(4);
        auto here = world.stack("10.0.0.1");
        siptxn::Identifiers identifiers(siptxn::seeded_random(9));
        ScriptedServer registrar(world, "10.0.0.9", [&, good = right](auto& request) -> ScriptedServer::Answer {
            auto credentials = request.template top<sipmsg::Authorization>();
            if (credentials && good) return grant(request, "600");
            return {401,
                    {{"WWW-Authenticate", R"(Digest realm="sim", nonce="abc", algorithm=SHA-256, qop="auth")"}},
                    {},
                    {}};
        });
        play(
            world,
            [&, good = right, server = server]() -> asio::awaitable<void> {
                sipua::Authorization authorization{.username = "alice", .password = "secret"};
                auto alice = alice_agent(here, authorization, server);
                co_await alice.start();
                sipua::Registerer registerer(alice);
                auto error = co_await outcome([&] { return registerer.register_contact(); });
                CHECK(error == (good ? std::error_code() : sipua::sip_error(401)));
            },
            30s);
        REQUIRE(registrar.requests.size() >= 2);
        auto first = registrar.requests[0]->top<sipmsg::CSeq>()->number;
        CHECK(registrar.requests[1]->top<sipmsg::CSeq>()->number == first + 1);
        auto credentials = registrar.requests[1]->top<sipmsg::Authorization>();
        REQUIRE(credentials);
        CHECK(credentials->get("username") == "alice");
        CHECK(credentials->get("algorithm") == "SHA-256");
        CHECK(credentials->get("response")->size() == 64);
        if (!right) CHECK(registrar.requests.size() == 2);
    }
}

TEST_CASE("an agent without credentials takes the 401 as final") {
    sipua::sim::World world(5);
    auto here = world.stack("10.0.0.1");
    ScriptedServer registrar(world, "10.0.0.9", [&](auto&) -> ScriptedServer::Answer {
        return {401, {{"WWW-Authenticate", R"(Digest realm="sim", nonce="abc")"}}, {}, {}};
    });
    play(
        world,
        [&]() -> asio::awaitable<void> {
            auto alice = alice_agent(here);
            co_await alice.start();
            sipua::Registerer registerer(alice);
            CHECK(co_await outcome([&] { return registerer.register_contact(); }) == sipua::sip_error(401));
        },
        30s);
    CHECK(registrar.requests.size() == 1);
}

TEST_CASE("headers given to register_contact() take the place of those before, in refreshes too") {
    sipua::sim::World world(12);
    auto here = world.stack("10.0.0.1");
    ScriptedServer registrar(world, "10.0.0.9", [](auto& request) { return grant(request, "100"); });
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = alice_agent(here);
        co_await alice.start();
        sipua::RegistererOptions options;
        options.headers = {
            {"Subject", "old"}
        };
        sipua::Registerer registerer(alice, std::move(options));
        co_await registerer.register_contact();
        sipua::RegistererRegisterOptions other;
        other.headers = {
            {"Organization", "new"}
        };
        co_await registerer.register_contact(other);
        co_await alice.sleep(95s);
        other.headers = {
            {"Organization", "two\nlines"}
        };
        CHECK_THROWS_AS(registerer.register_contact(other, [](std::error_code) {}), std::invalid_argument);
        co_await alice.stop();
    });
    REQUIRE(registrar.requests.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
        CAPTURE(i);
        CHECK(registrar.requests[i]->has(sipmsg::Header::subject) == (i == 0));
        CHECK(registrar.requests[i]->has(sipmsg::Header::organization) == (i != 0));
    }
}

TEST_CASE("a second register while one is open fails as pending") {
    sipua::sim::World world(6);
    auto here = world.stack("10.0.0.1");
    ScriptedServer registrar(world, "10.0.0.9", [](auto& request) { return grant(request, "600"); });
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = alice_agent(here);
        co_await alice.start();
        sipua::Registerer registerer(alice);
        std::error_code first = sipua::Errc::stopped;
        registerer.register_contact([&](std::error_code error) { first = error; });
        CHECK(co_await outcome([&] { return registerer.register_contact(); }) == sipua::Errc::request_pending);
        co_await alice.sleep(1s);
        CHECK_FALSE(first);
        co_await alice.stop();
    });
}

TEST_CASE("a registrar that does not answer leaves the registration undone after 64*T1") {
    sipua::sim::World world(7);
    auto here = world.stack("10.0.0.1");
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = alice_agent(here);
        co_await alice.start();
        sipua::Registerer registerer(alice);
        CHECK(co_await outcome([&] { return registerer.register_contact(); }) == siptxn::Errc::timeout);
        CHECK(registerer.state() == sipua::RegistererState::unregistered);
    });
    CHECK(here.transactions() == 0);
}

TEST_CASE(
    "the granted time falls back from the Contact to the Expires header, then to what was asked (RFC 3261 §10.2.4)") {
    struct Row {
        bool parameter, header;
        int latest_refresh;  // seconds: 90 % of the granted time
    };
    for (auto row : {
             Row{true,  true,  45 },
             Row{false, true,  90 },
             Row{false, false, 540}
    }) {
        sipua::sim::World world(20);
        auto here = world.stack("10.0.0.1");
        ScriptedServer registrar(world, "10.0.0.9", [&](auto& request) -> ScriptedServer::Answer {
            auto contact = std::string(request.raw(sipmsg::Header::contact).value_or(""));
            if (expires_of(request) == 0) return {200, {}, {}, {}};
            ScriptedServer::Answer answer{
                200,
                {{"Contact", "<sip:other@10.0.0.7>;expires=7, " + contact + (row.parameter ? ";expires=50" : "")}},
                {},
                {}};
            if (row.header) answer.headers.emplace_back("Expires", "100");
            return answer;
        });
        play(world, [&]() -> asio::awaitable<void> {
            auto alice = alice_agent(here);
            co_await alice.start();
            sipua::Registerer registerer(alice);
            co_await registerer.register_contact();
            CHECK(registerer.contacts().size() == 2);
            auto latest = std::chrono::seconds(row.latest_refresh);
            co_await alice.sleep(latest - latest / 10 - 1s);  // up to a tenth earlier, by chance
            CHECK(registrar.requests.size() == 1);
            co_await alice.sleep(latest / 10 + 2s);
            CHECK(registrar.requests.size() == 2);
            co_await alice.stop();
        });
    }
}

TEST_CASE("a 2xx without our Contact leaves the registerer unregistered and usable (RFC 3261 §10.2.4)") {
    sipua::sim::World world(21);
    auto here = world.stack("10.0.0.1");
    bool bare = true;
    ScriptedServer registrar(world, "10.0.0.9", [&](auto& request) -> ScriptedServer::Answer {
        if (bare) return {200, {}, {}, {}};
        return grant(request, "600");
    });
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = alice_agent(here);
        co_await alice.start();
        sipua::Registerer registerer(alice);
        CHECK(co_await outcome([&] { return registerer.register_contact(); }) == sipua::Errc::not_registered);
        CHECK(registerer.state() == sipua::RegistererState::unregistered);
        bare = false;
        co_await registerer.register_contact();
        CHECK(registerer.state() == sipua::RegistererState::registered);
        co_await alice.stop();
    });
}

TEST_CASE("a second unregister fails as pending, and a Registerer destroyed while registering takes its binding back") {
    sipua::sim::World world(22);
    auto here = world.stack("10.0.0.1");
    ScriptedServer registrar(world, "10.0.0.9", [](auto& request) { return grant(request, "600"); });
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = alice_agent(here);
        co_await alice.start();
        std::optional<sipua::Registerer> registerer(std::in_place, alice);
        co_await registerer->register_contact();
        registerer->unregister([](std::error_code) {});
        CHECK(co_await outcome([&] { return registerer->unregister(); }) == sipua::Errc::request_pending);
        co_await alice.sleep(1s);
        registerer->register_contact([](std::error_code) {});
        registerer.reset();
        co_await alice.sleep(1s);
        REQUIRE(registrar.requests.size() == 4);
        CHECK(expires_of(*registrar.requests[2]) == 600);
        CHECK(expires_of(*registrar.requests[3]) == 0);
        auto tag = registrar.requests[0]->top<sipmsg::From>()->tag();
        for (auto& request : registrar.requests) CHECK(request->top<sipmsg::From>()->tag() == tag);
        co_await alice.stop();
    });
}

TEST_CASE("a refresh that fails leaves the registerer unregistered, and it registers again by itself") {
    sipua::sim::World world(23);
    auto here = world.stack("10.0.0.1");
    int refused = 0;
    ScriptedServer registrar(world, "10.0.0.9", [&](auto& request) -> ScriptedServer::Answer {
        if (refused > 0 && refused-- > 0) return {500, {}, {}, {}};
        return grant(request, "100");
    });
    std::vector<sipua::RegistererState> states;
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = alice_agent(here);
        co_await alice.start();
        sipua::Registerer registerer(alice);
        registerer.state_change().add_listener([&](auto state) { states.push_back(state); });
        co_await registerer.register_contact();
        refused = 1;
        co_await alice.sleep(91s);
        CHECK(registerer.state() == sipua::RegistererState::unregistered);
        co_await alice.sleep(30s);
        CHECK(registerer.state() == sipua::RegistererState::registered);
        co_await alice.stop();
    });
    using enum sipua::RegistererState;
    CHECK(states == std::vector{registered, unregistered, registered, unregistered, terminated});
}
