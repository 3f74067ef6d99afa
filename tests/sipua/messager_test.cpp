// SPDX-License-Identifier: MIT
#include "world_play.hpp"

#include <doctest/doctest.h>

using support::outcome;
using support::play;
using support::ScriptedServer;

namespace {

sipua::UserAgent agent(const sipua::Stack& stack, const char* uri,
                       std::move_only_function<void(sipua::Message)> on_message = nullptr) {
    sipua::UserAgentOptions options{.uri = uri};
    options.delegate.on_message = std::move(on_message);
    return sipua::UserAgent(stack, std::move(options));
}

}  // namespace

TEST_CASE("a MESSAGE reaches the delegate, whose answer completes it (RFC 3428 §4, §7)") {
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::string heard;
    play(world, [&]() -> asio::awaitable<void> {
        auto bob = agent(there, "sip:bob@10.0.0.2", [&](sipua::Message message) {
            heard = message.content();
            CHECK(message.content_type() == "text/plain");
            if (heard == "no") return message.reject(488);
            message.accept(202);
        });
        auto alice = agent(here, "sip:alice@10.0.0.1");
        co_await bob.start();
        co_await alice.start();
        sipua::Messager good(alice, "sip:bob@10.0.0.2", "Watson, come here.");
        co_await good.message();
        CHECK(good.response()->status() == 202);
        CHECK(heard == "Watson, come here.");
        sipua::Messager bad(alice, "sip:bob@10.0.0.2", "no");
        CHECK(co_await outcome([&] { return bad.message(); }) == sipua::sip_error(488));
    });
    CHECK(here.transactions() == 0);
}

TEST_CASE("a MESSAGE dropped by its delegate is refused with 480, and one without a delegate accepted") {
    sipua::sim::World world(2);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2"), third = world.stack("10.0.0.3");
    play(world, [&]() -> asio::awaitable<void> {
        auto bob = agent(there, "sip:bob@10.0.0.2", [](sipua::Message) {});
        auto carol = agent(third, "sip:carol@10.0.0.3");
        auto alice = agent(here, "sip:alice@10.0.0.1");
        co_await bob.start();
        co_await carol.start();
        co_await alice.start();
        sipua::Messager dropped(alice, "sip:bob@10.0.0.2", "hello");
        CHECK(co_await outcome([&] { return dropped.message(); }) == sipua::sip_error(480));
        sipua::Messager taken(alice, "sip:carol@10.0.0.3", "hello");
        CHECK_FALSE(co_await outcome([&] { return taken.message(); }));
    });
}

TEST_CASE(
    "a request that cannot be sent is a 503, one that nobody answers a 408, and the log says why (RFC 3261 §8.1.3.1)") {
    sipua::sim::World world(6);
    std::string log;
    sipua::StackOptions logged{.log = [&log](const sipua::LogRecord& record) { log.append(record.text).append("\n"); }};
    auto here = world.stack("10.0.0.1", logged), there = world.stack("10.0.0.2");
    auto alice = agent(here, "sip:alice@10.0.0.1");
    auto send = [&](const char* uri) -> asio::awaitable<std::error_code> {
        log.clear();
        sipua::Messager messager(alice, uri, "hello");
        auto error = co_await outcome([&] { return messager.message(); });
        CHECK_FALSE(messager.response());
        co_return error;
    };
    play(world, [&]() -> asio::awaitable<void> {
        co_await alice.start();
        for (const auto* uri : {"sip:bob@10.0.0.2:5099", "sip:bob@10.0.0.2:5099;transport=tcp"}) {
            auto refused = co_await send(uri);
            CHECK(refused == siptxn::Errc::connect_failed);
            CHECK(sipua::status_of(refused) == 503);
            CHECK(log == "a request failed: the connection was refused\n");
            sipua::Inviter call(alice, uri);
            CHECK((co_await outcome([&] { return call.invite(); })) == siptxn::Errc::connect_failed);
            sipua::Subscriber watch(alice, uri, "presence");
            CHECK((co_await outcome([&] { return watch.subscribe(); })) == siptxn::Errc::connect_failed);
        }
        auto silent = co_await send("sip:bob@10.0.0.99");
        CHECK(silent == siptxn::Errc::timeout);
        CHECK(sipua::status_of(silent) == 408);
        CHECK(log == "a request failed: no answer in time\n");
    });
    ScriptedServer late(world, "10.0.0.3", [](auto&) -> ScriptedServer::Answer { return {408, {}, {}, {}}; });
    play(world, [&]() -> asio::awaitable<void> {
        sipua::Inviter call(alice, "sip:bob@10.0.0.3");
        CHECK((co_await outcome([&] { return call.invite(); })) == sipua::sip_error(408));  // no timeout of ours
    });
    CHECK(here.transactions() == 0);
}

