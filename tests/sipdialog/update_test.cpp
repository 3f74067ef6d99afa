// SPDX-License-Identifier: MIT
// UPDATE from both sides, early and confirmed. RFC 3311; RFC 6337 §2.3.
#include "driver.hpp"
#include "pair.hpp"

using namespace sipdialog;
using namespace sipdialog::testing;

namespace {

const HeaderList allow{
    {"Allow", "INVITE, ACK, BYE, PRACK, UPDATE"}
};

MessagePtr update_of_peer(const std::string& tag, std::uint32_t cseq, const Body& body = {}) {
    return incoming(
        {.method = "UPDATE", .to_tag = tag, .cseq = cseq, .contact = "<sip:alice@192.0.2.77>", .body = body});
}

// An outgoing call whose early dialog has its offer and answer, the answer applied.
Driver::Calling early_call(Driver& d, HeaderList headers = allow) {
    auto options = Driver::call();
    options.early_media = true;
    auto call = d.start_call(options);
    headers.emplace_back("Require", "100rel");
    headers.emplace_back("RSeq", "1");
    d.answer(call.transaction, reply_to(call.invite.request, 183, {.body = sdp("answer"), .headers = headers}));
    d.take<Progressed>();
    d.take_request();
    d.layer.described(d.take<DescriptionWanted>().id, Body{}, d.now);
    REQUIRE(d.quiet());
    return call;
}

}  // namespace

TEST_CASE(
    "the callee's answer in a reliable 183 opens the way for UPDATE before the call is answered (RFC 3311 §5.1)") {
    Driver d;
    auto call = early_call(d);
    CHECK(d.layer.update(call.session, d.now,
                         {
                             {"X-Why", "early"}
    }));
    CHECK_FALSE(d.layer.update(call.session, d.now));  // one at a time
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::offer);
    CHECK_FALSE(wanted.initial);
    d.layer.described(wanted.id, sdp("second offer"), d.now);
    auto [update, transaction] = d.take_request();
    CHECK(update.request.method() == sipmsg::Method::update);
    CHECK(update.request.body() == "second offer");
    CHECK(*update.request.raw("X-Why") == "early");
    CHECK(update.options.contact);

    SUBCASE("answered: no ACK, and the target is refreshed") {
        d.answer(transaction,
                 reply_to(update.request, 200, {.contact = "<sip:bob@192.0.2.99>", .body = sdp("second answer")}));
        auto apply = d.take<DescriptionWanted>();
        CHECK(apply.kind == DescriptionKind::apply);
        CHECK(apply.remote.content == "second answer");
        d.layer.described(apply.id, Body{}, d.now);
        CHECK(d.take<Reinvited>().status == 200);
        d.answer(call.transaction, reply_to(call.invite.request, 200, {.contact = "<sip:bob@192.0.2.99>"}));
        CHECK(d.take<SendAck>().request.request_uri_text() == "sip:bob@192.0.2.99");
        d.take<Established>();
    }
    SUBCASE("refused: media goes back, the call goes on") {
        d.answer(transaction, reply_to(update.request, 488));
        d.take<Rollback>();
        CHECK(d.take<Reinvited>().status == 488);
    }
    SUBCASE("the call is answered meanwhile") {
        d.answer(call.transaction, reply_to(call.invite.request, 200));
        d.take<SendAck>();
        d.take<Established>();
        d.answer(transaction, reply_to(update.request, 200, {.body = sdp("second answer")}));
        d.layer.described(d.take<DescriptionWanted>().id, Body{}, d.now);
        CHECK(d.take<Reinvited>().status == 200);
    }
    SUBCASE("another fork answers: the UPDATE was for nothing") {
        d.answer(call.transaction, reply_to(call.invite.request, 200, {.tag = "carol", .body = sdp("answer")}));
        CHECK(d.take<Reinvited>().status == 487);
        d.take<SendAck>();
        d.take<DescriptionWanted>();
        d.answer(transaction, reply_to(update.request, 200, {.body = sdp("late")}));
    }
    SUBCASE("cancelled meanwhile") {
        d.layer.cancel(call.session, d.now);
        CHECK(d.take<Reinvited>().status == 487);
        d.take<CancelRequest>();
    }
    CHECK(d.quiet());
}

