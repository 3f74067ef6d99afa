// SPDX-License-Identifier: MIT
// What a program may give to a single exchange of a session: modifiers, headers, bodies, no description.
#include "world_play.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>

using namespace std::chrono_literals;
using sipmsg::Header;
using sipmsg::Method;
using sipmsg::sdp::SessionDescription;
using support::outcome;
using support::play;

namespace {

/// Alice, who calls, and Bob, who keeps what comes and what the tracer of his stack saw.
struct Street {
    explicit Street(std::uint64_t seed) : world(seed) {}

    asio::awaitable<void> open() {
        sipua::UserAgentOptions options{.uri = "sip:bob@10.0.0.2"};
        options.delegate.on_invite = [this](sipua::Invitation call) {
            incoming.emplace(std::move(call));
            if (answer) answer(*incoming);
        };
        bob.emplace(there, std::move(options));
        sipua::UserAgentOptions caller{.uri = "sip:alice@10.0.0.1"};
        alice.emplace(here, std::move(caller));
        co_await bob->start();
        co_await alice->start();
    }
    asio::awaitable<void> close() {
        co_await alice->stop();
        co_await bob->stop();
    }

    sipua::sim::World world;
    sipua::Stack here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::optional<sipua::UserAgent> alice, bob;
    std::optional<sipua::Invitation> incoming;
    std::function<void(sipua::Invitation&)> answer = [](auto& call) { call.accept([](std::error_code) {}); };
};

/// Gives the session a name, that the other side can see.
sipua::SessionDescriptionHandlerModifier named(std::string name) {
    return [name](SessionDescription description) {
        description.session_name = name;
        return description;
    };
}

/// Notes the name of what passes.
sipua::SessionDescriptionHandlerModifier noted(std::vector<std::string>& names) {
    return [&names](SessionDescription description) {
        names.emplace_back(description.session_name);
        return description;
    };
}

SessionDescription without_media(SessionDescription description) {
    description.media.clear();
    return description;
}

SessionDescription failing(SessionDescription) { throw std::runtime_error("no"); }

std::string name_in(std::string_view body) {
    auto description = sipmsg::sdp::parse(body);
    return description ? description->session_name : "no SDP";
}

}  // namespace

TEST_CASE("modifiers change what is sent and what is received, in order, until others are given") {
    Street street(1);
    std::vector<std::string> seen_by_alice, seen_by_bob;
    play(street.world, [&]() -> asio::awaitable<void> {
        co_await street.open();
        street.answer = [&](sipua::Invitation& call) {
            sipua::InvitationAcceptOptions options;
            options.modifiers.emplace();
            options.modifiers->local = {named("never"), named("bob")};
            options.modifiers->remote = {noted(seen_by_bob)};
            call.accept(std::move(options), [](std::error_code) {});
        };
        sipua::InviterOptions options;
        options.modifiers.local = {named("alice")};
        options.modifiers.remote = {noted(seen_by_alice)};
        sipua::Inviter call(*street.alice, "sip:bob@10.0.0.2", std::move(options));
        co_await call.invite();
        CHECK(name_in(street.incoming->body()) == "alice");
        CHECK(name_in(call.response()->body()) == "bob");
        CHECK(seen_by_alice == std::vector<std::string>{"bob"});
        CHECK(seen_by_bob == std::vector<std::string>{"alice"});

        co_await call.hold();  // with the modifiers that are there
        CHECK(seen_by_bob.back() == "alice");
        sipua::SessionInviteOptions other;
        other.modifiers.emplace();
        other.modifiers->local = {named("other")};
        co_await call.reinvite(std::move(other));
        CHECK(seen_by_bob == std::vector<std::string>{"alice", "alice", "other"});
        CHECK(call.is_on_hold());  // nothing was said of it
        CHECK(seen_by_alice.size() == 2);
        co_await call.bye();
        co_await street.close();
    });
}

