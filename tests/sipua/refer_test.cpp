// SPDX-License-Identifier: MIT
#include "world_play.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <list>
#include <memory>
#include <optional>

using support::outcome;
using support::play;
using support::ScriptedServer;
using namespace std::chrono_literals;
using sipua::SessionState;

namespace {

/// An agent that answers every call and keeps it; what a call meets is decided by the test.
struct Phone {
    Phone(sipua::sim::World& world, const std::string& ip, const std::string& name, bool follows = false)
        : stack(world.stack(ip)), uri("sip:" + name + "@" + ip) {
        sipua::UserAgentOptions options{.uri = uri};
        options.follow_referrals = follows;
        options.delegate.on_invite = [this](sipua::Invitation call) {
            if (refuses) return call.reject(refuses);
            sipua::SessionDelegate delegate;
            delegate.on_notify = [this](sipua::Notification) { ++stray_notifies; };
            if (on_refer) delegate.on_refer = [this](sipua::Referral referral) { on_refer(std::move(referral)); };
            call.set_delegate(std::move(delegate));
            replacees.push_back(call.replacee());
            headers.push_back(std::make_shared<sipmsg::Message>(call.request()));
            calls.push_back(std::make_unique<sipua::Invitation>(std::move(call)));
            if (answers) calls.back()->accept([](std::error_code) {});
        };
        if (!follows) {
            options.delegate.on_refer = [this](sipua::Referral referral) {
                if (on_refer) on_refer(std::move(referral));
            };
        }
        agent.emplace(stack, std::move(options));
    }

    sipua::Stack stack;
    std::string uri;
    std::function<void(sipua::Referral)> on_refer;
    int refuses = 0;
    bool answers = true;
    int stray_notifies = 0;
    std::vector<std::string> replacees;
    std::vector<std::shared_ptr<sipmsg::Message>> headers;  ///< the INVITEs
    std::vector<std::unique_ptr<sipua::Invitation>> calls;
    std::optional<sipua::UserAgent> agent;
};

/// "100 180 200!": what on_progress heard, the last marked.
struct Progress {
    std::string heard;
    sipua::ReferOptions options() {
        sipua::ReferOptions options;
        options.on_progress = [this](int status, bool last) {
            heard += (heard.empty() ? "" : " ") + std::to_string(status) + (last ? "!" : "");
        };
        return options;
    }
};

/// The calls that Referrals asked for, kept.
struct Transferee {
    std::list<sipua::Inviter> calls;
    std::list<sipua::Referral> referrals;
    void take(sipua::Referral referral) {
        referral.accept();
        calls.push_back(referral.make_inviter());
        calls.back().invite([](std::error_code) {});
    }
};

}  // namespace

TEST_CASE("a blind transfer: REFER, its progress by NOTIFYs, and the call that comes of it (RFC 3515 §2.4, RFC 3892)") {
    sipua::sim::World world(1);
    Phone alice(world, "10.0.0.1", "alice"), bob(world, "10.0.0.2", "bob"), carol(world, "10.0.0.3", "carol");
    Transferee transferee;
    Progress progress;
    std::vector<std::string> notifies;
    bob.on_refer = [&](sipua::Referral referral) {
        CHECK(referral.refer_to() == "sip:carol@10.0.0.3;x=1");
        CHECK(referral.referred_by() == "<sip:alice@10.0.0.1>");
        CHECK(referral.replaces().empty());
        CHECK(referral.request().raw(sipmsg::Header::refer_to) == "<sip:carol@10.0.0.3;x=1>");
        CHECK(referral.request().has(sipmsg::Header::contact));
        CHECK(referral.request().raw(sipmsg::Header::allow)->find("NOTIFY") != std::string::npos);
        transferee.take(std::move(referral));
    };
    play(world, [&]() -> asio::awaitable<void> {
        for (auto* phone : {&alice, &bob, &carol}) co_await phone->agent->start();
        sipua::Inviter call(*alice.agent, bob.uri);
        co_await call.invite();
        auto options = progress.options();
        options.on_notify = [&](sipua::Notification notification) {
            notifies.emplace_back(*notification.request().raw(sipmsg::Header::subscription_state));
            CHECK(notification.request().raw(sipmsg::Header::event)->starts_with("refer;id="));
            CHECK(notification.request().raw(sipmsg::Header::content_type) == "message/sipfrag;version=2.0");
            notification.accept();
        };
        co_await call.refer("sip:carol@10.0.0.3;x=1", std::move(options), asio::use_awaitable);
        co_await alice.agent->sleep(1s);
        CHECK(carol.calls.size() == 1);
        CHECK(carol.headers[0]->raw(sipmsg::Header::referred_by) == "<sip:alice@10.0.0.1>");
        CHECK(transferee.calls.front().state() == SessionState::established);
        CHECK(call.state() == SessionState::established);  // the transferor hangs up when it wants to
        co_await call.bye();
        for (auto* phone : {&bob, &alice, &carol}) co_await phone->agent->stop();
    });
    CHECK(progress.heard == "100 180 200!");
    CHECK(notifies ==
          std::vector<std::string>{"active;expires=180", "active;expires=180", "terminated;reason=noresource"});
}

