// SPDX-License-Identifier: MIT
// A phone's calls by their names, and its registration, over losses of the connection.
#include "world_play.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <optional>

using namespace std::chrono_literals;
using sipmsg::Method;
using sipua::SessionState;
using support::outcome;
using support::play;
using support::ScriptedServer;

namespace {

/// A phone whose story is a line: "created received answered held hangup ...".
struct Phone {
    Phone(sipua::sim::World& world, const std::string& ip, const std::string& name,
          const std::function<void(sipua::SessionManagerOptions&)>& change = {})
        : stack(world.stack(ip)), uri("sip:" + name + "@" + ip) {
        sipua::SessionManagerOptions options;
        options.agent.uri = uri;
        auto& delegate = options.delegate;
        delegate.on_call_created = [this](auto& id) { say("created", id); };
        delegate.on_call_received = [this](auto& id) { say("received", id); };
        delegate.on_call_answered = [this](auto& id) { say("answered", id); };
        delegate.on_call_hangup = [this](auto& id, auto& end) {
            CHECK(manager->find(id));
            CHECK(end.cause == manager->find(id)->end()->cause);
            say("hangup", id);
        };
        delegate.on_call_hold = [this](auto& id, bool held) { say(held ? "held" : "unheld", id); };
        delegate.on_call_dtmf = [this](auto& id, auto& dtmf) { say(std::string("tone ") + dtmf.tone, id); };
        delegate.on_message = [this](auto& message) { say("message " + std::string(message.content())); };
        delegate.on_registered = [this] { say("registered"); };
        delegate.on_unregistered = [this] { say("unregistered"); };
        delegate.on_server_connect = [this] { say("connected"); };
        delegate.on_server_disconnect = [this](std::error_code error) { say(error ? "lost" : "disconnected"); };
        if (change) change(options);
        manager.emplace(stack, std::move(options));
    }
    void say(const std::string& what, const std::string& id = {}) {
        if (!id.empty()) last = id;
        story += (story.empty() ? "" : ", ") + what;
    }
    std::string told() { return std::exchange(story, {}); }

    sipua::Stack stack;
    std::string uri, story, last;
    std::optional<sipua::SessionManager> manager;
};

struct Two {
    sipua::sim::World world{1};
    Phone alice{world, "10.0.0.1", "alice"}, bob{world, "10.0.0.2", "bob"};

    auto pause() { return alice.manager->agent().sleep(1s); }
    asio::awaitable<void> connect() {
        co_await alice.manager->connect();
        co_await bob.manager->connect();
    }
    asio::awaitable<std::string> established() {
        auto id = alice.manager->call(bob.uri);
        co_await pause();
        co_await bob.manager->answer(bob.last);
        co_await pause();
        alice.told();
        bob.told();
        co_return id;
    }
};

/// A registrar that grants, and can fall silent.
struct Server {
    explicit Server(sipua::sim::World& world)
        : host(world, "10.0.0.9", [this](auto& request) -> ScriptedServer::Answer {
              if (status) return {status, {}, {}, {}};
              auto expires = request.template top<sipmsg::Expires>();
              auto contact = std::string(request.raw(sipmsg::Header::contact).value_or(""));
              if (request.method() != Method::register_ || !expires || expires->value == 0) return {};
              return {200, {{"Contact", contact + ";expires=600"}}, {}, {}};
          }) {}
    [[nodiscard]] long count(Method method) const {
        return std::ranges::count_if(host.requests, [&](auto& one) { return one->method() == method; });
    }
    int status = 0;
    ScriptedServer host;
};

}  // namespace

TEST_CASE("a call by its name: made, answered, held, with tones, hung up") {
    Two two;
    play(two.world, [&]() -> asio::awaitable<void> {
        co_await two.connect();
        std::optional<std::error_code> invited;
        auto id = two.alice.manager->call(two.bob.uri, {}, [&](std::error_code error) { invited = error; });
        CHECK(two.alice.told() == "created");
        co_await two.pause();
        CHECK(two.bob.told() == "created, received");
        CHECK(two.alice.manager->calls() == std::vector<std::string>{id});
        co_await two.bob.manager->answer(two.bob.last);
        co_await two.pause();
        CHECK(invited == std::error_code());
        CHECK(two.alice.told() == "answered");
        CHECK(two.bob.told() == "answered");
        co_await two.alice.manager->hold(id);
        CHECK(two.alice.manager->find(id)->is_on_hold());
        co_await two.alice.manager->unhold(id);
        CHECK(two.alice.told() == "held, unheld");
        co_await two.alice.manager->send_dtmf(id, "5#");
        co_await two.pause();
        CHECK(two.bob.told() == "tone 5, tone #");
        co_await two.alice.manager->hangup(id);
        co_await two.pause();
        CHECK(two.alice.told() == "hangup");
        CHECK(two.bob.told() == "hangup");
        CHECK(two.alice.manager->calls().empty());
        CHECK_FALSE(two.alice.manager->find(id));
        CHECK(co_await outcome([&] { return two.alice.manager->hold(id); }) == sipua::Errc::invalid_state);
        co_await two.bob.manager->disconnect();
        co_await two.alice.manager->disconnect();
    });
}

