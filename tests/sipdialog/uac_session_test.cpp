// SPDX-License-Identifier: MIT
#include "driver.hpp"

using namespace sipdialog;
using namespace sipdialog::testing;

namespace {

void check_reason(const Message& bye, int status) {
    CHECK(bye.method() == sipmsg::Method::bye);
    REQUIRE(bye.raw(Header::reason));
    CHECK(bye.raw(Header::reason)->starts_with("SIP;cause=" + std::to_string(status)));
}

}  // namespace

TEST_CASE("the INVITE carries what RFC 3261 §8.1.1 wants, and the offer") {
    Driver d;
    auto options = Driver::call();
    options.route = {"<sip:edge.example.com;lr>"};
    options.headers = {
        {"Subject", "lunch"}
    };
    auto [session, sent, transaction] = d.start_call(options);
    const auto& invite = sent.request;
    CHECK(invite.request_uri_text() == "sip:bob@example.com");
    CHECK(*invite.raw(Header::route) == "<sip:edge.example.com;lr>");
    CHECK(*invite.raw(Header::max_forwards) == "70");
    CHECK(invite.raw(Header::from)->starts_with("\"Alice\" <sip:alice@example.com>;tag="));
    CHECK(*invite.raw(Header::to) == "<sip:bob@example.com>");
    CHECK_FALSE(invite.raw(Header::call_id)->empty());
    CHECK(invite.top<sipmsg::CSeq>()->method == sipmsg::Method::invite);
    CHECK(*invite.raw(Header::subject) == "lunch");
    CHECK(*invite.raw(Header::user_agent) == "test");
    CHECK(*invite.raw(Header::content_type) == "application/sdp");
    CHECK(invite.body() == "offer");
    CHECK(sent.options.contact->user == "alice");
    CHECK(sent.session == session);
    CHECK(d.quiet());
}

TEST_CASE("a 2xx with the answer is acknowledged at once and applied before the session stands (RFC 3261 §13.2.2.4)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    CHECK_FALSE(d.layer.identity(session));
    d.answer(transaction, reply_to(invite.request, 200, {.body = sdp("answer")}));
    auto ack = d.take<SendAck>();
    CHECK(ack.request.body().empty());
    CHECK(cseq_of(ack.request) == cseq_of(invite.request));
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::apply);
    CHECK(wanted.remote.content == "answer");
    CHECK(wanted.initial);
    CHECK(wanted.ours);
    CHECK(d.quiet());
    d.layer.described(wanted.id, Body{}, d.now);
    CHECK(d.take<Established>().response->status() == 200);
    CHECK(d.layer.identity(session)->remote_tag == "bob");
    CHECK(d.layer.identity(session)->remote_target == "sip:bob@192.0.2.2");
}

TEST_CASE("an INVITE without offer answers the offer of the 2xx in its ACK (RFC 3261 §13.2.1)") {
    Driver d;
    auto options = Driver::call();
    options.without_offer = true;
    d.layer.invite(options, d.now);
    auto [invite, transaction] = d.take_request();
    CHECK(invite.request.body().empty());
    d.answer(transaction, reply_to(invite.request, 200, {.body = sdp("their offer")}));
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::answer);
    CHECK(wanted.remote.content == "their offer");
    d.answer(transaction, reply_to(invite.request, 200, {.body = sdp("their offer")}));
    CHECK(d.quiet());  // a copy, while the answer is in the making
    d.layer.described(wanted.id, sdp("our answer"), d.now);
    CHECK(d.take<SendAck>().request.body() == "our answer");
    d.take<Established>();
    d.answer(transaction, reply_to(invite.request, 200, {.body = sdp("their offer")}));
    CHECK(d.take<SendAck>().request.body() == "our answer");
    CHECK(d.quiet());
}