TEST_CASE("a modifier that fails, or leaves no media, fails its exchange alone") {
    Street street(2);
    play(street.world, [&]() -> asio::awaitable<void> {
        co_await street.open();
        for (bool fails : {true, false}) {
            sipua::InviterOptions options;
            if (fails)
                options.modifiers.local = {failing};
            else
                options.modifiers.local = {without_media};
            sipua::Inviter call(*street.alice, "sip:bob@10.0.0.2", std::move(options));
            CHECK(co_await outcome([&] { return call.invite(); }) == sipua::Errc::media_failed);
            CHECK_FALSE(street.incoming);
        }
        sipua::Inviter call(*street.alice, "sip:bob@10.0.0.2");
        co_await call.invite();
        sipua::SessionInviteOptions bad;
        bad.hold = true;
        bad.modifiers.emplace();
        bad.modifiers->local = {failing};
        CHECK(co_await outcome([&] { return call.reinvite(std::move(bad)); }) == sipua::sip_error(500));
        CHECK(call.state() == sipua::SessionState::established);
        CHECK_FALSE(call.is_on_hold());
        sipua::SessionInviteOptions good;
        good.hold = true;
        good.modifiers.emplace();
        co_await call.reinvite(std::move(good));
        CHECK(call.is_on_hold());
        co_await street.close();
    });
}

TEST_CASE("a callee's modifiers may refuse an offer, and the caller hears why") {
    for (bool remote : {true, false}) {
        CAPTURE(remote);
        Street street(3);
        play(street.world, [&]() -> asio::awaitable<void> {
            co_await street.open();
            std::error_code failed;
            street.answer = [&](sipua::Invitation& call) {
                sipua::InvitationAcceptOptions options;
                options.modifiers.emplace();
                (remote ? options.modifiers->remote : options.modifiers->local) = {failing};
                call.accept(std::move(options), [&](std::error_code error) { failed = error; });
            };
            sipua::Inviter call(*street.alice, "sip:bob@10.0.0.2");
            CHECK(co_await outcome([&] { return call.invite(); }) == sipua::sip_error(500));
            CHECK(failed == sipua::Errc::media_failed);
            co_await street.close();
        });
    }
}

TEST_CASE("a re-INVITE may carry headers, and no offer; a second one has to wait (RFC 3261 §14.1)") {
    Street street(4);
    std::vector<std::string> topics;
    play(street.world, [&]() -> asio::awaitable<void> {
        co_await street.open();
        sipua::Inviter call(*street.alice, "sip:bob@10.0.0.2");
        co_await call.invite();
        bool with_offer = true;
        sipua::SessionDelegate delegate;
        delegate.on_invite = [&](const sipmsg::Message& request, int status) {
            CHECK(status == 200);
            with_offer = !request.body().empty();
            topics.emplace_back(request.raw("Subject").value_or(""));
        };
        street.incoming->set_delegate(std::move(delegate));

        sipua::SessionInviteOptions bare;
        bare.without_sdp = true;
        bare.headers = {
            {"Subject", "yours"}
        };
        std::error_code pending;
        call.reinvite(bare, [](std::error_code) {});
        call.hold([&](std::error_code error) { pending = error; });
        co_await street.alice->sleep(1s);
        CHECK(pending == sipua::Errc::request_pending);
        CHECK_FALSE(call.is_on_hold());
        CHECK_FALSE(with_offer);

        bare.hold = true;  // our answer, in the ACK, holds
        co_await call.reinvite(bare);
        CHECK(call.is_on_hold());
        co_await street.alice->sleep(1s);
        CHECK(street.incoming->is_held_by_peer());
        CHECK(topics == std::vector<std::string>{"yours", "yours"});
        bare.headers = {
            {"Subject", "two\r\nlines"}
        };
        CHECK_THROWS_AS(call.reinvite(bare, [](std::error_code) {}), std::invalid_argument);
        co_await call.bye();
        CHECK(co_await outcome([&] { return call.reinvite({}); }) == sipua::Errc::invalid_state);
        co_await street.close();
    });
}

