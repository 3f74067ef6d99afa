// SPDX-License-Identifier: MIT
// What a REFER began goes on when its session has ended.
#include "driver.hpp"

using namespace sipdialog;
using namespace sipdialog::testing;

namespace {

/// A session in which we sent a REFER that was accepted, and which the peer has ended.
struct Referrer : Driver {
    Called call = confirmed_incoming();
    std::uint32_t number = 10;

    std::uint32_t refer(const HeaderList& answer = {}) {
        layer.request(call.session, "REFER",
                      {
        },
                      now, {{"Refer-To", "<sip:carol@example.com>"}});
        auto [sent, transaction] = take_request();
        MessagePtr response = reply_to(sent.request, 202, {.tag = "alice", .headers = answer});
        this->answer(transaction, response);
        take<ResponseInDialog>();
        end(transaction);
        return cseq_of(sent.request);
    }
    void hang_up() {
        receive(incoming({.method = "BYE", .to_tag = call.tag, .cseq = number++}));
        CHECK(take<Respond>().response.status() == 200);
        CHECK(take<Ended>().cause == EndCause::remote_bye);
        CHECK(layer.sessions() == 0);
    }
    /// The status it got; a NOTIFY that reaches the user gets 200.
    int notify(const std::string& event, const std::string& state, const char* method = "NOTIFY") {
        auto [taken, transaction] = receive(incoming({
            .method = method,
            .to_tag = call.tag,
            .cseq = number++,
            .headers = {{"Event", event}, {"Subscription-State", state}}
        }));
        if (!taken) return 0;
        auto output = layer.poll();
        REQUIRE(output);
        if (auto* reached = std::get_if<RequestInDialog>(&*output)) {
            layer.respond(reached->session, transaction, 200, now);
            output = layer.poll();
            REQUIRE(output);
        }
        return std::get<Respond>(*output).response.status();
    }
};

}  // namespace

TEST_CASE("NOTIFYs of a REFER are taken after the BYE, until the last of them (RFC 5057 §5.3)") {
    Referrer d;
    auto event = "refer;id=" + std::to_string(d.refer());
    CHECK(d.notify(event, "active;expires=100") == 200);
    d.hang_up();
    CHECK(d.layer.lingering() == 1);
    CHECK(d.notify(event, "active;expires=60") == 200);
    CHECK(d.notify("refer", "active;expires=60") == 200);  // the first REFER of a dialog needs no id
    CHECK(d.notify("refer;id=4711", "active") == 481);
    CHECK(d.notify("presence", "active") == 481);
    CHECK(d.notify(event, "active", "INFO") == 481);
    CHECK(d.notify(event, "active", "SUBSCRIBE") == 481);  // that would be the peer's REFER
    CHECK_FALSE(d.layer.snapshot(d.call.session, d.now));
    CHECK(d.notify(event, "terminated;reason=noresource") == 200);
    CHECK(d.layer.lingering() == 0);
    CHECK(d.notify(event, "active") == 0);
}

TEST_CASE("a subscription that outlives its session is forgotten when its time is over (RFC 5057 §5.3)") {
    Referrer d;
    auto event = "refer;id=" + std::to_string(d.refer());
    SUBCASE("that of the last NOTIFY") {
        CHECK(d.notify(event, "active;expires=1000") == 200);
        d.hang_up();
        d.advance(999s);
        CHECK(d.notify(event, "active") == 200);
        d.advance(1s);
    }
    SUBCASE("180 s when nobody says more") {
        d.hang_up();
        d.advance(179s);
        CHECK(d.layer.lingering() == 1);
        d.advance(1s);
    }
    SUBCASE("an hour at most") {
        CHECK(d.notify(event, "active;expires=4294967295") == 200);
        d.hang_up();
        d.advance(3600s);
    }
    CHECK(d.quiet());
    CHECK(d.layer.lingering() == 0);
    CHECK_FALSE(d.layer.next_expiry());
}

