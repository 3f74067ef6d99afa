// SPDX-License-Identifier: MIT
#include "world_play.hpp"
#include "wrapped_handler.hpp"

#include <sipua/signaling_only.hpp>

#include <doctest/doctest.h>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using support::outcome;
using support::play;

namespace {

/// What a handler does, and what it was asked for.
struct Plan {
    int wishes = 0;             ///< it wishes for a fresh path in so many of its next answers
    bool refuses = false;       ///< its next offer from the peer gets 488
    std::vector<bool> offered;  ///< its offers, in order: whether each was to have a fresh path
    int rolled_back = 0;
    bool keeps = false;  ///< its next description is made by kept()
    std::move_only_function<void()> kept;
};

class Wishing final : public support::WrappedHandler {
public:
    Wishing(std::shared_ptr<sipua::SessionDescriptionHandler> inner, Plan& plan)
        : WrappedHandler(std::move(inner)), plan_(plan) {}
    void get_description(const sipua::DescriptionOptions& options, DescriptionCompletion done) override {
        const bool answers = std::exchange(answering_, false);
        if (answers && plan_.wishes > 0) {
            --plan_.wishes;
            on_restart_wanted();
        }
        if (!answers) plan_.offered.push_back(options.restart);
        offering_ = !answers;
        if (!std::exchange(plan_.keeps, false)) return WrappedHandler::get_description(options, std::move(done));
        plan_.kept = [this, options, done = std::move(done)]() mutable {
            WrappedHandler::get_description(options, std::move(done));
        };
    }
    void set_description(const sipua::Body& remote, const sipua::DescriptionOptions& options,
                         Completion done) override {
        answering_ = !std::exchange(offering_, false);
        if (answering_ && std::exchange(plan_.refuses, false)) {
            answering_ = false;
            return done(sipua::Errc::not_acceptable);
        }
        WrappedHandler::set_description(remote, options, std::move(done));
    }
    void rollback() override {
        ++plan_.rolled_back;
        offering_ = false;
        WrappedHandler::rollback();
    }

private:
    Plan& plan_;
    bool answering_ = false;
    bool offering_ = false;
};

sipua::UserAgentOptions wishing(Plan& plan, const char* uri) {
    sipua::UserAgentOptions options{.uri = uri};
    options.media = [&plan, plain = sipua::signaling_only()](const sipua::SessionContext& context) {
        return std::make_shared<Wishing>(plain(context), plan);
    };
    return options;
}

/// Alice calls Bob, who accepts.
struct Call {
    sipua::sim::World world{51};
    sipua::Stack here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    Plan alices, bobs;
    bool ends = false;  // in the scene
    std::optional<sipua::Invitation> at_bob;
    std::optional<sipua::UserAgent> alice;

    asio::awaitable<void> answer() {
        co_await at_bob->accept();
        co_await at_bob->ended();
    }

    template <class Scene>
    void act(Scene scene) {
        play(world, [&]() -> asio::awaitable<void> {
            auto bobs_options = wishing(bobs, "sip:bob@10.0.0.2");
            bobs_options.delegate.on_invite = [&](sipua::Invitation call) {
                at_bob.emplace(std::move(call));
                asio::co_spawn(world.executor(), answer(), asio::detached);
            };
            sipua::UserAgent bob(there, std::move(bobs_options));
            alice.emplace(here, wishing(alices, "sip:alice@10.0.0.1"));
            co_await bob.start();
            co_await alice->start();
            {
                sipua::Inviter call(*alice, "sip:bob@10.0.0.2");
                co_await call.invite();
                co_await alice->sleep(1s);
                co_await scene(call);
                co_await alice->sleep(10s);  // longer than any back-off
                CHECK((call.state() == sipua::SessionState::established) == !ends);
                if (!ends) co_await call.bye();
            }
            at_bob.reset();
            alice.reset();
        });
        CHECK(here.sessions() + there.sessions() == 0);
    }
};

}  // namespace

TEST_CASE("a handler that wants a fresh media path has it offered once the peer's exchange is over (RFC 3261 §14.1)") {
    Call scene;
    SUBCASE("after the ACK of a re-INVITE") {
        scene.act([&](sipua::Inviter& call) -> asio::awaitable<void> {
            scene.bobs.wishes = 1;
            co_await call.hold();
        });
        CHECK(scene.alices.offered == std::vector{false, false});
    }
    SUBCASE("after an UPDATE") {
        scene.act([&](sipua::Inviter& call) -> asio::awaitable<void> {
            scene.bobs.wishes = 1;
            co_await call.update();
        });
    }
    SUBCASE("after the answer to the call itself") {
        scene.bobs.wishes = 1;
        scene.act([](sipua::Inviter&) -> asio::awaitable<void> { co_return; });
    }
    CHECK(scene.bobs.offered == std::vector{true});
    CHECK(scene.bobs.rolled_back == 0);
}

