// SPDX-License-Identifier: MIT
#include "world_play.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

using support::outcome;
using support::play;
using namespace std::chrono_literals;
using sipua::NotifierState;
using sipua::SubscriptionState;

namespace {

const sipua::Body opened{"text/plain", "open"}, closed{"text/plain", "closed"};

/// Bob, who lets `serve` decide about each subscription and keeps what it leaves him.
struct Bob {
    explicit Bob(const sipua::Stack& stack, std::function<void(sipua::Notifier&)> serve) {
        sipua::UserAgentOptions options{.uri = "sip:bob@10.0.0.2"};
        options.delegate.on_subscribe = [this, serve = std::move(serve)](sipua::Notifier notifier) {
            serve(notifier);
            held.emplace_back(std::move(notifier));
        };
        agent.emplace(stack, std::move(options));
    }
    std::optional<sipua::UserAgent> agent;
    std::vector<sipua::Notifier> held;
};

struct Heard {
    std::vector<std::string> states, bodies;

    sipua::SubscriberOptions options(siptxn::Duration expires = 600s) {
        sipua::SubscriberOptions options{.expires = expires};
        options.delegate.on_notify = [this](sipua::Notification notification) {
            states.emplace_back(notification.request().raw(sipmsg::Header::subscription_state).value_or(""));
            bodies.emplace_back(notification.request().body());
        };
        return options;
    }
};

}  // namespace

TEST_CASE("a notifier answers, tells, and ends a subscription (RFC 6665 §4.2)") {
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    Heard heard;
    play(world, [&]() -> asio::awaitable<void> {
        Bob bob(there, [](sipua::Notifier& notifier) {
            CHECK(notifier.event() == "presence");
            CHECK(notifier.state() == NotifierState::resp_wait);
            notifier.accept({}, NotifierState::pending);
        });
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1"});
        co_await bob.agent->start();
        co_await alice.start();
        sipua::Subscriber watch(alice, "sip:bob@10.0.0.2", "presence", heard.options());
        co_await watch.subscribe();
        auto& notifier = bob.held.at(0);
        CHECK(notifier.state() == NotifierState::pending);
        notifier.notify(opened);
        notifier.notify(closed);
        co_await alice.sleep(1s);
        CHECK(notifier.state() == NotifierState::active);
        notifier.terminate("noresource", opened);
        co_await watch.ended();
        CHECK(watch.end()->reason == "noresource");
        CHECK(notifier.end()->cause == sipdialog::SubscriptionEndCause::closed);
        co_await notifier.ended();
        co_await bob.agent->stop();
        co_await alice.stop();
    });
    CHECK(heard.states == std::vector<std::string>{"pending;expires=600", "active;expires=600", "active;expires=600",
                                                   "terminated;reason=noresource"});
    CHECK(heard.bodies == std::vector<std::string>{"", "open", "closed", "open"});
}

TEST_CASE("a refresh is told to the notifier's user and answered with the last state (RFC 6665 §4.2.1.4)") {
    sipua::sim::World world(2);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    Heard heard;
    int refreshes = 0;
    play(world, [&]() -> asio::awaitable<void> {
        Bob bob(there, [&](sipua::Notifier& notifier) {
            sipua::NotifierDelegate delegate;
            delegate.on_refresh = [&](const sipmsg::Message& subscribe) {
                ++refreshes;
                CHECK(subscribe.method() == sipmsg::Method::subscribe);
            };
            notifier.set_delegate(std::move(delegate));
            notifier.accept(opened);
        });
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1"});
        co_await bob.agent->start();
        co_await alice.start();
        sipua::Subscriber watch(alice, "sip:bob@10.0.0.2", "presence", heard.options(100s));
        co_await watch.subscribe();
        co_await alice.sleep(200s);
        CHECK(refreshes == 2);
        CHECK(watch.state() == SubscriptionState::subscribed);
        co_await watch.unsubscribe();
        CHECK(bob.held[0].end()->cause == sipdialog::SubscriptionEndCause::unsubscribed);
    });
    CHECK(heard.bodies == std::vector<std::string>{"open", "open", "open", "open"});
    CHECK(heard.states.back() == "terminated;reason=timeout");
}

