// SPDX-License-Identifier: MIT
#include "world_play.hpp"
#include "wrapped_handler.hpp"

#include <sipua/signaling_only.hpp>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using support::outcome;
using support::play;
using support::ScriptedServer;

namespace {

/// Bob answers by a function.
sipua::UserAgent bob_agent(const sipua::Stack& stack, std::move_only_function<void(sipua::Invitation)> on_invite) {
    sipua::UserAgentOptions options{.uri = "sip:bob@10.0.0.2"};
    options.delegate.on_invite = std::move(on_invite);
    return sipua::UserAgent(stack, std::move(options));
}

sipua::UserAgent alice_agent(const sipua::Stack& stack) {
    sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.1", .display_name = "Alice"};
    return sipua::UserAgent(stack, std::move(options));
}

/// Accepts a call and keeps it until it ends.
asio::awaitable<void> answer(sipua::Invitation call) {
    co_await call.accept();
    co_await call.ended();
}

auto answering(sipua::sim::World& world) {
    return
        [&world](sipua::Invitation call) { asio::co_spawn(world.executor(), answer(std::move(call)), asio::detached); };
}

}  // namespace

TEST_CASE("names that a peer folds are told as one line (RFC 3261 §7.3.1)") {
    sipua::sim::World world(9);
    auto here = world.stack("10.0.0.1");
    const std::string carol = "\"Carol C\" <sip:carol@10.0.0.3>;tag=c", own = "<sip:alice@10.0.0.1> ;x=y";
    ScriptedServer peer(
        world, "10.0.0.3",
        [](auto& request) -> ScriptedServer::Answer {
            if (request.method() != sipmsg::Method::invite) return {};
            return {
                200,
                {{"Contact", "<sip:carol@10.0.0.3>"}, {"P-Asserted-Identity", "\"Carol C\" <sip:1@10.0.0.3>"}},
                std::string(request.raw(sipmsg::Header::content_type).value_or("")),
                std::string(request.body())
            };
        },
        [](std::string text) {
            for (const std::string_view folded : {" C\" ", " ;x=y", ";tag=server-tag"})
                for (auto at = text.find(folded); at != text.npos; at = text.find(folded, at + 4))
                    text.insert(at, "\r\n ");
            return text;
        });
    std::vector<std::string> names, types;
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.1", .accept_any_user = true};
        options.delegate.on_invite = [&](sipua::Invitation call) {
            names = {call.remote_identity(), call.local_identity(), call.asserted_identity()};
            call.reject();
        };
        options.delegate.on_message = [&](sipua::Message message) { types.emplace_back(message.content_type()); };
        sipua::UserAgent alice(here, std::move(options));
        co_await alice.start();
        for (const std::string method : {"INVITE", "MESSAGE"}) {
            auto request = sipmsg::Message::request(method, "sip:alice@10.0.0.1");
            request.append(sipmsg::Header::from, carol);
            request.append(sipmsg::Header::to, own);
            request.append(sipmsg::Header::call_id, method);
            request.append(sipmsg::Header::cseq, "1 " + method);
            request.append(sipmsg::Header::max_forwards, "70");
            request.append(sipmsg::Header::contact, "<sip:carol@10.0.0.3>");
            request.append("P-Asserted-Identity", "\"Carol C\" <sip:1@10.0.0.3>");
            if (method == "MESSAGE") request.set_body("text/plain ;x=y", "x");
            peer.send(std::move(request));
            co_await alice.sleep(1s);
        }
        sipua::Inviter call(alice, "sip:carol@10.0.0.3");
        co_await call.invite();
        names.push_back(call.remote_identity());
        names.push_back(call.asserted_identity());
        co_await call.bye();
    });
    const std::string asserted = "\"Carol C\" <sip:1@10.0.0.3>", answered = "<sip:carol@10.0.0.3> ;tag=server-tag";
    CHECK(names == std::vector{carol, own, asserted, answered, asserted});
    CHECK(types == std::vector<std::string>{"text/plain ;x=y"});
}