TEST_CASE("there is no UPDATE without Allow, nor before the first exchange is over (RFC 3311 §4, §5.1)") {
    Driver d;
    auto call = early_call(d, {});
    CHECK_FALSE(d.layer.update(call.session, d.now));
    Driver bare;
    auto plain = bare.start_call();
    bare.answer(plain.transaction, reply_to(plain.invite.request, 183, {.body = sdp("answer"), .headers = allow}));
    bare.take<Progressed>();
    CHECK_FALSE(bare.layer.update(plain.session, bare.now));
    Driver callee;
    callee.receive(incoming({.body = sdp("offer"), .headers = allow}));
    CHECK_FALSE(callee.layer.update(callee.take<Invited>().session, callee.now));
}

TEST_CASE("an UPDATE inside the confirmed dialog, from either side, is a modification like any other (RFC 3311 §5)") {
    Driver d;
    auto called = d.accepted_call({.body = sdp("offer"), .headers = allow});
    d.receive_ack(incoming({.method = "ACK", .to_tag = called.tag}));
    d.take<Acknowledged>();
    CHECK(d.layer.update(called.session, d.now));
    d.layer.described(d.take<DescriptionWanted>().id, sdp("ours"), d.now);
    auto [update, transaction] = d.take_request();
    SUBCASE("glare: 491 is retried once after a while (RFC 3311 §5.3)") {
        d.answer(transaction, reply_to(update.request, 491));
        d.take<Rollback>();
        CHECK(d.quiet());
        d.step();
        CHECK(d.now <= TimePoint{} + 2s);  // not the owner of the Call-ID
        d.layer.described(d.take<DescriptionWanted>().id, sdp("ours again"), d.now);
        auto [again, second] = d.take_request();
        CHECK(again.request.method() == sipmsg::Method::update);
        d.answer(second, reply_to(again.request, 491));
        d.take<Rollback>();
        CHECK(d.take<Reinvited>().status == 491);
    }
    SUBCASE("481 ends the session (RFC 3311 §5.3)") {
        d.answer(transaction, reply_to(update.request, 481));
        d.drain();
        CHECK_FALSE(d.layer.reinvite(called.session, d.now));
    }
    SUBCASE("a 200 without answer ends it too") {
        d.answer(transaction, reply_to(update.request, 200));
        CHECK(d.take<Reinvited>().status == 400);
        CHECK(d.take_request().first.request.raw(Header::reason)->starts_with("SIP;cause=400"));
    }
    CHECK(d.quiet());
}

TEST_CASE("the peer's UPDATE is answered at once, with an offer or without (RFC 3311 §5.2)") {
    Driver d;
    auto called = d.confirmed_incoming();
    auto [plain_taken, plain] = d.receive(update_of_peer(called.tag, 2));
    auto ok = d.take<Respond>();
    CHECK(ok.response.status() == 200);
    CHECK(ok.response.has(Header::contact));
    CHECK(d.layer.identity(called.session)->remote_target == "sip:alice@192.0.2.77");

    auto transaction = d.receive(update_of_peer(called.tag, 3, sdp("new offer"))).second;
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::answer);
    CHECK_FALSE(wanted.ours);
    d.receive(update_of_peer(called.tag, 4, sdp("newer offer")));
    auto busy = d.take<Respond>();
    CHECK(busy.response.status() == 500);
    CHECK(busy.response.has(Header::retry_after));

    SUBCASE("answered") {
        d.layer.described(wanted.id, sdp("new answer"), d.now);
        auto answer = d.take<Respond>();
        CHECK(answer.transaction == transaction);
        CHECK(answer.response.body() == "new answer");
        CHECK(d.take<PeerReinvited>().status == 200);
    }
    SUBCASE("refused") {
        d.layer.described(wanted.id, std::unexpected(488), d.now);
        d.take<Rollback>();
        CHECK(d.take<Respond>().response.status() == 488);
        CHECK(d.take<PeerReinvited>().status == 488);
    }
    SUBCASE("the session goes meanwhile") {
        d.layer.bye(called.session, d.now);
        d.take<DescriptionDropped>();
        CHECK(d.take<Respond>().response.status() == 487);
        CHECK(d.take_request().first.request.method() == sipmsg::Method::bye);
    }
    CHECK(d.quiet());
}

TEST_CASE("glare: an offer of ours is out, so the peer's UPDATE gets 491 (RFC 3311 §5.2)") {
    Driver d;
    auto called = d.confirmed_incoming();
    d.layer.reinvite(called.session, d.now);
    d.receive(update_of_peer(called.tag, 2, sdp("theirs")));
    d.take<DescriptionWanted>();
    CHECK(d.take<Respond>().response.status() == 491);
    CHECK(d.quiet());
}

