// SPDX-License-Identifier: MIT
#include "driver.hpp"

using namespace sipdialog;
using namespace sipdialog::testing;

namespace {

MessagePtr ack_for(const Driver::Called& called, const Body& body = {}) {
    return incoming({.method = "ACK", .to_tag = called.tag, .body = body});
}

}  // namespace

TEST_CASE("a ringing, accepted, acknowledged call, with one tag and our Contact throughout (RFC 3261 §13.3.1)") {
    Driver d;
    auto [taken, transaction] =
        d.receive(incoming({.body = sdp("offer"), .headers = {{"Record-Route", "<sip:p1;lr>"}}}));
    CHECK(taken);
    auto invited = d.take<Invited>();
    CHECK(invited.request->body() == "offer");
    d.layer.progress(invited.session, {.contact = {.user = "bob"}}, d.now);
    auto ringing = d.take<Respond>();
    CHECK(d.take<ProgressDone>().status == 200);
    CHECK(ringing.transaction == transaction);
    CHECK(ringing.response.status() == 180);
    CHECK(*ringing.response.raw(Header::record_route) == "<sip:p1;lr>");
    CHECK(ringing.response.raw(Header::contact)->starts_with("<sip:bob@192.0.2.1:5060"));
    CHECK_FALSE(d.layer.identity(invited.session));

    d.layer.accept(invited.session, d.now,
                   {
                       .user = "bob"
    },
                   {{"Allow", "INVITE, ACK, BYE"}, {"X-Once", "1"}});
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::answer);
    CHECK(wanted.remote.content == "offer");
    CHECK_FALSE(wanted.ours);
    CHECK(wanted.initial);
    d.layer.described(wanted.id, sdp("answer"), d.now);
    auto ok = d.take<Respond>();
    CHECK(ok.response.status() == 200);
    CHECK(ok.response.body() == "answer");
    CHECK(*ok.response.raw(Header::allow) == "INVITE, ACK, BYE");
    CHECK(*ok.response.raw("X-Once") == "1");
    CHECK(ok.response.top<sipmsg::To>()->tag() == ringing.response.top<sipmsg::To>()->tag());
    CHECK_FALSE(d.take<Established>().response);
    CHECK(d.layer.identity(invited.session)->remote_target == "sip:alice@192.0.2.1");

    auto tag = std::string(*ok.response.top<sipmsg::To>()->tag());
    CHECK(d.receive_ack(incoming({.method = "ACK", .to_tag = tag})));
    CHECK(d.take<Acknowledged>().session == invited.session);
    CHECK_FALSE(d.layer.next_expiry());
    CHECK(d.quiet());
}

TEST_CASE("headers that responses have in common come before their own") {
    Driver d;
    d.receive(incoming({.body = sdp("offer")}));
    const auto call = d.take<Invited>().session;
    const auto common = std::make_shared<const sipmsg::HeaderLines>(HeaderList{
        {"Allow",   "INVITE, ACK, BYE"},
        {"X-Which", "1"               }
    });
    const auto order = [](const Message& response) {
        CHECK(*response.raw(Header::allow) == "INVITE, ACK, BYE");
        return response.octets().find("X-Which: 1") < response.octets().find("X-Which: 2");
    };
    d.layer.progress(call, {.headers = {{"X-Which", "2"}}, .common_headers = common}, d.now);
    CHECK(order(d.take<Respond>().response));
    d.take<ProgressDone>();
    d.layer.accept(call, d.now,
                   {
    },
                   {{"X-Which", "2"}}, 200, common);
    d.layer.described(d.take<DescriptionWanted>().id, sdp("answer"), d.now);
    CHECK(order(d.take<Respond>().response));
}

TEST_CASE("the 2xx is repeated until its ACK, then BYE after 64*T1 without one (RFC 3261 §13.3.1.4)") {
    Driver d;
    auto called = d.accepted_call();
    int copies = 1;
    while (d.layer.next_expiry() < TimePoint{} + 32s) {
        d.step();
        CHECK(d.take<Respond>().response.octets() == called.success.octets());
        ++copies;
    }
    CHECK(copies == 11);
    d.step();
    CHECK(d.now == TimePoint{} + 32s);
    auto [bye, hangup] = d.take_request();
    CHECK(bye.request.method() == sipmsg::Method::bye);
    CHECK(bye.request.raw(Header::reason)->starts_with("SIP;cause=408"));
    d.fail(hangup);
    CHECK(d.take<Ended>().cause == EndCause::no_ack);
    CHECK(d.quiet());
    CHECK(d.layer.sessions() + d.layer.lingering() == 0);
}

