// SPDX-License-Identifier: MIT
#include "world_play.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <memory>

using support::outcome;
using support::play;
using namespace std::chrono_literals;
using sipua::SubscriptionState;

namespace {

/// A notifier by hand: remembers the last SUBSCRIBE, grants what it is told to, and sends the NOTIFYs of the test.
class Presence {
public:
    explicit Presence(sipua::sim::World& world, std::string granted = "3600")
        : granted_(std::move(granted)),
          server_(world, "10.0.0.9", [this](const sipmsg::Message& request) { return answer(request); }) {}

    int status = 200;
    std::vector<std::string> first_states{
        "active;expires=3600"};  ///< of the NOTIFYs that follow each SUBSCRIBE at once
    std::vector<sipmsg::MessagePtr> subscribes;

    void notify(const std::string& state, const std::string& body = {}) {
        const auto& subscribe = *subscribes.back();
        auto contact = subscribe.top<sipmsg::Contact>();
        auto request = sipmsg::Message::request("NOTIFY", contact->uri().text());
        request.append(sipmsg::Header::from, std::string(*subscribe.raw(sipmsg::Header::to)) +
                                                 (subscribe.top<sipmsg::To>()->tag() ? "" : ";tag=server-tag"));
        request.append(sipmsg::Header::to, *subscribe.raw(sipmsg::Header::from));
        request.append(sipmsg::Header::call_id, *subscribe.raw(sipmsg::Header::call_id));
        request.append(sipmsg::Header::cseq, std::to_string(++cseq_) + " NOTIFY");
        request.append(sipmsg::Header::max_forwards, "70");
        request.append(sipmsg::Header::contact, "<sip:bob@10.0.0.9>");
        request.append(sipmsg::Header::event, *subscribe.raw(sipmsg::Header::event));
        request.append(sipmsg::Header::subscription_state, state);
        if (!body.empty()) request.set_body("text/plain", body);
        server_.send(std::move(request));
    }
    [[nodiscard]] std::string expires(std::size_t index) const {
        return std::string(subscribes.at(index)->raw(sipmsg::Header::expires).value_or(""));
    }
    /// Final answers to the NOTIFYs.
    [[nodiscard]] std::vector<int> answers() const {
        std::vector<int> all;
        for (const auto& response : server_.responses) all.push_back(response->status());
        return all;
    }

private:
    support::ScriptedServer::Answer answer(const sipmsg::Message& request) {
        if (request.method() != sipmsg::Method::subscribe) return {.status = 405};
        subscribes.push_back(std::make_shared<const sipmsg::Message>(request));
        if (status != 200) return {.status = status};
        bool leaves = expires(subscribes.size() - 1) == "0";
        for (const auto& state : leaves ? std::vector<std::string>{"terminated;reason=timeout"} : first_states)
            notify(state, "state");
        return {
            .headers = {{"Expires", leaves ? "0" : granted_}, {"Contact", "<sip:bob@10.0.0.9>"}}
        };
    }

    std::string granted_;
    std::uint32_t cseq_ = 0;
    support::ScriptedServer server_;
};

sipua::UserAgent agent(const sipua::Stack& stack) { return sipua::UserAgent(stack, {.uri = "sip:alice@10.0.0.1"}); }

}  // namespace

TEST_CASE("a subscription is made, told of, refreshed and taken back (RFC 6665 §4.1.2)") {
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1");
    Presence bob(world, "100");
    bob.first_states = {"active;expires=100"};
    std::vector<std::string> heard;
    std::vector<SubscriptionState> states;
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = agent(here);
        co_await alice.start();
        sipua::SubscriberOptions options{.expires = 600s, .headers = {{"Accept", "text/plain"}}};
        options.delegate.on_notify = [&](sipua::Notification notification) {
            heard.emplace_back(notification.request().body());
            notification.accept();
        };
        sipua::Subscriber watch(alice, "sip:bob@10.0.0.9", "presence", std::move(options));
        watch.state_change().add_listener([&](SubscriptionState state) { states.push_back(state); });
        co_await watch.subscribe();
        CHECK(watch.state() == SubscriptionState::subscribed);
        CHECK(bob.subscribes.back()->raw(sipmsg::Header::accept) == "text/plain");
        CHECK(bob.expires(0) == "600");
        bob.notify("active;expires=100", "away");
        co_await alice.sleep(95s);
        CHECK(bob.subscribes.size() == 2);  // at 90 s
        CHECK(bob.subscribes[1]->top<sipmsg::To>()->tag() == "server-tag");
        co_await watch.subscribe();  // the user's own refresh
        CHECK(bob.subscribes.size() == 3);
        CHECK(watch.response()->status() == 200);
        co_await watch.unsubscribe();
        CHECK(bob.expires(3) == "0");
        CHECK(watch.state() == SubscriptionState::terminated);
        CHECK(watch.end()->cause == sipdialog::SubscriptionEndCause::unsubscribed);
        CHECK(co_await outcome([&] { return watch.subscribe(); }) == sipua::Errc::invalid_state);
        co_await watch.unsubscribe();
        co_await alice.stop();
    });
    CHECK(heard == std::vector<std::string>{"state", "away", "state", "state", "state"});
    CHECK(states ==
          std::vector{SubscriptionState::notify_wait, SubscriptionState::subscribed, SubscriptionState::terminated});
    CHECK(bob.answers() == std::vector<int>{200, 200, 200, 200, 200});
}

