// SPDX-License-Identifier: MIT
#include "world_play.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using support::outcome;
using support::play;

namespace {

sipua::UserAgent agent(const sipua::Stack& stack, const char* uri, sipua::UserAgentDelegate delegate = {}) {
    sipua::UserAgentOptions options{.uri = uri, .delegate = std::move(delegate)};
    return sipua::UserAgent(stack, std::move(options));
}

/// Statuses outside the range are refused, and no answer is sent by them.
void refuses(auto answer, std::initializer_list<int> statuses) {
    for (int status : statuses) {
        CAPTURE(status);
        CHECK_THROWS_AS(answer(status), std::invalid_argument);
    }
}

}  // namespace

TEST_CASE("a request is accepted with 2xx, redirected with 3xx, rejected with 4xx to 6xx, and answered once") {
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    play(world, [&]() -> asio::awaitable<void> {
        std::vector<int> answers{202, 299, 301, 302, 399, 400, 488, 699};
        auto wanted = answers.begin();
        sipua::UserAgentDelegate delegate;
        delegate.on_message = [&](sipua::Message message) {
            refuses([&](int status) { message.accept(status); }, {0, 100, 180, 199, 300, 486, 600, 700});
            refuses([&](int status) { message.redirect({"sip:c@10.0.0.3"}, status); }, {100, 200, 299, 400, 699});
            refuses([&](int status) { message.reject(status); }, {100, 200, 302, 399, 700});
            CHECK_THROWS_AS(message.redirect({"two words"}), std::invalid_argument);
            CHECK_THROWS_AS(message.redirect({"sip:a@b>\r\nEvil: 1"}), std::invalid_argument);
            const int status = *wanted++;
            if (status < 300)
                message.accept(status);
            else if (status < 400)
                message.redirect({"sip:carol@10.0.0.3", "tel:+49301"}, status);
            else
                message.reject(status);
            CHECK_THROWS_AS(message.accept(), std::logic_error);
            CHECK_THROWS_AS(message.redirect({}), std::logic_error);
            CHECK_THROWS_AS(message.reject(), std::logic_error);
            CHECK_THROWS_AS(message.trying(), std::logic_error);
        };
        auto bob = agent(there, "sip:bob@10.0.0.2", std::move(delegate));
        auto alice = agent(here, "sip:alice@10.0.0.1");
        co_await bob.start();
        co_await alice.start();
        for (int status : answers) {
            CAPTURE(status);
            sipua::Messager message(alice, "sip:bob@10.0.0.2", "hello");
            const auto result = co_await outcome([&] { return message.message(); });
            CHECK(result == (status < 300 ? std::error_code() : sipua::sip_error(status)));
            REQUIRE(message.response());
            CHECK(message.response()->status() == status);
            std::vector<std::string> contacts;
            for (auto contact : message.response()->view().all<sipmsg::Contact>())
                contacts.emplace_back(contact->uri().text());
            if (status / 100 == 3) CHECK(contacts == std::vector<std::string>{"sip:carol@10.0.0.3", "tel:+49301"});
        }
    });
    CHECK(there.transactions() == 0);
}

TEST_CASE("trying is a 100: at once over TCP, after 3.5 s over UDP, and never behind the answer (RFC 4320 §4.1)") {
    for (bool reliable : {false, true}) {
        CAPTURE(reliable);
        sipua::sim::World world(2);
        std::vector<int> seen;
        sipua::StackOptions traced{.tracer = [&](const siptxn::TraceMessage& message) {
            auto view = sipmsg::parse(message.octets);
            if (message.sent || !view || view->is_request()) return;
            if (seen.empty() || seen.back() != view->status()) seen.push_back(view->status());  // repeated over UDP
        }};
        auto here = world.stack("10.0.0.1", traced), there = world.stack("10.0.0.2");
        play(world, [&]() -> asio::awaitable<void> {
            std::optional<sipua::Message> waiting;
            sipua::UserAgentDelegate delegate;
            delegate.on_message = [&](sipua::Message message) {
                message.trying();
                message.trying();
                waiting.emplace(std::move(message));
            };
            auto bob = agent(there, "sip:bob@10.0.0.2", std::move(delegate));
            auto alice = agent(here, "sip:alice@10.0.0.1");
            co_await bob.start();
            co_await alice.start();
            const std::string uri = reliable ? "sip:bob@10.0.0.2;transport=tcp" : "sip:bob@10.0.0.2";
            sipua::Messager slow(alice, uri, "slow"), quick(alice, uri, "quick");
            bool done = false;
            slow.message([&](std::error_code error) { done = !error; });
            co_await alice.sleep(3s);
            CHECK(seen == (reliable ? std::vector{100} : std::vector<int>{}));
            co_await alice.sleep(1s);
            CHECK(seen == std::vector{100});
            waiting->accept();
            co_await alice.sleep(1s);
            CHECK(seen == std::vector{100, 200});
            CHECK(done);

            seen.clear();
            quick.message([](std::error_code) {});
            co_await alice.sleep(1s);
            waiting->accept();
            co_await alice.sleep(10s);
            CHECK(seen == (reliable ? std::vector{100, 200} : std::vector{200}));
        });
        CHECK(there.transactions() == 0);
    }
}

TEST_CASE("a call progresses with 101 to 199, is redirected with 3xx and rejected with 3xx to 6xx") {
    sipua::sim::World world(3);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentDelegate delegate;
        delegate.on_invite = [&](sipua::Invitation call) {
            refuses([&](int status) { call.progress(status); }, {0, 100, 200, 300});
            refuses([&](int status) { call.redirect({"sip:c@10.0.0.3"}, status); }, {199, 200, 299, 400});
            refuses([&](int status) { call.reject(status); }, {180, 200, 299, 700});
            CHECK_THROWS_AS(call.redirect({"two words"}), std::invalid_argument);
            call.progress(101);
            call.progress(199);
            call.redirect({"sip:carol@10.0.0.3"}, 301);
        };
        auto bob = agent(there, "sip:bob@10.0.0.2", std::move(delegate));
        auto alice = agent(here, "sip:alice@10.0.0.1");
        co_await bob.start();
        co_await alice.start();
        sipua::Inviter call(alice, "sip:bob@10.0.0.2");
        CHECK(co_await outcome([&] { return call.invite(); }) == sipua::sip_error(301));
    });
    CHECK(there.transactions() == 0);
}