TEST_CASE("each copy of a 2xx gets the same ACK again, for 64*T1 (RFC 3261 §13.2.2.4)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    auto ok = reply_to(invite.request, 200, {.body = sdp("answer")});
    d.answer(transaction, ok);
    auto first = d.take<SendAck>();
    auto wanted = d.take<DescriptionWanted>();
    d.answer(transaction, ok);
    CHECK(d.take<SendAck>().request.octets() == first.request.octets());
    d.layer.described(wanted.id, Body{}, d.now);
    d.take<Established>();
    d.end(transaction);
    CHECK(d.layer.handle(siptxn::StrayResponse{ok, some_flow()}, d.now));
    CHECK(d.take<SendAck>().request.octets() == first.request.octets());
    d.advance(32s);  // 64*T1
    CHECK(d.layer.handle(siptxn::StrayResponse{ok, some_flow()}, d.now));
    CHECK(d.quiet());
}

TEST_CASE("a 2xx without any description is acknowledged and BYEd with Reason 400 (RFC 3261 §13.2.1)") {
    for (bool without_offer : {false, true}) {
        Driver d;
        auto options = Driver::call();
        options.without_offer = without_offer;
        d.layer.invite(options, d.now);
        if (!without_offer) d.layer.described(d.take<DescriptionWanted>().id, sdp("offer"), d.now);
        auto [invite, transaction] = d.take_request();
        d.answer(transaction, reply_to(invite.request, 200));
        d.take<SendAck>();
        auto [bye, hangup] = d.take_request();
        check_reason(bye.request, 400);
        d.answer(hangup, reply_to(bye.request, 200));
        auto ended = d.take<Ended>();
        CHECK(ended.cause == EndCause::media_failed);
        CHECK(ended.status == 400);
        CHECK(d.quiet());
    }
}

TEST_CASE("an answer that cannot be applied ends with BYE and Reason 488 (RFC 3261 §13.2.2.4)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.answer(transaction, reply_to(invite.request, 200, {.body = sdp("bad")}));
    d.take<SendAck>();
    d.layer.described(d.take<DescriptionWanted>().id, std::unexpected(488), d.now);
    auto [bye, hangup] = d.take_request();
    check_reason(bye.request, 488);
    CHECK(cseq_of(bye.request) == cseq_of(invite.request) + 1);
    d.answer(hangup, reply_to(bye.request, 200));
    CHECK(d.take<Ended>().cause == EndCause::media_failed);
}

TEST_CASE("an offer of the 2xx that cannot be answered still gets its ACK, then BYE (RFC 3261 §13.2.2.4)") {
    Driver d;
    auto options = Driver::call();
    options.without_offer = true;
    d.layer.invite(options, d.now);
    auto [invite, transaction] = d.take_request();
    d.answer(transaction, reply_to(invite.request, 200, {.body = sdp("their offer")}));
    d.layer.described(d.take<DescriptionWanted>().id, std::unexpected(488), d.now);
    CHECK(d.take<SendAck>().request.body().empty());
    check_reason(d.take_request().first.request, 488);
}

TEST_CASE("the first description of a dialog is its answer, later ones are ignored (RFC 3261 §13.2.1)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.answer(transaction, reply_to(invite.request, 183, {.body = sdp("early")}));
    CHECK(d.take<Progressed>().response->status() == 183);
    CHECK(d.quiet());
    SUBCASE("the 2xx has none") { d.answer(transaction, reply_to(invite.request, 200)); }
    SUBCASE("the 2xx has another") { d.answer(transaction, reply_to(invite.request, 200, {.body = sdp("other")})); }
    d.take<SendAck>();
    CHECK(d.take<DescriptionWanted>().remote.content == "early");
}

TEST_CASE("one dialog per To tag: the first 2xx wins, each other one is acknowledged and BYEd (RFC 3261 §13.2.2.4)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.answer(transaction, reply_to(invite.request, 180, {.tag = "b1"}));
    d.answer(transaction, reply_to(invite.request, 180, {.tag = "b2"}));
    d.take<Progressed>();
    d.take<Progressed>();
    d.answer(transaction, reply_to(invite.request, 200, {.tag = "b2", .body = sdp("answer")}));
    d.take<SendAck>();
    d.layer.described(d.take<DescriptionWanted>().id, Body{}, d.now);
    d.take<Established>();
    CHECK(d.layer.identity(session)->remote_tag == "b2");

    for (const auto* tag : {"b1", "b3"}) {
        auto ok = reply_to(invite.request, 200, {.tag = tag, .contact = "<sip:fork@192.0.2.7>", .body = sdp("answer")});
        d.answer(transaction, ok);
        CHECK(d.take<SendAck>().request.request_uri_text() == "sip:fork@192.0.2.7");
        auto [bye, hangup] = d.take_request();
        CHECK(bye.request.top<sipmsg::To>()->tag() == tag);
        CHECK(bye.request.method() == sipmsg::Method::bye);
        d.answer(transaction, ok);
        d.take<SendAck>();  // its ACK again, and no second BYE
        d.answer(hangup, reply_to(bye.request, 200));
        d.end(hangup);
        CHECK(d.quiet());
    }
    CHECK(d.layer.identity(session)->remote_tag == "b2");
}