TEST_CASE("a transfer to somebody who refuses tells so, and the first call goes on (RFC 3515 §2.4.5)") {
    sipua::sim::World world(2);
    Phone alice(world, "10.0.0.1", "alice"), bob(world, "10.0.0.2", "bob"), carol(world, "10.0.0.3", "carol");
    Transferee transferee;
    Progress progress;
    bob.on_refer = [&](sipua::Referral referral) { transferee.take(std::move(referral)); };
    carol.refuses = 486;
    play(world, [&]() -> asio::awaitable<void> {
        for (auto* phone : {&alice, &bob, &carol}) co_await phone->agent->start();
        sipua::Inviter call(*alice.agent, bob.uri);
        co_await call.invite();
        co_await call.refer(carol.uri, progress.options(), asio::use_awaitable);
        co_await alice.agent->sleep(1s);
        CHECK(progress.heard == "100 180 486!");
        co_await call.bye();
    });
}

TEST_CASE("a REFER may be refused, reported on by hand, or dropped; each REFER hears its own (RFC 3515 §2.4.6)") {
    sipua::sim::World world(3);
    Phone alice(world, "10.0.0.1", "alice"), bob(world, "10.0.0.2", "bob");
    Progress first, second, third;
    std::list<sipua::Referral> kept;
    int refers = 0;
    bob.on_refer = [&](sipua::Referral referral) {
        if (++refers == 1) return referral.reject(603);
        referral.accept();
        CHECK_THROWS_AS(referral.accept(), std::logic_error);
        if (refers == 2 || refers == 3) return kept.push_back(std::move(referral));
        // The fourth is dropped here.
    };
    play(world, [&]() -> asio::awaitable<void> {
        co_await alice.agent->start();
        co_await bob.agent->start();
        sipua::Inviter call(*alice.agent, bob.uri);
        CHECK(co_await outcome([&] { return call.refer("sip:x@10.0.0.9"); }) == sipua::Errc::invalid_state);
        co_await call.invite();
        CHECK(co_await outcome([&] { return call.refer("sip:x@10.0.0.9"); }) == sipua::sip_error(603));
        co_await call.refer("http://example.com/", first.options(), asio::use_awaitable);
        co_await call.refer("sip:x@10.0.0.9", second.options(), asio::use_awaitable);
        CHECK_THROWS_AS((void)kept.front().make_inviter(), std::invalid_argument);
        kept.back().report(183);
        kept.front().report(200, "Fetched");
        kept.back().report(404);
        kept.back().report(200);  // nothing follows the last
        co_await alice.agent->sleep(1s);
        co_await call.refer("sip:x@10.0.0.9", third.options(), asio::use_awaitable);
        co_await alice.agent->sleep(1s);
        co_await call.bye();
    });
    CHECK(first.heard == "100 200!");
    CHECK(second.heard == "100 183 404!");
    CHECK(third.heard == "100 603!");
}

