// SPDX-License-Identifier: MIT
// The call flows of RFC 3665, between agents and proxies on a simulated network. Its 100s are missing where the next
// hop answers within 200 ms (RFC 3261 §17.2.1).
#include "scene.hpp"

#include <doctest/doctest.h>

using namespace flows;
using support::outcome;

namespace {

/// Alice behind her proxy, which asks for credentials, and Bob registered at his.
struct TwoDomains : Scene {
    explicit TwoDomains(bool both_challenge = false) {
        auto& zone = world.network().zone();
        zone.add_address("ss1.atlanta.example.com", *siptxn::IpAddress::parse("192.0.2.111"));
        zone.add_address("ss2.biloxi.example.com", *siptxn::IpAddress::parse("192.0.2.222"));
        zone.add_srv("_sip._udp.biloxi.example.com", 1, 1, 5060, "ss2.biloxi.example.com");
        sipstrata::ProxyOptions atlanta{.domains = {"atlanta.example.com"}, .accounts = accounts};
        sipstrata::ProxyOptions biloxi{.domains = {"biloxi.example.com"}, .accounts = accounts};
        atlanta.authenticate_calls = true;
        biloxi.authenticate_calls = both_challenge;
        if (both_challenge) biloxi.domains.emplace_back("atlanta.example.com");  // her users have accounts there, too
        site("proxy1", "192.0.2.111", std::move(atlanta));
        site("proxy2", "192.0.2.222", std::move(biloxi));
    }
    /// Bob can be called, and the figure begins.
    asio::awaitable<void> begin() {
        registerer.emplace(*bob.agent);
        co_await registerer->register_contact();
        (void)figure();
    }
    sipua::Inviter& call(sipua::InviterOptions options = {}) {
        auto& call = alice.own_calls.emplace_back(*alice.agent, "sip:bob@biloxi.example.com", std::move(options));
        call.invite([this](std::error_code error) { outcome = error; });
        return call;
    }
    auto pause(siptxn::Duration time = 1s) { return alice.agent->sleep(time); }
    template <class Play>
    void play(Play play) {
        Scene::play([&]() -> asio::awaitable<void> {
            co_await begin();
            co_await play();
            registerer.reset();
        });
    }

    const sipstrata::Accounts accounts = sipstrata::Accounts::parse("alice:secret\nbob:secret");
    Phone& alice = phone("sip:alice@atlanta.example.com", "192.0.2.101",
                         {.password = "secret", .server = "sip:ss1.atlanta.example.com"});
    Phone& bob = phone("sip:bob@biloxi.example.com", "192.0.2.201",
                       {.password = "secret", .server = "sip:ss2.biloxi.example.com"});
    std::optional<sipua::Registerer> registerer;
    std::error_code outcome;
};

/// A registrar of Biloxi and a phone of Bob's.
struct Registrar : Scene {
    explicit Registrar(const std::string& password = "bobs secret")
        : bob(phone("sip:bob@biloxi.example.com", "192.0.2.201", {.password = password, .server = "sip:192.0.2.222"})) {
        site("registrar", "192.0.2.222",
             {.domains = {"biloxi.example.com"}, .accounts = sipstrata::Accounts::parse("bob:bobs secret")});
    }
    Phone& bob;
};

}  // namespace

