// SPDX-License-Identifier: MIT
// Where the answer to a challenge comes from: a token, or the program that is asked when it is needed.
#include "world_play.hpp"

#include <siptxn/auth/server.hpp>

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <optional>

using namespace std::chrono_literals;
using sipmsg::Header;
using support::outcome;
using support::play;
using support::ScriptedServer;

namespace {

constexpr auto bearer = R"(Bearer realm="sim", scope="sip", authz_server="https://login.invalid")";
constexpr auto digest = R"(Digest realm="sim", nonce="n1", algorithm=SHA-256, qop="auth")";

/// Challenges whatever does not carry `wanted` at the begin of its Authorization.
ScriptedServer::Script demanding(const char* challenge, std::string wanted) {
    return [challenge, wanted = std::move(wanted)](auto& request) -> ScriptedServer::Answer {
        if (request.method() == sipmsg::Method::ack) return {};
        if (request.raw(Header::authorization).value_or("").starts_with(wanted)) return {};
        return {401, {{"WWW-Authenticate", challenge}}, {}, {}};
    };
}

sipua::UserAgentOptions alice(std::string server) { return {.uri = "sip:alice@10.0.0.9", .server = std::move(server)}; }

}  // namespace

TEST_CASE("a Bearer challenge is answered with the token, over TLS and nowhere else (RFC 8898 §4)") {
    for (const bool secure : {true, false}) {
        CAPTURE(secure);
        sipua::sim::World world(1);
        auto here = world.stack("10.0.0.1");
        ScriptedServer server(world, "10.0.0.9", demanding(bearer, "Bearer t0ken"));
        play(world, [&]() -> asio::awaitable<void> {
            auto options = alice(secure ? "tls://10.0.0.9:5061" : "tcp://10.0.0.9:5060");
            options.authorization.token = "t0ken";
            sipua::UserAgent agent(here, std::move(options));
            co_await agent.start();
            sipua::Messager message(agent, "sip:bob@10.0.0.9", "hi");
            auto error = co_await outcome([&] { return message.message(); });
            CHECK(error == (secure ? std::error_code() : sipua::sip_error(401)));
            sipua::Inviter call(agent, "sip:bob@10.0.0.9");
            co_await outcome([&] { return call.invite(); });
            co_await agent.stop();
        });
        bool shown = false;
        for (auto& request : server.requests) shown = shown || request->octets().find("t0ken") != std::string::npos;
        CHECK(shown == secure);
        if (!secure) continue;
        CHECK(server.requests[1]->top<sipmsg::CSeq>()->number == server.requests[0]->top<sipmsg::CSeq>()->number + 1);
    }
}

TEST_CASE("a token that is refused is not sent again; the program is asked, and told why (RFC 8898 §4)") {
    sipua::sim::World world(2);
    auto here = world.stack("10.0.0.1");
    const auto expired = std::string(bearer) + R"(, error="invalid_token")";
    ScriptedServer server(world, "10.0.0.9", demanding(expired.c_str(), "Bearer fresh"));
    std::vector<sipua::CredentialRequest> asked;
    play(world, [&]() -> asio::awaitable<void> {
        auto options = alice("tls://10.0.0.9:5061");
        options.authorization.token = "stale";
        options.credentials = [&](const sipua::CredentialRequest& request, auto answer) {
            asked.push_back(request);
            sipua::Authorization fresh;
            fresh.token = "fresh";
            answer(std::move(fresh));
        };
        sipua::UserAgent agent(here, std::move(options));
        co_await agent.start();
        sipua::Messager message(agent, "sip:bob@10.0.0.9", "hi");
        co_await message.message();
        co_await agent.stop();
    });
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].scheme == "Bearer");
    CHECK(asked[0].realm == "sim");
    CHECK(asked[0].scope == "sip");
    CHECK(asked[0].authz_server == "https://login.invalid");
    CHECK(asked[0].error == "invalid_token");
    CHECK(server.requests.size() == 3);
}

