// SPDX-License-Identifier: MIT
#include "driver.hpp"

#include <vector>

using namespace sipdialog;
using namespace sipdialog::testing;

TEST_CASE("bye sends BYE with the user's headers, and Ended comes with its answer (RFC 3261 §15.1.1)") {
    Driver d;
    auto call = d.confirmed_call();
    d.layer.bye(call.session, d.now,
                {
                    {"Reason", "Q.850;cause=16"}
    });
    auto [bye, transaction] = d.take_request();
    CHECK(bye.request.method() == sipmsg::Method::bye);
    CHECK(*bye.request.raw(Header::reason) == "Q.850;cause=16");
    CHECK(*bye.request.raw(Header::user_agent) == "test");
    CHECK(d.quiet());
    CHECK(d.layer.sessions() == 1);
    int status = 0;
    SUBCASE("200") { status = 200; }
    SUBCASE("481") { status = 481; }
    SUBCASE("408 of our own") {}
    if (status) {
        d.answer(transaction, reply_to(bye.request, status));
    } else {
        d.fail(transaction);
    }
    auto ended = d.take<Ended>();
    CHECK(ended.session == call.session);
    CHECK(ended.cause == EndCause::local_bye);
    d.layer.bye(call.session, d.now);
    CHECK(d.quiet());
    d.end(transaction);
    d.end(call.transaction);
    CHECK(d.layer.sessions() + d.layer.lingering() == 0);
}

TEST_CASE("the callee's BYE waits for the ACK of its 2xx (RFC 3261 §15)") {
    Driver d;
    auto called = d.accepted_call();
    d.layer.bye(called.session, d.now);
    CHECK(d.quiet());
    d.advance(500ms);
    CHECK(d.take<Respond>().response.status() == 200);
    SUBCASE("the ACK comes") { d.receive_ack(incoming({.method = "ACK", .to_tag = called.tag})); }
    SUBCASE("the ACK never comes") {
        while (d.now < TimePoint{} + 32s) {
            d.step();
            if (d.now < TimePoint{} + 32s) CHECK(d.take<Respond>().response.status() == 200);
        }
    }
    auto [bye, hangup] = d.take_request();
    CHECK(bye.request.method() == sipmsg::Method::bye);
    d.answer(hangup, reply_to(bye.request, 200));
    CHECK(d.take<Ended>().cause == EndCause::local_bye);
    CHECK(d.quiet());
}

TEST_CASE("the peer's BYE is answered and ends the session in each state it may come in (RFC 3261 §15.1.2)") {
    Driver d;
    auto called = d.accepted_call();
    SUBCASE("before the ACK") {}
    SUBCASE("before the ACK, while our BYE waits for it") { d.layer.bye(called.session, d.now); }
    SUBCASE("after it") {
        d.receive_ack(incoming({.method = "ACK", .to_tag = called.tag}));
        d.take<Acknowledged>();
    }
    auto [taken, transaction] = d.receive(incoming({.method = "BYE", .to_tag = called.tag, .cseq = 2}));
    CHECK(taken);
    CHECK(d.take<Respond>().response.status() == 200);
    auto ended = d.take<Ended>();
    CHECK((ended.cause == EndCause::remote_bye || ended.cause == EndCause::local_bye));
    CHECK(d.quiet());
    CHECK_FALSE(d.layer.next_expiry());
    CHECK(d.layer.sessions() + d.layer.lingering() == 0);
    CHECK_FALSE(d.receive(incoming({.method = "INFO", .to_tag = called.tag, .cseq = 3})).first);
}

TEST_CASE(
    "a BYE that comes while the answer is applied: its 2xx has had its ACK, the question is dropped (RFC 3261 §15)") {
    Driver d;
    auto [session, invite, transaction] = d.start_call();
    d.answer(transaction, reply_to(invite.request, 200, {.body = sdp("answer")}));
    d.take<SendAck>();
    auto wanted = d.take<DescriptionWanted>();
    auto tag = std::string(*invite.request.top<sipmsg::From>()->tag());
    d.receive(incoming({.method = "BYE",
                        .to_tag = tag,
                        .from_tag = "bob",
                        .call_id = std::string(*invite.request.raw(Header::call_id))}));
    CHECK(d.take<Respond>().response.status() == 200);
    CHECK(d.take<DescriptionDropped>().id == wanted.id);
    CHECK(d.take<Ended>().cause == EndCause::remote_bye);
    d.layer.described(wanted.id, Body{}, d.now);
    CHECK(d.quiet());
}

