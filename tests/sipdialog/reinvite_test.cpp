// SPDX-License-Identifier: MIT
#include "driver.hpp"

using namespace sipdialog;
using namespace sipdialog::testing;

namespace {

struct Sent {
    SendRequest request;
    ClientId transaction;
};

// Our re-INVITE with the offer "hold" on its way.
Sent start_reinvite(Driver& d, SessionId session) {
    REQUIRE(d.layer.reinvite(session, d.now));
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::offer);
    CHECK_FALSE(wanted.initial);
    CHECK(wanted.ours);
    d.layer.described(wanted.id, sdp("hold"), d.now);
    auto [request, transaction] = d.take_request();
    return {std::move(request), transaction};
}

}  // namespace

TEST_CASE(
    "a re-INVITE offers, is acknowledged and applied, and its 2xx refreshes the target (RFC 3261 §14.1, §12.2.1.2)") {
    Driver d;
    auto call = d.confirmed_call();
    auto re = start_reinvite(d, call.session);
    CHECK(re.request.request.body() == "hold");
    CHECK(cseq_of(re.request.request) == cseq_of(call.invite.request) + 1);
    CHECK(re.request.options.contact);
    CHECK_FALSE(d.layer.reinvite(call.session, d.now));
    auto ok = reply_to(re.request.request, 200, {.contact = "<sip:moved@192.0.2.8>", .body = sdp("held")});
    d.answer(re.transaction, ok);
    auto ack = d.take<SendAck>();
    CHECK(cseq_of(ack.request) == cseq_of(re.request.request));
    CHECK(ack.request.request_uri_text() == "sip:moved@192.0.2.8");
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::apply);
    d.answer(re.transaction, ok);
    CHECK(d.take<SendAck>().request.octets() == ack.request.octets());
    CHECK(d.quiet());
    d.layer.described(wanted.id, Body{}, d.now);
    CHECK(d.take<Reinvited>().status == 200);
    CHECK(d.layer.identity(call.session)->remote_target == "sip:moved@192.0.2.8");
    CHECK(d.quiet());
}

TEST_CASE("a re-INVITE without offer answers in its ACK (RFC 3261 §14.1)") {
    Driver d;
    auto call = d.confirmed_call();
    REQUIRE(d.layer.reinvite(call.session, d.now, {}, true));
    auto [request, transaction] = d.take_request();
    CHECK(request.request.body().empty());
    d.answer(transaction, reply_to(request.request, 200, {.body = sdp("their offer")}));
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::answer);
    d.answer(transaction, reply_to(request.request, 200, {.body = sdp("their offer")}));
    CHECK(d.quiet());
    d.layer.described(wanted.id, sdp("our answer"), d.now);
    CHECK(d.take<SendAck>().request.body() == "our answer");
    CHECK(d.take<Reinvited>().status == 200);
}

TEST_CASE("a refused re-INVITE is rolled back and the session goes on (RFC 3261 §14.1)") {
    Driver d;
    auto call = d.confirmed_call();
    auto re = start_reinvite(d, call.session);
    d.answer(re.transaction, reply_to(re.request.request, 488));
    d.take<Rollback>();
    auto result = d.take<Reinvited>();
    CHECK(result.status == 488);
    CHECK(result.response->status() == 488);
    CHECK(d.quiet());
    start_reinvite(d, call.session);
}

TEST_CASE("408 or 481 to a re-INVITE ends the session too (RFC 3261 §14.1)") {
    for (int status : {481, 408}) {
        Driver d;
        auto call = d.confirmed_call();
        auto re = start_reinvite(d, call.session);
        if (status == 481) {
            d.answer(re.transaction, reply_to(re.request.request, 481));
        } else {
            d.fail(re.transaction);
        }
        d.take<Rollback>();
        CHECK(d.take<Reinvited>().status == status);
        CHECK(d.take<SendRequest>().request.method() == sipmsg::Method::bye);
        CHECK(d.take<Ended>().cause == EndCause::dialog_gone);
    }
}