TEST_CASE("a fresh media path that the peer refuses is offered once, and the call goes on (RFC 3261 §14.1)") {
    Call scene;
    scene.act([&](sipua::Inviter& call) -> asio::awaitable<void> {
        scene.bobs.wishes = 1;
        scene.alices.refuses = true;
        co_await call.hold();
        co_await scene.at_bob->hold();  // after that offer, of which it knows nothing
    });
    CHECK(scene.bobs.rolled_back == 1);
    CHECK(scene.bobs.offered == std::vector{true, false});
}

TEST_CASE("glare with a fresh media path is settled by 491, and both exchanges come about (RFC 3261 §14.1)") {
    Call scene;
    scene.act([&](sipua::Inviter& call) -> asio::awaitable<void> {
        scene.bobs.wishes = 1;
        co_await call.hold();  // complete here before Bob has had the ACK: his offer and the next one meet
        co_await call.resume();
        CHECK_FALSE(call.is_on_hold());
    });
    CHECK(scene.bobs.rolled_back + scene.alices.rolled_back > 0);
    CHECK(scene.bobs.offered.back());
}

TEST_CASE("a re-INVITE of the program's waits for one that is not, and no second one waits with it (RFC 3261 §14.1)") {
    Call scene;
    std::optional<std::error_code> held, second;
    const auto note = [](auto& result) { return [&result](std::error_code error) { result = error; }; };
    SUBCASE("of the handler's own") {
        scene.act([&](sipua::Inviter& call) -> asio::awaitable<void> {
            call.session_description_handler()->on_restart_wanted();
            call.hold(note(held));
            call.hold(note(second));
            co_await scene.alice->sleep(5s);
            CHECK(second == sipua::Errc::request_pending);
            CHECK(held == std::error_code());
            CHECK(call.is_on_hold());
        });
        CHECK(scene.alices.offered == std::vector{false, true, false});
    }
    SUBCASE("of the handler's own, and is forgotten when cancelled before") {
        scene.act([&](sipua::Inviter& call) -> asio::awaitable<void> {
            call.session_description_handler()->on_restart_wanted();
            asio::cancellation_signal forget;
            call.hold(asio::bind_cancellation_slot(forget.slot(), note(held)));
            forget.emit(asio::cancellation_type::terminal);
            co_await scene.alice->sleep(5s);
            CHECK(held == asio::error::operation_aborted);
            CHECK_FALSE(call.is_on_hold());
        });
        CHECK(scene.alices.offered == std::vector{false, true});
    }
    SUBCASE("of the peer") {
        sipua::SessionInviteOptions options;
        SUBCASE("with an offer") {}
        SUBCASE("without one") { options.without_sdp = true; }
        scene.act([&](sipua::Inviter& call) -> asio::awaitable<void> {
            scene.alices.keeps = true;
            scene.at_bob->reinvite(options, note(second));
            co_await scene.alice->sleep(500ms);
            REQUIRE(scene.alices.kept);
            call.hold(note(held));
            co_await scene.alice->sleep(500ms);
            CHECK_FALSE(held);
            scene.alices.kept();
            co_await scene.alice->sleep(5s);
            CHECK(second == std::error_code());
            CHECK(held == std::error_code());
            CHECK(call.is_on_hold());
        });
    }
    SUBCASE("and ends with the session") {
        scene.ends = true;
        scene.act([&](sipua::Inviter& call) -> asio::awaitable<void> {
            call.session_description_handler()->on_restart_wanted();
            call.hold(note(held));
            co_await call.bye();
            co_await scene.alice->sleep(1s);
            CHECK(held == sipua::Errc::session_terminated);
        });
    }
}

TEST_CASE("a wish for a fresh media path waits for the program's own re-INVITE, which may fulfil it") {
    for (const bool fulfils : {false, true}) {
        CAPTURE(fulfils);
        Call scene;
        scene.act([&](sipua::Inviter& call) -> asio::awaitable<void> {
            auto* handler = call.session_description_handler();
            asio::post(scene.world.executor(), [handler] { handler->on_restart_wanted(); });
            if (fulfils)
                co_await call.restart_media();
            else
                co_await call.hold();
            CHECK(call.is_on_hold() == !fulfils);
        });
        CHECK(scene.alices.offered == (fulfils ? std::vector{false, true} : std::vector{false, false, true}));
    }
}