TEST_CASE("a call that rings is given up by CANCEL, or declined with 480; hangup does what the state needs") {
    Two two;
    play(two.world, [&]() -> asio::awaitable<void> {
        co_await two.connect();
        std::error_code error;
        auto keep = [&](std::error_code how) { error = how; };
        auto id = two.alice.manager->call(two.bob.uri, {}, keep);
        co_await two.pause();
        co_await two.alice.manager->hangup(id);
        CHECK(error == sipua::sip_error(487));
        co_await two.pause();
        CHECK(two.bob.told() == "created, received, hangup");
        two.alice.manager->call(two.bob.uri, {}, keep);
        co_await two.pause();
        co_await two.bob.manager->decline(two.bob.last);
        co_await two.pause();
        CHECK(error == sipua::sip_error(480));
        two.alice.manager->call(two.bob.uri, {}, keep);
        co_await two.pause();
        co_await two.bob.manager->hangup(two.bob.last);
        co_await two.pause();
        CHECK(error == sipua::sip_error(480));
        co_await two.bob.manager->disconnect();
        co_await two.alice.manager->disconnect();
    });
    CHECK(two.alice.stack.sessions() + two.bob.stack.sessions() == 0);
}

TEST_CASE("at most so many calls: further ones are busy, ours are refused, and a limit of one is a simple phone") {
    Two two;
    Phone carol(two.world, "10.0.0.3", "carol", [](auto& options) { options.max_calls = 1; });
    play(two.world, [&]() -> asio::awaitable<void> {
        co_await two.connect();
        co_await carol.manager->connect();
        two.alice.manager->call(carol.uri);
        co_await two.pause();
        co_await carol.manager->answer(carol.last);
        std::error_code error;
        two.bob.manager->call(carol.uri, {}, [&](std::error_code how) { error = how; });
        co_await two.pause();
        CHECK(error == sipua::sip_error(486));
        CHECK(carol.told() == "created, received, answered");
        CHECK_THROWS_AS(carol.manager->call(two.bob.uri), std::length_error);
        two.alice.manager->call(two.bob.uri);
        CHECK_THROWS_AS(two.alice.manager->call(two.bob.uri), std::length_error);
        CHECK_THROWS_AS(two.bob.manager->call("no uri"), std::invalid_argument);
        for (auto* phone : {&carol, &two.bob, &two.alice}) co_await phone->manager->disconnect();
    });
}

TEST_CASE("transfers: to a URI and to another call; the one that was transferred ends by itself (RFC 5589 §6, §7)") {
    for (const bool attended : {false, true}) {
        CAPTURE(attended);
        Two two;
        Phone carol(two.world, "10.0.0.3", "carol");
        play(two.world, [&]() -> asio::awaitable<void> {
            co_await two.connect();
            co_await carol.manager->connect();
            auto id = co_await two.established();
            std::string other;
            if (attended) {
                co_await two.alice.manager->hold(id);
                other = two.alice.manager->call(carol.uri);
                co_await two.pause();
                co_await carol.manager->answer(carol.last);
                co_await two.pause();
            }
            co_await two.alice.manager->transfer(id, attended ? other : carol.uri);
            co_await two.pause();
            co_await carol.manager->answer(carol.last);
            co_await two.pause();
            CHECK(two.alice.manager->calls().empty());
            REQUIRE(two.bob.manager->calls().size() == 1);
            REQUIRE(carol.manager->calls().size() == 1);
            CHECK(two.bob.manager->find(two.bob.manager->calls().front())->state() == SessionState::established);
            CHECK(carol.manager->find(carol.manager->calls().front())->call_id() ==
                  two.bob.manager->find(two.bob.manager->calls().front())->call_id());
            auto bad =
                co_await outcome([&] { return carol.manager->transfer(carol.manager->calls().front(), "no uri"); });
            CHECK(bad == std::errc::invalid_argument);
            for (auto* phone : {&carol, &two.bob, &two.alice}) co_await phone->manager->disconnect();
        });
    }
}

TEST_CASE("a transfer to what is no SIP URI is refused, and the call goes on (RFC 3515 §2.4.2)") {
    Two two;
    play(two.world, [&]() -> asio::awaitable<void> {
        co_await two.connect();
        auto id = co_await two.established();
        CHECK(co_await outcome([&] { return two.alice.manager->transfer(id, "tel:+15551234"); }) ==
              sipua::sip_error(416));
        CHECK(two.bob.manager->calls().size() == 1);
        for (auto* phone : {&two.bob, &two.alice}) co_await phone->manager->disconnect();
    });
}

