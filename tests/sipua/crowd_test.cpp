// SPDX-License-Identifier: MIT
// Many agents in one process, and one agent many times.
#include "world_play.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using support::outcome;
using support::play;
using support::ScriptedServer;

namespace {

struct Member {
    Member(sipua::sim::World& world, int number)
        : ip("10.1." + std::to_string(number / 200) + "." + std::to_string(number % 200 + 1)), stack(world.stack(ip)) {
        sipua::UserAgentOptions options{.uri = "sip:m" + std::to_string(number) + "@" + ip};
        options.delegate.on_invite = [this](sipua::Invitation call) {
            ++answered;
            calls.push_back(std::move(call));
            calls.back().accept([](std::error_code) {});
        };
        agent.emplace(stack, std::move(options));
        sipua::RegistererOptions registration{.registrar = "sip:10.0.0.9"};
        registerer.emplace(*agent, std::move(registration));
    }
    std::string ip;
    sipua::Stack stack;
    std::vector<sipua::Invitation> calls;
    std::optional<sipua::UserAgent> agent;
    std::optional<sipua::Registerer> registerer;
    int answered = 0;
};

}  // namespace

TEST_CASE("a thousand agents in one process register, call each other and stop, and nothing is left") {
    constexpr std::size_t count = 1000;
    sipua::sim::World world(1);
    world.network().keep_log(false);
    ScriptedServer registrar(world, "10.0.0.9", [](auto& request) -> ScriptedServer::Answer {
        return {200, {{"Contact", std::string(*request.raw(sipmsg::Header::contact)) + ";expires=600"}}, {}, {}};
    });
    std::vector<std::unique_ptr<Member>> crowd;
    for (std::size_t i = 0; i < count; ++i) crowd.push_back(std::make_unique<Member>(world, static_cast<int>(i)));
    std::size_t registered = 0, answered = 0, ended = 0;
    for (std::size_t i = 0; i < count; ++i) {
        asio::co_spawn(
            world.executor(),
            [&, i]() -> asio::awaitable<void> {
                auto& member = *crowd[i];
                co_await member.agent->start();
                co_await member.registerer->register_contact();
                ++registered;
                co_await member.agent->sleep(10s);
                sipua::Inviter call(*member.agent, crowd[(i * 7 + 1) % count]->agent->uri());
                co_await call.invite();
                ++answered;
                co_await member.agent->sleep(1h);  // refreshed a few times meanwhile
                co_await call.bye();
                ++ended;
                co_await member.agent->sleep(1min);
                co_await member.agent->stop();
            },
            [](std::exception_ptr error) {
                if (error) std::rethrow_exception(error);
            });
    }
    CHECK(world.run(3h));
    CHECK(registered == count);
    CHECK(answered == count);
    CHECK(ended == count);
    CHECK(registrar.requests.size() > 6 * count);
    std::size_t left = 0, heard = 0;
    for (const auto& member : crowd) {
        left += member->stack.sessions() + member->stack.transactions();
        heard += static_cast<std::size_t>(member->answered);
    }
    CHECK(left == 0);
    CHECK(heard == count);
}

TEST_CASE("ten thousand times an agent is made, calls, stops and is destroyed, and each call ends once") {
    sipua::sim::World world(2);
    world.network().keep_log(false);
    auto here = world.stack("10.0.0.1");
    Member bob(world, 0);
    int ends = 0;
    play(
        world,
        [&]() -> asio::awaitable<void> {
            co_await bob.agent->start();
            for (int i = 0; i < 10'000; ++i) {
                sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.1"};
                sipua::UserAgent alice(here, std::move(options));
                co_await alice.start();
                sipua::InviterOptions call_options;
                call_options.delegate.on_end = [&](const sipua::SessionEnd&) { ++ends; };
                sipua::Inviter call(alice, bob.agent->uri(), std::move(call_options));
                switch (i % 4) {
                    case 0:
                        co_await call.invite();
                        co_await call.bye();
                        break;
                    case 1: co_await call.invite(); break;               // stop() ends it
                    case 2: call.invite([](std::error_code) {}); break;  // under way
                    default:
                        co_await call.invite();
                        call.dispose();
                        break;
                }
                if (i % 3 != 0) co_await alice.stop();
                bob.calls.clear();
            }
            co_await bob.agent->stop();
        },
        24h * 365);
    CHECK(ends <= 10'000);  // who is gone before the end hears nothing of it, and nobody hears it twice
    CHECK(ends > 5'000);
    CHECK(here.sessions() + bob.stack.sessions() == 0);
    CHECK(here.transactions() + bob.stack.transactions() == 0);
}
