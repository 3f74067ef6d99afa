// SPDX-License-Identifier: MIT
#include "driver.hpp"

using namespace sipdialog;
using namespace sipdialog::testing;

namespace {

int refusal(Driver& d) {
    auto respond = d.take<Respond>();
    int status = respond.response.status();
    auto after = respond.response.top<sipmsg::RetryAfter>();
    CHECK(after.has_value() == (status == 500));
    if (after) CHECK((after->seconds >= 1 && after->seconds <= 10));
    return status;
}

}  // namespace

TEST_CASE(
    "a re-INVITE with offer is answered, refreshes the target with its 2xx, and waits for its ACK (RFC 3261 §14.2)") {
    Driver d;
    auto call = d.confirmed_incoming();
    auto request = incoming({.to_tag = call.tag, .cseq = 2, .contact = "<sip:moved@192.0.2.5>", .body = sdp("hold")});
    d.receive(request);
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::answer);
    CHECK_FALSE(wanted.initial);
    CHECK_FALSE(wanted.ours);
    CHECK(d.layer.identity(call.session)->remote_target == "sip:alice@192.0.2.1");
    d.layer.described(wanted.id, sdp("held"), d.now);
    auto ok = d.take<Respond>();
    CHECK(ok.response.status() == 200);
    CHECK(ok.response.body() == "held");
    CHECK(ok.response.raw(Header::contact)->starts_with("<sip:bob@"));
    CHECK(*ok.response.raw(Header::allow) == "INVITE, ACK, BYE");
    CHECK(d.take<PeerReinvited>().status == 200);
    CHECK(d.layer.identity(call.session)->remote_target == "sip:moved@192.0.2.5");
    d.advance(500ms);
    CHECK(d.take<Respond>().response.octets() == ok.response.octets());
    d.receive_ack(incoming({.method = "ACK", .to_tag = call.tag, .cseq = 2}));
    d.take<Acknowledged>();
    CHECK_FALSE(d.layer.next_expiry());
}

TEST_CASE("a re-INVITE without offer gets ours, and the ACK's answer is applied (RFC 3261 §14.2)") {
    Driver d;
    auto call = d.confirmed_incoming();
    d.receive(incoming({.to_tag = call.tag, .cseq = 2}));
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::offer);
    d.layer.described(wanted.id, sdp("our offer"), d.now);
    CHECK(d.take<Respond>().response.body() == "our offer");
    d.take<PeerReinvited>();
    // Another one before the answer to ours: 500 (the ACK is awaited with offer/answer open).
    d.receive(incoming({.to_tag = call.tag, .cseq = 3, .body = sdp("hasty")}));
    CHECK(refusal(d) == 500);
    d.receive_ack(incoming({.method = "ACK", .to_tag = call.tag, .cseq = 2, .body = sdp("their answer")}));
    auto apply = d.take<DescriptionWanted>();
    CHECK(apply.kind == DescriptionKind::apply);
    d.receive(incoming({.to_tag = call.tag, .cseq = 4, .body = sdp("hasty")}));
    CHECK(refusal(d) == 500);  // its answer is being applied
    d.layer.described(apply.id, Body{}, d.now);
    d.take<Acknowledged>();
    d.receive(incoming({.to_tag = call.tag, .cseq = 5, .body = sdp("now")}));
    CHECK(d.take<DescriptionWanted>().kind == DescriptionKind::answer);
}

TEST_CASE(
    "an offer that cannot be answered is refused and rolled back; the session and its target stay (RFC 3261 §14.2)") {
    Driver d;
    auto call = d.confirmed_incoming();
    d.receive(incoming({.to_tag = call.tag, .cseq = 2, .contact = "<sip:moved@192.0.2.5>", .body = sdp("odd")}));
    d.layer.described(d.take<DescriptionWanted>().id, std::unexpected(488), d.now);
    d.take<Rollback>();
    CHECK(d.take<Respond>().response.status() == 488);
    CHECK(d.take<PeerReinvited>().status == 488);
    CHECK(d.layer.identity(call.session)->remote_target == "sip:alice@192.0.2.1");
    CHECK(d.quiet());
    CHECK(d.layer.sessions() == 1);
}

TEST_CASE(
    "glare: 491 while our re-INVITE is open, whether its offer is in the making, sent or absent (RFC 3261 §14.2)") {
    for (int stage = 0; stage < 3; ++stage) {
        CAPTURE(stage);
        Driver d;
        auto call = d.confirmed_incoming();
        d.layer.reinvite(call.session, d.now, {}, stage == 2);
        if (stage == 1) d.layer.described(d.take<DescriptionWanted>().id, sdp("hold"), d.now);
        d.drain();
        d.receive(incoming({.to_tag = call.tag, .cseq = 2, .body = sdp("glare")}));
        CHECK(refusal(d) == 491);
        CHECK(d.quiet());
    }
}