TEST_CASE("credentials may come later: the request waits, of each kind, and is asked for once (RFC 3261 §22.2)") {
    sipua::sim::World world(3);
    auto here = world.stack("10.0.0.1");
    int asked = 0;
    for (const bool right : {true, false}) {
        CAPTURE(right);
        ScriptedServer server(world, "10.0.0.9", [&](auto& request) -> ScriptedServer::Answer {
            if (request.method() == sipmsg::Method::ack) return {};
            if (right && request.has(Header::authorization))
                return {request.method() == sipmsg::Method::message ? 200 : 486, {}, {}, {}};
            return {401, {{"WWW-Authenticate", digest}}, {}, {}};
        });
        play(world, [&]() -> asio::awaitable<void> {
            std::optional<sipua::UserAgent> agent;
            auto options = alice("");
            options.credentials = [&](const sipua::CredentialRequest& request, auto answer) {
                CHECK(request.scheme == "Digest");
                ++asked;
                // Whoever looks into a keyring takes longer than the transaction lives.
                agent->sleep(40s, [answer](std::error_code) {
                    answer(sipua::Authorization{.username = "alice", .password = "secret"});
                });
            };
            agent.emplace(here, std::move(options));
            co_await agent->start();
            asked = 0;
            sipua::Messager message(*agent, "sip:bob@10.0.0.9", "hi");
            auto error = co_await outcome([&] { return message.message(); });
            CHECK(error == (right ? std::error_code() : sipua::sip_error(401)));
            CHECK(asked == 1);
            co_await agent->stop();

            agent.reset();  // another one that knows nothing yet
            auto again = alice("");
            again.credentials = [&](const sipua::CredentialRequest&, auto answer) {
                ++asked;
                agent->sleep(2s, [answer](std::error_code) {
                    answer(sipua::Authorization{.username = "alice", .password = "secret"});
                });
            };
            agent.emplace(here, std::move(again));
            co_await agent->start();
            asked = 0;
            sipua::Inviter call(*agent, "sip:bob@10.0.0.9");
            CHECK(co_await outcome([&] { return call.invite(); }) == sipua::sip_error(right ? 486 : 401));
            sipua::Subscriber watcher(*agent, "sip:bob@10.0.0.9", "presence");
            co_await outcome([&] { return watcher.subscribe(); });
            CHECK(asked == (right ? 1 : 2));
            co_await agent->stop();
        });
    }
}

TEST_CASE("who answers with nothing leaves the refusal as it was, and a call may be given up meanwhile") {
    sipua::sim::World world(4);
    auto here = world.stack("10.0.0.1");
    ScriptedServer server(world, "10.0.0.9", demanding(digest, "Digest"));
    play(world, [&]() -> asio::awaitable<void> {
        std::function<void(std::optional<sipua::Authorization>)> held;
        auto options = alice("");
        options.credentials = [&](const sipua::CredentialRequest&, auto answer) { held = answer; };
        sipua::UserAgent agent(here, std::move(options));
        co_await agent.start();
        sipua::Messager message(agent, "sip:bob@10.0.0.9", "hi");
        std::optional<std::error_code> refused;
        message.message([&](std::error_code error) { refused = error; });
        co_await agent.sleep(1s);
        CHECK_FALSE(refused);
        held(std::nullopt);
        held(std::nullopt);  // the first counts
        co_await agent.sleep(1s);
        CHECK(refused == sipua::sip_error(401));

        sipua::Inviter call(agent, "sip:bob@10.0.0.9");
        std::optional<std::error_code> cancelled;
        call.invite([&](std::error_code error) { cancelled = error; });
        co_await agent.sleep(1s);
        call.cancel();
        co_await agent.sleep(1s);
        CHECK(cancelled == sipua::sip_error(487));
        held(sipua::Authorization{.username = "late", .password = "late"});
        co_await agent.sleep(1s);
        co_await agent.stop();
    });
    CHECK(here.sessions() == 0);
}

