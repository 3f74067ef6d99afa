// SPDX-License-Identifier: MIT
#include "driver.hpp"

using namespace sipdialog;
using namespace sipdialog::testing;

namespace {

const HeaderList credentials{
    {"Authorization", "Digest username=\"a\", realm=\"r\", nonce=\"1\", uri=\"sip:b\", response=\"x\""}
};

}  // namespace

TEST_CASE(
    "a challenged INVITE goes out again with the credentials and the next number, and its ACK has them too (RFC 3261 "
    "§22.2)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.answer(transaction, reply_to(invite.request, 401));
    auto challenged = d.take<Challenged>();
    CHECK(challenged.session == session);
    CHECK(challenged.request->octets() == invite.request.octets());
    d.end(transaction);  // on a reliable transport at once
    CHECK(d.quiet());
    d.layer.retry(challenged.id, credentials, d.now);
    auto [again, second] = d.take_request();
    CHECK(again.id == invite.id);
    CHECK(cseq_of(again.request) == cseq_of(invite.request) + 1);
    CHECK(*again.request.raw(Header::authorization) == credentials[0].second);
    CHECK(again.request.body() == "offer");
    d.answer(second, reply_to(again.request, 200, {.body = sdp("answer")}));
    auto ack = d.take<SendAck>();
    CHECK(cseq_of(ack.request) == cseq_of(again.request));
    CHECK(*ack.request.raw(Header::authorization) == credentials[0].second);
    d.layer.described(d.take<DescriptionWanted>().id, Body{}, d.now);
    d.take<Established>();
    d.layer.bye(session, d.now);
    CHECK(cseq_of(d.take<SendRequest>().request) == cseq_of(again.request) + 1);
}

TEST_CASE("credentials for the same realm are replaced, those of another stay (RFC 3261 §22.3)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.answer(transaction, reply_to(invite.request, 401));
    d.layer.retry(d.take<Challenged>().id, credentials, d.now);
    auto [second, t2] = d.take_request();
    d.answer(t2, reply_to(second.request, 401));
    d.layer.retry(d.take<Challenged>().id,
                  {
                      {"Authorization", "Digest realm=\"s\", response=\"y\""}
    },
                  d.now);
    auto [third, t3] = d.take_request();
    CHECK(third.request.view().count(Header::authorization) == 2);
    d.answer(t3, reply_to(third.request, 401));
    d.layer.retry(d.take<Challenged>().id,
                  {
                      {"Authorization", "Digest realm=\"r\", response=\"z\""}
    },
                  d.now);
    auto fourth = d.take<SendRequest>();
    CHECK(fourth.request.view().count(Header::authorization) == 2);
    CHECK(fourth.request.octets().find("response=\"x\"") == std::string::npos);
    CHECK(fourth.request.octets().find("response=\"y\"") != std::string::npos);
    CHECK(fourth.request.octets().find("response=\"z\"") != std::string::npos);
}

TEST_CASE("giving up makes the challenge the final answer (RFC 3261 §13.2.2.3)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.answer(transaction, reply_to(invite.request, 407));
    auto challenged = d.take<Challenged>();
    SUBCASE("its transaction lives") {}
    SUBCASE("its transaction is gone") { d.end(transaction); }
    d.layer.give_up(challenged.id, d.now);
    auto ended = d.take<Ended>();
    CHECK(ended.cause == EndCause::refused);
    CHECK(ended.status == 407);
    d.layer.retry(challenged.id, credentials, d.now);
    CHECK(d.quiet());
    d.end(transaction);
    CHECK(d.layer.sessions() + d.layer.lingering() == 0);
}

TEST_CASE("cancel between challenge and retry ends at once: there is nothing to cancel") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.answer(transaction, reply_to(invite.request, 401));
    auto challenged = d.take<Challenged>();
    d.end(transaction);
    d.layer.cancel(session, d.now);
    CHECK(d.take<Ended>().cause == EndCause::canceled);
    d.layer.retry(challenged.id, credentials, d.now);
    CHECK(d.quiet());
    CHECK(d.layer.sessions() + d.layer.lingering() == 0);
}

TEST_CASE("a challenge to an INVITE that was cancelled is its final answer") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.layer.cancel(session, d.now);
    d.take<CancelRequest>();
    d.answer(transaction, reply_to(invite.request, 401));
    CHECK(d.take<Ended>().cause == EndCause::canceled);
}

TEST_CASE("a challenge inside the dialog moves the dialog's number on (RFC 3261 §22.2)") {
    Driver d;
    auto call = d.confirmed_call();
    auto id = d.layer.request(call.session, "INFO",
                              {
                                  "text/plain", "1"
    },
                              d.now, {{"Info-Package", "x"}});
    auto [info, transaction] = d.take_request();
    CHECK(info.id == id);
    CHECK(info.request.body() == "1");
    CHECK_FALSE(info.options.contact);
    d.answer(transaction, reply_to(info.request, 401));
    d.layer.retry(d.take<Challenged>().id, credentials, d.now);
    auto [again, second] = d.take_request();
    CHECK(cseq_of(again.request) == cseq_of(info.request) + 1);
    d.answer(second, reply_to(again.request, 200));
    auto response = d.take<ResponseInDialog>();
    CHECK(response.id == id);
    CHECK(response.status == 200);
    d.layer.bye(call.session, d.now);
    CHECK(cseq_of(d.take<SendRequest>().request) == cseq_of(again.request) + 1);
}