TEST_CASE("a second INVITE with the Call-ID and tag of a call that stands is none of another call: 482") {
    Two two;
    ScriptedServer caller(two.world, "10.0.0.3", [](auto&) { return ScriptedServer::Answer{}; });
    auto invite = [&](int cseq) {
        auto message = sipmsg::Message::request("INVITE", two.bob.uri);
        message.append(sipmsg::Header::from, "<sip:carol@10.0.0.3>;tag=carol");
        message.append(sipmsg::Header::to, "<" + two.bob.uri + ">");
        message.append(sipmsg::Header::call_id, "one");
        message.append(sipmsg::Header::cseq, std::to_string(cseq) + " INVITE");
        message.append(sipmsg::Header::max_forwards, "70");
        message.append(sipmsg::Header::contact, "<sip:carol@10.0.0.3>");
        caller.send(std::move(message));
    };
    play(two.world, [&]() -> asio::awaitable<void> {
        co_await two.connect();
        auto& bob = *two.bob.manager;
        two.bob.told();
        invite(1);
        co_await bob.agent().sleep(1s);
        CHECK(two.bob.told() == "created, received");
        const auto id = two.bob.last;
        invite(2);
        co_await bob.agent().sleep(1s);
        CHECK(two.bob.told().empty());
        REQUIRE_FALSE(caller.responses.empty());
        CHECK(caller.responses.back()->status() == 482);
        CHECK(bob.calls().size() == 1);
        CHECK(bob.find(id)->state() == SessionState::initial);
        for (auto* phone : {&two.bob, &two.alice}) co_await phone->manager->disconnect();
    });
}

TEST_CASE("messages are accepted, then told of") {
    Two two;
    play(two.world, [&]() -> asio::awaitable<void> {
        co_await two.connect();
        co_await two.alice.manager->message(two.bob.uri, "hello");
        CHECK(two.bob.told() == "message hello");
        CHECK(co_await outcome([&] { return two.alice.manager->message("no uri", "x"); }) ==
              std::errc::invalid_argument);
        co_await two.bob.manager->disconnect();
        co_await two.alice.manager->disconnect();
    });
}

TEST_CASE("a connection that breaks comes back: registered again, and calls get a fresh path from where we are") {
    sipua::sim::World world(2);
    Server server(world);
    Phone alice(world, "10.0.0.1", "alice", [](auto& options) {
        options.agent.server = "tcp://10.0.0.9:5060";
        options.registration.registrar = "sip:10.0.0.9";
    });
    play(world, [&]() -> asio::awaitable<void> {
        co_await alice.manager->connect();
        co_await alice.manager->register_contact();
        CHECK(alice.told() == "connected, registered");
        world.network().reset(*siptxn::IpAddress::parse("10.0.0.1"), *siptxn::IpAddress::parse("10.0.0.9"));
        co_await alice.manager->agent().sleep(2s);
        CHECK(alice.told() == "lost, connected");
        CHECK(server.count(Method::register_) == 2);
        CHECK(alice.manager->is_registered());
        co_await alice.manager->disconnect();
        CHECK(alice.told() == "unregistered");
        co_await outcome([&] { return alice.manager->agent().reconnect(); });
        CHECK_FALSE(alice.manager->agent().is_connected());
    });
}

TEST_CASE("calls outlive a lost connection, and their media begins anew, unless that is switched off") {
    for (const bool restart : {true, false}) {
        CAPTURE(restart);
        sipua::sim::World world(3);
        Server server(world);
        Phone alice(world, "10.0.0.1", "alice", [&](auto& options) {
            options.agent.server = "tcp://10.0.0.9:5060";
            options.restart_calls = restart;
        });
        Phone bob(world, "10.0.0.2", "bob");
        play(world, [&]() -> asio::awaitable<void> {
            co_await alice.manager->connect();
            co_await bob.manager->connect();
            bob.manager->call(alice.uri);  // straight to her
            co_await bob.manager->agent().sleep(1s);
            co_await alice.manager->answer(alice.last);
            co_await bob.manager->agent().sleep(1s);
            int offers = 0;
            sipua::SessionDelegate delegate;
            delegate.on_invite = [&](const sipmsg::Message& request, int status) {
                ++offers;
                CHECK(status == 200);
                CHECK(request.has(sipmsg::Header::contact));
            };
            bob.manager->find(bob.last)->set_delegate(std::move(delegate));
            world.network().reset(*siptxn::IpAddress::parse("10.0.0.1"), *siptxn::IpAddress::parse("10.0.0.9"));
            co_await bob.manager->agent().sleep(3s);
            CHECK(offers == (restart ? 1 : 0));
            CHECK(alice.manager->find(alice.last)->state() == SessionState::established);
            co_await alice.manager->disconnect();
            co_await bob.manager->disconnect();
        });
    }
}