TEST_CASE("an ACK with another number is not the ACK (RFC 3261 §13.2.2.4)") {
    Driver d;
    auto called = d.accepted_call();
    CHECK(d.receive_ack(incoming({.method = "ACK", .to_tag = called.tag, .cseq = 2})));
    CHECK(d.quiet());
    CHECK(d.layer.next_expiry());
    CHECK_FALSE(d.receive_ack(incoming({.method = "ACK", .to_tag = "someone"})));
    CHECK(d.receive_ack(ack_for(called)));
    d.take<Acknowledged>();
    CHECK(d.receive_ack(ack_for(called)));
    CHECK(d.quiet());
}

TEST_CASE("an INVITE without offer gets ours in the 2xx, and the answer stands in the ACK (RFC 3261 §13.2.1)") {
    Driver d;
    d.receive(incoming({}));
    auto session = d.take<Invited>().session;
    d.layer.accept(session, d.now, {});
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::offer);
    d.layer.described(wanted.id, sdp("our offer"), d.now);
    auto ok = d.take<Respond>();
    CHECK(ok.response.body() == "our offer");
    d.take<Established>();
    auto tag = std::string(*ok.response.top<sipmsg::To>()->tag());

    SUBCASE("a good answer") {
        d.receive_ack(incoming({.method = "ACK", .to_tag = tag, .body = sdp("their answer")}));
        auto apply = d.take<DescriptionWanted>();
        CHECK(apply.kind == DescriptionKind::apply);
        CHECK(apply.remote.content == "their answer");
        CHECK(d.quiet());
        d.layer.described(apply.id, Body{}, d.now);
        CHECK(d.take<Acknowledged>().request->body() == "their answer");
        CHECK(d.quiet());
        return;
    }
    SUBCASE("no answer") { d.receive_ack(incoming({.method = "ACK", .to_tag = tag})); }
    SUBCASE("a bad answer") {
        d.receive_ack(incoming({.method = "ACK", .to_tag = tag, .body = sdp("bad")}));
        d.layer.described(d.take<DescriptionWanted>().id, std::unexpected(488), d.now);
    }
    auto [bye, hangup] = d.take_request();
    CHECK(bye.request.raw(Header::reason)->starts_with("SIP;cause=488"));
    d.answer(hangup, reply_to(bye.request, 200));
    CHECK(d.take<Ended>().cause == EndCause::media_failed);
}

TEST_CASE("a description given in a 183 is repeated unchanged in the 200 (RFC 3261 §13.3.1.4)") {
    Driver d;
    d.receive(incoming({.body = sdp("offer")}));
    auto session = d.take<Invited>().session;
    d.layer.progress(session, {.status = 183, .body = sdp("early")}, d.now);
    CHECK(d.take<Respond>().response.body() == "early");
    d.take<ProgressDone>();
    d.layer.progress(session, {.status = 183, .body = sdp("another")}, d.now);
    CHECK(d.take<Respond>().response.body() == "early");
    d.take<ProgressDone>();
    d.layer.accept(session, d.now, {});
    CHECK(d.take<Respond>().response.body() == "early");
    d.take<Established>();
    CHECK(d.quiet());
}

TEST_CASE("a description that fails becomes the final response (RFC 3261 §13.3.1.3)") {
    Driver d;
    d.receive(incoming({.body = sdp("offer")}));
    d.layer.accept(d.take<Invited>().session, d.now, {});
    auto wanted = d.take<DescriptionWanted>();
    int status = 0;
    SUBCASE("488") { status = 488; }
    SUBCASE("415") { status = 415; }
    d.layer.described(wanted.id, std::unexpected(status), d.now);
    auto refusal = d.take<Respond>();
    CHECK(refusal.response.status() == status);
    CHECK(refusal.response.has(Header::accept) == (status == 415));
    auto ended = d.take<Ended>();
    CHECK(ended.cause == EndCause::media_failed);
    CHECK(ended.status == status);
    CHECK(d.layer.sessions() + d.layer.lingering() == 0);
}