TEST_CASE("other NOTIFYs of the session go to its delegate, and a strange REFER's get 481 (RFC 3515 §2.4.4)") {
    sipua::sim::World world(4);
    Phone alice(world, "10.0.0.1", "alice"), bob(world, "10.0.0.2", "bob");
    Progress progress;
    std::list<sipua::Referral> kept;
    bob.on_refer = [&](sipua::Referral referral) {
        referral.accept();
        kept.push_back(std::move(referral));
    };
    int others = 0;
    play(world, [&]() -> asio::awaitable<void> {
        co_await alice.agent->start();
        co_await bob.agent->start();
        sipua::InviterOptions options;
        options.delegate.on_notify = [&](sipua::Notification) { ++others; };
        sipua::Inviter call(*alice.agent, bob.uri, std::move(options));
        co_await call.invite();
        co_await call.refer("sip:x@10.0.0.9", progress.options(), asio::use_awaitable);
        co_await alice.agent->sleep(100ms);
        sipua::Body empty;
        sipua::Session& theirs = *bob.calls.at(0);
        CHECK(co_await outcome([&] { return theirs.request("NOTIFY", empty); }) == sipua::sip_error(489));
        CHECK(others == 0);
        CHECK(progress.heard == "100");
        co_await call.bye();
    });
}

TEST_CASE("no NOTIFYs come of a REFER that wants none (RFC 4488 §4)") {
    sipua::sim::World world(5);
    Phone alice(world, "10.0.0.1", "alice"), bob(world, "10.0.0.2", "bob"), carol(world, "10.0.0.3", "carol");
    Transferee transferee;
    Progress progress;
    bob.on_refer = [&](sipua::Referral referral) { transferee.take(std::move(referral)); };
    play(world, [&]() -> asio::awaitable<void> {
        for (auto* phone : {&alice, &bob, &carol}) co_await phone->agent->start();
        sipua::Inviter call(*alice.agent, bob.uri);
        co_await call.invite();
        auto options = progress.options();
        options.subscription = false;
        co_await call.refer(carol.uri, std::move(options), asio::use_awaitable);
        co_await alice.agent->sleep(1s);
        CHECK(carol.calls.size() == 1);
        auto required = progress.options();
        required.headers.emplace_back("Require", "nosub");  // RFC 7614
        co_await call.refer(carol.uri, std::move(required), asio::use_awaitable);
        co_await alice.agent->sleep(1s);
        CHECK(carol.calls.size() == 2);
        CHECK(progress.heard.empty());
        auto explicitly = progress.options();
        explicitly.headers.emplace_back("Require", "explicitsub");
        auto refused =
            co_await outcome([&] { return call.refer(carol.uri, std::move(explicitly), asio::use_awaitable); });
        CHECK(refused == sipua::sip_error(420));
        co_await call.bye();
        for (auto* phone : {&bob, &alice, &carol}) co_await phone->agent->stop();
    });
}

TEST_CASE("an attended transfer replaces the consultation, with the right tags (RFC 3891 §3, RFC 5589 §7)") {
    sipua::sim::World world(6);
    Phone alice(world, "10.0.0.1", "alice"), bob(world, "10.0.0.2", "bob"), carol(world, "10.0.0.3", "carol");
    Transferee transferee;
    Progress progress;
    bob.on_refer = [&](sipua::Referral referral) {
        CHECK(referral.replaces().find(";to-tag=") != std::string::npos);
        CHECK(referral.refer_to().find('?') == std::string::npos);
        transferee.take(std::move(referral));
    };
    play(world, [&]() -> asio::awaitable<void> {
        for (auto* phone : {&alice, &bob, &carol}) co_await phone->agent->start();
        sipua::Inviter call(*alice.agent, bob.uri), consultation(*alice.agent, carol.uri);
        co_await call.invite();
        CHECK(co_await outcome([&] { return call.refer(consultation); }) == sipua::Errc::invalid_state);
        co_await consultation.invite();
        CHECK(co_await outcome([&] { return call.refer(call); }) == sipua::Errc::invalid_state);
        co_await call.refer(consultation, progress.options(), asio::use_awaitable);
        co_await consultation.ended();
        CHECK(consultation.end()->cause == sipdialog::EndCause::remote_bye);
        co_await alice.agent->sleep(1s);
        CHECK(progress.heard == "100 180 200!");
        REQUIRE(carol.calls.size() == 2);
        CHECK(carol.replacees[0].empty());
        CHECK(carol.replacees[1] == carol.calls[0]->id());
        CHECK(carol.calls[0]->state() == SessionState::terminated);
        CHECK(carol.calls[1]->state() == SessionState::established);
        co_await call.bye();
        for (auto* phone : {&bob, &alice, &carol}) co_await phone->agent->stop();
    });
}