TEST_CASE("a SUBSCRIBE that is refused, not answered or not followed by a NOTIFY fails (RFC 6665 §4.1.2.1, §4.1.2.4)") {
    sipua::sim::World world(2);
    auto here = world.stack("10.0.0.1");
    Presence bob(world);
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = agent(here);
        co_await alice.start();
        bob.status = 403;
        sipua::Subscriber refused(alice, "sip:bob@10.0.0.9", "presence");
        CHECK(co_await outcome([&] { return refused.subscribe(); }) == sipua::sip_error(403));
        CHECK(refused.end()->status == 403);
        bob.status = 0;
        sipua::Subscriber unanswered(alice, "sip:bob@10.0.0.9", "presence");
        CHECK(co_await outcome([&] { return unanswered.subscribe(); }) == siptxn::Errc::timeout);
        bob.status = 200;
        bob.first_states.clear();
        sipua::Subscriber untold(alice, "sip:bob@10.0.0.9", "presence");
        CHECK(co_await outcome([&] { return untold.subscribe(); }) == siptxn::Errc::timeout);
        bob.first_states = {"terminated;reason=noresource"};
        sipua::Subscriber over(alice, "sip:bob@10.0.0.9", "presence");
        CHECK(co_await outcome([&] { return over.subscribe(); }) == sipua::Errc::subscription_terminated);
        CHECK(over.end()->reason == "noresource");
        CHECK_THROWS_AS(sipua::Subscriber(alice, "sip:bob@10.0.0.9", "pre sence"), std::invalid_argument);
        CHECK_THROWS_AS(sipua::Subscriber(alice, "tel:1", "presence"), std::invalid_argument);
    });
    CHECK(here.transactions() == 0);
}

TEST_CASE("deactivated and timeout are subscribed anew at once, with a new Call-ID (RFC 6665 §4.1.3)") {
    for (std::string reason : {"deactivated", "timeout"}) {
        sipua::sim::World world(3);
        auto here = world.stack("10.0.0.1");
        Presence bob(world);
        play(world, [&]() -> asio::awaitable<void> {
            auto alice = agent(here);
            co_await alice.start();
            sipua::Subscriber watch(alice, "sip:bob@10.0.0.9", "presence");
            co_await watch.subscribe();
            bob.notify("terminated;reason=" + reason);
            co_await alice.sleep(100ms);
            CHECK(bob.subscribes.size() == 2);
            CHECK(bob.subscribes[0]->raw(sipmsg::Header::call_id) != bob.subscribes[1]->raw(sipmsg::Header::call_id));
            CHECK(watch.state() == SubscriptionState::subscribed);
            co_await alice.stop();
        });
    }
}

TEST_CASE(
    "retry-after counts seconds, and a notifier that always ends it is asked ever more seldom (RFC 6665 §4.1.3)") {
    sipua::sim::World world(4);
    auto here = world.stack("10.0.0.1");
    Presence bob(world);
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = agent(here);
        co_await alice.start();
        sipua::Subscriber watch(alice, "sip:bob@10.0.0.9", "presence");
        co_await watch.subscribe();
        bob.notify("terminated;reason=probation;retry-after=40");
        co_await alice.sleep(39s);
        CHECK(bob.subscribes.size() == 1);
        CHECK(watch.state() == SubscriptionState::notify_wait);
        co_await alice.sleep(2s);
        CHECK(bob.subscribes.size() == 2);
        bob.first_states = {"terminated;reason=deactivated"};
        bob.notify("terminated;reason=giveup;retry-after=5");
        co_await alice.sleep(60s);
        CHECK(bob.subscribes.size() < 10);
        CHECK(bob.subscribes.size() > 5);
        bool over = false;
        watch.unsubscribe([&](std::error_code) { over = true; });
        co_await alice.sleep(1s);
        CHECK(over);
        CHECK(watch.state() == SubscriptionState::terminated);
    });
}

