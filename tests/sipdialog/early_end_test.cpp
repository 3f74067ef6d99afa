// SPDX-License-Identifier: MIT
// Early dialogs that end before their INVITE does: 199, and BYE from either side.
#include "driver.hpp"

using namespace sipdialog;
using namespace sipdialog::testing;

TEST_CASE("our INVITE says that we know 199, once (RFC 6228 §4)") {
    Driver d;
    auto options = Driver::call();
    SUBCASE("by itself") {}
    SUBCASE("when the program says so too") { options.headers.emplace_back("Supported", "199, path"); }
    auto call = d.start_call(options);
    int count = 0;
    for (auto tag : call.invite.request.all<sipmsg::Supported>()) count += tag->text == "199";
    CHECK(count == 1);
}

TEST_CASE("a 199 ends its early dialog: its questions are dropped, its requests refused, others go on (RFC 6228 §4)") {
    Driver d;
    auto options = Driver::call();
    options.early_media = true;
    auto call = d.start_call(options);
    auto provisional = [&](int status, const std::string& tag, Body body = {}) {
        d.answer(call.transaction, reply_to(call.invite.request, status, {.tag = tag, .body = std::move(body)}));
    };
    provisional(183, "bob", sdp("early"));
    d.take<Progressed>();
    auto question = d.take<DescriptionWanted>().id;
    provisional(180, "carol");
    d.take<Progressed>();
    provisional(199, "bob");
    CHECK(d.take<Progressed>().response->status() == 199);
    CHECK(d.take<DescriptionDropped>().id == question);
    CHECK(d.quiet());

    auto tag = std::string(*call.invite.request.top<sipmsg::From>()->tag());
    auto call_id = std::string(call.invite.request.top<sipmsg::CallId>()->text);
    d.receive(incoming({.method = "INFO", .to_tag = tag, .from_tag = "bob", .call_id = call_id}));
    CHECK(d.take<Respond>().response.status() == 481);
    d.receive(incoming({.method = "INFO", .to_tag = tag, .from_tag = "carol", .call_id = call_id}));
    auto info = d.take<RequestInDialog>();
    d.layer.respond(call.session, info.transaction, 200, d.now);
    d.take<Respond>();
    provisional(180, "bob");  // too late
    provisional(199, "bob");
    CHECK(d.quiet());
    provisional(199, "dave");  // never seen before: no dialog comes of it
    CHECK(d.take<Progressed>().response->status() == 199);
    CHECK(d.quiet());

    SUBCASE("another fork answers") {
        d.answer(call.transaction, reply_to(call.invite.request, 200, {.tag = "carol", .body = sdp("answer")}));
        d.take<SendAck>();
        CHECK(d.take<DescriptionWanted>().remote_tag == "carol");
    }
    SUBCASE("that one answers after all: the 2xx makes the dialog anew (RFC 3261 §13.2.2.4)") {
        d.answer(call.transaction, reply_to(call.invite.request, 200, {.body = sdp("late answer")}));
        d.take<SendAck>();
        auto wanted = d.take<DescriptionWanted>();
        CHECK(wanted.remote.content == "late answer");
        d.layer.described(wanted.id, Body{}, d.now);
        d.take<Established>();
        d.layer.bye(call.session, d.now);
        CHECK(d.take_request().first.request.method() == sipmsg::Method::bye);
    }
    SUBCASE("nobody answers") {
        d.answer(call.transaction, reply_to(call.invite.request, 486, {.contact = ""}));
        CHECK(d.take<Ended>().cause == EndCause::refused);
    }
    CHECK(d.quiet());
}

TEST_CASE("a reliable 199 gets its PRACK, and a description in it is nobody's (RFC 6228 §4)") {
    Driver d;
    auto options = Driver::call();
    options.early_media = true;
    auto call = d.start_call(options);
    d.answer(call.transaction, reply_to(call.invite.request, 180));
    d.take<Progressed>();
    d.answer(call.transaction, reply_to(call.invite.request, 199,
                                        {
                                            .body = sdp("no"), .headers = {{"Require", "100rel"}, {"RSeq", "1"}}
    }));
    CHECK(d.take<Progressed>().response->status() == 199);
    CHECK(d.take_request().first.request.method() == sipmsg::Method::prack);
    CHECK(d.quiet());
}

TEST_CASE("a 199 of ours goes to a caller that knows it, without description and unreliably (RFC 6228 §5)") {
    Driver d;
    std::string supported = "199, 100rel";
    bool sent = true;
    SUBCASE("who knows it") {}
    SUBCASE("who does not") {
        supported = "100rel";
        sent = false;
    }
    d.receive(incoming({.body = sdp("offer"), .headers = {{"Supported", supported}}}));
    auto session = d.take<Invited>().session;
    CHECK(d.layer.progress(session, {.status = 199, .reliable = true, .describe = true}, d.now) == sent);
    if (sent) {
        auto response = d.take<Respond>().response;
        CHECK(response.status() == 199);
        CHECK(response.body().empty());
        CHECK_FALSE(response.has(Header::rseq));
        d.take<ProgressDone>();
    }
    CHECK(d.quiet());
    d.layer.reject(session, 486, d.now);
    CHECK(d.take<Respond>().response.status() == 486);
}