TEST_CASE("an INVITE that replaces our early call is taken in its place, and that one cancelled (RFC 3891 §3)") {
    sipua::sim::World world(7);
    Phone alice(world, "10.0.0.1", "alice"), bob(world, "10.0.0.2", "bob"), carol(world, "10.0.0.3", "carol");
    bob.answers = false;  // rings
    play(world, [&]() -> asio::awaitable<void> {
        for (auto* phone : {&alice, &bob, &carol}) co_await phone->agent->start();
        sipua::InviterOptions ringing;
        std::string tag;
        ringing.delegate.on_progress = [&](const sipmsg::Message& response) {
            tag = *response.top<sipmsg::To>()->tag();
        };
        sipua::Inviter call(*alice.agent, bob.uri, std::move(ringing));
        call.invite([](std::error_code) {});
        co_await alice.agent->sleep(1s);
        const auto& invite = *bob.headers.at(0);
        auto dialog = std::string(*invite.raw(sipmsg::Header::call_id)) +
                      ";to-tag=" + std::string(*invite.top<sipmsg::From>()->tag());
        sipua::InviterOptions options;
        options.headers.emplace_back("Replaces", dialog + ";from-tag=" + tag + ";early-only");
        sipua::Inviter pickup(*carol.agent, alice.uri, std::move(options));
        co_await pickup.invite();
        co_await call.ended();
        CHECK(call.end()->cause == sipdialog::EndCause::canceled);
        CHECK(bob.calls[0]->state() == SessionState::terminated);
        CHECK(alice.replacees.at(0) == call.id());
        co_await pickup.bye();
    });
}

TEST_CASE("what Replaces cannot take is refused and changes nothing (RFC 3891 §3)") {
    sipua::sim::World world(8);
    Phone alice(world, "10.0.0.1", "alice"), bob(world, "10.0.0.2", "bob"), carol(world, "10.0.0.3", "carol");
    play(world, [&]() -> asio::awaitable<void> {
        for (auto* phone : {&alice, &bob, &carol}) co_await phone->agent->start();
        sipua::Inviter call(*alice.agent, bob.uri);
        co_await call.invite();
        auto refused = [&](std::string replaces) -> asio::awaitable<std::error_code> {
            sipua::InviterOptions options;
            options.headers.emplace_back("Replaces", std::move(replaces));
            sipua::Inviter other(*carol.agent, bob.uri, std::move(options));
            co_return co_await outcome([&] { return other.invite(); });
        };
        auto dialog = call.call_id() + ";from-tag=" + std::string(*bob.headers[0]->top<sipmsg::From>()->tag()) +
                      ";to-tag=" + std::string(*call.response()->top<sipmsg::To>()->tag());
        CHECK(co_await refused("nothing;to-tag=1;from-tag=2") == sipua::sip_error(481));
        CHECK(co_await refused("nothing") == sipua::sip_error(400));
        CHECK(co_await refused(dialog + ";early-only") == sipua::sip_error(486));
        CHECK(bob.calls.size() == 1);
        CHECK(call.state() == SessionState::established);
        CHECK(co_await refused(dialog) == std::error_code());
        co_await call.ended();
    });
}