TEST_CASE("what names a call, and the response that began it, are there while it stands and when it is over") {
    sipua::sim::World world(7);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    play(world, [&]() -> asio::awaitable<void> {
        std::optional<sipua::Invitation> theirs;
        auto bob = bob_agent(there, [&](sipua::Invitation call) {
            sipua::SessionDelegate delegate;
            delegate.on_info = [](sipua::Info info) { info.reject(481); };  // the dialog is gone, it says
            call.set_delegate(std::move(delegate));
            theirs = std::move(call);
            theirs->accept([](std::error_code) {});
        });
        auto alice = alice_agent(here);
        co_await bob.start();
        co_await alice.start();
        sipua::Inviter call(alice, "sip:bob@10.0.0.2");
        co_await call.invite();
        const auto& invite = theirs->request();
        const auto check = [&] {
            CHECK(call.id() == theirs->id());
            CHECK(call.local_identity() == "\"Alice\" <sip:alice@10.0.0.1>");
            CHECK(call.remote_identity().starts_with("<sip:bob@10.0.0.2>;tag="));
            CHECK(theirs->remote_identity() == invite.raw(sipmsg::Header::from));
            CHECK(theirs->local_identity() == "<sip:bob@10.0.0.2>");
            CHECK(call.response()->status() == 200);
        };
        check();
        co_await alice.sleep(100s);
        check();
        CHECK(co_await outcome([&] { return call.request("INFO", {}); }) == sipua::sip_error(481));
        co_await alice.sleep(100s);
        CHECK(call.state() == sipua::SessionState::terminated);
        check();
        co_await alice.stop();
        co_await bob.stop();
    });
}

TEST_CASE("a call is set up, held, resumed and ended, and nothing of it remains (RFC 3261 §13, §14, §15)") {
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::vector<sipua::SessionState> states;
    int peer_reinvites = 0;
    std::vector<bool> held;
    play(world, [&]() -> asio::awaitable<void> {
        auto bob = bob_agent(there, [&](sipua::Invitation call) {
            sipua::SessionDelegate delegate;
            delegate.on_invite = [&](const sipmsg::Message&, int status) { peer_reinvites += status == 200; };
            delegate.on_remote_hold = [&](bool by_peer) { held.push_back(by_peer); };
            call.set_delegate(std::move(delegate));
            asio::co_spawn(world.executor(), answer(std::move(call)), asio::detached);
        });
        auto alice = alice_agent(here);
        co_await bob.start();
        co_await alice.start();
        sipua::Inviter call(alice, "sip:bob@10.0.0.2");
        call.state_change().add_listener([&](sipua::SessionState state) { states.push_back(state); });
        co_await call.invite();
        CHECK(call.response()->status() == 200);
        co_await alice.sleep(20s);
        co_await call.hold();
        CHECK(call.is_on_hold());
        co_await call.resume();
        CHECK_FALSE(call.is_on_hold());
        CHECK_FALSE(call.is_held_by_peer());
        co_await call.bye();
        co_await alice.stop();
        co_await bob.stop();
    });
    using enum sipua::SessionState;
    CHECK(states == std::vector{establishing, established, terminating, terminated});
    CHECK(peer_reinvites == 2);
    CHECK(held == std::vector{true, false});
    CHECK(here.sessions() == 0);
    CHECK(there.sessions() == 0);
    CHECK(here.transactions() == 0);
    CHECK(there.transactions() == 0);
}

TEST_CASE("a call without an offer gets the peer's in the 2xx and answers in the ACK (RFC 3261 §13.2.1)") {
    sipua::sim::World world(2);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    play(world, [&]() -> asio::awaitable<void> {
        auto bob = bob_agent(there, answering(world));
        auto alice = alice_agent(here);
        co_await bob.start();
        co_await alice.start();
        sipua::InviterOptions options{.without_sdp = true};
        sipua::Inviter call(alice, "sip:bob@10.0.0.2", std::move(options));
        co_await call.invite();
        CHECK(call.response()->body().starts_with("v=0"));
        co_await call.bye();
    });
    CHECK(here.sessions() == 0);
    CHECK(there.sessions() == 0);
}