TEST_CASE("an answer that is missing or unusable ends the session: ACK, then BYE with Reason (RFC 3261 §14.1)") {
    for (int status : {400, 488}) {
        Driver d;
        auto call = d.confirmed_call();
        auto re = start_reinvite(d, call.session);
        d.answer(re.transaction, reply_to(re.request.request, 200, {.body = status == 400 ? Body{} : sdp("bad")}));
        d.take<SendAck>();
        if (status == 488) d.layer.described(d.take<DescriptionWanted>().id, std::unexpected(488), d.now);
        CHECK(d.take<Reinvited>().status == status);
        auto [bye, hangup] = d.take_request();
        CHECK(bye.request.raw(Header::reason)->starts_with("SIP;cause=" + std::to_string(status)));
        d.answer(hangup, reply_to(bye.request, 200));
        CHECK(d.take<Ended>().cause == EndCause::media_failed);
    }
}

TEST_CASE("an offer that cannot be made leaves the session as it was") {
    Driver d;
    auto call = d.confirmed_call();
    REQUIRE(d.layer.reinvite(call.session, d.now));
    d.layer.described(d.take<DescriptionWanted>().id, std::unexpected(500), d.now);
    CHECK(d.take<Reinvited>().status == 500);
    CHECK(d.quiet());
    CHECK(d.layer.reinvite(call.session, d.now));
}

TEST_CASE(
    "491 is retried once: the owner of the Call-ID after 2.1 to 4 s, the other after 0 to 2 s, in steps of 10 ms (RFC "
    "3261 §14.1)") {
    for (bool owner : {true, false}) {
        for (int round = 0; round < 20; ++round) {
            Driver d;
            // Different numbers in each round.
            for (int i = 0; i < round; ++i) d.layer.invite(Driver::call(), d.now);
            d.drain();
            auto session = owner ? d.confirmed_call().session : d.confirmed_incoming().session;
            auto re = start_reinvite(d, session);
            d.answer(re.transaction, reply_to(re.request.request, 491));
            d.take<Rollback>();
            CHECK(d.quiet());
            CHECK_FALSE(d.layer.reinvite(session, d.now));
            auto wait = *d.layer.next_expiry() - d.now;
            CHECK(wait >= (owner ? 2100ms : 0ms));
            CHECK(wait <= (owner ? 4000ms : 2000ms));
            CHECK(wait % 10ms == 0ms);
            d.step();
            d.layer.described(d.take<DescriptionWanted>().id, sdp("hold again"), d.now);
            auto [second, transaction] = d.take_request();
            CHECK(second.request.body() == "hold again");
            CHECK(cseq_of(second.request) == cseq_of(re.request.request) + 1);
            d.answer(transaction, reply_to(second.request, 491));
            d.take<Rollback>();
            CHECK(d.take<Reinvited>().status == 491);
            CHECK(d.quiet());
        }
    }
}

TEST_CASE("the peer's re-INVITE is welcome during our back-off, and ours waits until it is over (RFC 3261 §14.1)") {
    Driver d;
    auto call = d.confirmed_incoming();
    auto re = start_reinvite(d, call.session);
    d.answer(re.transaction, reply_to(re.request.request, 491));
    d.take<Rollback>();
    d.receive(incoming({.to_tag = call.tag, .cseq = 2, .body = sdp("their hold")}));
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::answer);
    d.advance(2s);
    CHECK(d.quiet());
    CHECK_FALSE(d.layer.next_expiry());
    d.layer.described(wanted.id, sdp("held"), d.now);
    CHECK(d.take<Respond>().response.status() == 200);
    CHECK(d.take<PeerReinvited>().status == 200);
    CHECK(d.quiet());
    d.receive_ack(incoming({.method = "ACK", .to_tag = call.tag, .cseq = 2}));
    d.take<Acknowledged>();
    CHECK(d.take<DescriptionWanted>().kind == DescriptionKind::offer);
}