TEST_CASE("pings find a server that is gone, without a connection too; any other answer is life") {
    sipua::sim::World world(4);
    Server server(world);
    server.status = 404;
    Phone alice(world, "10.0.0.1", "alice", [](auto& options) {
        options.registration.registrar = "sip:10.0.0.9";
        options.ping_interval = 20s;
    });
    Phone other(world, "10.0.0.2", "other");
    play(world, [&]() -> asio::awaitable<void> {
        co_await other.manager->connect();
        co_await alice.manager->connect();
        co_await alice.manager->agent().sleep(50s);
        CHECK(server.count(Method::options) == 2);
        CHECK(alice.told().empty());
        server.status = 0;
        co_await alice.manager->register_contact();
        CHECK(alice.told() == "registered");
        server.status = 503;
        co_await alice.manager->agent().sleep(60s);
        CHECK(alice.told() == "lost");  // once
        server.status = 0;
        co_await alice.manager->agent().sleep(21s);
        CHECK(alice.told() == "connected");
        CHECK(server.count(Method::register_) == 2);
        co_await alice.manager->disconnect();
        auto pings = server.count(Method::options);
        co_await other.manager->agent().sleep(100s);
        CHECK(server.count(Method::options) == pings);
        co_await other.manager->disconnect();
    });
}

TEST_CASE("a REGISTER that is refused is tried again within one to two intervals, unless a guard says no") {
    sipua::sim::World world(5);
    Server server(world);
    server.status = 403;
    bool guarded = false;
    Phone alice(world, "10.0.0.1", "alice", [&](auto& options) {
        options.registration.registrar = "sip:10.0.0.9";
        options.registration_retry = true;
        options.registration_retry_interval = 10s;
        options.register_guard = [&] { return guarded; };
    });
    play(world, [&]() -> asio::awaitable<void> {
        auto& agent = alice.manager->agent();
        co_await alice.manager->connect();
        CHECK(co_await outcome([&] { return alice.manager->register_contact(); }) == sipua::sip_error(403));
        co_await agent.sleep(9s);
        CHECK(server.count(Method::register_) == 1);
        co_await agent.sleep(12s);
        CHECK(server.count(Method::register_) == 2);
        server.status = 0;
        co_await agent.sleep(21s);
        CHECK(alice.manager->is_registered());
        co_await alice.manager->unregister();
        auto sent = server.count(Method::register_);
        co_await agent.sleep(100s);
        CHECK(server.count(Method::register_) == sent);

        server.status = 403;
        guarded = true;
        co_await outcome([&] { return alice.manager->register_contact(); });
        sent = server.count(Method::register_);
        co_await agent.sleep(100s);
        CHECK(server.count(Method::register_) == sent);
        co_await alice.manager->disconnect();
    });
}

TEST_CASE("a manager may be destroyed at any moment of a call, also inside its own news") {
    for (const std::string moment : {"created", "received", "answered", "hangup", "ringing", "standing"}) {
        CAPTURE(moment);
        sipua::sim::World world(6);
        Phone alice(world, "10.0.0.1", "alice"), bob(world, "10.0.0.2", "bob", [&](auto&options) {
            auto& delegate = options.delegate;
            auto end = [&bob, &moment](const char* now) {
                if (moment == now) bob.manager.reset();
            };
            delegate.on_call_created = [end](auto&) { end("created"); };
            delegate.on_call_received = [&bob, end](auto& id) {
                bob.last = id;
                end("received");
            };
            delegate.on_call_answered = [end](auto&) { end("answered"); };
            delegate.on_call_hangup = [end](auto&, auto&) { end("hangup"); };
        });
        play(world, [&]() -> asio::awaitable<void> {
            auto& agent = alice.manager->agent();
            co_await alice.manager->connect();
            co_await bob.manager->connect();
            alice.manager->call(bob.uri);
            co_await agent.sleep(1s);
            if (moment == "ringing") bob.manager.reset();
            if (bob.manager) bob.manager->answer(bob.last, [](std::error_code) {});
            co_await agent.sleep(1s);
            if (moment == "standing") bob.manager.reset();
            if (bob.manager) bob.manager->hangup(bob.last, [](std::error_code) {});
            co_await agent.sleep(5s);
            CHECK_FALSE(bob.manager);
            CHECK(alice.manager->calls().empty());
            co_await alice.manager->disconnect();
        });
        CHECK(alice.stack.sessions() + bob.stack.sessions() == 0);
    }
}
