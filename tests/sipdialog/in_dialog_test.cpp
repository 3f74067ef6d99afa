// SPDX-License-Identifier: MIT
#include "driver.hpp"

#include <sipdialog/default_answer.hpp>

using namespace sipdialog;
using namespace sipdialog::testing;

TEST_CASE("what the peer may send in a dialog, and what it gets (RFC 3261 §12.2.2)") {
    struct Row {
        const char* method;
        HeaderList headers;
        int status;  // 0: the user answers
    };
    const Row rows[] = {
        {"INFO",       {},                          0  },
        {"MESSAGE",    {},                          0  },
        {"OPTIONS",    {},                          0  },
        {"REFER",      {{"Refer-To", "<sip:c@d>"}}, 0  },
        {"NOTIFY",     {{"Event", "refer"}},        0  },
        {"NOTIFY",     {},                          489},
        {"PUBLISH",    {},                          0  },
        {"FROBNICATE", {},                          0  },
        {"PRACK",      {{"RAck", "1 1 INVITE"}},    481},
        {"REGISTER",   {},                          501},
        {"SUBSCRIBE",  {{"Event", "x"}},            501},
        {"UPDATE",     {},                          200},
        {"BYE",        {},                          200},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.method));
        Driver d;
        auto call = d.confirmed_incoming();
        auto [taken, transaction] =
            d.receive(incoming({.method = row.method, .to_tag = call.tag, .cseq = 2, .headers = row.headers}));
        CHECK(taken);
        if (row.status) {
            auto respond = d.take<Respond>();
            CHECK(respond.transaction == transaction);
            CHECK(respond.response.status() == row.status);
            continue;
        }
        CHECK(d.take<RequestInDialog>().request->method_text() == row.method);
        d.layer.respond(call.session, transaction, 202, d.now,
                        {
                            {"X-Y", "z"}
        },
                        {"text/plain", "body"});
        auto respond = d.take<Respond>();
        CHECK(respond.response.status() == 202);
        CHECK(respond.response.body() == "body");
        d.layer.respond(call.session, transaction, 200, d.now);
        CHECK(d.quiet());
    }
}

TEST_CASE("what a request gets from a program that has nothing to say to it (RFC 3261 §12.2.2, RFC 6086 §4.2.2)") {
    using sipmsg::Method;
    const std::string_view allow = "INVITE, ACK, BYE";
    const auto status = [&](Method method) { return default_answer(method, allow).status; };
    CHECK(status(Method::info) == 469);
    CHECK(status(Method::message) == 200);
    CHECK(status(Method::notify) == 200);
    CHECK(status(Method::refer) == 480);
    CHECK(status(Method::publish) == 405);
    CHECK(status(Method::other) == 405);
    CHECK(default_answer(Method::info, allow).headers == HeaderList{
                                                             {"Recv-Info", ""}
    });
    CHECK(default_answer(Method::other, allow).headers == HeaderList{
                                                              {"Allow", "INVITE, ACK, BYE"}
    });
    const auto options = default_answer(Method::options, allow);
    CHECK(options.status == 200);
    CHECK(options.headers == HeaderList{
                                 {"Allow",  "INVITE, ACK, BYE"},
                                 {"Accept", "application/sdp" }
    });

    Driver d;
    auto call = d.confirmed_incoming();
    auto [taken, transaction] = d.receive(incoming({.method = "INFO", .to_tag = call.tag, .cseq = 2}));
    auto answer = default_answer(d.take<RequestInDialog>().request->method(), allow);
    d.layer.respond(call.session, transaction, answer.status, d.now, answer.headers);
    CHECK(d.take<Respond>().response.raw(Header::recv_info) == "");
}

TEST_CASE("a request whose dialog nobody knows is left to the user (RFC 3261 §12.2.2)") {
    Driver d;
    auto call = d.confirmed_incoming();
    for (const auto* method : {"BYE", "INFO", "INVITE", "NOTIFY"}) {
        CHECK_FALSE(d.receive(incoming({.method = method, .to_tag = "unknown", .cseq = 2})).first);
        CHECK_FALSE(
            d.receive(incoming({.method = method, .to_tag = call.tag, .from_tag = "unknown", .cseq = 2})).first);
        CHECK_FALSE(d.receive(incoming({.method = method, .to_tag = call.tag, .cseq = 2, .call_id = "unknown"})).first);
    }
    CHECK_FALSE(d.receive(incoming({.method = "OPTIONS"})).first);
    CHECK_FALSE(d.receive(incoming({.method = "CANCEL", .to_tag = call.tag})).first);
    CHECK(d.quiet());
}

TEST_CASE("a number that is not above the last one gets 500 and changes nothing (RFC 3261 §12.2.2)") {
    Driver d;
    auto call = d.confirmed_incoming();
    d.receive(incoming({.method = "INFO", .to_tag = call.tag, .cseq = 10}));
    d.take<RequestInDialog>();
    for (std::uint32_t number : {10u, 9u, 1u}) {
        d.receive(incoming({.method = "BYE", .to_tag = call.tag, .cseq = number}));
        CHECK(d.take<Respond>().response.status() == 500);
        CHECK(d.quiet());
    }
    d.receive(incoming({.method = "BYE", .to_tag = call.tag, .cseq = 500}));
    CHECK(d.take<Respond>().response.status() == 200);
}

TEST_CASE("open questions of a peer are bounded") {
    DialogOptions options;
    options.limits.open_requests = 3;
    Driver d(options);
    auto call = d.confirmed_incoming();
    for (std::uint32_t i = 2; i < 5; ++i) {
        d.receive(incoming({.method = "INFO", .to_tag = call.tag, .cseq = i}));
        d.take<RequestInDialog>();
    }
    d.receive(incoming({.method = "INFO", .to_tag = call.tag, .cseq = 5}));
    auto refusal = d.take<Respond>();
    CHECK(refusal.response.status() == 500);
    CHECK(refusal.response.has(Header::retry_after));
}

TEST_CASE("a user that forgets to answer loses the question with its transaction") {
    Driver d;
    auto call = d.confirmed_incoming();
    auto [taken, transaction] = d.receive(incoming({.method = "INFO", .to_tag = call.tag, .cseq = 2}));
    d.take<RequestInDialog>();
    CHECK(d.layer.handle(siptxn::ServerEnded{transaction}, d.now));
    d.layer.respond(call.session, transaction, 200, d.now);
    CHECK(d.quiet());
    CHECK_FALSE(d.layer.handle(siptxn::ServerEnded{transaction}, d.now));
}

TEST_CASE("after our BYE every request but BYE gets 481 (RFC 3261 §15.1.1)") {
    Driver d;
    auto call = d.confirmed_incoming();
    d.layer.bye(call.session, d.now);
    auto [bye, hangup] = d.take_request();
    d.receive(incoming({.method = "INFO", .to_tag = call.tag, .cseq = 2}));
    CHECK(d.take<Respond>().response.status() == 481);
    d.receive(incoming({.method = "INVITE", .to_tag = call.tag, .cseq = 3, .body = sdp("offer")}));
    CHECK(d.take<Respond>().response.status() == 481);
    d.receive(incoming({.method = "BYE", .to_tag = call.tag, .cseq = 4}));
    CHECK(d.take<Respond>().response.status() == 200);
    CHECK(d.quiet());
    d.answer(hangup, reply_to(bye.request, 481));
    CHECK(d.take<Ended>().cause == EndCause::local_bye);
}