TEST_CASE("successful new registration (RFC 3665 §2.1)") {
    Registrar scene;
    scene.play([&]() -> asio::awaitable<void> {
        sipua::Registerer registerer(*scene.bob.agent);
        co_await registerer.register_contact();
        CHECK(registerer.contacts().size() == 1);
        CHECK(scene.figure() == lines(R"(
            bob > registrar REGISTER
            registrar > bob 401
            bob > registrar REGISTER
            registrar > bob 200
        )"));
    });
}

TEST_CASE("update of the contact list: a second phone of the same user (RFC 3665 §2.2)") {
    Registrar scene;
    auto& other = scene.phone("sip:bob@biloxi.example.com", "192.0.2.202",
                              {.password = "bobs secret", .server = "sip:192.0.2.222"});
    scene.play([&]() -> asio::awaitable<void> {
        sipua::Registerer first(*scene.bob.agent), second(*other.agent);
        co_await first.register_contact();
        (void)scene.figure();
        co_await second.register_contact();
        CHECK(second.contacts().size() == 2);
    });
}

TEST_CASE("request for the current contact list (RFC 3665 §2.3)") {
    Registrar scene;
    scene.play([&]() -> asio::awaitable<void> {
        sipua::Registerer registerer(*scene.bob.agent);
        co_await registerer.register_contact();
        (void)scene.figure();
        sipua::Requester query(*scene.bob.agent, "REGISTER", "sip:bob@biloxi.example.com", {});
        co_await query.send();
        CHECK(query.response()->view().count(sipmsg::Header::contact) == 1);
        CHECK(scene.figure() == lines(R"(
            bob > registrar REGISTER
            registrar > bob 200
        )"));
    });
}

TEST_CASE("cancellation of a registration (RFC 3665 §2.4)") {
    Registrar scene;
    scene.play([&]() -> asio::awaitable<void> {
        sipua::Registerer registerer(*scene.bob.agent);
        co_await registerer.register_contact();
        (void)scene.figure();
        co_await registerer.unregister();
        CHECK(registerer.state() == sipua::RegistererState::unregistered);
        CHECK(registerer.contacts().empty());
        CHECK(scene.figure() == lines(R"(
            bob > registrar REGISTER
            registrar > bob 200
        )"));
    });
}

TEST_CASE("unsuccessful registration: a wrong password is tried once (RFC 3665 §2.5)") {
    Registrar scene("not his secret");
    scene.play([&]() -> asio::awaitable<void> {
        sipua::Registerer registerer(*scene.bob.agent);
        CHECK(co_await outcome([&] { return registerer.register_contact(); }) == sipua::sip_error(401));
        CHECK(scene.figure() == lines(R"(
            bob > registrar REGISTER
            registrar > bob 401
            bob > registrar REGISTER
            registrar > bob 401
        )"));
    });
}

TEST_CASE("session establishment through two proxies (RFC 3665 §3.2)") {
    TwoDomains scene;
    scene.bob.answers = false;
    scene.play([&]() -> asio::awaitable<void> {
        scene.call();
        co_await scene.pause();
        scene.bob.calls.front().accept([](std::error_code) {});
        co_await scene.pause();
        co_await scene.bob.calls.front().bye();
        CHECK(scene.figure() == lines(R"(
            alice > proxy1 INVITE
            proxy1 > alice 407
            alice > proxy1 ACK
            alice > proxy1 INVITE
            proxy1 > proxy2 INVITE
            proxy2 > bob INVITE
            bob > proxy2 180
            proxy2 > proxy1 180
            proxy1 > alice 180
            bob > proxy2 200
            proxy2 > proxy1 200
            proxy1 > alice 200
            alice > proxy1 ACK
            proxy1 > proxy2 ACK
            proxy2 > bob ACK
            bob > proxy2 BYE
            proxy2 > proxy1 BYE
            proxy1 > alice BYE
            alice > proxy1 200
            proxy1 > proxy2 200
            proxy2 > bob 200
        )"));
    });
}

TEST_CASE("session with multiple proxy authentication: each gets its credentials, and its own only (RFC 3665 §3.3)") {
    TwoDomains scene(true);
    scene.play([&]() -> asio::awaitable<void> {
        scene.call();
        co_await scene.pause();
        CHECK_FALSE(scene.outcome);
        CHECK(scene.figure() == lines(R"(
            alice > proxy1 INVITE
            proxy1 > alice 407
            alice > proxy1 ACK
            alice > proxy1 INVITE
            proxy1 > proxy2 INVITE
            proxy2 > proxy1 407
            proxy1 > proxy2 ACK
            proxy1 > alice 407
            alice > proxy1 ACK
            alice > proxy1 INVITE
            proxy1 > proxy2 INVITE
            proxy2 > bob INVITE
            bob > proxy2 180
            bob > proxy2 200
            proxy2 > proxy1 180
            proxy2 > proxy1 200
            proxy1 > alice 180
            proxy1 > alice 200
            alice > proxy1 ACK
            proxy1 > proxy2 ACK
            proxy2 > bob ACK
        )"));
        CHECK_FALSE(scene.bob.calls.front().request().has(sipmsg::Header::proxy_authorization));
    });
}

TEST_CASE("successful session with proxy failure: the next one is tried after 64*T1 (RFC 3665 §3.4)") {
    Scene scene;
    auto& zone = scene.world.network().zone();
    zone.add_address("ss1.a.example.com", *siptxn::IpAddress::parse("192.0.2.111"));
    zone.add_address("ss2.a.example.com", *siptxn::IpAddress::parse("192.0.2.112"));
    zone.add_srv("_sip._udp.a.example.com", 1, 1, 5060, "ss1.a.example.com");
    zone.add_srv("_sip._udp.a.example.com", 2, 1, 5060, "ss2.a.example.com");
    scene.name("proxy1", "192.0.2.111");
    scene.site("proxy2", "192.0.2.112", {.domains = {"a.example.com"}});
    auto& alice = scene.phone("sip:alice@a.example.com", "192.0.2.101", {.server = "sip:a.example.com"});
    auto& bob = scene.phone("sip:bob@192.0.2.201", "192.0.2.201");
    scene.play([&]() -> asio::awaitable<void> {
        auto& call = alice.own_calls.emplace_back(*alice.agent, "sip:bob@192.0.2.201");
        co_await call.invite();
        co_await alice.agent->sleep(1s);
        CHECK(scene.figure() == lines(R"(
            alice > proxy1 INVITE (lost)
            alice > proxy1 INVITE (lost)
            alice > proxy1 INVITE (lost)
            alice > proxy1 INVITE (lost)
            alice > proxy1 INVITE (lost)
            alice > proxy1 INVITE (lost)
            alice > proxy1 INVITE (lost)
            alice > proxy2 INVITE
            proxy2 > bob INVITE
            bob > proxy2 180
            bob > proxy2 200
            proxy2 > alice 180
            proxy2 > alice 200
            alice > proxy2 ACK
            proxy2 > bob ACK
        )"));
        CHECK(bob.calls.size() == 1);
    });
}

TEST_CASE("session via redirect and proxy servers with SDP in ACK (RFC 3665 §3.6)") {
    Scene scene;
    scene.name("redirect", "192.0.2.110");
    support::ScriptedServer redirect(scene.world, "192.0.2.110", [](const auto&) -> support::ScriptedServer::Answer {
        return {302, {{"Contact", "<sip:bob@192.0.2.222>"}}, {}, {}};
    });
    scene.site("proxy", "192.0.2.222", {});
    auto& alice = scene.phone("sip:alice@192.0.2.101", "192.0.2.101");
    auto& bob = scene.phone("sip:bob@192.0.2.222", "192.0.2.201", {.server = "sip:192.0.2.222"});
    bob.answers = false;
    scene.play([&]() -> asio::awaitable<void> {
        sipua::Registerer registerer(*bob.agent);
        co_await registerer.register_contact();
        (void)scene.figure();
        sipua::InviterOptions options{.without_sdp = true, .max_redirects = 1};
        auto& call = alice.own_calls.emplace_back(*alice.agent, "sip:bob@192.0.2.110", std::move(options));
        call.invite([](std::error_code) {});
        co_await alice.agent->sleep(1s);
        CHECK(bob.calls.front().body().empty());
        bob.calls.front().accept([](std::error_code) {});
        co_await alice.agent->sleep(1s);
        co_await call.bye();
        CHECK(scene.figure() == lines(R"(
            alice > redirect INVITE
            redirect > alice 302
            alice > redirect ACK
            alice > proxy INVITE
            proxy > bob INVITE
            bob > proxy 180
            proxy > alice 180
            bob > proxy 200
            proxy > alice 200
            alice > proxy ACK
            proxy > bob ACK
            alice > proxy BYE
            proxy > bob BYE
            bob > proxy 200
            proxy > alice 200
        )"));
    });
}

TEST_CASE("unsuccessful no answer: the CANCEL goes hop by hop, the 487 end to end (RFC 3665 §3.8)") {
    TwoDomains scene;
    scene.bob.answers = false;
    scene.play([&]() -> asio::awaitable<void> {
        auto& call = scene.call();
        co_await scene.pause();
        (void)scene.figure();
        call.cancel();
        co_await scene.pause();
        CHECK(scene.outcome == sipua::sip_error(487));
        CHECK(scene.figure() == lines(R"(
            alice > proxy1 CANCEL
            proxy1 > alice 200
            proxy1 > proxy2 CANCEL
            proxy2 > proxy1 200
            proxy2 > bob CANCEL
            bob > proxy2 200
            bob > proxy2 487
            proxy2 > bob ACK
            proxy2 > proxy1 487
            proxy1 > proxy2 ACK
            proxy1 > alice 487
            alice > proxy1 ACK
        )"));
    });
}

TEST_CASE("unsuccessful busy: the ACK of a refusal goes hop by hop (RFC 3665 §3.9)") {
    TwoDomains scene;
    scene.bob.refuses = 486;
    scene.play([&]() -> asio::awaitable<void> {
        scene.call();
        co_await scene.pause();
        CHECK(scene.outcome == sipua::sip_error(486));
        CHECK(last(8, scene.figure()) == lines(R"(
            bob > proxy2 486
            proxy2 > proxy1 180
            proxy2 > bob ACK
            proxy2 > proxy1 486
            proxy1 > alice 180
            proxy1 > proxy2 ACK
            proxy1 > alice 486
            alice > proxy1 ACK
        )"));
    });
}

TEST_CASE("unsuccessful no response from the user agent: its proxy gives up (RFC 3665 §3.10)") {
    TwoDomains scene;
    scene.play([&]() -> asio::awaitable<void> {
        scene.world.network().partition(*siptxn::IpAddress::parse("192.0.2.222"),
                                        *siptxn::IpAddress::parse("192.0.2.201"));
        scene.call();
        co_await scene.pause(40s);
        CHECK(scene.outcome == sipua::sip_error(408));
        CHECK(last(6, scene.figure()) == lines(R"(
            proxy2 > bob INVITE (lost)
            proxy2 > bob INVITE (lost)
            proxy2 > proxy1 408
            proxy1 > proxy2 ACK
            proxy1 > alice 408
            alice > proxy1 ACK
        )"));
        scene.world.network().heal(*siptxn::IpAddress::parse("192.0.2.222"), *siptxn::IpAddress::parse("192.0.2.201"));
    });
}

TEST_CASE("unsuccessful temporarily unavailable (RFC 3665 §3.11)") {
    TwoDomains scene;
    scene.bob.answers = false;
    scene.play([&]() -> asio::awaitable<void> {
        scene.call();
        co_await scene.pause(30s);
        scene.bob.calls.front().reject(480);
        co_await scene.pause();
        CHECK(scene.outcome == sipua::sip_error(480));
        CHECK(last(6, scene.figure()) == lines(R"(
            bob > proxy2 480
            proxy2 > bob ACK
            proxy2 > proxy1 480
            proxy1 > proxy2 ACK
            proxy1 > alice 480
            alice > proxy1 ACK
        )"));
    });
}