TEST_CASE("reject sends the status, phrase and headers, once (RFC 3261 §13.3.1.3)") {
    Driver d;
    d.receive(incoming({.body = sdp("offer")}));
    auto session = d.take<Invited>().session;
    d.layer.reject(session, 302, d.now,
                   {
                       {"Contact", "<sip:bob@elsewhere.example>"}
    },
                   "Gone Out");
    auto refusal = d.take<Respond>();
    CHECK(refusal.response.status() == 302);
    CHECK(refusal.response.reason() == "Gone Out");
    CHECK(*refusal.response.raw(Header::contact) == "<sip:bob@elsewhere.example>");
    CHECK(d.take<Ended>().cause == EndCause::rejected);
    d.layer.reject(session, 486, d.now);
    d.layer.accept(session, d.now, {});
    CHECK(d.quiet());
}

TEST_CASE("CANCEL ends a ringing call with 487 (RFC 3261 §9.2)") {
    Driver d;
    auto [taken, transaction] = d.receive(incoming({.body = sdp("offer")}));
    d.take<Invited>();
    auto cancel = incoming({.method = "CANCEL", .headers = {{"Reason", "SIP;cause=200"}}});
    CHECK(d.layer.handle(siptxn::CancelReceived{transaction, cancel}, d.now));
    CHECK(d.take<Respond>().response.status() == 487);
    auto ended = d.take<Ended>();
    CHECK(ended.cause == EndCause::canceled);
    CHECK(*ended.message->raw(Header::reason) == "SIP;cause=200");
    CHECK(d.quiet());
    CHECK_FALSE(d.layer.handle(siptxn::CancelReceived{ServerId{999}, cancel}, d.now));
}

TEST_CASE("CANCEL while the answer is in the making: 487, and the late answer is ignored (RFC 3261 §9.2)") {
    Driver d;
    auto [taken, transaction] = d.receive(incoming({.body = sdp("offer")}));
    d.layer.accept(d.take<Invited>().session, d.now, {});
    auto wanted = d.take<DescriptionWanted>();
    d.layer.handle(siptxn::CancelReceived{transaction, incoming({.method = "CANCEL"})}, d.now);
    CHECK(d.take<DescriptionDropped>().id == wanted.id);
    CHECK(d.take<Respond>().response.status() == 487);
    CHECK(d.take<Ended>().cause == EndCause::canceled);
    d.layer.described(wanted.id, sdp("late"), d.now);
    CHECK(d.quiet());
}

TEST_CASE("BYE on an early dialog gets 200, its INVITE 487 (RFC 3261 §15.1.2)") {
    Driver d;
    d.receive(incoming({.body = sdp("offer")}));
    d.layer.progress(d.take<Invited>().session, {.status = 180}, d.now);
    auto tag = std::string(*d.take<Respond>().response.top<sipmsg::To>()->tag());
    d.take<ProgressDone>();
    CHECK(d.receive(incoming({.method = "BYE", .to_tag = tag, .cseq = 2})).first);
    CHECK(d.take<Respond>().response.status() == 200);
    CHECK(d.take<Respond>().response.status() == 487);
    CHECK(d.take<Ended>().cause == EndCause::remote_bye);
    CHECK(d.quiet());
}

