// SPDX-License-Identifier: MIT
#include "world_play.hpp"

#include <sipmsg/header/auth.hpp>
#include <sipmsg/header/identity.hpp>
#include <sipmsg/header/simple.hpp>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using support::outcome;
using support::play;
using support::ScriptedServer;

namespace {

sipua::UserAgent listener(const sipua::Stack& stack, const char* uri, std::string& heard, bool any_user = false) {
    sipua::UserAgentOptions options{.uri = uri, .accept_any_user = any_user};
    options.delegate.on_message = [&heard](sipua::Message message) {
        heard += message.content();
        message.accept();
    };
    return sipua::UserAgent(stack, std::move(options));
}

}  // namespace

TEST_CASE("agents that share a stack get what is for their user, and a default agent the rest (RFC 3261 §8.2.2.1)") {
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::string to_bob, to_carol, to_anyone;
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.1"};
        sipua::UserAgent alice(here, std::move(options));
        auto bob = listener(there, "sip:bob@10.0.0.2", to_bob), carol = listener(there, "sip:carol@10.0.0.2", to_carol);
        co_await alice.start();
        co_await bob.start();
        co_await carol.start();
        sipua::Messager first(alice, "sip:bob@10.0.0.2", "b"), second(alice, "sip:carol@10.0.0.2", "c"),
            third(alice, "sip:dave@10.0.0.2", "d");
        co_await first.message();
        co_await second.message();
        CHECK(co_await outcome([&] { return third.message(); }) == sipua::sip_error(404));
        auto anyone = listener(there, "sip:reception@10.0.0.2", to_anyone, true);
        co_await anyone.start();
        CHECK_FALSE(co_await outcome([&] { return third.message(); }));
        co_await bob.stop();
        sipua::Messager late(alice, "sip:bob@10.0.0.2", "e");
        co_await late.message();
    });
    CHECK(to_bob == "b");
    CHECK(to_carol == "c");
    CHECK(to_anyone == "de");
}

TEST_CASE(
    "an INVITE is answered with credentials when a proxy asks, in a new transaction with the next CSeq (RFC 3261 "
    "§22.3)") {
    sipua::sim::World world(2);
    auto here = world.stack("10.0.0.1");
    ScriptedServer proxy(world, "10.0.0.2", [](auto& request) -> ScriptedServer::Answer {
        if (request.method() != sipmsg::Method::invite) return {};
        if (request.has(sipmsg::Header::proxy_authorization)) return {486, {}, {}, {}};
        return {407, {{"Proxy-Authenticate", R"(Digest realm="sim", nonce="n1", algorithm=MD5, qop="auth")"}}, {}, {}};
    });
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.1"};
        options.authorization.username = "alice";
        options.authorization.password = "secret";
        sipua::UserAgent alice(here, std::move(options));
        co_await alice.start();
        sipua::Inviter call(alice, "sip:bob@10.0.0.2");
        CHECK(co_await outcome([&] { return call.invite(); }) == sipua::sip_error(486));
    });
    REQUIRE(proxy.requests.size() == 2);
    auto &first = *proxy.requests[0], &second = *proxy.requests[1];
    CHECK(second.top<sipmsg::CSeq>()->number == first.top<sipmsg::CSeq>()->number + 1);
    CHECK(second.top<sipmsg::Via>()->branch() != first.top<sipmsg::Via>()->branch());
    CHECK(second.raw(sipmsg::Header::call_id) == first.raw(sipmsg::Header::call_id));
    CHECK(second.raw(sipmsg::Header::from) == first.raw(sipmsg::Header::from));
    CHECK(second.body() == first.body());
    CHECK(second.top<sipmsg::ProxyAuthorization>()->get("realm") == "sim");
    CHECK(here.sessions() == 0);
    CHECK(here.transactions() == 0);
}

