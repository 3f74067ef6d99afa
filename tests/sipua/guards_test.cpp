// SPDX-License-Identifier: MIT
// What may be asked of an agent or a session in which state, and what happens when nobody said what to do.
#include "world_play.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <memory>

using namespace std::chrono_literals;
using support::outcome;
using support::play;

namespace {

/// Bob keeps what calls him, and answers when he is told to.
struct Bob {
    explicit Bob(const sipua::Stack& stack, bool answers = true) {
        sipua::UserAgentOptions options{.uri = "sip:bob@10.0.0.2"};
        options.delegate.on_invite = [this, answers](sipua::Invitation invitation) {
            call = std::make_unique<sipua::Invitation>(std::move(invitation));
            if (answers) call->accept([](std::error_code) {});
        };
        agent = std::make_unique<sipua::UserAgent>(stack, std::move(options));
    }
    std::unique_ptr<sipua::Invitation> call;
    std::unique_ptr<sipua::UserAgent> agent;
};

}  // namespace

TEST_CASE("what needs an established session fails outside of one, and nothing is sent") {
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    int seen = 0;
    support::ScriptedServer silent(world, "10.0.0.9", [&](const sipmsg::Message& request) {
        seen += request.method() != sipmsg::Method::invite;
        return support::ScriptedServer::Answer{.status = 180};
    });
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1"});
        Bob bob(there);
        co_await alice.start();
        co_await bob.agent->start();
        sipua::Body text{"text/plain", "x"};
        auto all_refused = [&](sipua::Session& session) -> asio::awaitable<void> {
            CHECK(co_await outcome([&] { return session.bye(); }) == sipua::Errc::invalid_state);
            CHECK(co_await outcome([&] { return session.hold(); }) == sipua::Errc::invalid_state);
            CHECK(co_await outcome([&] { return session.request("INFO", text); }) == sipua::Errc::invalid_state);
            CHECK(co_await outcome([&] { return session.request("MESSAGE", text); }) == sipua::Errc::invalid_state);
            CHECK(co_await outcome([&] { return session.refer("sip:x@10.0.0.3"); }) == sipua::Errc::invalid_state);
        };
        sipua::Inviter ringing(alice, "sip:nobody@10.0.0.9"), call(alice, "sip:bob@10.0.0.2");
        co_await all_refused(ringing);
        ringing.invite([](std::error_code) {});
        co_await alice.sleep(1s);
        co_await all_refused(ringing);
        CHECK(seen == 0);
        CHECK(co_await outcome([&] { return ringing.invite(); }) == sipua::Errc::invalid_state);
        co_await call.invite();
        for (const auto* method : {"INVITE", "ACK", "BYE", "CANCEL", "PRACK", "UPDATE", "REGISTER"})
            CHECK(co_await outcome([&] { return call.request(method, text); }) == sipua::Errc::invalid_state);
        co_await call.bye();
        co_await all_refused(call);
        CHECK(co_await outcome([&] { return call.invite(); }) == sipua::Errc::invalid_state);
        CHECK(co_await outcome([&] { return bob.call->accept(); }) == sipua::Errc::session_terminated);
        ringing.dispose();
    });
}

TEST_CASE("without a session delegate INFO, MESSAGE and OPTIONS get 200, and REFER 603 (RFC 3261 §12.2.2)") {
    sipua::sim::World world(2);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1"});
        Bob bob(there);
        co_await alice.start();
        co_await bob.agent->start();
        sipua::Inviter call(alice, "sip:bob@10.0.0.2");
        co_await call.invite();
        sipua::Body text{"text/plain", "x"};
        for (const auto* method : {"INFO", "MESSAGE", "OPTIONS"})
            CHECK_FALSE(co_await outcome([&] { return call.request(method, text); }));
        CHECK(co_await outcome([&] { return call.request("FROBNICATE", text); }) == sipua::sip_error(405));
        CHECK(co_await outcome([&] { return call.refer("sip:x@10.0.0.3"); }) == sipua::sip_error(603));
        co_await call.bye();
        CHECK(bob.call->end()->cause == sipdialog::EndCause::remote_bye);
    });
}

TEST_CASE("statuses that are none of an answer's are refused at once, and the first answer counts") {
    sipua::sim::World world(3);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1"});
        Bob bob(there, false);
        co_await alice.start();
        co_await bob.agent->start();
        sipua::Inviter call(alice, "sip:bob@10.0.0.2");
        std::error_code result;
        call.invite([&](std::error_code error) { result = error; });
        co_await alice.sleep(1s);
        for (int status : {99, 100, 200, 300}) CHECK_THROWS_AS(bob.call->progress(status), std::invalid_argument);
        for (int status : {100, 199, 200, 299, 700, -1})
            CHECK_THROWS_AS(bob.call->reject(status), std::invalid_argument);
        bob.call->reject(604);
        bob.call->reject(486);
        co_await alice.sleep(1s);
        CHECK(result == sipua::sip_error(604));
    });
}

TEST_CASE("starting twice and stopping twice is harmless, and a stopped agent starts again") {
    sipua::sim::World world(4);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::vector<sipua::UserAgentState> states;
    int seen = 0;  // by listeners that are for one value, and for none
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1"});
        Bob bob(there);
        alice.state_change().add_listener([&](sipua::UserAgentState state) { states.push_back(state); });
        alice.state_change().add_listener([&](auto) { ++seen; }, true);
        const auto removed = alice.state_change().add_listener([&](auto) { seen += 100; });
        alice.state_change().remove_listener(removed);
        co_await bob.agent->start();
        co_await alice.start();
        CHECK(alice.state() == sipua::UserAgentState::started);
        co_await alice.start();
        co_await alice.stop();
        co_await alice.stop();
        sipua::Inviter early(alice, "sip:bob@10.0.0.2");
        CHECK(co_await outcome([&] { return early.invite(); }) == sipua::Errc::stopped);
        co_await alice.start();
        sipua::Inviter call(alice, "sip:bob@10.0.0.2");
        co_await call.invite();
        co_await alice.stop();
        CHECK(call.end()->cause == sipdialog::EndCause::local_bye);
    });
    CHECK(seen == 1);
    using enum sipua::UserAgentState;
    CHECK(states == std::vector{started, stopped, started, stopped});
}

TEST_CASE("who a session is between: its id, and the identities of the INVITE on both sides (RFC 3261 §12.1)") {
    sipua::sim::World world(5);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1", .display_name = "Alice \"A\""});
        Bob bob(there);
        co_await alice.start();
        co_await bob.agent->start();
        sipua::Inviter call(alice, "sip:bob@10.0.0.2");
        CHECK(call.id().starts_with(call.call_id()));
        CHECK(call.local_identity() == "\"Alice \\\"A\\\"\" <sip:alice@10.0.0.1>");
        CHECK(call.remote_identity() == "<sip:bob@10.0.0.2>");
        co_await call.invite();
        CHECK(bob.call->id() == call.id());  // Call-ID and the caller's tag, on both sides
        CHECK(bob.call->call_id() == call.call_id());
        CHECK(bob.call->remote_identity().starts_with("\"Alice \\\"A\\\"\" <sip:alice@10.0.0.1>;tag="));
        CHECK(bob.call->local_identity() == "<sip:bob@10.0.0.2>");
        CHECK(call.replacee().empty());
        co_await call.bye();
    });
}