TEST_CASE("abort ends a session from every state, with exactly one Ended") {
    struct Stage {
        const char* name;
        SessionId (*reach)(Driver&);
    };
    const Stage stages[] = {
        {"offering",     [](Driver& d) { return d.layer.invite(Driver::call(), d.now); }},
        {"calling",      [](Driver& d) { return d.start_call().session; }               },
        {"canceling",
         [](Driver& d) {
             auto s = d.start_call().session;
             d.layer.cancel(s, d.now);
             d.take<CancelRequest>();
             return s;
         }                                                                              },
        {"answering",
         [](Driver& d) {
             auto c = d.start_call();
             d.answer(c.transaction, reply_to(c.invite.request, 200, {.body = sdp("answer")}));
             return c.session;
         }                                                                              },
        {"confirmed",    [](Driver& d) { return d.confirmed_call().session; }           },
        {"reinviting",
         [](Driver& d) {
             auto s = d.confirmed_call().session;
             d.layer.reinvite(s, d.now);
             return s;
         }                                                                              },
        {"closing",
         [](Driver& d) {
             auto s = d.confirmed_call().session;
             d.layer.bye(s, d.now);
             return s;
         }                                                                              },
        {"ringing",
         [](Driver& d) {
             d.receive(incoming({.body = sdp("offer")}));
             return d.take<Invited>().session;
         }                                                                              },
        {"accepting",
         [](Driver& d) {
             d.receive(incoming({.body = sdp("offer")}));
             auto s = d.take<Invited>().session;
             d.layer.accept(s, d.now, {});
             return s;
         }                                                                              },
        {"awaiting ACK", [](Driver& d) { return d.accepted_call().session; }            },
        {"deferring",
         [](Driver& d) {
             auto s = d.accepted_call().session;
             d.layer.bye(s, d.now);
             return s;
         }                                                                              },
    };
    for (const auto& stage : stages) {
        CAPTURE(std::string(stage.name));
        Driver d;
        auto session = stage.reach(d);
        int ended = 0;
        std::uint64_t client = 1000;
        bool failing = false;
        std::vector<ClientId> open;
        auto drain = [&] {
            while (auto output = d.layer.poll()) {
                if (auto* e = std::get_if<Ended>(&*output)) ended += e->session == session;
                if (auto* cancel = std::get_if<CancelRequest>(&*output)) d.fail(cancel->transaction);
                if (auto* request = std::get_if<SendRequest>(&*output)) {
                    auto transaction = ClientId{++client};
                    d.layer.sent(request->id, transaction);
                    if (failing)
                        d.fail(transaction);
                    else
                        open.push_back(transaction);
                }
            }
        };
        drain();
        d.layer.abort(session, d.now);
        failing = true;  // nobody answers
        drain();
        for (auto transaction : open) d.fail(transaction);
        drain();
        while (d.step()) drain();
        CHECK(ended == 1);
        CHECK(d.layer.sessions() + d.layer.lingering() == 0);
        d.layer.abort(session, d.now);
        CHECK(d.quiet());
    }
}

TEST_CASE("wishes for a session that is unknown or over do nothing") {
    Driver d;
    SessionId none{77};
    d.layer.cancel(none, d.now);
    d.layer.progress(none, {.status = 180}, d.now);
    d.layer.accept(none, d.now, {});
    d.layer.reject(none, 486, d.now);
    d.layer.bye(none, d.now);
    d.layer.abort(none, d.now);
    d.layer.respond(none, ServerId{1}, 200, d.now);
    d.layer.sent(RequestId{5}, ClientId{5});
    d.layer.described(DescriptionId{5}, sdp("x"), d.now);
    d.layer.retry(RequestId{5}, {}, d.now);
    d.layer.give_up(RequestId{5}, d.now);
    CHECK_FALSE(d.layer.reinvite(none, d.now));
    CHECK_FALSE(d.layer.identity(none));
    CHECK(d.quiet());
    CHECK_FALSE(d.layer.next_expiry());
}
