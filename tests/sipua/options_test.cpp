// SPDX-License-Identifier: MIT
// What the options of an agent do, and what they are when nobody sets them.
#include "world_play.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <stdexcept>
#include <vector>

using namespace std::chrono_literals;
using sipmsg::Header;
using sipmsg::Method;
using support::outcome;
using support::play;
using support::ScriptedServer;

namespace {

std::string tags_of(const sipmsg::Message& message, bool required = false) {
    std::string text;
    auto add = [&](const auto& tag) { text += (text.empty() ? "" : " ") + std::string(tag->text); };
    if (required)
        for (auto tag : message.all<sipmsg::Require>()) add(tag);
    else
        for (auto tag : message.all<sipmsg::Supported>()) add(tag);
    return text;
}

bool lists(const std::string& tags, std::string_view tag) {
    return (" " + tags + " ").find(" " + std::string(tag) + " ") != std::string::npos;
}

/// The first INVITE of an agent with these options.
sipmsg::MessagePtr invite_with(const std::function<void(sipua::UserAgentOptions&)>& change) {
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1");
    ScriptedServer server(world, "10.0.0.9", [](auto&) { return ScriptedServer::Answer{.status = 486}; });
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.1"};
        change(options);
        sipua::UserAgent agent(here, std::move(options));
        co_await agent.start();
        sipua::Inviter call(agent, "sip:bob@10.0.0.9");
        co_await outcome([&] { return call.invite(); });
        co_await agent.stop();
    });
    return server.requests.front();
}

}  // namespace

TEST_CASE("options have the values that the headers promise when nobody sets them") {
    sipua::UserAgentOptions agent;
    CHECK(agent.uri == "sip:anonymous@anonymous.invalid");
    CHECK(agent.user_agent == "sipstrata");
    CHECK(agent.sip_extension_100rel == sipua::SipExtension::supported);
    CHECK(agent.sip_extension_replaces == sipua::SipExtension::supported);
    CHECK(agent.accept_any_user);
    CHECK(agent.send_initial_provisional_response);
    CHECK(agent.graceful_shutdown);
    for (bool off : {agent.follow_referrals, agent.instance_id_always_added, agent.allow_legacy_notifications,
                     agent.allow_unregistered_option_tags, agent.restart_lost_media})
        CHECK_FALSE(off);
    CHECK(agent.no_answer_timeout == sipua::Duration(60s));
    CHECK(agent.stop_timeout == sipua::Duration(5s));
    CHECK(agent.reconnection_attempts == 0);
    CHECK(agent.reconnection_delay == sipua::Duration(4s));
    for (const auto& empty : {agent.display_name, agent.server, agent.contact_user, agent.contact_params,
                              agent.contact_host, agent.instance_id})
        CHECK(empty.empty());
    sipua::InviterOptions inviter;
    CHECK_FALSE((inviter.anonymous || inviter.without_sdp || inviter.early_media || inviter.offer_in_prack));
    CHECK(inviter.ring_timeout == sipua::Duration::zero());
    CHECK(inviter.progress_timeout == sipua::Duration(3min));
    CHECK(inviter.max_redirects == 0);
    sipua::RegistererOptions registerer;
    CHECK(registerer.expires == sipua::Duration(600s));
    CHECK(registerer.refresh_percent == 90);
    CHECK(registerer.reg_id == 0);
    CHECK(sipua::SubscriberOptions().expires == sipua::Duration(3600s));
    CHECK(sipua::PublisherOptions().expires == sipua::Duration(3600s));
    sipua::SessionManagerOptions manager;
    CHECK(manager.max_calls == 2);
    CHECK(manager.agent.reconnection_attempts == 3);
    CHECK(manager.registration_retry_interval == sipua::Duration(3s));
    CHECK(manager.ping_interval == sipua::Duration::zero());
    CHECK(manager.restart_calls);
    CHECK_FALSE(manager.registration_retry);
}

TEST_CASE("extensions stand in Supported or Require as their level says, further tags in Supported (RFC 3261 §20.32)") {
    using enum sipua::SipExtension;
    for (auto level : {unsupported, supported, required}) {
        auto request = invite_with([level](auto& options) {
            options.sip_extension_100rel = options.sip_extension_replaces = level;
            options.extra_supported = {"tdialog"};
        });
        for (const auto* tag : {"100rel", "replaces"}) {
            CAPTURE(tag);
            CHECK(lists(tags_of(*request), tag) == (level == supported));
            CHECK(lists(tags_of(*request, true), tag) == (level == required));
        }
        CHECK(lists(tags_of(*request), "tdialog"));
        CHECK(lists(tags_of(*request), "timer"));
    }
}