TEST_CASE("requests say what we support, and a 200 to OPTIONS all that we can (RFC 3261 §8.1.1.9, §11.2)") {
    sipua::sim::World world(8);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    ScriptedServer server(world, "10.0.0.9", [](auto&) -> ScriptedServer::Answer { return {200, {}, {}, {}}; });
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = agent(here, "sip:alice@10.0.0.1"), bob = agent(there, "sip:bob@10.0.0.2");
        co_await alice.start();
        co_await bob.start();
        sipua::Messager message(alice, "sip:any@10.0.0.9", "hello");
        co_await message.message();
        sipua::Requester told(alice, "OPTIONS", "sip:any@10.0.0.9", {}),
            asked(alice, "OPTIONS", "sip:bob@10.0.0.2", {});
        co_await told.send();
        co_await asked.send();
        const auto& answer = *asked.response();
        CHECK(answer.raw(sipmsg::Header::allow)->find("INVITE") != std::string::npos);
        CHECK(answer.raw(sipmsg::Header::supported)->find("replaces") != std::string::npos);
        CHECK(answer.raw(sipmsg::Header::accept) == "application/sdp");
        CHECK(answer.raw(sipmsg::Header::accept_encoding) == "identity");
        CHECK(answer.raw(sipmsg::Header::accept_language) == "en");
    });
    REQUIRE(server.requests.size() == 2);
    for (const auto& request : server.requests)
        CHECK(request->raw(sipmsg::Header::supported)->find("replaces") != std::string::npos);
}

TEST_CASE("text that would break out of a header is refused before anything is built") {
    sipua::sim::World world(3);
    auto here = world.stack("10.0.0.1");
    auto alice = agent(here, "sip:alice@10.0.0.1");
    sipua::MessagerOptions options{.headers = {{"Subject", "hi\r\nEvil: 1"}}};
    CHECK_THROWS_AS(sipua::Messager(alice, "sip:bob@10.0.0.2", "x", "text/plain", options), std::invalid_argument);
    CHECK_THROWS_AS(sipua::Messager(alice, "sip:bob@10.0.0.2\r\nEvil: 1", "x"), std::invalid_argument);
    CHECK_THROWS_AS(sipua::Inviter(alice, "http://example.com"), std::invalid_argument);
    sipua::InviterOptions inviter{.headers = {{"Bad Name", "x"}}};
    CHECK_THROWS_AS(sipua::Inviter(alice, "sip:bob@10.0.0.2", std::move(inviter)), std::invalid_argument);
}

TEST_CASE("MESSAGE and INFO inside a session reach the session's delegate (RFC 3428 §5, RFC 6086 §4)") {
    sipua::sim::World world(4);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::vector<std::string> heard;
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentOptions options{.uri = "sip:bob@10.0.0.2"};
        options.delegate.on_invite = [&](sipua::Invitation call) {
            sipua::SessionDelegate delegate;
            delegate.on_message = [&](sipua::Message message) {
                heard.emplace_back(message.content());
                message.accept();
            };
            delegate.on_info = [&](sipua::Info info) {
                heard.emplace_back(info.request().body());
                info.reject(469);
            };
            call.set_delegate(std::move(delegate));
            auto held = std::make_shared<sipua::Invitation>(std::move(call));
            held->accept([held](std::error_code) { held->ended([held](std::error_code) {}); });
        };
        sipua::UserAgent bob(there, std::move(options));
        auto alice = agent(here, "sip:alice@10.0.0.1");
        co_await bob.start();
        co_await alice.start();
        sipua::Inviter call(alice, "sip:bob@10.0.0.2");
        co_await call.invite();
        sipua::Body text{"text/plain", "hello"}, tone{"application/dtmf-relay", "Signal=5\r\nDuration=160\r\n"};
        CHECK_FALSE(co_await outcome([&] { return call.request("MESSAGE", text); }));
        CHECK(co_await outcome([&] { return call.request("INFO", tone); }) == sipua::sip_error(469));
        co_await call.bye();
        CHECK(co_await outcome([&] { return call.request("INFO", tone); }) == sipua::Errc::invalid_state);
    });
    CHECK(heard == std::vector<std::string>{"hello", "Signal=5\r\nDuration=160\r\n"});
}
