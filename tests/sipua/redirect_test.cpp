// SPDX-License-Identifier: MIT
#include "world_play.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <map>
#include <memory>

using support::outcome;
using support::play;
using namespace std::chrono_literals;

namespace {

/// A server that answers an INVITE by the user of its Request-URI.
struct Server {
    explicit Server(sipua::sim::World& world)
        : server(world, "10.0.0.9", [this](const sipmsg::Message& request) {
              if (request.method() != sipmsg::Method::invite) return support::ScriptedServer::Answer{.status = 0};
              auto user = std::string(request.request_uri()->user());
              asked.push_back(user);
              return answers.contains(user) ? answers[user] : support::ScriptedServer::Answer{.status = 404};
          }) {}
    std::map<std::string, support::ScriptedServer::Answer> answers;
    std::vector<std::string> asked;
    support::ScriptedServer server;
};

support::ScriptedServer::Answer moved(const std::string& contacts) {
    return {.status = 302, .headers = {{"Contact", contacts}}};
}

}  // namespace

TEST_CASE("the Contacts of a 3xx are tried by q until one answers, when that is asked for (RFC 3261 §8.1.3.4)") {
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    Server server(world);
    server.answers["bob"] = moved(
        "<sip:low@10.0.0.9>;q=0.1, <sip:busy@10.0.0.9>;q=0.9, "
        "<sip:gone@10.0.0.77>;q=0.7, <sip:bob@10.0.0.2>;q=0.5");
    server.answers["busy"] = {.status = 486};
    play(world, [&]() -> asio::awaitable<void> {
        std::unique_ptr<sipua::Invitation> held;
        sipua::UserAgentOptions answering{.uri = "sip:bob@10.0.0.2"};
        answering.delegate.on_invite = [&](sipua::Invitation call) {
            held = std::make_unique<sipua::Invitation>(std::move(call));
            held->accept([](std::error_code) {});
        };
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1"}), bob(there, std::move(answering));
        co_await alice.start();
        co_await bob.start();
        sipua::InviterOptions options{.max_redirects = 5};
        sipua::Inviter call(alice, "sip:bob@10.0.0.9", std::move(options));
        co_await call.invite();
        CHECK(call.state() == sipua::SessionState::established);
        CHECK(server.asked == std::vector<std::string>{"bob", "busy"});
        // One call to the outside: the same Call-ID and tag, numbers that rise.
        const auto& first = *server.server.requests.front();
        CHECK(held->request().raw(sipmsg::Header::call_id) == first.raw(sipmsg::Header::call_id));
        CHECK(held->request().top<sipmsg::From>()->tag() == first.top<sipmsg::From>()->tag());
        CHECK(held->request().top<sipmsg::CSeq>()->number == first.top<sipmsg::CSeq>()->number + 3);
        co_await call.bye();
        co_await alice.stop();
        co_await bob.stop();
    });
}

TEST_CASE("redirections end at their limit, at loops, and at a 6xx (RFC 3261 §8.1.3.4, §21.6)") {
    sipua::sim::World world(2);
    auto here = world.stack("10.0.0.1");
    Server server(world);
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1"});
        co_await alice.start();
        auto result = [&](int most) -> asio::awaitable<std::error_code> {
            server.asked.clear();
            sipua::InviterOptions options;
            options.max_redirects = most;
            sipua::Inviter call(alice, "sip:bob@10.0.0.9", std::move(options));
            co_return co_await outcome([&] { return call.invite(); });
        };
        server.answers["bob"] = moved("<sip:a@10.0.0.9>");
        server.answers["a"] = moved("<sip:BOB@10.0.0.9>, <sip:bob@10.0.0.9>");
        server.answers["BOB"] = moved("<sip:a@10.0.0.9>, <tel:1>");
        CHECK(co_await result(9) == sipua::sip_error(302));
        CHECK(server.asked == std::vector<std::string>{"bob", "a", "BOB"});
        server.answers["a"] = moved("<sip:b@10.0.0.9>");
        server.answers["b"] = moved("<sip:c@10.0.0.9>");
        CHECK(co_await result(2) == sipua::sip_error(302));
        CHECK(server.asked == std::vector<std::string>{"bob", "a", "b"});
        server.answers["bob"] = moved("<sip:no@10.0.0.9>, <sip:a@10.0.0.9>");
        server.answers["no"] = {.status = 603};
        CHECK(co_await result(9) == sipua::sip_error(603));
        CHECK(server.asked == std::vector<std::string>{"bob", "no"});
        CHECK_THROWS_AS(sipua::Inviter(alice, "sip:b@c", sipua::InviterOptions{.max_redirects = -1}),
                        std::invalid_argument);
    });
}

TEST_CASE("a 3xx ends the call unless following was asked for, and reject() carries its Contacts (RFC 3261 §8.1.3.4)") {
    sipua::sim::World world(3);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentOptions redirecting{.uri = "sip:bob@10.0.0.2"};
        redirecting.delegate.on_invite = [](sipua::Invitation call) {
            call.reject(302, {
                                 {"Contact", "<sip:carol@10.0.0.3>"}
            });
        };
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1"}), bob(there, std::move(redirecting));
        co_await alice.start();
        co_await bob.start();
        sipua::Inviter call(alice, "sip:bob@10.0.0.2");
        CHECK(co_await outcome([&] { return call.invite(); }) == sipua::sip_error(302));
        CHECK(call.response()->raw(sipmsg::Header::contact) == "<sip:carol@10.0.0.3>");
    });
}