TEST_CASE("Contact and Via show what an agent is told to show (RFC 3261 §8.1.1.8)") {
    auto request = invite_with([](auto& options) {
        options.contact_user = "desk 1";
        options.contact_host = "phone.example.com:5070";
        options.contact_params = ";user=phone";
    });
    CHECK(request->raw(Header::contact) == "<sip:desk%201@phone.example.com:5070;user=phone>");
}

TEST_CASE("Replaces is not looked at when that is switched off, and refused when it is required (RFC 3891 §3)") {
    for (const bool supported : {true, false}) {
        CAPTURE(supported);
        sipua::sim::World world(2);
        auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
        play(world, [&]() -> asio::awaitable<void> {
            sipua::UserAgentOptions bob_options{.uri = "sip:bob@10.0.0.2"};
            if (!supported) bob_options.sip_extension_replaces = sipua::SipExtension::unsupported;
            bob_options.delegate.on_invite = [](sipua::Invitation call) { call.reject(486); };
            sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.1"};
            sipua::UserAgent alice(here, std::move(options)), bob(there, std::move(bob_options));
            co_await alice.start();
            co_await bob.start();
            sipua::InviterOptions replacing{.headers = {{"Replaces", "nobody@10.0.0.3;to-tag=1;from-tag=2"}}};
            sipua::Inviter call(alice, "sip:bob@10.0.0.2", std::move(replacing));
            CHECK(co_await outcome([&] { return call.invite(); }) == sipua::sip_error(supported ? 481 : 486));
            sipua::InviterOptions insisting{.headers = {{"Require", "replaces"}}};
            sipua::Inviter second(alice, "sip:bob@10.0.0.2", std::move(insisting));
            CHECK(co_await outcome([&] { return second.invite(); }) == sipua::sip_error(supported ? 486 : 420));
            co_await bob.stop();
            co_await alice.stop();
        });
    }
}

TEST_CASE("a NOTIFY that nobody subscribed to gets 481, or 200 when such are allowed") {
    for (const bool allowed : {true, false}) {
        sipua::sim::World world(3);
        auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
        play(world, [&]() -> asio::awaitable<void> {
            sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.1"}, bob_options{.uri = "sip:bob@10.0.0.2"};
            bob_options.allow_legacy_notifications = allowed;
            sipua::UserAgent alice(here, std::move(options)), bob(there, std::move(bob_options));
            co_await alice.start();
            co_await bob.start();
            sipua::MessagerOptions notify{
                .headers = {{"Event", "message-summary"}, {"Subscription-State", "active"}}
            };
            sipua::Requester request(alice, "NOTIFY", "sip:bob@10.0.0.2", {}, std::move(notify));
            CHECK(co_await outcome([&] { return request.send(); }) ==
                  (allowed ? std::error_code() : sipua::sip_error(481)));
            co_await bob.stop();
            co_await alice.stop();
        });
    }
}

TEST_CASE("a method that nobody else takes reaches on_request, or gets 405 with Allow (RFC 3261 §8.2.1)") {
    sipua::sim::World world(6);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::string heard;
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.1"}, bob_options{.uri = "sip:bob@10.0.0.2"},
            carol_options{.uri = "sip:carol@10.0.0.2"};
        bob_options.delegate.on_request = [&](sipua::IncomingRequest request) {
            heard += std::string(request.request().method_text()) + " ";
            if (request.request().method() == Method::publish)
                request.accept(200, {
                                        {"SIP-ETag", "1" },
                                        {"Expires",  "60"}
                });
        };  // else dropped: the default refusal
        sipua::UserAgent alice(here, std::move(options)), bob(there, std::move(bob_options)),
            carol(there, std::move(carol_options));
        for (auto* agent : {&alice, &bob, &carol}) co_await agent->start();
        sipua::Publisher publisher(alice, "sip:bob@10.0.0.2", "presence");
        co_await publisher.publish("open");
        for (const auto* method : {"REGISTER", "FROBNICATE"}) {
            sipua::Requester request(alice, method, "sip:bob@10.0.0.2", {});
            CHECK(co_await outcome([&] { return request.send(); }) == sipua::sip_error(480));
        }
        sipua::Requester refused(alice, "REGISTER", "sip:carol@10.0.0.2", {});
        CHECK(co_await outcome([&] { return refused.send(); }) == sipua::sip_error(405));
        CHECK(refused.response()->has(Header::allow));
        for (auto* agent : {&alice, &bob, &carol}) co_await agent->stop();
    });
    CHECK(heard.starts_with("PUBLISH REGISTER FROBNICATE "));
}