TEST_CASE("requests on an early dialog reach the user and get their answer (RFC 3261 §12.2.2)") {
    Driver d;
    d.receive(incoming({.body = sdp("offer")}));
    auto session = d.take<Invited>().session;
    d.layer.progress(session, {.status = 180}, d.now);
    auto tag = std::string(*d.take<Respond>().response.top<sipmsg::To>()->tag());
    d.take<ProgressDone>();
    auto ask_all = [&](std::uint32_t number) {
        for (const auto* method : {"INFO", "MESSAGE", "NOTIFY", "REFER", "OPTIONS"}) {
            CAPTURE(method);
            auto [taken, transaction] = d.receive(incoming({
                .method = method,
                .to_tag = tag,
                .cseq = number++,
                .headers = {{"Event", "x"}, {"Refer-To", "sip:c@d"}}
            }));
            CHECK(d.take<RequestInDialog>().transaction == transaction);
            d.layer.respond(session, transaction, 202, d.now);
            CHECK(d.take<Respond>().response.status() == 202);
            CHECK(d.quiet());
        }
    };
    SUBCASE("and so do those before the ACK") {
        d.layer.accept(session, d.now, {});
        d.layer.described(d.take<DescriptionWanted>().id, sdp("answer"), d.now);
        d.take<Respond>();
        d.take<Established>();
        return ask_all(2);
    }
    ask_all(2);
    // A second INVITE before the final answer to the first (RFC 3261 §14.2).
    d.receive(incoming({.to_tag = tag, .cseq = 8, .body = sdp("again")}));
    auto refusal = d.take<Respond>();
    CHECK(refusal.response.status() == 500);
    auto seconds = refusal.response.top<sipmsg::RetryAfter>()->seconds;
    CHECK(seconds <= 10);
}

TEST_CASE("an INVITE without a Contact to answer to is refused with 400 (RFC 3261 §8.1.1.8)") {
    for (const auto* contact : {"", "*", "<tel:+15551234>"}) {
        Driver d;
        CHECK(d.receive(incoming({.contact = contact, .body = sdp("offer")})).first);
        auto refusal = d.take<Respond>();
        CHECK(refusal.response.status() == 400);
        CHECK(refusal.response.top<sipmsg::To>()->tag());
        CHECK(d.quiet());
        CHECK(d.layer.sessions() == 0);
    }
}

TEST_CASE("the same INVITE over a second way is a merged request: 482 (RFC 3261 §8.2.2.2)") {
    Driver d;
    d.receive(incoming({.body = sdp("offer")}));
    auto session = d.take<Invited>().session;
    CHECK(d.receive(incoming({.body = sdp("offer")})).first);
    CHECK(d.take<Respond>().response.status() == 482);
    d.receive(incoming({.from_tag = "other", .body = sdp("offer")}));
    CHECK(d.take<Invited>().session != session);
}

TEST_CASE("abort refuses an unanswered call with 480 (RFC 3261 §21.4.18)") {
    Driver d;
    d.receive(incoming({.body = sdp("offer")}));
    auto session = d.take<Invited>().session;
    SUBCASE("ringing") {}
    SUBCASE("accepting") {
        d.layer.accept(session, d.now, {});
        d.take<DescriptionWanted>();
    }
    d.layer.abort(session, d.now);
    std::optional<int> status;
    std::optional<EndCause> cause;
    while (auto output = d.layer.poll()) {
        if (auto* respond = std::get_if<Respond>(&*output)) status = respond->response.status();
        if (auto* ended = std::get_if<Ended>(&*output)) cause = ended->cause;
    }
    CHECK(status == 480);
    CHECK(cause == EndCause::aborted);
}

TEST_CASE("SIPS in the INVITE makes the Contact of its responses SIPS (RFC 3261 §12.1.1)") {
    Driver d;
    d.receive(incoming({.contact = "<sips:alice@192.0.2.1>", .body = sdp("offer")}));
    d.layer.progress(d.take<Invited>().session, {.status = 180}, d.now);
    CHECK(d.take<Respond>().response.raw(Header::contact)->starts_with("<sips:"));
}

TEST_CASE("a body that is no session description is no offer (RFC 3261 §20.11)") {
    Driver d;
    d.receive(incoming({
        .body = {"text/plain", "hello"}
    }));
    d.layer.accept(d.take<Invited>().session, d.now, {});
    CHECK(d.take<DescriptionWanted>().kind == DescriptionKind::offer);
    Driver e;
    e.receive(incoming({
        .body = {"Application/SDP;charset=utf-8", "v=0"}
    }));
    e.layer.accept(e.take<Invited>().session, e.now, {});
    CHECK(e.take<DescriptionWanted>().kind == DescriptionKind::answer);
}