TEST_CASE("a re-INVITE of ours waits for the ACK of our 2xx (RFC 3261 §14.1)") {
    Driver d;
    auto called = d.accepted_call();
    CHECK(d.layer.reinvite(called.session, d.now));
    CHECK_FALSE(d.layer.reinvite(called.session, d.now));
    CHECK(d.quiet());
    d.receive_ack(incoming({.method = "ACK", .to_tag = called.tag}));
    d.take<Acknowledged>();
    CHECK(d.take<DescriptionWanted>().kind == DescriptionKind::offer);
}

TEST_CASE("a session that ends takes its re-INVITE along, and a late 2xx still gets its ACK (RFC 3261 §13.2.2.4)") {
    Driver d;
    auto call = d.confirmed_incoming();
    auto re = start_reinvite(d, call.session);
    d.receive(incoming({.method = "BYE", .to_tag = call.tag, .cseq = 2}));
    CHECK(d.take<Respond>().response.status() == 200);
    CHECK(d.take<CancelRequest>().transaction == re.transaction);
    CHECK(d.take<Reinvited>().status == 487);
    CHECK(d.take<Ended>().cause == EndCause::remote_bye);
    auto ok = reply_to(re.request.request, 200, {.tag = "alice", .body = sdp("held")});
    d.answer(re.transaction, ok);
    CHECK(cseq_of(d.take<SendAck>().request) == cseq_of(re.request.request));
    d.answer(re.transaction, ok);
    d.take<SendAck>();
    CHECK(d.quiet());
    d.end(re.transaction);
    CHECK(d.layer.sessions() + d.layer.lingering() == 0);
}

TEST_CASE("bye gives up a re-INVITE at each of its stages") {
    for (int stage = 0; stage < 4; ++stage) {
        CAPTURE(stage);
        Driver d;
        auto call = d.confirmed_call();
        REQUIRE(d.layer.reinvite(call.session, d.now));
        auto wanted = d.take<DescriptionWanted>();
        if (stage > 0) {
            d.layer.described(wanted.id, sdp("hold"), d.now);
            auto [request, transaction] = d.take_request();
            if (stage == 2) d.answer(transaction, reply_to(request.request, 491));
            if (stage == 3) d.answer(transaction, reply_to(request.request, 200, {.body = sdp("held")}));
            d.drain();
        }
        d.layer.bye(call.session, d.now);
        if (stage == 0 || stage == 3) d.take<DescriptionDropped>();
        if (stage == 1) d.take<CancelRequest>();  // its answer may never come
        CHECK(d.take<Reinvited>().status == 487);
        auto [bye, hangup] = d.take_request();
        CHECK(bye.request.method() == sipmsg::Method::bye);
        d.answer(hangup, reply_to(bye.request, 200));
        CHECK(d.take<Ended>().cause == EndCause::local_bye);
        CHECK(d.quiet());
    }
}

TEST_CASE("the answer to our offer in a 2xx is applied during our own back-off too (RFC 3261 §13.2.1, §14.1)") {
    Driver d;
    auto call = d.confirmed_incoming();
    auto re = start_reinvite(d, call.session);
    d.answer(re.transaction, reply_to(re.request.request, 491));
    d.take<Rollback>();
    d.receive(incoming({.to_tag = call.tag, .cseq = 2}));
    d.layer.described(d.take<DescriptionWanted>().id, sdp("our offer"), d.now);
    CHECK(d.take<Respond>().response.body() == "our offer");
    d.take<PeerReinvited>();
    d.receive(incoming({.to_tag = call.tag, .cseq = 3, .body = sdp("hasty")}));
    CHECK(d.take<Respond>().response.status() == 500);
    d.receive_ack(incoming({.method = "ACK", .to_tag = call.tag, .cseq = 2, .body = sdp("their answer")}));
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::apply);
    CHECK(wanted.remote.content == "their answer");
}
