// SPDX-License-Identifier: MIT
#include "world_play.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {

sipua::UserAgent agent(const sipua::Stack& stack, const char* uri,
                       std::move_only_function<void(sipua::Invitation)> on_invite = nullptr) {
    sipua::UserAgentOptions options{.uri = uri};
    options.delegate.on_invite = std::move(on_invite);
    return sipua::UserAgent(stack, std::move(options));
}

/// What is destroyed, and how far the call has come by then.
enum class Victim { caller_session, caller_agent, callee_session, callee_agent };

void destroy_after(Victim victim, siptxn::Duration delay) {
    sipua::sim::World world(11);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::optional<sipua::UserAgent> alice, bob;
    std::optional<sipua::Inviter> call;
    std::optional<sipua::Invitation> incoming;
    bob.emplace(agent(there, "sip:bob@10.0.0.2", [&](sipua::Invitation invitation) {
        incoming.emplace(std::move(invitation));
        incoming->accept([](std::error_code) {});
    }));
    alice.emplace(agent(here, "sip:alice@10.0.0.1"));
    bob->start([](std::error_code) {});
    alice->start([](std::error_code) {});
    call.emplace(*alice, "sip:bob@10.0.0.2");
    int completions = 0;
    call->invite([&](std::error_code) { ++completions; });
    world.run(delay);
    switch (victim) {
        case Victim::caller_session: call.reset(); break;
        case Victim::caller_agent: alice.reset(); break;
        case Victim::callee_session: incoming.reset(); break;
        case Victim::callee_agent: bob.reset(); break;
    }
    world.run(10min);
    CHECK(completions == 1);
    call.reset();
    incoming.reset();
    alice.reset();
    bob.reset();
    world.run(10min);
    CHECK(here.sessions() == 0);
    CHECK(there.sessions() == 0);
    CHECK(here.transactions() == 0);
    CHECK(there.transactions() == 0);
}

}  // namespace

TEST_CASE("an agent or a session may be destroyed at any moment of a call, and nothing remains") {
    for (auto victim : {Victim::caller_session, Victim::caller_agent, Victim::callee_session, Victim::callee_agent}) {
        for (auto delay : {0ms, 1ms, 5ms, 10ms, 15ms, 20ms, 30ms, 40ms, 60ms, 100ms, 300ms, 700ms, 40000ms}) {
            CAPTURE(static_cast<int>(victim));
            CAPTURE(delay.count());
            destroy_after(victim, delay);
        }
    }
}

TEST_CASE("a session may be destroyed inside its own callbacks") {
    sipua::sim::World world(12);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::optional<sipua::Inviter> call;
    std::optional<sipua::UserAgent> alice;
    auto bob = agent(there, "sip:bob@10.0.0.2", [&](sipua::Invitation invitation) {
        auto held = std::make_shared<sipua::Invitation>(std::move(invitation));
        held->accept([held](std::error_code) {});
    });
    alice.emplace(agent(here, "sip:alice@10.0.0.1"));
    bob.start([](std::error_code) {});
    alice->start([](std::error_code) {});

    SUBCASE("the session, in a state change") {
        sipua::SessionDelegate delegate;
        delegate.on_state_change = [&](sipua::SessionState state) {
            if (state == sipua::SessionState::established) call.reset();
        };
        call.emplace(*alice, "sip:bob@10.0.0.2", sipua::InviterOptions{.delegate = std::move(delegate)});
    }
    SUBCASE("the session, when a provisional comes") {
        sipua::SessionDelegate delegate;
        delegate.on_progress = [&](const sipmsg::Message&) { call.reset(); };
        call.emplace(*alice, "sip:bob@10.0.0.2", sipua::InviterOptions{.delegate = std::move(delegate)});
    }
    SUBCASE("the session, by a delegate that goes on to use what it holds") {
        auto held = std::make_shared<std::string>("a capture that is freed with the delegate");
        sipua::SessionDelegate delegate;
        delegate.on_progress = [&call, held](const sipmsg::Message&) {
            call.reset();
            CHECK(held->size() > 10);
        };
        call.emplace(*alice, "sip:bob@10.0.0.2", sipua::InviterOptions{.delegate = std::move(delegate)});
    }
    SUBCASE("the whole agent, in a state change") {
        sipua::SessionDelegate delegate;
        delegate.on_state_change = [&](sipua::SessionState state) {
            if (state == sipua::SessionState::established) alice.reset();
        };
        call.emplace(*alice, "sip:bob@10.0.0.2", sipua::InviterOptions{.delegate = std::move(delegate)});
    }
    call->invite([](std::error_code) {});
    world.run(10min);
    call.reset();
    world.run(10min);
    CHECK(here.sessions() == 0);
    CHECK(there.sessions() == 0);
}

TEST_CASE("a world may be destroyed while applications wait in it") {
    bool finished = false;
    {
        sipua::sim::World world(13);
        auto here = world.stack("10.0.0.1");
        asio::co_spawn(
            world.executor(),
            [&]() -> asio::awaitable<void> {
                auto alice = agent(here, "sip:alice@10.0.0.1");
                co_await alice.start();
                co_await alice.sleep(1h);
                finished = true;
            },
            asio::detached);
        world.run(1min);
    }
    CHECK_FALSE(finished);
}

TEST_CASE("stop() ends open requests, sleeps and starts at its limit, each with its own error") {
    sipua::sim::World world(14);
    auto here = world.stack("10.0.0.1");
    support::play(world, [&]() -> asio::awaitable<void> {
        auto alice = agent(here, "sip:alice@10.0.0.1");
        co_await alice.start();
        std::optional<std::error_code> message_over, sleep_over;
        sipua::Messager messager(alice, "sip:nobody@10.0.0.99", "hello");
        messager.message([&](std::error_code error) { message_over = error; });
        alice.sleep(1h, [&](std::error_code error) { sleep_over = error; });
        co_await alice.stop();
        auto other = agent(here, "sip:other@10.0.0.1");
        co_await other.start();
        co_await other.sleep(1s);
        CHECK(message_over == sipua::Errc::stopped);
        CHECK(sleep_over == sipua::Errc::stopped);
        co_await other.stop();
    });
    CHECK(here.transactions() == 0);
}
