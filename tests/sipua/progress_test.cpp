// SPDX-License-Identifier: MIT
// Provisional responses, reliable and not, and early media, as applications see them.
#include "world_play.hpp"

#include <sipua/signaling_only.hpp>

using namespace std::chrono_literals;
using sipua::SipExtension;
using support::outcome;
using support::play;

namespace {

/// Alice calls Bob, who answers by `bob`; both with their own policy.
struct Call {
    SipExtension alice_policy = SipExtension::supported;
    SipExtension bob_policy = SipExtension::supported;
    sipua::InviterOptions options = {};
    std::function<asio::awaitable<void>(sipua::Invitation&)> bob =
        [](sipua::Invitation& call) -> asio::awaitable<void> { co_await call.accept(); };

    std::vector<std::string> ladder = {};  ///< what reached Alice or left her
    std::error_code invited = {};
    sipmsg::MessagePtr refusal = {};

    void run(std::function<asio::awaitable<void>(sipua::Inviter&)> alice =
                 [](sipua::Inviter& call) -> asio::awaitable<void> { co_await call.bye(); }) {
        sipua::sim::World world(1);
        auto there = world.stack("10.0.0.2");
        sipua::StackOptions stack{.tracer = [this](const siptxn::TraceMessage& message) {
            auto view = sipmsg::parse(message.octets);
            REQUIRE(view);
            auto what = view->is_request() ? std::string(view->method_text()) : std::to_string(view->status());
            if (view->has(sipmsg::Header::rseq)) what += "r";
            if (!view->body().empty()) what += "+";
            ladder.push_back(what);
        }};
        auto here = world.stack("10.0.0.1", stack);
        play(world, [&]() -> asio::awaitable<void> {
            sipua::UserAgentOptions bobs{.uri = "sip:bob@10.0.0.2", .sip_extension_100rel = bob_policy};
            bobs.delegate.on_invite = [&](sipua::Invitation call) {
                asio::co_spawn(world.executor(), serve(std::move(call)), asio::detached);
            };
            sipua::UserAgent callee(there, std::move(bobs));
            sipua::UserAgentOptions alices{.uri = "sip:alice@10.0.0.1", .sip_extension_100rel = alice_policy};
            sipua::UserAgent caller(here, std::move(alices));
            co_await callee.start();
            co_await caller.start();
            sipua::Inviter call(caller, "sip:bob@10.0.0.2", std::move(options));
            invited = co_await outcome([&] { return call.invite(); });
            refusal = call.response();
            if (!invited) co_await alice(call);
            co_await caller.stop();
            co_await callee.stop();
        });
    }
    [[nodiscard]] std::string story() const {
        std::string text;
        for (const auto& line : ladder) text += (text.empty() ? "" : " ") + line;
        return text;
    }

private:
    asio::awaitable<void> serve(sipua::Invitation call) {
        co_await bob(call);
        co_await call.ended();
    }
};

// Bob gives a provisional response, waits until it is done with, and accepts.
auto progressing(int status, bool rel100) {
    return [status, rel100](sipua::Invitation& call) -> asio::awaitable<void> {
        sipua::InvitationProgressOptions options{.status = status, .rel100 = rel100};
        co_await call.progress(std::move(options));
        co_await call.accept();
    };
}

asio::awaitable<void> ring_in_vain(sipua::Invitation call, std::error_code& failure) {
    sipua::InvitationProgressOptions options{.status = 183, .rel100 = true};
    failure = co_await outcome([&] { return call.progress(options); });
}

}  // namespace

TEST_CASE("a reliable 183 carries the answer, is acknowledged, and the 200 need not repeat it (RFC 3262 §5)") {
    Call call{.bob = progressing(183, true)};
    call.run();
    CHECK_FALSE(call.invited);
    CHECK(call.story() == "INVITE+ 180 183r+ PRACK 200 200 ACK BYE 200");
}

TEST_CASE("who can do what decides how a provisional response goes (RFC 3262 §3)") {
    using enum SipExtension;
    struct Case {
        SipExtension alice, bob;
        bool wanted;
        int status;
        const char* story;
    };
    for (auto [alice, bob, wanted, status, story] : {
             Case{unsupported, supported,   true,  180, "INVITE+ 180 180 200+ ACK BYE 200"           },
             {unsupported, supported,   true,  183, "INVITE+ 180 183+ 200+ ACK BYE 200"          },
             {supported,   supported,   false, 180, "INVITE+ 180 180 200+ ACK BYE 200"           },
             {supported,   supported,   false, 183, "INVITE+ 180 183+ 200+ ACK BYE 200"          },
             {supported,   unsupported, true,  183, "INVITE+ 180 183+ 200+ ACK BYE 200"          },
             {supported,   supported,   true,  180, "INVITE+ 180 180r+ PRACK 200 200 ACK BYE 200"},
             {supported,   required,    false, 180, "INVITE+ 180r+ PRACK 200 200 ACK BYE 200"    },
             {required,    supported,   false, 180, "INVITE+ 180r+ PRACK 200 200 ACK BYE 200"    },
    }) {
        Call call{.alice_policy = alice, .bob_policy = bob, .bob = progressing(status, wanted)};
        call.run();
        CHECK(call.story() == story);
    }
}