TEST_CASE("a SUBSCRIBE may be refused, dropped, or find nobody who serves it (RFC 6665 §4.2.1.1)") {
    sipua::sim::World world(3);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2"), third = world.stack("10.0.0.3");
    play(world, [&]() -> asio::awaitable<void> {
        Bob bob(there, [](sipua::Notifier& notifier) {
            if (notifier.event() == "dropped") {
                sipua::Notifier taken(std::move(notifier));
            } else {
                notifier.reject(489, {
                                         {"Allow-Events", "presence"}
                });
            }
        });
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1"}), carol(third, {.uri = "sip:carol@10.0.0.3"});
        co_await bob.agent->start();
        co_await alice.start();
        co_await carol.start();
        sipua::Subscriber refused(alice, "sip:bob@10.0.0.2", "dialog");
        CHECK(co_await outcome([&] { return refused.subscribe(); }) == sipua::sip_error(489));
        CHECK(refused.response()->raw(sipmsg::Header::allow_events) == "presence");
        sipua::Subscriber dropped(alice, "sip:bob@10.0.0.2", "dropped");
        CHECK(co_await outcome([&] { return dropped.subscribe(); }) == sipua::sip_error(480));
        sipua::Subscriber nobody(alice, "sip:carol@10.0.0.3", "presence");
        CHECK(co_await outcome([&] { return nobody.subscribe(); }) == sipua::sip_error(405));
        CHECK(nobody.response()->raw(sipmsg::Header::allow)->find("SUBSCRIBE") == std::string::npos);
        sipua::Requester options(alice, "OPTIONS", "sip:bob@10.0.0.2", {});
        co_await options.send();
        CHECK(options.response()->raw(sipmsg::Header::allow)->find("SUBSCRIBE") != std::string::npos);
    });
}

TEST_CASE("a SUBSCRIBE that its user never answers is over when its subscriber has given up (RFC 4320 §4.2)") {
    sipua::sim::World world(7);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    Heard heard;
    play(world, [&]() -> asio::awaitable<void> {
        Bob bob(there, [](sipua::Notifier&) {});
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1"});
        co_await bob.agent->start();
        co_await alice.start();
        sipua::Subscriber watch(alice, "sip:bob@10.0.0.2", "presence", heard.options());
        CHECK(co_await outcome([&] { return watch.subscribe(); }) == siptxn::Errc::timeout);
        co_await alice.sleep(1min);
        auto& notifier = bob.held.at(0);
        CHECK(notifier.state() == NotifierState::terminated);
        REQUIRE(notifier.end());
        CHECK(notifier.end()->cause == sipdialog::SubscriptionEndCause::unanswered);
        CHECK(there.transactions() == 0);
        notifier.accept(opened);
        co_await alice.sleep(1s);
        CHECK(there.transactions() == 0);
    });
    CHECK(heard.states.empty());
}

TEST_CASE("a stopping notifier says so, and its subscribers come back when they should (RFC 6665 §4.1.3)") {
    sipua::sim::World world(4);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    Heard heard;
    play(world, [&]() -> asio::awaitable<void> {
        Bob bob(there, [](sipua::Notifier& notifier) { notifier.accept(opened); });
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1"});
        co_await bob.agent->start();
        co_await alice.start();
        sipua::Subscriber watch(alice, "sip:bob@10.0.0.2", "presence", heard.options());
        co_await watch.subscribe();
        co_await bob.agent->stop();
        co_await alice.sleep(1s);
        CHECK(heard.states.back() == "terminated;reason=probation");
        CHECK(watch.state() == SubscriptionState::notify_wait);
        co_await bob.agent->start();
        co_await alice.sleep(32s);
        CHECK(watch.state() == SubscriptionState::subscribed);
        bob.held.clear();
        co_await watch.ended();
        CHECK(watch.end()->reason == "noresource");
    });
}

TEST_CASE("a subscriber that is gone is forgotten with its first unanswered NOTIFY (RFC 6665 §4.2.2)") {
    sipua::sim::World world(5);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    play(world, [&]() -> asio::awaitable<void> {
        Bob bob(there, [](sipua::Notifier& notifier) { notifier.accept(opened); });
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1"});
        co_await bob.agent->start();
        co_await alice.start();
        sipua::Subscriber watch(alice, "sip:bob@10.0.0.2", "presence");
        co_await watch.subscribe();
        world.network().partition(*siptxn::IpAddress::parse("10.0.0.1"), *siptxn::IpAddress::parse("10.0.0.2"));
        bob.held[0].notify(closed);
        co_await bob.held[0].ended();
        CHECK(bob.held[0].end()->cause == sipdialog::SubscriptionEndCause::gone);
    });
}