TEST_CASE("a log has the level that was asked for, and what is above it") {
    using enum sipua::LogLevel;
    auto lines = [](sipua::LogLevel level) {
        sipua::sim::World world(7);
        sipua::StackOptions stack;
        std::vector<sipua::LogLevel> seen;
        stack.log = [&](const sipua::LogRecord& record) { seen.push_back(record.level); };
        stack.log_level = level;
        auto here = world.stack("10.0.0.1", stack);
        play(world, [&]() -> asio::awaitable<void> {
            sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.1"};
            options.media = [](auto&) -> std::shared_ptr<sipua::SessionDescriptionHandler> {
                throw std::runtime_error("no microphone");
            };
            sipua::UserAgent alice(here, std::move(options));
            co_await alice.start();
            sipua::Inviter call(alice, "sip:nobody@10.0.0.7");
            co_await outcome([&] { return call.invite(); });
            sipua::Messager message(alice, "sip:nobody@10.0.0.7", "hello");
            co_await outcome([&] { return message.message(); });
            co_await alice.stop();
        });
        return seen;
    };
    const auto all = lines(message);
    for (auto level : {error, warning, info, message}) CHECK(std::ranges::count(all, level) > 0);
    for (auto level : {error, warning, info, debug}) {
        CAPTURE(to_string(level));
        std::vector<sipua::LogLevel> wanted;
        std::ranges::copy_if(all, std::back_inserter(wanted), [&](auto one) { return one <= level; });
        CHECK(lines(level) == wanted);
    }
}

TEST_CASE("a stack holds as many calls as its options say, of all agents together; the next one fails at once") {
    sipua::sim::World world(5);
    sipua::StackOptions few;
    few.dialog_limits.sessions = 2;
    std::vector<std::string> refused;
    few.log = [&](const sipua::LogRecord& record) {
        if (record.category == "overload") refused.emplace_back(record.text.substr(record.text.rfind(' ') + 1));
    };
    auto here = world.stack("10.0.0.1", few), there = world.stack("10.0.0.2");
    play(world, [&]() -> asio::awaitable<void> {
        std::vector<sipua::Invitation> answered;
        sipua::UserAgentOptions bob_options{.uri = "sip:bob@10.0.0.2"};
        bob_options.delegate.on_invite = [&](sipua::Invitation call) {
            answered.push_back(std::move(call));
            answered.back().accept([](std::error_code) {});
        };
        sipua::UserAgentOptions first{.uri = "sip:alice@10.0.0.1"}, second{.uri = "sip:ann@10.0.0.1"};
        sipua::UserAgent bob(there, std::move(bob_options)), alice(here, std::move(first)),
            ann(here, std::move(second));
        for (auto* agent : {&bob, &alice, &ann}) co_await agent->start();
        sipua::Inviter one(alice, "sip:bob@10.0.0.2"), two(ann, "sip:bob@10.0.0.2"), three(ann, "sip:bob@10.0.0.2");
        co_await one.invite();
        co_await two.invite();
        auto before = ann.now();
        CHECK((co_await outcome([&] { return three.invite(); })) == siptxn::Errc::overloaded);
        CHECK(ann.now() == before);
        CHECK(answered.size() == 2);
        for (int i = 0; i < 3; ++i) {
            sipua::Inviter from_outside(bob, "sip:alice@10.0.0.1");
            CHECK((co_await outcome([&] { return from_outside.invite(); })) == sipua::sip_error(503));
        }
        co_await one.bye();
        sipua::Inviter four(ann, "sip:bob@10.0.0.2");
        co_await four.invite();
        CHECK(answered.size() == 3);
        for (auto* agent : {&alice, &ann, &bob}) co_await agent->stop();
    });
    CHECK(refused == std::vector<std::string>{"1", "2"});  // at once, then the others, ten seconds later
}

TEST_CASE("an abrupt stop waits for nothing, and leaves nothing") {
    sipua::sim::World world(4);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    ScriptedServer registrar(world, "10.0.0.9", [](auto& request) -> ScriptedServer::Answer {
        return {200, {{"Contact", std::string(request.raw(Header::contact).value_or("")) + ";expires=600"}}, {}, {}};
    });
    play(world, [&]() -> asio::awaitable<void> {
        std::optional<sipua::Invitation> incoming;
        sipua::UserAgentOptions bob_options{.uri = "sip:bob@10.0.0.2"};
        bob_options.delegate.on_invite = [&](sipua::Invitation call) {
            incoming.emplace(std::move(call));
            incoming->accept([](std::error_code) {});
        };
        sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.9"};
        options.graceful_shutdown = false;
        sipua::UserAgent alice(here, std::move(options)), bob(there, std::move(bob_options));
        co_await alice.start();
        co_await bob.start();
        sipua::Registerer registerer(alice);
        co_await registerer.register_contact();
        sipua::Inviter call(alice, "sip:bob@10.0.0.2");
        co_await call.invite();
        auto before = alice.now();
        co_await alice.stop();
        CHECK(alice.now() == before);
        CHECK(alice.state() == sipua::UserAgentState::stopped);
        CHECK(call.state() == sipua::SessionState::terminated);
        auto sent = registrar.requests.size();
        co_await bob.sleep(700s);
        CHECK(registrar.requests.size() <= sent + 1);  // its farewell, and no refresh
        CHECK(incoming->state() == sipua::SessionState::terminated);
        CHECK(co_await outcome([&] { return alice.reconnect(); }) == sipua::Errc::invalid_state);
        co_await bob.stop();
    });
    CHECK(here.sessions() == 0);
    CHECK(here.transactions() == 0);
}