TEST_CASE("bye on a call that still rings sends no BYE: its INVITE is refused with 480 (RFC 3261 §15)") {
    Driver d;
    d.receive(incoming({.body = sdp("offer")}));
    auto session = d.take<Invited>().session;
    d.layer.progress(session, {.status = 180}, d.now);
    d.take<Respond>();
    d.take<ProgressDone>();
    SUBCASE("ringing") {}
    SUBCASE("accepted, and its answer is in the making") {
        d.layer.accept(session, d.now, {});
        d.take<DescriptionWanted>();
    }
    d.layer.bye(session, d.now);
    auto output = d.layer.poll();
    if (std::holds_alternative<DescriptionDropped>(*output)) output = d.layer.poll();
    CHECK(std::get<Respond>(*output).response.status() == 480);
    auto ended = d.take<Ended>();
    CHECK(ended.cause == EndCause::rejected);
    CHECK(d.quiet());
    CHECK(d.layer.sessions() + d.layer.lingering() == 0);
}

TEST_CASE("bye on our call that still rings sends CANCEL, not BYE, and each fork may say REFER before (RFC 3261 §15)") {
    Driver d;
    auto call = d.start_call();
    d.answer(call.transaction, reply_to(call.invite.request, 180));
    d.take<Progressed>();
    auto tag = std::string(*call.invite.request.top<sipmsg::From>()->tag());
    auto call_id = std::string(call.invite.request.top<sipmsg::CallId>()->text);
    auto [taken, transaction] = d.receive(incoming({.method = "REFER",
                                                    .to_tag = tag,
                                                    .from_tag = "bob",
                                                    .headers = {{"Refer-To", "<sip:c@d>"}},
                                                    .call_id = call_id}));
    d.take<RequestInDialog>();
    d.layer.respond(call.session, transaction, 202, d.now);  // no dialog is confirmed yet
    CHECK(d.take<Respond>().response.has(Header::contact));
    d.layer.bye(call.session, d.now);
    CHECK(d.take<CancelRequest>().transaction == call.transaction);
    CHECK(d.quiet());
    d.answer(call.transaction, reply_to(call.invite.request, 487, {.contact = ""}));
    CHECK(d.take<Ended>().cause == EndCause::canceled);
}

TEST_CASE("a 2xx that makes no dialog takes back what its early dialog asked the media side (RFC 3261 §13.2.2.4)") {
    Driver d;
    auto options = Driver::call();
    options.early_media = true;
    auto call = d.start_call(options);
    d.answer(call.transaction, reply_to(call.invite.request, 183, {.body = sdp("early")}));
    d.take<Progressed>();
    auto question = d.take<DescriptionWanted>().id;
    d.answer(call.transaction, reply_to(call.invite.request, 200, {.contact = "<tel:+1>", .body = sdp("answer")}));
    CHECK(d.take<DescriptionDropped>().id == question);
    d.take<SendAck>();
    auto [bye, transaction] = d.take_request();
    CHECK(bye.request.method() == sipmsg::Method::bye);
    d.answer(transaction, reply_to(bye.request, 200));
    CHECK(d.take<Ended>().cause == EndCause::dialog_gone);
    d.end(transaction);
    d.end(call.transaction);
    CHECK(d.layer.sessions() + d.layer.lingering() == 0);
    d.layer.described(question, Body{}, d.now);  // the media side had not heard yet
    CHECK(d.quiet());
}

TEST_CASE("an UPDATE that waits in a fork which did not win gets 487, and one of the winner is taken (RFC 3311 §5.2)") {
    Driver d;
    auto options = Driver::call();
    options.early_media = true;
    auto call = d.start_call(options);
    d.answer(call.transaction, reply_to(call.invite.request, 183,
                                        {
                                            .body = sdp("early"), .headers = {{"Require", "100rel"}, {"RSeq", "1"}}
    }));
    d.take<Progressed>();
    d.take_request();  // PRACK
    d.layer.described(d.take<DescriptionWanted>().id, Body{}, d.now);

    auto tag = std::string(*call.invite.request.top<sipmsg::From>()->tag());
    auto call_id = std::string(call.invite.request.top<sipmsg::CallId>()->text);
    auto update = [&](const std::string& from) {
        return d
            .receive(incoming({.method = "UPDATE",
                               .to_tag = tag,
                               .from_tag = from,
                               .body = sdp("offer of " + from),
                               .call_id = call_id}))
            .second;
    };
    auto waiting = update("bob");
    auto question = d.take<DescriptionWanted>().id;
    d.answer(call.transaction, reply_to(call.invite.request, 200, {.tag = "carol", .body = sdp("answer")}));
    auto refusal = d.take<Respond>();
    CHECK(refusal.transaction == waiting);
    CHECK(refusal.response.status() == 487);
    CHECK(d.take<DescriptionDropped>().id == question);
    d.take<SendAck>();
    d.layer.described(d.take<DescriptionWanted>().id, Body{}, d.now);
    d.take<Established>();
    update("carol");
    CHECK(d.take<DescriptionWanted>().remote.content == "offer of carol");
}