TEST_CASE("a refusal completes invite() with its status, and the response stays readable") {
    sipua::sim::World world(3);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    play(world, [&]() -> asio::awaitable<void> {
        auto bob = bob_agent(there, [](sipua::Invitation call) { call.reject(486); });
        auto alice = alice_agent(here);
        co_await bob.start();
        co_await alice.start();
        sipua::Inviter call(alice, "sip:bob@10.0.0.2");
        auto error = co_await outcome([&] { return call.invite(); });
        CHECK(error == sipua::sip_error(486));
        CHECK(call.response()->status() == 486);
        CHECK(call.end()->cause == sipdialog::EndCause::refused);
    });
    CHECK(here.transactions() == 0);
    CHECK(there.transactions() == 0);
}

TEST_CASE("without on_invite a call is refused with 486, and a dropped invitation with 480") {
    sipua::sim::World world(4);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2"), third = world.stack("10.0.0.3");
    play(world, [&]() -> asio::awaitable<void> {
        auto bob = bob_agent(there, nullptr);
        auto carol = bob_agent(third, [](sipua::Invitation) {});
        auto alice = alice_agent(here);
        co_await bob.start();
        co_await carol.start();
        co_await alice.start();
        sipua::Inviter first(alice, "sip:bob@10.0.0.2");
        CHECK(co_await outcome([&] { return first.invite(); }) == sipua::sip_error(486));
        sipua::Inviter second(alice, "sip:bob@10.0.0.3");
        CHECK(co_await outcome([&] { return second.invite(); }) == sipua::sip_error(480));
    });
}

TEST_CASE("ring_timeout cancels an unanswered call, which then fails with 487 (RFC 3261 §9.1)") {
    sipua::sim::World world(5);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::optional<sipua::Invitation> ringing;
    std::optional<sipua::SessionEnd> end;
    play(world, [&]() -> asio::awaitable<void> {
        auto bob = bob_agent(there, [&](sipua::Invitation call) {
            sipua::SessionDelegate delegate;
            delegate.on_end = [&](const sipua::SessionEnd& how) { end = how; };
            call.set_delegate(std::move(delegate));
            ringing.emplace(std::move(call));
        });
        auto alice = alice_agent(here);
        co_await bob.start();
        co_await alice.start();
        sipua::InviterOptions options{.ring_timeout = 5s};
        sipua::Inviter call(alice, "sip:bob@10.0.0.2", std::move(options));
        auto begun = alice.now();
        CHECK(co_await outcome([&] { return call.invite(); }) == sipua::sip_error(487));
        CHECK(alice.now() - begun >= 5s);
        CHECK(alice.now() - begun < 6s);
        ringing.reset();
    });
    REQUIRE(end);
    CHECK(end->cause == sipdialog::EndCause::canceled);
    CHECK(here.transactions() == 0);
    CHECK(there.transactions() == 0);
}

TEST_CASE("a deadline ends the wait at its limit and cancels the call; a refusal ends it at once") {
    sipua::sim::World world(6);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::optional<sipua::Invitation> ringing;
    play(world, [&]() -> asio::awaitable<void> {
        auto bob = bob_agent(there, [&](sipua::Invitation call) { ringing.emplace(std::move(call)); });
        auto alice = alice_agent(here);
        co_await bob.start();
        co_await alice.start();
        auto begun = alice.now();
        sipua::Inviter slow(alice, "sip:bob@10.0.0.2");
        auto error = co_await outcome(
            [&] { return sipua::deadline(alice, 20s, [&](auto token) { return slow.invite(token); }); });
        CHECK(error == siptxn::Errc::timeout);
        CHECK(alice.now() - begun == 20s);
        co_await alice.sleep(2s);
        CHECK(slow.state() == sipua::SessionState::terminated);
        CHECK(ringing->state() == sipua::SessionState::terminated);

        begun = alice.now();
        sipua::Inviter refused(alice, "sip:nobody@10.0.0.2");
        auto refusing = alice.now();
        sipua::Timer later(alice, 1s, [&] { ringing->reject(486); });
        error = co_await outcome(
            [&] { return sipua::deadline(alice, 20s, [&](auto token) { return refused.invite(token); }); });
        CHECK(error == sipua::sip_error(486));
        CHECK(alice.now() - refusing < 2s);
    });
    CHECK(here.sessions() == 0);
    CHECK(there.sessions() == 0);
}