TEST_CASE("a refusal and a provisional response have phrases, and a refusal a body") {
    Street street(5);
    play(street.world, [&]() -> asio::awaitable<void> {
        co_await street.open();
        street.answer = [](sipua::Invitation& call) {
            sipua::InvitationProgressOptions queued{.status = 182, .phrase = "Two before you"};
            call.progress(std::move(queued), [](std::error_code) {});
            sipua::InvitationRejectOptions options{.status = 606, .phrase = "Not Today"};
            options.headers = {
                {"Retry-After", "60"}
            };
            options.body = {"text/plain", "Come tomorrow."};
            call.reject(std::move(options));
            sipua::InvitationRejectOptions wrong{.phrase = "two\nlines"};
            CHECK_THROWS_AS(call.reject(std::move(wrong)), std::invalid_argument);
            sipua::InvitationRejectOptions odd;
            odd.body = {"text/\r\nplain", "x"};
            CHECK_THROWS_AS(call.reject(std::move(odd)), std::invalid_argument);
        };
        std::vector<std::string> phrases;
        sipua::InviterOptions options;
        options.delegate.on_progress = [&](const sipmsg::Message& response) {
            phrases.emplace_back(response.reason());
        };
        sipua::Inviter call(*street.alice, "sip:bob@10.0.0.2", std::move(options));
        CHECK(co_await outcome([&] { return call.invite(); }) == sipua::sip_error(606));
        CHECK(phrases == std::vector<std::string>{"Ringing", "Two before you"});
        CHECK(call.response()->reason() == "Not Today");
        CHECK(call.response()->body() == "Come tomorrow.");
        CHECK(call.response()->raw(Header::content_type) == "text/plain");
        CHECK(call.response()->has(Header::retry_after));
        co_await street.close();
    });
}

TEST_CASE("the ACK to our 2xx reaches the delegate, and what waits when a session ends fails as terminated") {
    Street street(6);
    play(street.world, [&]() -> asio::awaitable<void> {
        co_await street.open();
        int acks = 0;
        std::error_code hold, tones;
        street.answer = [&](sipua::Invitation& call) {
            sipua::SessionDelegate delegate;
            delegate.on_ack = [&](const sipmsg::Message& ack) { acks += ack.method() == Method::ack; };
            call.set_delegate(std::move(delegate));
            call.accept([](std::error_code) {});
        };
        sipua::Inviter call(*street.alice, "sip:bob@10.0.0.2");
        co_await call.invite();
        co_await street.alice->sleep(1s);
        CHECK(acks == 1);
        call.hold([&](std::error_code error) { hold = error; });
        call.request("INFO", {"text/plain", "x"}, [&](std::error_code error) { tones = error; });
        call.dispose();
        co_await call.ended();
        CHECK(hold == sipua::Errc::session_terminated);
        CHECK(tones == sipua::Errc::session_terminated);
        co_await street.close();
    });
}

TEST_CASE("without a delegate a NOTIFY in a session gets 200, and one of an unknown REFER 481 (RFC 3515 §2.4.4)") {
    Street street(7);
    play(street.world, [&]() -> asio::awaitable<void> {
        co_await street.open();
        sipua::Inviter call(*street.alice, "sip:bob@10.0.0.2");
        co_await call.invite();
        auto notify = [&](const char* package) {
            sipua::HeaderList headers{
                {"Event",              package },
                {"Subscription-State", "active"}
            };
            return call.request("NOTIFY", {}, std::move(headers));
        };
        CHECK_FALSE(co_await outcome([&] { return notify("message-summary"); }));
        CHECK(co_await outcome([&] { return notify("refer"); }) == sipua::sip_error(481));
        co_await street.close();
    });
}
