// SPDX-License-Identifier: MIT
#include "world_play.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <optional>

using support::outcome;
using support::play;
using namespace std::chrono_literals;
using sipua::PublisherState;

namespace {

/// An event state compositor that remembers what it was sent, and answers as the test says.
struct Compositor {
    explicit Compositor(sipua::sim::World& world)
        : server(world, "10.0.0.9", [this](const sipmsg::Message&) {
              if (!refusals.empty()) {
                  auto refusal = refusals.front();
                  refusals.erase(refusals.begin());
                  return refusal;
              }
              if (silent) return support::ScriptedServer::Answer{.status = 0};
              auto tag = "tag" + std::to_string(++tags);
              return support::ScriptedServer::Answer{
                  .headers = {{"SIP-ETag", tag}, {"Expires", granted}}
              };
          }) {}
    std::vector<support::ScriptedServer::Answer> refusals;
    std::string granted = "100";
    bool silent = false;
    int tags = 0;
    support::ScriptedServer server;

    /// "Expires If-Match body" of a PUBLISH.
    [[nodiscard]] std::string line(std::size_t index) const {
        const auto& request = *server.requests.at(index);
        return std::string(request.raw(sipmsg::Header::expires).value_or("-")) + " " +
               std::string(request.raw(sipmsg::Header::sip_if_match).value_or("-")) + " " + std::string(request.body());
    }
};

sipua::UserAgent agent(const sipua::Stack& stack) { return sipua::UserAgent(stack, {.uri = "sip:alice@10.0.0.1"}); }

}  // namespace

TEST_CASE("state is published, replaced, refreshed at 90 % without body, and removed (RFC 3903 §4)") {
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1");
    Compositor compositor(world);
    std::vector<PublisherState> states;
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = agent(here);
        co_await alice.start();
        sipua::PublisherOptions options{.expires = 600s};
        sipua::Publisher publisher(alice, "sip:alice@10.0.0.9", "presence", std::move(options));
        publisher.state_change().add_listener([&](PublisherState state) { states.push_back(state); });
        co_await publisher.publish("open");
        CHECK(publisher.entity_tag() == "tag1");
        co_await publisher.publish("closed");
        co_await alice.sleep(89s);
        CHECK(compositor.server.requests.size() == 2);
        co_await alice.sleep(2s);
        CHECK(compositor.server.requests.size() == 3);
        co_await publisher.unpublish();
        CHECK(publisher.entity_tag().empty());
        co_await publisher.unpublish();  // nothing is there: nothing is sent
        CHECK(compositor.server.requests.size() == 4);
        co_await publisher.publish("again");
        co_await alice.stop();
    });
    CHECK(compositor.line(0) == "600 - open");
    CHECK(compositor.line(1) == "600 tag1 closed");
    CHECK(compositor.line(2) == "600 tag2 ");
    CHECK(compositor.line(3) == "0 tag3 ");
    CHECK(compositor.line(4) == "600 - again");
    CHECK(compositor.line(5) == "0 tag5 ");  // stop() waits for its answer
    CHECK(compositor.server.requests[0]->raw(sipmsg::Header::event) == "presence");
    CHECK_FALSE(compositor.server.requests[0]->has(sipmsg::Header::contact));
    CHECK(compositor.server.requests[0]->raw(sipmsg::Header::call_id) !=
          compositor.server.requests[1]->raw(sipmsg::Header::call_id));
    CHECK(states == std::vector{PublisherState::published, PublisherState::unpublished, PublisherState::published,
                                PublisherState::unpublished, PublisherState::terminated});
}