TEST_CASE("who requires 100rel of one that has it not is refused: 420 and 421 (RFC 3261 §8.2.2.3, §21.4.15)") {
    Call call{.alice_policy = SipExtension::required, .bob_policy = SipExtension::unsupported};
    call.run();
    CHECK(call.invited == sipua::sip_error(420));
    CHECK(*call.refusal->raw(sipmsg::Header::unsupported) == "100rel");
    Call other{.alice_policy = SipExtension::unsupported, .bob_policy = SipExtension::required};
    other.run();
    CHECK(other.invited == sipua::sip_error(421));
    CHECK(*other.refusal->raw(sipmsg::Header::require) == "100rel");
}

TEST_CASE(
    "a call without offer gets it in a reliable 183, answers in the PRACK, and keeps that handler (RFC 3262 §5)") {
    Call call{.options = {.without_sdp = true}, .bob = progressing(183, true)};
    const sipua::SessionDescriptionHandler* handler = nullptr;
    call.run([&](sipua::Inviter& inviter) -> asio::awaitable<void> {
        handler = inviter.session_description_handler();
        co_await inviter.hold();
        co_await inviter.bye();
    });
    CHECK(handler != nullptr);
    CHECK(call.story() == "INVITE 180 183r+ PRACK+ 200 200 ACK INVITE+ 200+ ACK BYE 200");
}

TEST_CASE("one provisional response at a time; accept waits for the PRACK of the last (RFC 3262 §3)") {
    std::error_code second;
    Call call{.bob = [&](sipua::Invitation& invitation) -> asio::awaitable<void> {
        sipua::InvitationProgressOptions options{.status = 183, .rel100 = true};
        invitation.progress(options, [](std::error_code) {});
        second = co_await outcome([&] { return invitation.progress(options); });
        co_await invitation.accept();
    }};
    call.run();
    CHECK(second == sipua::Errc::request_pending);
    CHECK(call.story() == "INVITE+ 180 183r+ PRACK 200 200 ACK BYE 200");
}

TEST_CASE("early media: the answer of a 183 is applied before the call is answered (RFC 3261 §13.2.1)") {
    for (bool early : {true, false}) {
        int applied = 0, applied_early = 0;
        sipua::InviterOptions options{.early_media = early};
        auto plain = sipua::signaling_only();
        struct Counting : sipua::SessionDescriptionHandler {
            std::shared_ptr<sipua::SessionDescriptionHandler> inner;
            int* applied = nullptr;
            void get_description(const sipua::DescriptionOptions& o, DescriptionCompletion done) override {
                inner->get_description(o, std::move(done));
            }
            void set_description(const sipua::Body& remote, const sipua::DescriptionOptions& o,
                                 Completion done) override {
                ++*applied;
                inner->set_description(remote, o, std::move(done));
            }
            [[nodiscard]] bool has_description(std::string_view type) const override {
                return inner->has_description(type);
            }
            void rollback() override { inner->rollback(); }
            void close() override { inner->close(); }
        };
        options.media = [&](const sipua::SessionContext& context) {
            auto handler = std::make_shared<Counting>();
            handler->inner = plain(context);
            handler->applied = &applied;
            return handler;
        };
        options.delegate.on_progress = [&](const sipmsg::Message&) { applied_early = applied; };  // the last: 180
        Call call{.options = std::move(options)};
        call.bob = [&](sipua::Invitation& invitation) -> asio::awaitable<void> {
            sipua::InvitationProgressOptions wish{.status = 183};
            co_await invitation.progress(std::move(wish));
            sipua::InvitationProgressOptions again{.status = 180};
            co_await invitation.progress(std::move(again));
            co_await invitation.accept();
        };
        call.run();
        CHECK(applied_early == (early ? 1 : 0));
        CHECK(applied == 1);
    }
}

TEST_CASE("a caller that never acknowledges: progress fails with 504 after 64*T1, and so does the call (RFC 3262 §3)") {
    sipua::sim::World world(1);
    auto there = world.stack("10.0.0.2"), here = world.stack("10.0.0.1");
    std::error_code failure;
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentOptions bobs{.uri = "sip:bob@10.0.0.2"};
        bobs.delegate.on_invite = [&](sipua::Invitation call) {
            // From now on nothing of Alice arrives.
            world.network().partition(*siptxn::IpAddress::parse("10.0.0.1"), *siptxn::IpAddress::parse("10.0.0.2"));
            asio::co_spawn(world.executor(), ring_in_vain(std::move(call), failure), asio::detached);
        };
        sipua::UserAgent callee(there, std::move(bobs));
        sipua::UserAgent caller(here, {.uri = "sip:alice@10.0.0.1"});
        co_await callee.start();
        co_await caller.start();
        sipua::Inviter call(caller, "sip:bob@10.0.0.2");
        co_await outcome([&] { return call.invite(); });
        co_await callee.sleep(10s);
    });
    CHECK(failure == sipua::sip_error(504));
}