TEST_CASE("a REFER without a subscription leaves nothing behind (RFC 4488 §4, RFC 7614 §4)") {
    for (auto [name, value] : {
             std::pair{"Refer-Sub",       "false"             },
             {"Refer-Events-At", "<sip:e1@192.0.2.1>"}
    }) {
        Referrer d;
        d.refer({
            {name, value}
        });
        d.hang_up();
        CHECK(d.layer.lingering() == 0);
    }
}

TEST_CASE("the end of a session leaves the NOTIFYs of a REFER alone that wait for their answers (RFC 5057 §5.3)") {
    Referrer d;
    auto event = "refer;id=" + std::to_string(d.refer());
    auto [taken, transaction] = d.receive(incoming({
        .method = "NOTIFY",
        .to_tag = d.call.tag,
        .cseq = d.number++,
        .headers = {{"Event", event}, {"Subscription-State", "active"}}
    }));
    d.take<RequestInDialog>();
    d.hang_up();
    CHECK(d.quiet());
    SUBCASE("the user answers") {
        d.layer.respond(d.call.session, transaction, 200, d.now);
        CHECK(d.take<Respond>().response.status() == 200);
    }
    SUBCASE("the user is gone: it is answered when the subscription is over") {
        while (d.step()) {
        }
        CHECK(d.take<Respond>().response.status() == 487);
        CHECK(d.layer.lingering() == 0);
    }
}

TEST_CASE(
    "we tell of the peer's REFER after the BYE, until our last NOTIFY is answered (RFC 3515 §2.4.4, RFC 5057 §5.3)") {
    Driver d;
    auto call = d.confirmed_incoming();
    auto [taken, refer] = d.receive(incoming(
        {.method = "REFER", .to_tag = call.tag, .cseq = 5, .headers = {{"Refer-To", "<sip:carol@example.com>"}}}));
    d.take<RequestInDialog>();
    d.layer.respond(call.session, refer, 202, d.now);
    d.take<Respond>();
    d.layer.bye(call.session, d.now);
    auto [bye, hangup] = d.take_request();
    auto notify = [&](const std::string& id, const std::string& state) {
        return d.layer.request(call.session, "NOTIFY",
                               {
                                   "message/sipfrag", "SIP/2.0 200 OK\r\n"
        },
                               d.now, {{"Event", "refer;id=" + id}, {"Subscription-State", state}});
    };
    CHECK(notify("5", "active;expires=60") != RequestId::none);
    auto [first, transaction] = d.take_request();
    CHECK(cseq_of(first.request) == cseq_of(bye.request) + 1);
    d.answer(hangup, reply_to(bye.request, 200, {.tag = "alice"}));
    CHECK(d.take<Ended>().cause == EndCause::local_bye);
    d.end(hangup);
    d.answer(transaction, reply_to(first.request, 200, {.tag = "alice"}));
    CHECK(d.take<ResponseInDialog>().status == 200);
    d.end(transaction);
    CHECK(d.layer.request(call.session, "INFO", {}, d.now) == RequestId::none);
    CHECK(notify("6", "active") == RequestId::none);
    CHECK(d.layer.lingering() == 1);
    SUBCASE("the last one") {
        CHECK(notify("5", "terminated;reason=noresource") != RequestId::none);
        auto [last, end] = d.take_request();
        d.answer(end, reply_to(last.request, 200, {.tag = "alice"}));
        CHECK(d.take<ResponseInDialog>().status == 200);
        d.end(end);
    }
    SUBCASE("the peer has forgotten it") {
        notify("5", "active;expires=60");
        auto [last, end] = d.take_request();
        d.answer(end, reply_to(last.request, 481, {.tag = "alice"}));
        CHECK(d.take<ResponseInDialog>().status == 481);
        d.end(end);
    }
    CHECK(d.quiet());
    CHECK(d.layer.lingering() == 0);
    CHECK(notify("5", "active") == RequestId::none);
}