TEST_CASE("an offer in our 2xx waits for its ACK, so the peer's UPDATE gets 500 (RFC 6337 §2.3)") {
    Driver d;
    d.receive(incoming({}));
    auto session = d.take<Invited>().session;
    d.layer.accept(session, d.now, {});
    d.layer.described(d.take<DescriptionWanted>().id, sdp("ours"), d.now);
    auto tag = std::string(*d.take<Respond>().response.top<sipmsg::To>()->tag());
    d.take<Established>();
    d.receive(update_of_peer(tag, 2, sdp("theirs")));
    CHECK(d.take<Respond>().response.status() == 500);
}

TEST_CASE("early, the peer's UPDATE waits for the INVITE's own exchange, then is answered (RFC 3311 §5.2)") {
    Driver d;
    d.receive(incoming({
        .body = sdp("offer"), .headers = {{"Supported", "100rel"}, {"Allow", "UPDATE, PRACK"}}
    }));
    auto session = d.take<Invited>().session;
    d.layer.progress(session, {.status = 183, .reliable = true}, d.now);
    d.layer.described(d.take<DescriptionWanted>().id, sdp("ours"), d.now);
    auto ringing = d.take<Respond>().response;
    auto tag = std::string(*ringing.top<sipmsg::To>()->tag());
    CHECK_FALSE(d.layer.update(session, d.now));  // its PRACK has not come
    auto rack = std::to_string(ringing.top<sipmsg::RSeq>()->value) + " 1 INVITE";
    d.receive(incoming({.method = "PRACK", .to_tag = tag, .cseq = 2, .headers = {{"RAck", rack}}}));
    d.take<Respond>();
    d.take<ProgressDone>();

    d.receive(update_of_peer(tag, 3, sdp("second offer")));
    auto wanted = d.take<DescriptionWanted>();
    d.layer.accept(session, d.now, {});
    CHECK(d.quiet());  // the 200 waits for our answer
    d.layer.described(wanted.id, sdp("second answer"), d.now);
    CHECK(d.take<Respond>().response.body() == "second answer");
    CHECK(d.take<PeerReinvited>().status == 200);
    auto ok = d.take<Respond>().response;
    CHECK(ok.status() == 200);
    CHECK(ok.body().empty());
    CHECK(ok.raw(Header::contact)->find("192.0.2.") != std::string_view::npos);
    d.take<Established>();
    CHECK(d.quiet());
}

TEST_CASE("the callee may UPDATE early too, and its 200 to the INVITE waits for the answer (RFC 3311 §8)") {
    Driver d;
    d.receive(incoming({
        .body = sdp("offer"), .headers = {{"Supported", "100rel"}, {"Allow", "UPDATE, PRACK"}}
    }));
    auto session = d.take<Invited>().session;
    d.layer.progress(session, {.status = 183, .reliable = true}, d.now);
    d.layer.described(d.take<DescriptionWanted>().id, sdp("ours"), d.now);
    auto ringing = d.take<Respond>().response;
    auto tag = std::string(*ringing.top<sipmsg::To>()->tag());
    auto rack = std::to_string(ringing.top<sipmsg::RSeq>()->value) + " 1 INVITE";
    d.receive(incoming({.method = "PRACK", .to_tag = tag, .cseq = 2, .headers = {{"RAck", rack}}}));
    d.take<Respond>();
    d.take<ProgressDone>();
    CHECK(d.layer.update(session, d.now));
    d.layer.described(d.take<DescriptionWanted>().id, sdp("our offer"), d.now);
    auto [update, transaction] = d.take_request();
    d.layer.accept(session, d.now, {});
    CHECK(d.quiet());
    SUBCASE("answered") {
        d.answer(transaction, reply_to(update.request, 200, {.body = sdp("their answer")}));
        d.layer.described(d.take<DescriptionWanted>().id, Body{}, d.now);
        CHECK(d.take<Reinvited>().status == 200);
    }
    SUBCASE("refused") {
        d.answer(transaction, reply_to(update.request, 488));
        d.take<Rollback>();
        CHECK(d.take<Reinvited>().status == 488);
    }
    SUBCASE("glare: the 200 does not wait for the second try") {
        d.answer(transaction, reply_to(update.request, 491));
        d.take<Rollback>();
    }
    CHECK(d.take<Respond>().response.status() == 200);
    d.take<Established>();
    CHECK(d.quiet());
}