TEST_CASE("a poll asks once and is content (RFC 6665 §4.4.3)") {
    sipua::sim::World world(5);
    auto here = world.stack("10.0.0.1");
    Presence bob(world);
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = agent(here);
        co_await alice.start();
        sipua::SubscriberOptions options{.expires = 0s};
        std::string body;
        options.delegate.on_notify = [&](sipua::Notification notification) { body = notification.request().body(); };
        sipua::Subscriber poll(alice, "sip:bob@10.0.0.9", "presence", std::move(options));
        co_await poll.subscribe();
        CHECK(body == "state");
        CHECK(poll.state() == SubscriptionState::terminated);
        co_await alice.sleep(60s);
        CHECK(bob.subscribes.size() == 1);
    });
    CHECK(bob.answers() == std::vector<int>{200});  // an unanswered Notification is accepted
}

TEST_CASE(
    "stop() takes subscriptions back and waits for the last NOTIFY, a lost peer not for ever (RFC 6665 §4.1.2.3)") {
    sipua::sim::World world(6);
    auto here = world.stack("10.0.0.1");
    Presence bob(world);
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = agent(here);
        co_await alice.start();
        int ends = 0;
        sipua::SubscriberOptions options;
        options.delegate.on_end = [&](const sipua::SubscriptionEnd&) { ++ends; };
        sipua::Subscriber watch(alice, "sip:bob@10.0.0.9", "presence", std::move(options));
        co_await watch.subscribe();
        co_await alice.stop();
        CHECK(bob.expires(1) == "0");
        CHECK(ends == 1);

        co_await alice.start();
        sipua::SubscriberOptions again;
        again.delegate.on_end = [&](const sipua::SubscriptionEnd&) { ++ends; };
        sipua::Subscriber second(alice, "sip:bob@10.0.0.9", "presence", std::move(again));
        co_await second.subscribe();
        bob.status = 0;
        auto before = world.now();
        co_await alice.stop();
        CHECK(world.now() - before <= 5s);
        CHECK(ends == 2);
        CHECK(second.end()->cause == sipdialog::SubscriptionEndCause::aborted);
        CHECK(co_await outcome([&] { return second.ended(); }) == std::error_code());
    });
}

TEST_CASE("a dropped Subscriber unsubscribes, also inside its own delegate") {
    sipua::sim::World world(7);
    auto here = world.stack("10.0.0.1");
    Presence bob(world);
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = agent(here);
        co_await alice.start();
        std::optional<sipua::Subscriber> watch;
        sipua::SubscriberOptions options;
        options.delegate.on_notify = [&](sipua::Notification) { watch.reset(); };
        watch.emplace(alice, "sip:bob@10.0.0.9", "presence", std::move(options));
        watch->subscribe([](std::error_code) {});
        co_await alice.sleep(1s);
        CHECK_FALSE(watch);
        CHECK(bob.expires(1) == "0");
        co_await alice.stop();
    });
    CHECK(bob.answers() == std::vector<int>{200, 200});
}

TEST_CASE("a NOTIFY outside any subscription gets 481, and 489 when it names no event (RFC 6665 §4.1.3, §8.2.1)") {
    sipua::sim::World world(8);
    auto here = world.stack("10.0.0.1");
    Presence bob(world);
    support::ScriptedServer stranger(world, "10.0.0.8",
                                     [](const sipmsg::Message&) { return support::ScriptedServer::Answer{}; });
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = agent(here);
        co_await alice.start();
        for (bool named : {true, false}) {
            auto request = sipmsg::Message::request("NOTIFY", "sip:alice@10.0.0.1");
            request.append(sipmsg::Header::from, "<sip:bob@10.0.0.8>;tag=1");
            request.append(sipmsg::Header::to, "<sip:alice@10.0.0.1>;tag=2");
            request.append(sipmsg::Header::call_id, named ? "named" : "nameless");
            request.append(sipmsg::Header::cseq, "1 NOTIFY");
            request.append(sipmsg::Header::max_forwards, "70");
            if (named) request.append(sipmsg::Header::event, "presence");
            stranger.send(std::move(request));
            co_await alice.sleep(1s);
        }
    });
    REQUIRE(stranger.responses.size() == 2);
    CHECK(stranger.responses[0]->status() == 481);
    CHECK(stranger.responses[1]->status() == 489);
}
