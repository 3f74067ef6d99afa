// SPDX-License-Identifier: MIT
#include "world_play.hpp"
#include "wrapped_handler.hpp"

#include <sipua/signaling_only.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using support::outcome;
using support::play;

namespace {

/// What a session and its handler say to each other of candidates.
struct Trickling {
    std::string ours;  ///< what fragment() says
    bool refuses = false;
    bool early = false;  ///< there is more before the first description is made
    std::vector<std::string> taken;
    std::vector<sipua::DescriptionOptions> asked;
    sipua::SessionDescriptionHandler* handler = nullptr;

    void more(std::string_view candidate) {
        ours += candidate;
        handler->on_fragment();
    }
};

class TrickleHandler final : public support::WrappedHandler {
public:
    TrickleHandler(std::shared_ptr<sipua::SessionDescriptionHandler> inner, Trickling& side)
        : WrappedHandler(std::move(inner)), side_(side) {
        side_.handler = this;
    }
    void get_description(const sipua::DescriptionOptions& options, DescriptionCompletion done) override {
        side_.asked.push_back(options);
        if (side_.early) on_fragment();
        WrappedHandler::get_description(options, std::move(done));
    }
    bool take_fragment(const sipua::Body& fragment) override {
        side_.taken.push_back(fragment.content);
        return !side_.refuses;
    }
    sipua::Body fragment() override {
        return side_.ours.empty() ? sipua::Body{} : sipua::Body{"application/trickle-ice-sdpfrag", side_.ours};
    }

private:
    std::shared_ptr<sipua::SessionDescriptionHandler> inner_;
    Trickling& side_;
};

sipua::SessionDescriptionHandlerFactory trickling(Trickling& side) {
    return [&side](const sipua::SessionContext& context) {
        return std::make_shared<TrickleHandler>(sipua::signaling_only()(context), side);
    };
}

asio::awaitable<void> keep(sipua::Invitation call) {
    co_await call.accept();
    co_await call.ended();
}

/// Alice, who trickles, and Bob, who does or does not.
struct Couple {
    explicit Couple(bool bob_trickles, std::function<void(sipua::Invitation&)> seen = {}) {
        sipua::UserAgentOptions callee{.uri = "sip:bob@10.0.0.2", .media = trickling(bob), .trickle_ice = bob_trickles};
        callee.delegate.on_invite = [this, seen = std::move(seen)](sipua::Invitation call) {
            invite = std::make_shared<const sipmsg::Message>(call.request());
            if (seen) seen(call);
            asio::co_spawn(world.executor(), keep(std::move(call)), asio::detached);
        };
        bob_agent.emplace(there, std::move(callee));
        sipua::UserAgentOptions caller{.uri = "sip:alice@10.0.0.1", .media = trickling(alice), .trickle_ice = true};
        alice_agent.emplace(here, std::move(caller));
    }
    void run(std::function<asio::awaitable<void>(sipua::Inviter&)> talk) {
        play(world, [&]() -> asio::awaitable<void> {
            co_await bob_agent->start();
            co_await alice_agent->start();
            sipua::Inviter call(*alice_agent, "sip:bob@10.0.0.2");
            co_await call.invite();
            answer = call.response();
            co_await talk(call);
            co_await call.bye();
            co_await alice_agent->stop();
            co_await bob_agent->stop();
        });
    }

    sipua::sim::World world{1};
    sipua::Stack here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    Trickling alice, bob;
    std::optional<sipua::UserAgent> alice_agent, bob_agent;
    sipmsg::MessagePtr invite, answer;
};

}  // namespace