TEST_CASE("a connection that is lost is opened anew: at once, then after each delay, and not for ever") {
    sipua::sim::World world(5);
    auto here = world.stack("10.0.0.1");
    std::optional<ScriptedServer> server;
    server.emplace(world, "10.0.0.9", [](auto&) { return ScriptedServer::Answer{}; });
    std::string story;
    std::vector<std::string> states;
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.9", .server = "tcp://10.0.0.9:5060"};
        options.reconnection_attempts = 3;
        options.delegate.on_connect = [&] { story += "+"; };
        options.delegate.on_disconnect = [&](std::error_code error) { story += error ? "-" : "="; };
        sipua::UserAgent alice(here, std::move(options));
        CHECK(alice.transport_state() == sipua::TransportState::disconnected);
        alice.transport_state_change().add_listener([&](auto state) { states.emplace_back(to_string(state)); });
        co_await alice.start();
        CHECK(story == "+");
        CHECK(alice.is_connected());
        world.network().reset(*siptxn::IpAddress::parse("10.0.0.1"), *siptxn::IpAddress::parse("10.0.0.9"));
        co_await alice.sleep(100ms);
        CHECK(story == "+-+");
        CHECK(states == std::vector<std::string>{"connecting", "connected", "disconnected", "connecting", "connected"});

        server.reset();  // nobody listens any more
        co_await alice.sleep(3500ms);
        CHECK_FALSE(alice.is_connected());
        server.emplace(world, "10.0.0.9", [](auto&) { return ScriptedServer::Answer{}; });
        co_await alice.sleep(40s);  // the first attempt has to fail, then 4 s pass
        CHECK(alice.is_connected());
        CHECK(story.starts_with("+-+"));
        CHECK(story.ends_with("+"));

        server.reset();
        co_await alice.sleep(200s);  // three attempts, then no more
        server.emplace(world, "10.0.0.9", [](auto&) { return ScriptedServer::Answer{}; });
        co_await alice.sleep(60s);
        CHECK_FALSE(alice.is_connected());
        co_await alice.reconnect();
        CHECK(alice.is_connected());
        co_await alice.reconnect();  // harmless
        co_await alice.stop();
        CHECK(alice.transport_state() == sipua::TransportState::disconnected);
        REQUIRE(states.size() > 2);
        CHECK(std::vector(states.end() - 3, states.end()) ==
              std::vector<std::string>{"connected", "disconnecting", "disconnected"});
    });
    const std::set<std::string> legal{
        "disconnected connecting", "connecting connected",     "connecting disconnected",   "connected disconnected",
        "connected disconnecting", "connecting disconnecting", "disconnecting disconnected"};
    for (std::size_t i = 0; i + 1 < states.size(); ++i) CHECK(legal.contains(states[i] + " " + states[i + 1]));
}

TEST_CASE("an agent that stops is disconnecting until what it says has been said, and connects no more") {
    for (int ms : {0, 100, 5000}) {
        CAPTURE(ms);
        sipua::sim::World world(6);
        auto here = world.stack("10.0.0.1");
        ScriptedServer server(world, "10.0.0.9", [](auto&) { return ScriptedServer::Answer{}; });
        std::vector<std::string> states;
        play(world, [&]() -> asio::awaitable<void> {
            sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.9", .server = "tcp://10.0.0.9:5060"};
            sipua::UserAgent alice(here, std::move(options));
            alice.transport_state_change().add_listener([&](auto state) { states.emplace_back(to_string(state)); });
            alice.start([](std::error_code) {});
            if (ms > 0) co_await alice.sleep(std::chrono::milliseconds(ms));
            co_await alice.stop();
            CHECK(alice.state() == sipua::UserAgentState::stopped);
            CHECK_FALSE(alice.is_connected());
            auto before = states.size();
            co_await alice.sleep(60s);
            CHECK(states.size() == before);
        });
        auto expected = std::vector<std::string>{"connecting", "connected", "disconnecting", "disconnected"};
        if (ms == 0) expected.erase(expected.begin() + 1);
        CHECK(states == expected);
    }
}