TEST_CASE("a 1xx without tag or without Contact makes no dialog (RFC 3261 §12.1.2)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.answer(transaction, reply_to(invite.request, 180, {.tag = ""}));
    d.answer(transaction, reply_to(invite.request, 180, {.contact = ""}));
    d.take<Progressed>();
    d.take<Progressed>();
    auto tag = std::string(*invite.request.top<sipmsg::From>()->tag());
    auto info = incoming({.method = "INFO",
                          .to_tag = tag,
                          .from_tag = "bob",
                          .call_id = std::string(*invite.request.raw(Header::call_id))});
    CHECK_FALSE(d.receive(info).first);
    d.answer(transaction, reply_to(invite.request, 180));
    d.take<Progressed>();
    CHECK(d.receive(info).first);
    d.take<RequestInDialog>();
}

TEST_CASE("a 2xx without Contact is acknowledged the way of the INVITE and fails the session (RFC 3261 §12.1.1)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.answer(transaction, reply_to(invite.request, 200, {.contact = "", .body = sdp("answer")}));
    CHECK(d.take<SendAck>().request.request_uri_text() == "sip:bob@example.com");
    auto [bye, hangup] = d.take_request();
    check_reason(bye.request, 400);
    d.fail(hangup);
    auto ended = d.take<Ended>();
    CHECK(ended.cause == EndCause::dialog_gone);
    CHECK(d.quiet());
}

TEST_CASE("a final 3xx to 6xx ends the session with the response (RFC 3261 §13.2.2.2, §13.2.2.3)") {
    for (int status : {302, 404, 486, 500, 603}) {
        Driver d;
        auto [session, invite, transaction] = d.start_call();
        d.answer(transaction, reply_to(invite.request, 180));
        d.take<Progressed>();
        d.answer(transaction, reply_to(invite.request, status));
        auto ended = d.take<Ended>();
        CHECK(ended.session == session);
        CHECK(ended.cause == EndCause::refused);
        CHECK(ended.status == status);
        CHECK(ended.message->status() == status);
        CHECK(d.layer.sessions() == 0);
        CHECK(d.layer.lingering() == 1);
        d.end(transaction);
        CHECK(d.layer.lingering() == 0);
        CHECK(d.quiet());
    }
}

TEST_CASE("no answer at all is 408, a dead flow 503 (RFC 3261 §8.1.3.1)") {
    for (auto [error, status] : {
             std::pair{siptxn::Errc::timeout,        408},
             {siptxn::Errc::connect_failed, 503}
    }) {
        Driver d;
        auto [session, invite, transaction] = d.start_call();
        d.fail(transaction, error);
        auto ended = d.take<Ended>();
        CHECK(ended.cause == EndCause::no_answer);
        CHECK(ended.status == status);
        CHECK_FALSE(ended.message);
        CHECK(d.layer.lingering() == 0);
    }
}

TEST_CASE("cancel while the offer is in the making sends nothing, and the late offer is ignored (RFC 3261 §9.1)") {
    Driver d;
    auto session = d.layer.invite(Driver::call(), d.now);
    auto wanted = d.take<DescriptionWanted>();
    d.layer.cancel(session, d.now);
    CHECK(d.take<DescriptionDropped>().id == wanted.id);
    CHECK(d.take<Ended>().cause == EndCause::canceled);
    d.layer.described(wanted.id, sdp("late"), d.now);
    CHECK(d.quiet());
    CHECK(d.layer.sessions() + d.layer.lingering() == 0);
}