TEST_CASE("forked subscriptions are handles of their own, and what is not kept is ended (RFC 6665 §4.1.4)") {
    sipua::sim::World world(6);
    auto here = world.stack("10.0.0.1");
    std::vector<std::string> farewells;
    support::ScriptedServer proxy(world, "10.0.0.9", [&](const sipmsg::Message& request) {
        if (request.raw(sipmsg::Header::expires) == "0") farewells.emplace_back(*request.top<sipmsg::To>()->tag());
        return support::ScriptedServer::Answer{
            .headers = {{"Expires", "600"}, {"Contact", "<sip:bob@10.0.0.9>"}}
        };
    });
    auto notify = [&](const std::string& tag) {
        const auto& subscribe = *proxy.requests.front();
        auto request = sipmsg::Message::request("NOTIFY", subscribe.top<sipmsg::Contact>()->uri().text());
        request.append(sipmsg::Header::from, std::string(*subscribe.raw(sipmsg::Header::to)) + ";tag=" + tag);
        request.append(sipmsg::Header::to, *subscribe.raw(sipmsg::Header::from));
        request.append(sipmsg::Header::call_id, *subscribe.raw(sipmsg::Header::call_id));
        request.append(sipmsg::Header::cseq, "1 NOTIFY");
        request.append(sipmsg::Header::max_forwards, "70");
        request.append(sipmsg::Header::contact, "<sip:" + tag + "@10.0.0.9>");
        request.append(sipmsg::Header::event, "presence");
        request.append(sipmsg::Header::subscription_state, "active;expires=600");
        proxy.send(std::move(request));
    };
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1"});
        co_await alice.start();
        std::vector<sipua::Subscription> forks;
        int heard = 0;
        sipua::SubscriberOptions options{.forks = true};
        options.delegate.on_fork = [&](sipua::Subscription& fork) {
            if (!forks.empty()) return;
            sipua::SubscriptionDelegate delegate;
            delegate.on_notify = [&](sipua::Notification) { ++heard; };
            fork.set_delegate(std::move(delegate));
            forks.push_back(std::move(fork));
        };
        sipua::Subscriber watch(alice, "sip:bob@10.0.0.9", "presence", std::move(options));
        watch.subscribe([](std::error_code) {});
        co_await alice.sleep(100ms);
        for (const auto* tag : {"one", "two", "three"}) {
            notify(tag);
            co_await alice.sleep(100ms);
        }
        CHECK(heard == 1);
        CHECK(forks.at(0).state() == SubscriptionState::subscribed);
        CHECK(farewells == std::vector<std::string>{"three"});
    });
}

TEST_CASE(
    "300 seeds: with 30 % lost, doubled and reordered both sides agree in the end that it is over (RFC 6665 §4)") {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        sipua::sim::World world(seed);
        auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
        world.network().impair(
            {.delay_min = 1ms, .delay_max = 80ms, .loss = 0.3, .duplication = 0.3, .reordering = 0.3});
        std::vector<std::string> order;
        int ends = 0;
        play(world, [&]() -> asio::awaitable<void> {
            Bob bob(there, [](sipua::Notifier& notifier) { notifier.accept({"text/plain", "0"}); });
            sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1"});
            co_await bob.agent->start();
            co_await alice.start();
            sipua::SubscriberOptions options{.expires = 60s, .resubscribe = false};
            options.delegate.on_notify = [&](sipua::Notification notification) {
                order.emplace_back(notification.request().body());
            };
            options.delegate.on_end = [&](const sipua::SubscriptionEnd&) { ++ends; };
            sipua::Subscriber watch(alice, "sip:bob@10.0.0.2", "presence", std::move(options));
            auto error = co_await outcome([&] { return watch.subscribe(); });
            for (int number = 1; number < 4 && !bob.held.empty(); ++number) {
                bob.held[0].notify({"text/plain", std::to_string(number)});
                co_await alice.sleep(20s);
            }
            if (!error) co_await watch.unsubscribe();
            CHECK(ends == 1);
            CHECK(watch.state() == SubscriptionState::terminated);
            for (auto& notifier : bob.held) co_await notifier.ended();
        });
        CHECK(std::ranges::is_sorted(order));  // one NOTIFY at a time: none overtakes another
        CHECK(here.transactions() + there.transactions() == 0);
    }
}
