// SPDX-License-Identifier: MIT
// Agents over TLS and secure WebSocket, on loopback sockets.
#include "certificates.hpp"
#include "world_play.hpp"

#include <siptxn/error.hpp>

#include <doctest/doctest.h>
#include <asio/io_context.hpp>

using namespace std::chrono_literals;

namespace {

const TestAuthority& authority() {
    static const TestAuthority instance;
    return instance;
}

/// Where Bob answers messages, and Alice who asks by that server.
struct Pair {
    Pair(const std::string& listener, std::vector<std::string> names) : bobs(make_bobs(listener, std::move(names))) {
        sipua::UserAgentOptions options{.uri = "sip:bob@example.com"};
        options.delegate.on_message = [this](sipua::Message message) {
            heard = message.content();
            message.accept(200);
        };
        bob.emplace(bobs, std::move(options));
    }
    sipua::Stack make_bobs(const std::string& listener, std::vector<std::string> names) {
        auto own = authority().issue({"bob", std::move(names)});
        sipua::StackOptions options{
            .listen = {listener                                 },
            .tls = { .certificate = {.text = own.certificate}, .private_key = {.text = own.private_key}}
        };
        return sipua::Stack(context.get_executor(), options);
    }
    std::string port() const { return std::to_string(bobs.listeners().front().local.port); }

    /// How a message by `server` ends.
    std::error_code message_by(const std::string& server, siptxn::net::TlsOptions tls = {}) {
        sipua::UserAgentOptions options{.uri = "sip:alice@example.com", .server = server, .tls = std::move(tls)};
        options.log_level = sipua::LogLevel::warning;
        options.log = [this](const sipua::LogRecord& record) { log.append(record.text).append("\n"); };
        sipua::UserAgent alice(context.get_executor(), std::move(options));
        std::optional<std::error_code> ended;
        asio::co_spawn(context, talk(alice), [&](std::exception_ptr failure, std::error_code error) {
            if (failure) std::rethrow_exception(failure);
            ended = error;
        });
        auto patience = std::chrono::steady_clock::now() + 20s;
        while (!ended && context.run_one_until(patience) > 0) {
        }
        return ended.value_or(std::make_error_code(std::errc::timed_out));
    }
    asio::awaitable<std::error_code> talk(sipua::UserAgent& alice) {
        co_await bob->start();
        auto error = co_await support::outcome([&] { return alice.start(); });
        if (error) co_return error;
        sipua::Messager hello(alice, "sip:bob@example.com", "hello");
        error = co_await support::outcome([&] { return hello.message(); });
        co_await alice.stop();
        co_return error;
    }

    asio::io_context context{1};
    sipua::Stack bobs;
    std::optional<sipua::UserAgent> bob;
    std::string heard, log;
};

siptxn::net::TlsOptions trusting() { return {.trusted = {.text = authority().certificate()}}; }

}  // namespace

TEST_CASE("an agent reaches its server by TLS and by secure WebSocket, however that is written") {
    Pair over_tls("tls:127.0.0.1:0", {"IP:127.0.0.1"});
    auto address = "127.0.0.1:" + over_tls.port();
    for (const auto& server : {"tls://" + address, "sips:" + address, "sip:" + address + ";transport=tls"}) {
        CAPTURE(server);
        over_tls.heard.clear();
        CHECK_FALSE(over_tls.message_by(server, trusting()));
        CHECK(over_tls.heard == "hello");
    }
    Pair over_wss("wss:[::1]:0", {"IP:::1"});
    CHECK_FALSE(over_wss.message_by("wss://[::1]:" + over_wss.port(), trusting()));
    CHECK(over_wss.heard == "hello");
}

TEST_CASE("a server that proves nothing is not talked to, and the log says why") {
    Pair pair("tls:127.0.0.1:0", {"DNS:other.example"});
    CHECK(pair.message_by("tls://127.0.0.1:" + pair.port(), trusting()) == siptxn::Errc::tls_wrong_name);
    CHECK(pair.log.find("the certificate is not for 127.0.0.1, but for other.example") != std::string::npos);
    CHECK(pair.message_by("tls://127.0.0.1:" + pair.port()) == siptxn::Errc::tls_untrusted);
    CHECK(pair.heard.empty());
    CHECK_FALSE(pair.message_by("tls://127.0.0.1:" + pair.port(), {.verify_peer = false}));
}

TEST_CASE("a stack takes a renewed certificate, and keeps the old one when the new is wrong") {
    Pair pair("tls:127.0.0.1:0", {"DNS:other.example"});
    auto server = "tls://127.0.0.1:" + pair.port();
    auto renewed = authority().issue({"bob", {"IP:127.0.0.1"}});
    siptxn::net::TlsOptions tls{.certificate = {.text = renewed.certificate}, .private_key = {.text = "no key"}};
    CHECK_THROWS_AS(pair.bobs.reload_tls(tls), std::invalid_argument);
    CHECK(pair.message_by(server, trusting()) == siptxn::Errc::tls_wrong_name);
    tls.private_key.text = renewed.private_key;
    pair.bobs.reload_tls(tls);
    CHECK_FALSE(pair.message_by(server, trusting()));
}

TEST_CASE("an agent that cannot have its certificate says so at once") {
    asio::io_context context(1);
    auto make = [&](const siptxn::net::TlsOptions& tls) {
        sipua::UserAgentOptions options{.listen = {"tls:127.0.0.1:0"}, .tls = tls};
        sipua::UserAgent agent(context.get_executor(), std::move(options));
    };
    CHECK_THROWS_WITH_AS(make({}), "a TLS listener needs a certificate and its private key", std::invalid_argument);
    CHECK_THROWS_WITH_AS(make({.certificate = {.file = "/no/such.pem"}, .private_key = {.file = "/no/such.pem"}}),
                         "/no/such.pem: No such file or directory", std::system_error);
}