TEST_CASE("500 with Retry-After while the last one is still in the making (RFC 3261 §14.2)") {
    Driver d;
    auto call = d.confirmed_incoming();
    for (bool with_offer : {true, false}) {
        std::uint32_t number = with_offer ? 2 : 10;
        d.receive(incoming({.to_tag = call.tag, .cseq = number, .body = with_offer ? sdp("a") : Body{}}));
        auto wanted = d.take<DescriptionWanted>();
        d.receive(incoming({.to_tag = call.tag, .cseq = number + 1, .body = sdp("b")}));
        CHECK(refusal(d) == 500);
        d.layer.described(wanted.id, std::unexpected(488), d.now);
        d.drain();
    }
}

TEST_CASE("a re-INVITE proves that the last 2xx arrived, though its ACK is missing (RFC 3261 §14.1)") {
    Driver d;
    auto called = d.accepted_call();
    d.receive(incoming({.to_tag = called.tag, .cseq = 2, .body = sdp("hold")}));
    d.take<Acknowledged>();
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::answer);
    d.advance(5s);
    CHECK(d.quiet());  // the first 2xx is not repeated any more
    d.layer.described(wanted.id, sdp("held"), d.now);
    CHECK(d.take<Respond>().response.status() == 200);
    d.take<PeerReinvited>();
    d.receive_ack(incoming({.method = "ACK", .to_tag = called.tag}));  // the late first one
    CHECK(d.quiet());
    CHECK(d.layer.next_expiry());
    d.receive_ack(incoming({.method = "ACK", .to_tag = called.tag, .cseq = 2}));
    d.take<Acknowledged>();
    CHECK_FALSE(d.layer.next_expiry());
}

TEST_CASE("a cancelled re-INVITE gets 487, media goes back, the session stays (RFC 3261 §9.2)") {
    Driver d;
    auto call = d.confirmed_incoming();
    auto [taken, transaction] = d.receive(incoming({.to_tag = call.tag, .cseq = 2, .body = sdp("hold")}));
    auto wanted = d.take<DescriptionWanted>();
    d.layer.handle(siptxn::CancelReceived{transaction, incoming({.method = "CANCEL", .to_tag = call.tag, .cseq = 2})},
                   d.now);
    CHECK(d.take<DescriptionDropped>().id == wanted.id);
    d.take<Rollback>();
    CHECK(d.take<Respond>().response.status() == 487);
    CHECK(d.take<PeerReinvited>().status == 487);
    d.layer.described(wanted.id, sdp("late"), d.now);
    CHECK(d.quiet());
    CHECK(d.layer.sessions() == 1);
}

TEST_CASE("a re-INVITE whose 2xx is never acknowledged ends the session with BYE (RFC 3261 §14.2)") {
    Driver d;
    auto call = d.confirmed_incoming();
    d.receive(incoming({.to_tag = call.tag, .cseq = 2, .body = sdp("hold")}));
    d.layer.described(d.take<DescriptionWanted>().id, sdp("held"), d.now);
    d.drain();
    while (d.now < TimePoint{} + 32s) {
        d.drain();
        REQUIRE(d.step());
    }
    auto [bye, hangup] = d.take_request();
    CHECK(bye.request.method() == sipmsg::Method::bye);
    d.answer(hangup, reply_to(bye.request, 200));
    CHECK(d.take<Ended>().cause == EndCause::no_ack);
}

TEST_CASE("a re-INVITE on an early dialog of ours is glare (RFC 3261 §14.2)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.answer(transaction, reply_to(invite.request, 180));
    d.take<Progressed>();
    auto tag = std::string(*invite.request.top<sipmsg::From>()->tag());
    auto call_id = std::string(*invite.request.raw(Header::call_id));
    d.receive(incoming({.to_tag = tag, .from_tag = "bob", .body = sdp("x"), .call_id = call_id}));
    CHECK(refusal(d) == 491);
    // And while the answer of its 2xx is applied it has to wait.
    d.answer(transaction, reply_to(invite.request, 200, {.body = sdp("answer")}));
    d.drain();
    d.receive(incoming({.to_tag = tag, .from_tag = "bob", .cseq = 2, .body = sdp("x"), .call_id = call_id}));
    CHECK(refusal(d) == 500);
}