TEST_CASE("requests carry the nonce that the last response handed out, inside a call as well (RFC 7616 §3.5)") {
    sipua::sim::World world(5);
    auto here = world.stack("10.0.0.1");
    siptxn::auth::Verifier verifier("0123456789abcdef");
    auto accounts = [](std::string_view name, std::string_view) -> std::optional<siptxn::auth::Credentials> {
        if (name != "alice") return std::nullopt;
        return siptxn::auth::Credentials{.username = "alice", .password = "secret"};
    };
    ScriptedServer server(world, "10.0.0.9", [&](auto& request) -> ScriptedServer::Answer {
        const auto found = verifier.verify(request.view(), false, "sim", accounts, world.now());
        if (found.verdict != siptxn::auth::Verdict::accepted) {
            const auto stale = found.verdict == siptxn::auth::Verdict::stale;
            return {401, {{"WWW-Authenticate", verifier.challenge("sim", world.now(), stale).front()}}, {}, {}};
        }
        ScriptedServer::Answer answer;
        if (request.method() == sipmsg::Method::invite) {
            answer.content_type = "application/sdp";
            answer.body = request.body();
        }
        answer.headers = {
            {"Contact",    "<sip:10.0.0.9>"},
            { "Authentication-Info", verifier.authentication_info(found, "sim", answer.body, world.now())}
        };
        return answer;
    });
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentOptions options{
            .uri = "sip:alice@10.0.0.9", .authorization = {.username = "alice", .password = "secret"}
        };
        sipua::UserAgent agent(here, std::move(options));
        co_await agent.start();
        auto say = [&]() -> asio::awaitable<void> {
            sipua::Messager message(agent, "sip:bob@10.0.0.9", "hi");
            co_await message.message();
        };
        co_await say();
        CHECK(server.requests.size() == 2);
        co_await agent.sleep(3min);  // past half of the nonce's life: the answer brings the next
        co_await say();
        co_await agent.sleep(4min);  // past all of it
        co_await say();
        CHECK(server.requests.size() == 4);
        sipua::Inviter call(agent, "sip:bob@10.0.0.9");
        co_await call.invite();
        co_await agent.sleep(4min);
        CHECK_FALSE(co_await outcome([&] { return call.request("INFO", {}); }));
        co_await agent.sleep(4min);
        co_await call.bye();
        co_await agent.stop();
    });
    std::string methods;
    for (auto& request : server.requests) methods.append(request->method_text()).append(" ");
    CHECK(methods == "MESSAGE MESSAGE MESSAGE MESSAGE INVITE ACK INFO BYE ");
}

TEST_CASE("a response that does not prove what it says it proves is told of in the log, and its nonce not taken") {
    sipua::sim::World world(6);
    std::string log;
    sipua::StackOptions stack_options{.log = [&log](const sipua::LogRecord& record) { log.append(record.text); }};
    auto here = world.stack("10.0.0.1", stack_options);
    ScriptedServer server(world, "10.0.0.9", [](auto& request) -> ScriptedServer::Answer {
        if (!request.has(Header::authorization)) return {401, {{"WWW-Authenticate", digest}}, {}, {}};
        return {200, {{"Authentication-Info", R"(rspauth="00", nextnonce="n2")"}}, {}, {}};
    });
    play(world, [&]() -> asio::awaitable<void> {
        auto options = alice("tcp://10.0.0.9:5060");
        options.authorization = {.username = "alice", .password = "secret"};
        sipua::UserAgent agent(here, std::move(options));
        co_await agent.start();
        for (int i = 0; i < 2; ++i) {
            sipua::Messager message(agent, "sip:bob@10.0.0.9", "hi");
            co_await message.message();
        }
        co_await agent.stop();
    });
    REQUIRE(server.requests.size() == 3);
    CHECK(server.requests[2]->top<sipmsg::Authorization>()->nonce() == "n1");
    CHECK(log.find("does not prove") != std::string::npos);
}