TEST_CASE("a challenged BYE is sent again, and Ended waits for it") {
    Driver d;
    auto call = d.confirmed_call();
    d.layer.bye(call.session, d.now);
    auto [bye, transaction] = d.take_request();
    d.answer(transaction, reply_to(bye.request, 407));
    d.layer.retry(d.take<Challenged>().id, credentials, d.now);
    auto [again, second] = d.take_request();
    CHECK(again.request.method() == sipmsg::Method::bye);
    d.answer(second, reply_to(again.request, 200));
    CHECK(d.take<Ended>().cause == EndCause::local_bye);
}

TEST_CASE("requests that make or refresh a dialog carry Contact (RFC 3311 §5.1, RFC 3515 §2.2)") {
    Driver d;
    auto call = d.confirmed_call();
    for (const auto* method : {"REFER", "UPDATE", "NOTIFY"}) {
        d.layer.request(call.session, method, {}, d.now);
        CHECK(d.take<SendRequest>().options.contact);
    }
    for (const auto* method : {"INFO", "MESSAGE", "OPTIONS"}) {
        d.layer.request(call.session, method, {}, d.now);
        CHECK_FALSE(d.take<SendRequest>().options.contact);
    }
}

TEST_CASE("there is no request without a confirmed dialog (RFC 3261 §12)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    CHECK(d.layer.request(session, "INFO", {}, d.now) == RequestId::none);
    CHECK(d.layer.request(SessionId{999}, "INFO", {}, d.now) == RequestId::none);
    CHECK(d.quiet());
}

TEST_CASE("408 or 481 to a request inside the dialog ends the session (RFC 3261 §12.2.1.2)") {
    for (int status : {481, 408, 0}) {
        Driver d;
        auto call = d.confirmed_call();
        d.layer.request(call.session, "INFO", {}, d.now);
        auto [info, transaction] = d.take_request();
        if (status) {
            d.answer(transaction, reply_to(info.request, status));
        } else {
            d.fail(transaction);
        }
        CHECK(d.take<ResponseInDialog>().status == (status ? status : 408));
        auto [bye, hangup] = d.take_request();
        CHECK(bye.request.method() == sipmsg::Method::bye);
        CHECK(d.take<Ended>().cause == EndCause::dialog_gone);
        d.fail(hangup);
        CHECK(d.quiet());
    }
}

TEST_CASE("other failures inside the dialog leave the session alone, and so does 481 to a NOTIFY (RFC 5057 §5.1)") {
    Driver d;
    auto call = d.confirmed_call();
    for (int status : {400, 405, 480, 500, 503, 603}) {
        d.layer.request(call.session, "INFO", {}, d.now);
        auto [info, transaction] = d.take_request();
        d.answer(transaction, reply_to(info.request, status));
        CHECK(d.take<ResponseInDialog>().status == status);
        CHECK(d.quiet());
    }
    d.layer.request(call.session, "NOTIFY",
                    {
    },
                    d.now, {{"Event", "refer"}});
    auto [notify, transaction] = d.take_request();
    d.answer(transaction, reply_to(notify.request, 481));
    CHECK(d.take<ResponseInDialog>().status == 481);
    CHECK(d.quiet());
    CHECK(d.layer.sessions() == 1);
}

TEST_CASE(
    "inside a dialog requests go by the dialog, over the session's flow when it has one (RFC 3261 §12.2.1.1, RFC 5626 "
    "§5.3)") {
    Driver d;
    auto options = Driver::call();
    options.routing.next_hop = "sip:outbound.example.com";
    SUBCASE("no flow given") {
        auto calling = d.start_call(options);
        CHECK(calling.invite.options.next_hop == "sip:outbound.example.com");
        d.answer(calling.transaction, reply_to(calling.invite.request, 200,
                                               {.contact = "<sip:b@xyz.invalid;transport=ws>", .body = sdp("a")}));
        auto ack = d.take<SendAck>();
        CHECK(ack.options.next_hop.empty());
        REQUIRE(ack.options.flow);  // RFC 7118 §5.2: that name leads nowhere
        CHECK(*ack.options.flow == some_flow());
    }
    SUBCASE("flow given") {
        options.routing.flow = some_flow();
        options.routing.flow->id = siptxn::FlowId{42};
        auto calling = d.start_call(options);
        d.answer(calling.transaction, reply_to(calling.invite.request, 200, {.body = sdp("a")}));
        CHECK(d.take<SendAck>().options.flow->id == siptxn::FlowId{42});
    }
}

TEST_CASE("the end of a session answers all that was open in it") {
    Driver d;
    auto call = d.confirmed_incoming();
    auto mine = d.layer.request(call.session, "INFO", {}, d.now);
    auto [info, transaction] = d.take_request();
    auto [taken, server] = d.receive(incoming({.method = "MESSAGE", .to_tag = call.tag, .cseq = 2}));
    d.take<RequestInDialog>();
    d.receive(incoming({.method = "BYE", .to_tag = call.tag, .cseq = 3}));
    CHECK(d.take<Respond>().response.status() == 200);
    auto unanswered = d.take<Respond>();
    CHECK(unanswered.transaction == server);
    CHECK(unanswered.response.status() == 487);
    auto lost = d.take<ResponseInDialog>();
    CHECK(lost.id == mine);
    CHECK(lost.status == 487);
    CHECK(d.take<Ended>().cause == EndCause::remote_bye);
    d.layer.respond(call.session, server, 200, d.now);
    d.answer(transaction, reply_to(info.request, 200));
    CHECK(d.quiet());
    d.end(transaction);
    CHECK(d.layer.sessions() + d.layer.lingering() == 0);
}