TEST_CASE("an unanswered incoming call is refused with 480 after no_answer_timeout") {
    sipua::sim::World world(7);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::optional<sipua::Invitation> ringing;
    play(world, [&]() -> asio::awaitable<void> {
        auto bob = bob_agent(there, [&](sipua::Invitation call) { ringing.emplace(std::move(call)); });
        auto alice = alice_agent(here);
        co_await bob.start();
        co_await alice.start();
        auto begun = alice.now();
        sipua::Inviter call(alice, "sip:bob@10.0.0.2");
        CHECK(co_await outcome([&] { return call.invite(); }) == sipua::sip_error(480));
        CHECK(alice.now() - begun >= 60s);
    });
}

TEST_CASE("the peer's BYE ends the session with one event and frees a waiting ended()") {
    sipua::sim::World world(8);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    int ends = 0;
    play(world, [&]() -> asio::awaitable<void> {
        auto bob = bob_agent(there, [&](sipua::Invitation call) {
            asio::co_spawn(
                world.executor(),
                [](sipua::Invitation held) -> asio::awaitable<void> {
                    co_await held.accept();
                    co_await held.bye();
                }(std::move(call)),
                asio::detached);
        });
        auto alice = alice_agent(here);
        co_await bob.start();
        co_await alice.start();
        sipua::SessionDelegate delegate;
        delegate.on_end = [&](const sipua::SessionEnd& end) {
            ++ends;
            CHECK(end.cause == sipdialog::EndCause::remote_bye);
        };
        sipua::InviterOptions options{.delegate = std::move(delegate)};
        sipua::Inviter call(alice, "sip:bob@10.0.0.2", std::move(options));
        co_await call.invite();
        co_await call.ended();
    });
    CHECK(ends == 1);
    CHECK(here.sessions() + there.sessions() == 0);
}

TEST_CASE("nobody there: invite() completes with a timeout after 64*T1 (RFC 3261 §17.1.1.2)") {
    sipua::sim::World world(9);
    auto here = world.stack("10.0.0.1");
    play(world, [&]() -> asio::awaitable<void> {
        auto alice = alice_agent(here);
        co_await alice.start();
        auto begun = alice.now();
        sipua::Inviter call(alice, "sip:bob@10.0.0.99");
        CHECK(co_await outcome([&] { return call.invite(); }) == siptxn::Errc::timeout);
        CHECK(alice.now() - begun == 32s);
        CHECK(call.state() == sipua::SessionState::terminated);
    });
    CHECK(here.transactions() == 0);
}

TEST_CASE("stop() ends established calls with BYE and is bounded when the peer is gone") {
    sipua::sim::World world(10);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    play(world, [&]() -> asio::awaitable<void> {
        auto bob = bob_agent(there, answering(world));
        auto alice = alice_agent(here);
        co_await bob.start();
        co_await alice.start();
        sipua::Inviter first(alice, "sip:bob@10.0.0.2");
        co_await first.invite();
        co_await alice.stop();
        CHECK(first.state() == sipua::SessionState::terminated);
        CHECK(there.sessions() == 0);

        co_await alice.start();
        sipua::Inviter second(alice, "sip:bob@10.0.0.2");
        co_await second.invite();
        world.network().partition(*siptxn::IpAddress::parse("10.0.0.1"), *siptxn::IpAddress::parse("10.0.0.2"));
        auto begun = alice.now();
        co_await alice.stop();
        CHECK(alice.now() - begun == 5s);
    });
    CHECK(here.sessions() == 0);
}

namespace {

/// Writes down which of its descriptions were to be on a fresh media path.
class Restartable final : public support::WrappedHandler {
public:
    Restartable(std::shared_ptr<sipua::SessionDescriptionHandler> inner, std::vector<bool>& restarts)
        : WrappedHandler(std::move(inner)), restarts_(restarts) {}
    void get_description(const sipua::DescriptionOptions& options, DescriptionCompletion done) override {
        restarts_.push_back(options.restart);
        WrappedHandler::get_description(options, std::move(done));
    }
    void lose_media() { on_media_failed(make_error_code(std::errc::timed_out)); }

private:
    std::vector<bool>& restarts_;
};

/// Alice with such handlers; `last` is the newest.
sipua::UserAgentOptions restartable(std::vector<bool>& restarts, std::weak_ptr<Restartable>& last) {
    sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.1"};
    options.media = [&, plain = sipua::signaling_only()](const sipua::SessionContext& context) {
        auto made = std::make_shared<Restartable>(plain(context), restarts);
        last = made;
        return made;
    };
    return options;
}

}  // namespace