TEST_CASE("no log line and no options dump holds a password or a digest response") {
    sipua::sim::World world(3);
    std::string log;
    sipua::StackOptions stack_options{.log = [&log](const sipua::LogRecord& record) { log.append(record.text); },
                                      .log_level = sipua::LogLevel::message};
    auto here = world.stack("10.0.0.1", stack_options);
    std::string response;
    ScriptedServer registrar(world, "10.0.0.9", [&](auto& request) -> ScriptedServer::Answer {
        auto credentials = request.template top<sipmsg::Authorization>();
        if (!credentials)
            return {401,
                    {{"WWW-Authenticate", R"(Digest realm="sim", nonce="n1", algorithm=SHA-256, qop="auth")"}},
                    {},
                    {}};
        response = *credentials->get("response");
        return {403, {}, {}, {}};
    });
    play(
        world,
        [&]() -> asio::awaitable<void> {
            sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.9"};
            options.authorization.username = "alice";
            options.authorization.password = "open sesame";
            sipua::UserAgent alice(here, std::move(options));
            co_await alice.start();
            sipua::Registerer registerer(alice);
            CHECK(co_await outcome([&] { return registerer.register_contact(); }) == sipua::sip_error(403));
        },
        1min);
    REQUIRE(response.size() == 64);
    CHECK(log.find("REGISTER sip:10.0.0.9") != std::string::npos);
    CHECK(log.find(response) == std::string::npos);
    CHECK(log.find("open sesame") == std::string::npos);
}

TEST_CASE("stop() takes registrations back first, then ends all that is left side by side") {
    sipua::sim::World world(7);
    auto here = world.stack("10.0.0.1");
    ScriptedServer server(world, "10.0.0.9", [](auto& request) -> ScriptedServer::Answer {
        ScriptedServer::Answer answer{200, {{"Contact", "<sip:10.0.0.9>"}}, {}, {}};
        auto contact = std::string(request.raw(sipmsg::Header::contact).value_or(""));
        switch (request.method()) {
            case sipmsg::Method::register_:
                answer.headers = {
                    {"Contact", contact + ";expires=600"}
                };
                break;
            case sipmsg::Method::publish:
                answer.headers = {
                    {"SIP-ETag", "1"  },
                    {"Expires",  "600"}
                };
                break;
            case sipmsg::Method::invite:
                answer.content_type = "application/sdp";
                answer.body = request.body();
                break;
            default: break;
        }
        return answer;
    });
    std::string order;
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.9"});
        co_await alice.start();
        sipua::Publisher publisher(alice, "sip:alice@10.0.0.9", "presence");
        co_await publisher.publish("open");
        sipua::Inviter call(alice, "sip:bob@10.0.0.9");
        co_await call.invite();
        sipua::Registerer registerer(alice);
        co_await registerer.register_contact();
        auto before = server.requests.size();
        co_await alice.stop();
        for (auto i = before; i < server.requests.size(); ++i)
            order.append(server.requests[i]->method_text()).append(" ");
    });
    CHECK(order == "REGISTER PUBLISH BYE ");
}

TEST_CASE("a program reads by which ways a call came (RFC 5806 §10, RFC 7044 §5)") {
    sipua::sim::World world(8);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::vector<std::string> diverted, history;
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentOptions options{.uri = "sip:bob@10.0.0.2"};
        options.delegate.on_invite = [&](sipua::Invitation call) {
            for (auto entry : call.request().all<sipmsg::Diversion>())
                diverted.push_back(std::string(entry->uri().text()) + " " + entry->reason().value_or(""));
            for (auto entry : call.request().all<sipmsg::HistoryInfo>())
                history.push_back(std::string(entry->index().value_or("")) + " " + std::string(entry->uri().text()));
            call.reject(486);
        };
        sipua::UserAgent bob(there, std::move(options)), alice(here, {.uri = "sip:alice@10.0.0.1"});
        co_await bob.start();
        co_await alice.start();
        sipua::InviterOptions way;
        way.headers = {
            {"Diversion",    "<sip:carol@example.com>;reason=user-busy"                              },
            {"Diversion",    "<sip:dave@example.com>;reason=\"no-answer\""                           },
            {"History-Info", "<sip:dave@example.com>;index=1, <sip:carol@example.com>;index=1.1;rc=1"}
        };
        sipua::Inviter call(alice, "sip:bob@10.0.0.2", std::move(way));
        CHECK(co_await outcome([&] { return call.invite(); }) == sipua::sip_error(486));
    });
    CHECK(diverted == std::vector<std::string>{"sip:carol@example.com user-busy", "sip:dave@example.com no-answer"});
    CHECK(history == std::vector<std::string>{"1 sip:dave@example.com", "1.1 sip:carol@example.com"});
}
