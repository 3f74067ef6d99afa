// SPDX-License-Identifier: MIT
// The service examples of RFC 5359 that hold and transfer calls.
#include "scene.hpp"

#include <doctest/doctest.h>

using namespace flows;

namespace {

struct Three : Scene {
    Phone& alice = phone("sip:alice@192.0.2.101", "192.0.2.101");
    Phone& bob = phone("sip:bob@192.0.2.201", "192.0.2.201");
    Phone& carol = phone("sip:carol@192.0.2.203", "192.0.2.203");

    auto pause() { return alice.agent->sleep(1s); }
    asio::awaitable<sipua::Inviter*> call(Phone& from, std::string target, sipua::SessionDelegate delegate = {}) {
        sipua::InviterOptions options;
        options.delegate = std::move(delegate);
        auto& call = from.own_calls.emplace_back(*from.agent, std::move(target), std::move(options));
        co_await call.invite();
        co_await pause();
        co_return &call;
    }
    sipua::SessionDelegate transferable(Phone& phone) {
        sipua::SessionDelegate delegate;
        delegate.on_refer = [this, &phone](sipua::Referral referral) { follow(phone, std::move(referral)); };
        return delegate;
    }
    /// Does what the REFER asks for; the old call ends when the new one stands (RFC 5589 §6).
    static void follow(Phone& phone, sipua::Referral referral) {
        referral.accept();
        phone.own_calls.push_back(referral.make_inviter());
        phone.own_calls.back().invite([](std::error_code) {});
    }
    /// The last description that `from` sent.
    std::string direction(std::string_view from) {
        std::string last;
        for (const auto& datagram : world.network().log()) {
            if (to_string(datagram->from.ip) != from) continue;
            for (const auto* way : {"sendrecv", "sendonly", "recvonly", "inactive"})
                if (datagram->octets->find(std::string("\r\na=") + way) != std::string::npos) last = way;
        }
        return last;
    }
};

}  // namespace

TEST_CASE("call hold: a re-INVITE that sends only, and one that takes it back (RFC 5359 §2.1)") {
    Three scene;
    scene.play([&]() -> asio::awaitable<void> {
        auto* call = co_await scene.call(scene.alice, "sip:bob@192.0.2.201");
        (void)scene.figure();
        auto& bobs = scene.bob.calls.front();
        co_await bobs.hold();
        co_await scene.pause();
        CHECK(bobs.is_on_hold());
        CHECK(call->is_held_by_peer());
        CHECK(scene.direction("192.0.2.201") == "sendonly");
        CHECK(scene.direction("192.0.2.101") == "recvonly");
        co_await bobs.resume();
        co_await scene.pause();
        CHECK_FALSE(call->is_held_by_peer());
        CHECK(scene.direction("192.0.2.201") == "sendrecv");
        co_await call->bye();
        CHECK(scene.figure() == lines(R"(
            bob > alice INVITE
            alice > bob 200
            bob > alice ACK
            bob > alice INVITE
            alice > bob 200
            bob > alice ACK
            alice > bob BYE
            bob > alice 200
        )"));
    });
}

TEST_CASE("consultation hold: one call waits while another is made (RFC 5359 §2.2)") {
    Three scene;
    scene.play([&]() -> asio::awaitable<void> {
        auto* call = co_await scene.call(scene.alice, "sip:bob@192.0.2.201");
        auto& bobs = scene.bob.calls.front();
        (void)scene.figure();
        co_await bobs.hold();
        auto* consultation = co_await scene.call(scene.bob, "sip:carol@192.0.2.203");
        co_await consultation->bye();
        co_await bobs.resume();
        co_await scene.pause();
        CHECK(call->state() == sipua::SessionState::established);
        CHECK_FALSE(call->is_held_by_peer());
        CHECK(scene.figure() == lines(R"(
            bob > alice INVITE
            alice > bob 200
            bob > alice ACK
            bob > carol INVITE
            carol > bob 180
            carol > bob 200
            bob > carol ACK
            bob > carol BYE
            carol > bob 200
            bob > alice INVITE
            alice > bob 200
            bob > alice ACK
        )"));
    });
}

TEST_CASE("transfer, unattended: the transferee calls the target and tells how that goes (RFC 5359 §2.4)") {
    Three scene;
    scene.play([&]() -> asio::awaitable<void> {
        auto* call = co_await scene.call(scene.alice, "sip:bob@192.0.2.201", scene.transferable(scene.alice));
        (void)scene.figure();
        auto& bobs = scene.bob.calls.front();
        co_await bobs.refer("sip:carol@192.0.2.203");
        co_await scene.pause();
        co_await bobs.bye();
        CHECK(scene.figure() == lines(R"(
            bob > alice REFER
            alice > bob 202
            alice > bob NOTIFY
            alice > carol INVITE
            bob > alice 200
            carol > alice 180
            carol > alice 200
            alice > bob NOTIFY
            alice > carol ACK
            bob > alice 200
            alice > bob NOTIFY
            bob > alice 200
            bob > alice BYE
            alice > bob 200
        )"));
        CHECK(call->state() == sipua::SessionState::terminated);
        CHECK(scene.carol.calls.front().state() == sipua::SessionState::established);
    });
}

TEST_CASE("transfer, attended: the target's own call is replaced by the transferee's (RFC 5359 §2.5)") {
    Three scene;
    scene.play([&]() -> asio::awaitable<void> {
        auto* call = co_await scene.call(scene.alice, "sip:bob@192.0.2.201", scene.transferable(scene.alice));
        auto& bobs = scene.bob.calls.front();
        co_await bobs.hold();
        auto* consultation = co_await scene.call(scene.bob, "sip:carol@192.0.2.203");
        co_await consultation->hold();
        (void)scene.figure();
        co_await bobs.refer(*consultation);
        co_await scene.pause();
        co_await bobs.bye();
        CHECK(scene.figure() == lines(R"(
            bob > alice REFER
            alice > bob 202
            alice > bob NOTIFY
            alice > carol INVITE
            bob > alice 200
            carol > alice 180
            carol > alice 200
            carol > bob BYE
            alice > bob NOTIFY
            alice > carol ACK
            bob > carol 200
            bob > alice 200
            alice > bob NOTIFY
            bob > alice 200
            bob > alice BYE
            alice > bob 200
        )"));
        CHECK(call->state() == sipua::SessionState::terminated);
        CHECK(consultation->state() == sipua::SessionState::terminated);
        CHECK(scene.carol.calls.back().replacee() == scene.carol.calls.front().id());
    });
}