TEST_CASE(
    "click to call: a REFER outside any dialog, followed without a delegate when the agent is told to (RFC 3515)") {
    sipua::sim::World world(9);
    Phone alice(world, "10.0.0.1", "alice"), bob(world, "10.0.0.2", "bob", true), carol(world, "10.0.0.3", "carol");
    Progress progress;
    play(world, [&]() -> asio::awaitable<void> {
        for (auto* phone : {&alice, &bob, &carol}) co_await phone->agent->start();
        sipua::Referrer referrer(*alice.agent, bob.uri, carol.uri, progress.options());
        co_await referrer.refer();
        CHECK(referrer.response()->status() == 202);
        co_await referrer.ended();
        CHECK(referrer.progress() == 200);
        CHECK(carol.calls.size() == 1);
        CHECK(co_await outcome([&] { return referrer.refer(); }) == sipua::Errc::invalid_state);
        auto silent = progress.options();
        silent.subscription = false;
        sipua::Referrer quiet(*alice.agent, bob.uri, carol.uri, std::move(silent));
        co_await quiet.refer();
        CHECK(quiet.response()->raw(sipmsg::Header::refer_sub) == "false");
        co_await quiet.ended();
        sipua::Referrer nobody(*alice.agent, carol.uri, bob.uri);
        CHECK(co_await outcome([&] { return nobody.refer(); }) == sipua::sip_error(480));
        CHECK_THROWS_AS(sipua::Referrer(*alice.agent, bob.uri, "no uri"), std::invalid_argument);
        sipua::Referrer web(*alice.agent, bob.uri, "http://example.com/"),
            hangup(*alice.agent, bob.uri, carol.uri + ";method=BYE");
        CHECK(co_await outcome([&] { return web.refer(); }) == sipua::sip_error(416));
        CHECK(co_await outcome([&] { return hangup.refer(); }) == sipua::sip_error(603));
        co_await alice.agent->sleep(1s);
        CHECK(carol.calls.size() == 2);
        for (auto& call : carol.calls) co_await call->bye();
        for (auto* phone : {&alice, &bob, &carol}) co_await phone->agent->stop();
    });
    CHECK(progress.heard == "100 180 200!");
}

TEST_CASE("what a REFER would write into our INVITE is one line a header, and no call is made of what is none") {
    sipua::sim::World world(1);
    Phone bob(world, "10.0.0.2", "bob", true), carol(world, "10.0.0.3", "carol");
    ScriptedServer eve(world, "10.0.0.1", [](const sipmsg::Message&) { return ScriptedServer::Answer{}; });
    auto refer = [&](const std::string& id, const std::string& refer_to) {
        auto request = sipmsg::Message::parse(
            "REFER sip:bob@10.0.0.2 SIP/2.0\r\nFrom: <sip:eve@10.0.0.1>;tag=1\r\n"
            "To: <sip:bob@10.0.0.2>\r\nCall-ID: " +
            id +
            "\r\nCSeq: 1 REFER\r\n"
            "Contact: <sip:eve@10.0.0.1>\r\nReferred-By: <sip:eve@10.0.0.1>\r\n ;x=1\r\n"
            "Refer-To: " +
            refer_to + "\r\n\r\n");
        REQUIRE(request);
        eve.send(*std::move(request));
    };
    play(world, [&]() -> asio::awaitable<void> {
        for (auto* phone : {&bob, &carol}) co_await phone->agent->start();
        refer("a", "<tel:+15551234>");
        co_await bob.agent->sleep(1s);
        refer("b", "<sip:carol@10.0.0.3?Replaces=a%0D%0AEvil:%201%3Bto-tag%3D1%3Bfrom-tag%3D2>");
        co_await bob.agent->sleep(1s);
        refer("c", "<sip:carol@10.0.0.3>");
        co_await bob.agent->sleep(40s);
        for (auto* phone : {&bob, &carol}) co_await phone->agent->stop();
    });
    std::vector<int> statuses;
    for (const auto& response : eve.responses) statuses.push_back(response->status());
    CHECK(statuses == std::vector<int>{416, 202, 202});
    REQUIRE(carol.headers.size() == 1);  // the Replaces that was none got 400
    CHECK(carol.headers[0]->raw(sipmsg::Header::referred_by) == "<sip:eve@10.0.0.1> ;x=1");
}