TEST_CASE("candidates that follow their description go by INFO, one at a time, the later ones together (RFC 8840 §4)") {
    Couple couple(true);
    couple.run([&](sipua::Inviter&) -> asio::awaitable<void> {
        for (const auto& message : {couple.invite, couple.answer}) {
            CHECK(message->raw(sipmsg::Header::recv_info) == "trickle-ice");
            CHECK(message->raw(sipmsg::Header::supported)->find("trickle-ice") != std::string_view::npos);
        }
        REQUIRE(couple.alice.asked.size() == 1);
        CHECK(couple.alice.asked[0].takes_fragments);
        CHECK_FALSE(couple.alice.asked[0].sends_fragments);  // half trickle: nothing is known of Bob
        REQUIRE(couple.bob.asked.size() == 1);
        CHECK(couple.bob.asked[0].sends_fragments);

        couple.bob.more("1");
        couple.bob.more("2");
        couple.bob.more("3");
        co_await couple.alice_agent->sleep(1s);
        CHECK(couple.alice.taken == std::vector<std::string>{"1", "123"});
        couple.alice.more("x");
        co_await couple.alice_agent->sleep(1s);
        CHECK(couple.bob.taken == std::vector<std::string>{"x"});
    });
}

TEST_CASE("candidates wait for the dialog, and a fresh media path may begin without them (RFC 8840 §4.3)") {
    Couple couple(true);
    couple.bob.ours = "early";
    couple.bob.early = true;
    couple.run([&](sipua::Inviter& call) -> asio::awaitable<void> {
        co_await couple.alice_agent->sleep(1s);
        CHECK(couple.alice.taken == std::vector<std::string>{"early"});
        couple.alice.ours = "late";
        sipua::SessionInviteOptions fresh{.restart = true};
        co_await call.reinvite(fresh);
        REQUIRE(couple.alice.asked.size() == 2);
        CHECK(couple.alice.asked[1].restart);
        CHECK(couple.alice.asked[1].sends_fragments);  // by now Bob is known
        couple.alice.handler->on_fragment();
        co_await couple.alice_agent->sleep(1s);
        CHECK(couple.bob.taken == std::vector<std::string>{"late"});
    });
}

TEST_CASE("a peer that does not say so gets no candidates, and sends none (RFC 6086 §4.2.2)") {
    int infos = 0;
    Couple couple(false, [&](sipua::Invitation& call) {
        sipua::SessionDelegate delegate;
        delegate.on_info = [&](sipua::Info info) {
            ++infos;
            info.accept();
        };
        call.set_delegate(std::move(delegate));
    });
    couple.run([&](sipua::Inviter& call) -> asio::awaitable<void> {
        CHECK_FALSE(couple.answer->has(sipmsg::Header::recv_info));
        REQUIRE(couple.bob.asked.size() == 1);
        CHECK_FALSE(couple.bob.asked[0].takes_fragments);
        CHECK_FALSE(couple.bob.asked[0].sends_fragments);
        couple.alice.more("1");
        couple.bob.more("2");
        co_await couple.alice_agent->sleep(1s);
        CHECK(infos == 0);
        CHECK(couple.alice.taken.empty());
        sipua::Body fragment{"application/trickle-ice-sdpfrag", "x"};
        sipua::HeaderList package{
            {"Info-Package", "trickle-ice"}
        };
        co_await call.request("INFO", fragment, package);
        CHECK(infos == 1);  // to Bob it is an INFO as any other
        CHECK(couple.bob.taken.empty());
    });
}

TEST_CASE("what is no fragment is refused, and who is refused sends no more (RFC 6086 §4.2.3)") {
    Couple couple(true);
    couple.run([&](sipua::Inviter& call) -> asio::awaitable<void> {
        sipua::HeaderList package{
            {"Info-Package", "trickle-ice"}
        };
        sipua::Body other{"text/plain", "hello"};
        CHECK(co_await outcome([&] { return call.request("INFO", other, package); }) == sipua::sip_error(415));
        CHECK(couple.bob.taken.empty());
        couple.alice.refuses = true;
        couple.bob.more("1");
        co_await couple.alice_agent->sleep(1s);
        couple.bob.more("2");
        co_await couple.alice_agent->sleep(1s);
        CHECK(couple.alice.taken == std::vector<std::string>{"1"});
    });
}