TEST_CASE("412 publishes the state afresh, on a refresh too (RFC 3903 §4.3)") {
    sipua::sim::World world(2);
    auto here = world.stack("10.0.0.1");
    Compositor compositor(world);
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = agent(here);
        co_await alice.start();
        sipua::Publisher publisher(alice, "sip:alice@10.0.0.9", "presence");
        co_await publisher.publish("open");
        compositor.refusals = {{.status = 412}};
        co_await alice.sleep(91s);
        CHECK(compositor.line(1) == "3600 tag1 ");
        CHECK(compositor.line(2) == "3600 - open");
        CHECK(publisher.entity_tag() == "tag2");
        compositor.refusals = {{.status = 412}, {.status = 412}};
        CHECK(co_await outcome([&] { return publisher.publish("closed"); }) == sipua::sip_error(412));
        CHECK(publisher.state() == PublisherState::terminated);
    });
}

TEST_CASE("423 is followed once, and only upwards (RFC 3903 §4.1)") {
    sipua::sim::World world(3);
    auto here = world.stack("10.0.0.1");
    Compositor compositor(world);
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = agent(here);
        co_await alice.start();
        sipua::PublisherOptions options{.expires = 60s};
        sipua::Publisher publisher(alice, "sip:alice@10.0.0.9", "presence", std::move(options));
        compositor.refusals = {
            {.status = 423, .headers = {{"Min-Expires", "1800"}}}
        };
        co_await publisher.publish("open");
        CHECK(compositor.line(1) == "1800 - open");
        compositor.refusals = {
            {.status = 423, .headers = {{"Min-Expires", "30"}}}
        };
        CHECK(co_await outcome([&] { return publisher.publish("closed"); }) == sipua::sip_error(423));
        CHECK(compositor.server.requests.size() == 3);
        CHECK(co_await outcome([&] { return publisher.publish("more"); }) == sipua::Errc::invalid_state);
        sipua::Publisher stubborn(alice, "sip:alice@10.0.0.9", "presence");
        compositor.refusals = {
            {.status = 423, .headers = {{"Min-Expires", "4000"}}},
            {.status = 423, .headers = {{"Min-Expires", "5000"}}}
        };
        CHECK(co_await outcome([&] { return stubborn.publish("open"); }) == sipua::sip_error(423));
    });
}

TEST_CASE("one PUBLISH is open at a time, and one that fails ends the publication (RFC 3903 §4.1)") {
    sipua::sim::World world(4);
    auto here = world.stack("10.0.0.1");
    Compositor compositor(world);
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = agent(here);
        co_await alice.start();
        sipua::Publisher publisher(alice, "sip:alice@10.0.0.9", "presence");
        publisher.publish("open", [](std::error_code) {});
        CHECK(co_await outcome([&] { return publisher.publish("closed"); }) == sipua::Errc::request_pending);
        CHECK(co_await outcome([&] { return publisher.unpublish(); }) == sipua::Errc::request_pending);
        co_await alice.sleep(1s);
        compositor.silent = true;
        CHECK(co_await outcome([&] { return publisher.publish("closed"); }) == siptxn::Errc::timeout);
        CHECK(publisher.state() == PublisherState::terminated);
        CHECK_THROWS_AS(sipua::Publisher(alice, "sip:alice@10.0.0.9", ""), std::invalid_argument);
        CHECK_THROWS_AS(sipua::Publisher(alice, "nowhere", "presence"), std::invalid_argument);
    });
}

TEST_CASE("a destroyed Publisher removes what it published, also while a PUBLISH is open, unless told not to") {
    sipua::sim::World world(5);
    auto here = world.stack("10.0.0.1");
    Compositor compositor(world);
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = agent(here);
        co_await alice.start();
        std::optional<sipua::Publisher> publisher;
        publisher.emplace(alice, "sip:alice@10.0.0.9", "presence");
        publisher->publish("open", [](std::error_code) {});
        publisher.reset();
        co_await alice.sleep(1s);
        CHECK(compositor.line(1) == "0 tag1 ");
        sipua::PublisherOptions options{.unpublish_on_close = false};
        publisher.emplace(alice, "sip:alice@10.0.0.9", "presence", std::move(options));
        co_await publisher->publish("stays");
        publisher.reset();
        co_await alice.sleep(1s);
        CHECK(compositor.server.requests.size() == 3);
    });
}