TEST_CASE("media is restarted by a re-INVITE that asks for a fresh path, and by no other (RFC 8839 §4.4.1)") {
    sipua::sim::World world(21);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::vector<bool> restarts;
    play(world, [&]() -> asio::awaitable<void> {
        auto bob = bob_agent(there, answering(world));
        std::weak_ptr<Restartable> last;
        sipua::UserAgent alice(here, restartable(restarts, last));
        co_await bob.start();
        co_await alice.start();
        sipua::Inviter call(alice, "sip:bob@10.0.0.2");
        CHECK(co_await outcome([&] { return call.restart_media(); }) == sipua::Errc::invalid_state);
        co_await call.invite();
        co_await call.hold();
        co_await call.restart_media();
        CHECK(call.is_on_hold());
        co_await call.resume();
        co_await call.bye();
    });
    CHECK(restarts == std::vector{false, false, true, false});
    CHECK(here.sessions() + there.sessions() == 0);
}

TEST_CASE("a call whose media is lost ends with the reason, or is given a fresh path when asked for (RFC 3326 §2)") {
    for (const bool restart : {false, true}) {
        CAPTURE(restart);
        sipua::sim::World world(22);
        auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
        std::vector<bool> restarts;
        std::vector<std::string> reasons;
        play(world, [&]() -> asio::awaitable<void> {
            auto bob = bob_agent(there, [&](sipua::Invitation call) {
                sipua::SessionDelegate delegate;
                delegate.on_end = [&](const sipua::SessionEnd& end) {
                    if (end.message) reasons.emplace_back(end.message->raw(sipmsg::Header::reason).value_or(""));
                };
                call.set_delegate(std::move(delegate));
                asio::co_spawn(world.executor(), answer(std::move(call)), asio::detached);
            });
            std::weak_ptr<Restartable> last;
            auto options = restartable(restarts, last);
            options.restart_lost_media = restart;
            sipua::UserAgent alice(here, std::move(options));
            co_await bob.start();
            co_await alice.start();
            sipua::Inviter call(alice, "sip:bob@10.0.0.2");
            co_await call.invite();
            last.lock()->lose_media();
            co_await alice.sleep(1s);
            CHECK((call.state() == sipua::SessionState::established) == restart);
            if (!restart) co_return;
            world.network().partition(*siptxn::IpAddress::parse("10.0.0.1"), *siptxn::IpAddress::parse("10.0.0.2"));
            last.lock()->lose_media();
            co_await call.ended();  // the re-INVITE got no answer either
        });
        CHECK(restarts == (restart ? std::vector{false, true, true} : std::vector{false}));
        CHECK(reasons ==
              (restart ? std::vector<std::string>{} : std::vector<std::string>{"SIP;cause=408;text=\"Media lost\""}));
    }
}

TEST_CASE("both sides hold at once: glare is settled by 491 and both hold in the end (RFC 3261 §14.1)") {
    sipua::sim::World world(11);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::optional<sipua::Invitation> incoming;
    play(world, [&]() -> asio::awaitable<void> {
        auto bob = bob_agent(there, [&](sipua::Invitation call) {
            incoming.emplace(std::move(call));
            incoming->accept([](std::error_code) {});
        });
        auto alice = alice_agent(here);
        co_await bob.start();
        co_await alice.start();
        sipua::Inviter call(alice, "sip:bob@10.0.0.2");
        co_await call.invite();
        co_await alice.sleep(1s);
        std::optional<std::error_code> first, second;
        call.hold([&](std::error_code error) { first = error; });
        incoming->hold([&](std::error_code error) { second = error; });
        co_await alice.sleep(20s);
        CHECK(first == std::error_code());
        CHECK(second == std::error_code());
        CHECK(call.is_on_hold());
        CHECK(incoming->is_on_hold());
        CHECK(call.is_held_by_peer());
        CHECK(incoming->is_held_by_peer());
        co_await call.resume();
        CHECK(call.is_held_by_peer());
        CHECK_FALSE(incoming->is_held_by_peer());
        co_await call.bye();
    });
    CHECK(here.sessions() + there.sessions() == 0);
}