TEST_CASE("an offer that cannot be made ends the session before anything is sent") {
    Driver d;
    d.layer.invite(Driver::call(), d.now);
    d.layer.described(d.take<DescriptionWanted>().id, std::unexpected(500), d.now);
    auto ended = d.take<Ended>();
    CHECK(ended.cause == EndCause::media_failed);
    CHECK(ended.status == 500);
    CHECK(d.quiet());
}

TEST_CASE("cancel asks for a CANCEL once, and the 487 ends it (RFC 3261 §9.1)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.layer.cancel(session, d.now, "SIP;cause=200;text=\"Call completed elsewhere\"");
    auto cancel = d.take<CancelRequest>();
    CHECK(cancel.transaction == transaction);
    CHECK(cancel.reason.starts_with("SIP;cause=200"));
    d.layer.cancel(session, d.now);
    d.answer(transaction, reply_to(invite.request, 180));
    CHECK(d.quiet());  // progress is of no interest any more
    d.answer(transaction, reply_to(invite.request, 487));
    auto ended = d.take<Ended>();
    CHECK(ended.cause == EndCause::canceled);
    CHECK(ended.status == 487);
    CHECK(ended.message->status() == 487);
    CHECK(d.quiet());
}

TEST_CASE("a cancel before the INVITE has its transaction waits for it") {
    Driver d;
    auto session = d.layer.invite(Driver::call(), d.now);
    d.layer.described(d.take<DescriptionWanted>().id, sdp("offer"), d.now);
    auto invite = d.take<SendRequest>();
    d.layer.cancel(session, d.now);
    CHECK(d.quiet());
    d.layer.sent(invite.id, ClientId{9});
    CHECK(d.take<CancelRequest>().transaction == ClientId{9});
}

TEST_CASE("a 2xx that crosses the CANCEL is acknowledged and BYEd, and the session never stands (RFC 3261 §9.1, §15)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.layer.cancel(session, d.now);
    d.take<CancelRequest>();
    d.answer(transaction, reply_to(invite.request, 200, {.body = sdp("answer")}));
    d.take<SendAck>();
    auto [bye, hangup] = d.take_request();
    CHECK(bye.request.method() == sipmsg::Method::bye);
    d.answer(hangup, reply_to(bye.request, 200));
    auto ended = d.take<Ended>();
    CHECK(ended.cause == EndCause::canceled);
    CHECK(ended.status == 487);
    CHECK(d.quiet());
}

TEST_CASE(
    "without a final answer in 64*T1 after CANCEL the session is over; a later 2xx is still turned away (RFC 3261 "
    "§9.1)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.layer.cancel(session, d.now);
    d.take<CancelRequest>();
    d.advance(32s - 1ns);
    CHECK(d.quiet());
    d.advance(1ns);
    CHECK(d.take<Ended>().cause == EndCause::canceled);
    d.answer(transaction, reply_to(invite.request, 200, {.body = sdp("answer")}));
    d.take<SendAck>();
    CHECK(d.take_request().first.request.method() == sipmsg::Method::bye);
    CHECK(d.quiet());
}

TEST_CASE("what lingers is forgotten even when its transactions never end") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.layer.cancel(session, d.now);
    while (d.step()) d.drain();
    CHECK(d.layer.sessions() + d.layer.lingering() == 0);
    CHECK_FALSE(d.layer.next_expiry());
    CHECK(d.now <= TimePoint{} + 32s + 64s + 5s);
    CHECK_FALSE(d.answer(transaction, reply_to(invite.request, 200)));
}

TEST_CASE("a BYE on an early dialog is answered, and that fork is BYEd when it answers after all") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.answer(transaction, reply_to(invite.request, 180));
    d.take<Progressed>();
    auto tag = std::string(*invite.request.top<sipmsg::From>()->tag());
    auto call_id = std::string(*invite.request.raw(Header::call_id));
    CHECK(d.receive(incoming({.method = "BYE", .to_tag = tag, .from_tag = "bob", .call_id = call_id})).first);
    CHECK(d.take<Respond>().response.status() == 200);
    CHECK(d.quiet());
    d.answer(transaction, reply_to(invite.request, 200, {.body = sdp("answer")}));
    d.take<SendAck>();
    CHECK(d.take<Ended>().cause == EndCause::remote_bye);
}

