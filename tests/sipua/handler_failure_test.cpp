// SPDX-License-Identifier: MIT
#include "world_play.hpp"
#include "wrapped_handler.hpp"

#include <sipua/signaling_only.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <stdexcept>
#include <utility>

using namespace std::chrono_literals;
using support::outcome;
using support::play;

namespace {

/// What a handler's next calls throw, if anything.
struct Plan {
    std::exception_ptr get, set;
    int closed = 0;
    std::function<void()> on_close;  ///< the first time

    static void meet(std::exception_ptr& planned) {
        if (auto thrown = std::exchange(planned, nullptr)) std::rethrow_exception(thrown);
    }
};

class Throwing final : public support::WrappedHandler {
public:
    Throwing(std::shared_ptr<sipua::SessionDescriptionHandler> inner, Plan& plan)
        : WrappedHandler(std::move(inner)), plan_(plan) {}
    void get_description(const sipua::DescriptionOptions& options, DescriptionCompletion done) override {
        Plan::meet(plan_.get);
        WrappedHandler::get_description(options, std::move(done));
    }
    void set_description(const sipua::Body& remote, const sipua::DescriptionOptions& options,
                         Completion done) override {
        Plan::meet(plan_.set);
        WrappedHandler::set_description(remote, options, std::move(done));
    }
    void close() override {
        ++plan_.closed;
        if (auto first = std::exchange(plan_.on_close, nullptr)) first();
        WrappedHandler::close();
    }

private:
    Plan& plan_;
};

sipua::UserAgentOptions throwing(Plan& plan, const char* uri) {
    sipua::UserAgentOptions options{.uri = uri};
    options.media = [&plan, plain = sipua::signaling_only()](const sipua::SessionContext& context) {
        return std::make_shared<Throwing>(plain(context), plan);
    };
    return options;
}

std::exception_ptr plain_error() { return std::make_exception_ptr(std::runtime_error("no such device")); }
std::exception_ptr refusal() { return std::make_exception_ptr(std::system_error(sipua::Errc::not_acceptable)); }

/// Alice and Bob, both with such handlers; Bob accepts, and writes down how that ended.
struct Call {
    sipua::sim::World world{31};
    sipua::Stack here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    Plan alices, bobs;
    std::vector<std::error_code> accepted;
    int invitations = 0;

    asio::awaitable<void> answer(sipua::Invitation call) {
        ++invitations;
        accepted.push_back(co_await outcome([&] { return call.accept(); }));
        if (!accepted.back()) co_await call.ended();
    }

    template <class Scene>
    void act(Scene scene) {
        play(world, [&]() -> asio::awaitable<void> {
            auto bobs_options = throwing(bobs, "sip:bob@10.0.0.2");
            bobs_options.delegate.on_invite = [&](sipua::Invitation call) {
                asio::co_spawn(world.executor(), answer(std::move(call)), asio::detached);
            };
            sipua::UserAgent bob(there, std::move(bobs_options));
            sipua::UserAgent alice(here, throwing(alices, "sip:alice@10.0.0.1"));
            co_await bob.start();
            co_await alice.start();
            {
                sipua::Inviter call(alice, "sip:bob@10.0.0.2");
                co_await scene(call);
                if (call.state() == sipua::SessionState::established) co_await call.bye();
            }
            co_await alice.stop();
            co_await bob.stop();
        });
        CHECK(here.sessions() == 0);
        CHECK(there.sessions() == 0);
    }
};

}  // namespace

TEST_CASE("a caller's handler that throws fails its call, before or after it went out (RFC 3261 §13.2)") {
    Call scene;
    SUBCASE("for its offer: nothing is sent") {
        scene.alices.get = plain_error();
        scene.act([](sipua::Inviter& call) -> asio::awaitable<void> {
            CHECK(co_await outcome([&] { return call.invite(); }) == sipua::Errc::media_failed);
        });
        CHECK(scene.invitations == 0);
    }
    SUBCASE("for the answer: the call that was answered is ended") {
        scene.alices.set = plain_error();
        scene.act([](sipua::Inviter& call) -> asio::awaitable<void> {
            CHECK(co_await outcome([&] { return call.invite(); }) == sipua::Errc::media_failed);
            CHECK(call.state() != sipua::SessionState::established);
        });
        CHECK(scene.accepted == std::vector<std::error_code>{{}});  // and answer() came to its end
    }
    CHECK(scene.alices.closed > 0);
}

TEST_CASE("a callee's handler that throws refuses the call, and accept() says why (RFC 3261 §13.3.1.3)") {
    for (const bool for_offer : {true, false}) {
        for (const bool chosen : {true, false}) {
            CAPTURE(for_offer);
            CAPTURE(chosen);
            Call scene;
            (for_offer ? scene.bobs.set : scene.bobs.get) = chosen ? refusal() : plain_error();
            scene.act([&](sipua::Inviter& call) -> asio::awaitable<void> {
                CHECK(co_await outcome([&] { return call.invite(); }) == sipua::sip_error(chosen ? 488 : 500));
            });
            const std::error_code why = chosen ? sipua::Errc::not_acceptable : sipua::Errc::media_failed;
            CHECK(scene.accepted == std::vector{why});
            CHECK(scene.bobs.closed > 0);
        }
    }
}

TEST_CASE("a handler that throws in a call fails that re-INVITE, and the call goes on (RFC 3261 §14.1)") {
    Call scene;
    scene.act([&](sipua::Inviter& call) -> asio::awaitable<void> {
        co_await call.invite();
        scene.alices.get = plain_error();
        CHECK(co_await outcome([&] { return call.hold(); }) == sipua::sip_error(500));  // ours, said as a status
        CHECK_FALSE(call.is_on_hold());
        scene.bobs.set = refusal();
        CHECK(co_await outcome([&] { return call.hold(); }) == sipua::sip_error(488));
        scene.bobs.get = plain_error();
        CHECK(co_await outcome([&] { return call.hold(); }) == sipua::sip_error(500));
        CHECK(call.state() == sipua::SessionState::established);
        CHECK_FALSE(call.is_on_hold());
        co_await call.hold();
        CHECK(call.is_on_hold());
    });
    CHECK(scene.invitations == 1);
}

TEST_CASE("media ends with the BYE that goes out, not with its answer (RFC 3261 §15.1.1)") {
    Call scene;
    scene.act([&](sipua::Inviter& call) -> asio::awaitable<void> {
        co_await call.invite();
        scene.world.network().partition(*siptxn::IpAddress::parse("10.0.0.1"), *siptxn::IpAddress::parse("10.0.0.2"));
        siptxn::TimePoint closed{};
        scene.alices.on_close = [&] { closed = scene.world.now(); };
        const auto begun = scene.world.now();
        co_await outcome([&] { return call.bye(); });
        CHECK(closed - begun == 0s);
        CHECK(scene.world.now() - begun == 32s);
    });
}