TEST_CASE("the Expires of an INVITE that nobody answers in time is its end, with 487 (RFC 3261 §13.3.1)") {
    Call call{.options = {.headers = {{"Expires", "5"}}},
              .bob = [](sipua::Invitation&) -> asio::awaitable<void> { co_return; }};
    call.run();
    CHECK(call.invited == sipua::sip_error(487));
}

TEST_CASE("UPDATE re-offers in a call, and before it is answered (RFC 3311)") {
    std::error_code too_early, early, late;
    Call call{.options = {.early_media = true}};
    call.bob = [&](sipua::Invitation& invitation) -> asio::awaitable<void> {
        too_early = co_await outcome([&] { return invitation.update(); });
        sipua::InvitationProgressOptions options{.status = 183, .rel100 = true};
        co_await invitation.progress(std::move(options));
        early = co_await outcome([&] { return invitation.update(); });
        co_await invitation.accept();
    };
    call.run([&](sipua::Inviter& inviter) -> asio::awaitable<void> {
        late = co_await outcome([&] { return inviter.update(); });
        co_await inviter.bye();
    });
    CHECK(too_early == sipua::Errc::request_pending);
    CHECK_FALSE(early);
    CHECK_FALSE(late);
    CHECK(call.story() == "INVITE+ 180 183r+ PRACK 200 UPDATE+ 200+ 200 ACK UPDATE+ 200+ BYE 200");
}

TEST_CASE("the PRACK of the first answer carries the next offer when the caller wants that (RFC 3262 §5)") {
    Call call{
        .options = {.early_media = true, .offer_in_prack = true}
    };
    call.bob = [&](sipua::Invitation& invitation) -> asio::awaitable<void> {
        sipua::InvitationProgressOptions options{.status = 183, .rel100 = true};
        co_await invitation.progress(std::move(options));
        co_await invitation.accept();
    };
    call.run();
    CHECK_FALSE(call.invited);
    CHECK(call.story() == "INVITE+ 180 183r+ PRACK+ 200+ 200 ACK BYE 200");
}

TEST_CASE("a session with a timer is refreshed for hours, and ends by itself when the peer is gone (RFC 4028 §10)") {
    sipua::sim::World world(1);
    sipua::StackOptions timed{.session_timer = {.expires = 600s}};
    auto here = world.stack("10.0.0.1", timed), there = world.stack("10.0.0.2");
    std::optional<sipua::SessionEnd> bobs_end;
    play(
        world,
        [&]() -> asio::awaitable<void> {
            sipua::UserAgentOptions bobs{.uri = "sip:bob@10.0.0.2"};
            std::optional<sipua::Invitation> taken;
            bobs.delegate.on_invite = [&](sipua::Invitation call) {
                sipua::SessionDelegate delegate;
                delegate.on_end = [&](const sipua::SessionEnd& end) { bobs_end = end; };
                call.set_delegate(std::move(delegate));
                taken.emplace(std::move(call));
                taken->accept([](std::error_code) {});
            };
            sipua::UserAgent callee(there, std::move(bobs));
            sipua::UserAgent caller(here, {.uri = "sip:alice@10.0.0.1"});
            co_await callee.start();
            co_await caller.start();
            sipua::Inviter call(caller, "sip:bob@10.0.0.2");
            co_await call.invite();
            co_await caller.sleep(3h);
            CHECK(call.state() == sipua::SessionState::established);
            CHECK_FALSE(bobs_end);
            world.network().partition(*siptxn::IpAddress::parse("10.0.0.1"), *siptxn::IpAddress::parse("10.0.0.2"));
            co_await callee.sleep(700s);
            CHECK(call.state() == sipua::SessionState::terminated);
        },
        5h);
    REQUIRE(bobs_end);
    CHECK(bobs_end->cause == sipdialog::EndCause::expired);
}

TEST_CASE("a cancelled call tells the callee why, when it is given (RFC 3326 §2)") {
    std::string reason;
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentOptions bobs{.uri = "sip:bob@10.0.0.2"};
        std::optional<sipua::Invitation> taken;
        bobs.delegate.on_invite = [&](sipua::Invitation call) {
            sipua::SessionDelegate delegate;
            delegate.on_end = [&](const sipua::SessionEnd& end) {
                if (end.message) reason = end.message->raw(sipmsg::Header::reason).value_or("");
            };
            call.set_delegate(std::move(delegate));
            taken.emplace(std::move(call));
        };
        sipua::UserAgent callee(there, std::move(bobs));
        sipua::UserAgent caller(here, {.uri = "sip:alice@10.0.0.1"});
        co_await callee.start();
        co_await caller.start();
        sipua::Inviter call(caller, "sip:bob@10.0.0.2");
        sipua::Timer later(caller, 1s, [&] { call.cancel("SIP;cause=200;text=\"Call completed elsewhere\""); });
        auto error = co_await outcome([&] { return call.invite(); });
        CHECK(error == sipua::sip_error(487));
        co_await caller.sleep(1s);
    });
    CHECK(reason == "SIP;cause=200;text=\"Call completed elsewhere\"");
}