TEST_CASE("there are limits: of early dialogs, of forks that answer, of sessions") {
    DialogOptions options;
    options.limits.early_dialogs = 2;
    options.limits.sessions = 1;
    Driver d(options);
    auto [session, invite, transaction] = d.start_call();
    for (int i = 0; i < 1000; ++i)
        d.answer(transaction, reply_to(invite.request, 200, {.tag = "t" + std::to_string(i), .body = sdp("x")}));
    int byes = 0;
    while (auto output = d.layer.poll()) byes += std::holds_alternative<SendRequest>(*output);
    CHECK(byes == 7);  // eight dialogs, one of them the session

    auto second = d.layer.invite(Driver::call(), d.now);
    auto ended = d.take<Ended>();
    CHECK(ended.session == second);
    CHECK(ended.status == 503);
    CHECK(ended.error == siptxn::Errc::overloaded);
    auto [taken, server] = d.receive(incoming({.body = sdp("offer")}));
    CHECK(taken);
    CHECK(d.take<Respond>().response.status() == 503);
    CHECK(d.layer.refused() == 1);
}

TEST_CASE("ACK and BYE go to a strict router, although a loose one stands first in their Route (RFC 3261 §12.2.1.1)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    const HeaderList record{
        {"Record-Route", "<sip:loose.example.com;lr>, <sip:strict.example.com>"}
    };
    d.answer(transaction, reply_to(invite.request, 200, {.body = sdp("answer"), .headers = record}));
    auto ack = d.take<SendAck>();
    d.layer.described(d.take<DescriptionWanted>().id, Body{}, d.now);
    CHECK(ack.options.next_hop == "sip:strict.example.com");
    CHECK(ack.request.request_uri_text() == "sip:strict.example.com");
    d.take<Established>();
    d.layer.bye(session, d.now);
    auto [bye, hangup] = d.take_request();
    CHECK(bye.options.next_hop == "sip:strict.example.com");
    CHECK(bye.request.top<sipmsg::Route>()->uri().text() == "sip:loose.example.com;lr");
}

TEST_CASE("calls that are over leave room for others, up to a limit of their own, until nothing can come for them") {
    DialogOptions options;
    options.limits.sessions = 1;
    options.limits.ended_sessions = 2;
    Driver d(options);
    for (int call = 0; call < 2; ++call) {
        auto [session, invite, transaction] = d.start_call();
        d.answer(transaction, reply_to(invite.request, 486));
        CHECK(d.take<Ended>().status == 486);
    }
    CHECK(d.layer.sessions() == 0);
    CHECK(d.layer.lingering() == 2);
    d.layer.invite(Driver::call(), d.now);
    CHECK(d.take<Ended>().error == siptxn::Errc::overloaded);
    d.advance(70s);
    CHECK(d.layer.lingering() == 0);
    d.start_call();
}

TEST_CASE("text that could break a message is refused before anything begins (RFC 3261 §7.3)") {
    Driver d;
    auto broken = Driver::call();
    SUBCASE("header value") {
        broken.headers = {
            {"Subject", "a\r\nEvil: 1"}
        };
    }
    SUBCASE("header name") {
        broken.headers = {
            {"Sub ject", "a"}
        };
    }
    SUBCASE("to") { broken.to = "<sip:bob@example.com>\r\nEvil: 1"; }
    SUBCASE("no uri") { broken.request_uri = ""; }
    SUBCASE("two words") { broken.request_uri = "sip:bob@example.com SIP/2.0"; }
    SUBCASE("uri") { broken.request_uri = std::string("sip:bob@\0", 9); }
    CHECK_THROWS_AS(d.layer.invite(broken, d.now), std::invalid_argument);
    CHECK(d.quiet());
    CHECK(d.layer.sessions() == 0);
}

TEST_CASE("SIPS in the Request-URI makes the Contact SIPS (RFC 3261 §8.1.1.8)") {
    Driver d;
    auto options = Driver::call();
    options.request_uri = "sips:bob@example.com";
    CHECK(d.start_call(options).invite.options.contact->secure);
}
