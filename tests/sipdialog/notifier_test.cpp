// SPDX-License-Identifier: MIT
#include "subscription_driver.hpp"

using namespace sipdialog;
using namespace sipdialog::testing;
using Cause = SubscriptionEndCause;

TEST_CASE("an accepted SUBSCRIBE gets a 200 with its time, and a NOTIFY at once (RFC 6665 §4.2.1.1, §4.2.1.2)") {
    SubscriptionDriver d;
    auto serving = d.accepted("600", NotifierState::pending);
    CHECK(serving.response.status() == 200);
    CHECK(header_of(serving.response, "Expires") == "600");
    CHECK(header_of(serving.response, "Contact").starts_with("<sip:bob@"));
    CHECK(header_of(serving.notify, "Event") == "presence");
    CHECK(header_of(serving.notify, "Subscription-State") == "pending;expires=600");
    CHECK(serving.notify.top<sipmsg::From>()->tag() == serving.tag);
    CHECK(serving.notify.request_uri_text() == "sip:alice@192.0.2.1");
    CHECK(serving.notify.body() == "here");
    d.now += 10s;
    d.layer.notify(serving.id, d.now, NotifierState::active, {"text/plain", "away"});
    CHECK(d.quiet());  // one at a time
    d.answer(serving.transaction, reply_to(serving.notify, 200));
    CHECK(d.take<NotifyAnswered>().status == 200);
    auto [second, transaction] = d.take_request();
    CHECK(header_of(second, "Subscription-State") == "active;expires=590");
    CHECK(second.body() == "away");
    CHECK(cseq_of(second) == cseq_of(serving.notify) + 1);
}

TEST_CASE("what a SUBSCRIBE lacks refuses it before the user is asked (RFC 6665 §4.2.1.1, RFC 3515 §2.4.2)") {
    SubscriptionDriver d({.least_expires = 120});
    auto status_of = [&](const HeaderList& headers, const std::string& method = "SUBSCRIBE") {
        REQUIRE(d.receive(SubscriptionDriver::subscribe(headers, 1, {}, method)));
        return d.take<Respond>().response;
    };
    CHECK(status_of({}).status() == 489);
    CHECK(status_of({
                        {"Event", "pre sence"}
    })
              .status() == 400);
    auto brief = status_of({
        {"Event",   "presence"},
        {"Expires", "60"      }
    });
    CHECK(brief.status() == 423);
    CHECK(header_of(brief, "Min-Expires") == "120");
    CHECK(status_of({}, "REFER").status() == 400);
    CHECK(d.layer.size() == 0);
    auto bare = incoming({.method = "SUBSCRIBE", .contact = "", .headers = {{"Event", "presence"}}});
    REQUIRE(d.receive(bare));
    CHECK(d.take_status() == 400);
}

TEST_CASE(
    "a subscription lasts as long as asked, at most the limit, and its refresh repeats the state (RFC 6665 §4.2.1.4)") {
    SubscriptionDriver d({.longest_expires = 900});
    auto serving = d.accepted("5000");
    CHECK(header_of(serving.response, "Expires") == "900");
    d.answer(serving.transaction, reply_to(serving.notify, 200));
    d.take<NotifyAnswered>();
    d.advance(800s);
    CHECK(d.receive(SubscriptionDriver::subscribe(
        {
            {"Event",   "presence"},
            {"Expires", "300"     }
    },
        2, serving.tag)));
    auto response = d.take<Respond>().response;
    CHECK(response.status() == 200);
    CHECK(header_of(response, "Expires") == "300");
    CHECK(d.take<SubscriptionRefreshed>().subscription == serving.id);
    auto [notify, transaction] = d.take_request();
    CHECK(header_of(notify, "Subscription-State") == "active;expires=300");
    CHECK(notify.body() == "here");
    d.answer(transaction, reply_to(notify, 200));
    d.take<NotifyAnswered>();
    d.advance(299s);
    CHECK(d.quiet());
    d.advance(1s);
    auto [last, final] = d.take_request();
    CHECK(header_of(last, "Subscription-State") == "terminated;reason=timeout");
    CHECK(d.take<SubscriptionEnded>().cause == Cause::expired);
    CHECK(d.layer.size() == 1);
    d.answer(final, reply_to(last, 200));
    CHECK(d.quiet());
    CHECK(d.layer.size() == 0);
}

TEST_CASE("Expires: 0 ends a subscription with a last NOTIFY, or polls once (RFC 6665 §4.2.1.4, §4.4.3)") {
    SubscriptionDriver d;
    auto serving = d.accepted();
    d.answer(serving.transaction, reply_to(serving.notify, 200));
    d.take<NotifyAnswered>();
    CHECK(d.receive(SubscriptionDriver::subscribe(
        {
            {"Event",   "presence"},
            {"Expires", "0"       }
    },
        2, serving.tag)));
    CHECK(d.take_status() == 200);
    CHECK(header_of(d.take_request().first, "Subscription-State") == "terminated;reason=timeout");
    CHECK(d.take<SubscriptionEnded>().cause == Cause::unsubscribed);
    CHECK(d.receive(SubscriptionDriver::subscribe(
        {
            {"Event", "presence"}
    },
        3, serving.tag)));
    CHECK(d.take_status() == 481);

    SubscriptionDriver polled;
    auto poll = polled.accepted("0");
    CHECK(header_of(poll.response, "Expires") == "0");
    CHECK(header_of(poll.notify, "Subscription-State") == "terminated;reason=timeout");
    CHECK(poll.notify.body() == "here");
    CHECK(polled.take<SubscriptionEnded>().cause == Cause::unsubscribed);
    polled.fail(poll.transaction);
    CHECK(polled.quiet());
    CHECK(polled.layer.size() == 0);
}

TEST_CASE("what the user says last is told with its reason (RFC 6665 §4.1.3, §4.2.2)") {
    SubscriptionDriver d;
    auto serving = d.accepted();
    d.answer(serving.transaction, reply_to(serving.notify, 200));
    d.take<NotifyAnswered>();
    d.layer.terminate(serving.id, d.now, "probation", {"text/plain", "gone"}, 30);
    auto [last, transaction] = d.take_request();
    CHECK(header_of(last, "Subscription-State") == "terminated;reason=probation;retry-after=30");
    CHECK(last.body() == "gone");
    auto ended = d.take<SubscriptionEnded>();
    CHECK(ended.cause == Cause::closed);
    CHECK(ended.reason == "probation");
    d.layer.notify(serving.id, d.now, NotifierState::active, {});
    CHECK(d.quiet());
    CHECK_THROWS_AS(d.layer.terminate(serving.id, d.now, "a\r\nb"), std::invalid_argument);
}

TEST_CASE("answers to a NOTIFY that remove the subscription, and those that do not (RFC 6665 §4.2.2)") {
    for (int status : {404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604, 0}) {
        SubscriptionDriver d;
        auto serving = d.accepted();
        d.layer.notify(serving.id, d.now, NotifierState::active, {"text/plain", "never told"});
        status ? d.answer(serving.transaction, reply_to(serving.notify, status)) : d.fail(serving.transaction);
        CHECK(d.take<NotifyAnswered>().status == (status ? status : 408));
        CHECK(d.take<SubscriptionEnded>().cause == Cause::gone);
        CHECK(d.quiet());
        CHECK(d.layer.size() == 0);
    }
    SubscriptionDriver d;
    auto serving = d.accepted();
    d.answer(serving.transaction, reply_to(serving.notify, 500));
    CHECK(d.take<NotifyAnswered>().status == 500);
    CHECK(d.quiet());
    CHECK(d.layer.size() == 1);
}

TEST_CASE("a challenged NOTIFY is sent again before the next (RFC 3261 §22.2)") {
    SubscriptionDriver d;
    auto serving = d.accepted();
    d.layer.notify(serving.id, d.now, NotifierState::active, {"text/plain", "second"});
    d.answer(serving.transaction, reply_to(serving.notify, 407));
    d.take<SubscriptionChallenged>();
    CHECK(d.quiet());
    d.layer.retry(d.last_request,
                  {
                      {"Proxy-Authorization", "Digest realm=\"a\""}
    },
                  d.now);
    auto [again, transaction] = d.take_request();
    CHECK(cseq_of(again) == cseq_of(serving.notify) + 1);
    CHECK(again.body() == "here");
    d.answer(transaction, reply_to(again, 200));
    d.take<NotifyAnswered>();
    auto [second, third] = d.take_request();
    CHECK(cseq_of(second) == cseq_of(again) + 1);
    CHECK(second.body() == "second");
}

TEST_CASE("NOTIFYs wait in a bounded queue, whose oldest goes first (RFC 6665 §4.2.2)") {
    SubscriptionDriver d({.limits = {.waiting_notifies = 2}});
    auto serving = d.accepted();
    for (const auto* body : {"one", "two", "three"})
        d.layer.notify(serving.id, d.now, NotifierState::active, {"text/plain", body});
    d.answer(serving.transaction, reply_to(serving.notify, 200));
    d.take<NotifyAnswered>();
    auto [next, transaction] = d.take_request();
    CHECK(next.body() == "two");
    d.answer(transaction, reply_to(next, 200));
    d.take<NotifyAnswered>();
    CHECK(d.take_request().first.body() == "three");
}

TEST_CASE("only SUBSCRIBE with the same Event has business in a notifier's dialog (RFC 6665 §4.5.2)") {
    SubscriptionDriver d;
    auto serving = d.accepted();
    CHECK(d.receive(SubscriptionDriver::subscribe(
        {
            {"Event", "dialog"}
    },
        2, serving.tag)));
    CHECK(d.take_status() == 489);
    CHECK(d.receive(SubscriptionDriver::subscribe({}, 3, serving.tag, "INFO")));
    CHECK(d.take_status() == 501);
    CHECK(d.receive(SubscriptionDriver::subscribe(
        {
            {"Event", "presence"}
    },
        3, serving.tag)));
    CHECK(d.take_status() == 500);
    CHECK(d.quiet());
}

TEST_CASE("a refused SUBSCRIBE leaves nothing, nor does a REFER that wants no subscription (RFC 4488 §4)") {
    SubscriptionDriver d;
    REQUIRE(d.receive(SubscriptionDriver::subscribe({
        {"Event", "presence"}
    })));
    d.layer.answer(d.take<SubscribeReceived>().subscription, 403, d.now);
    CHECK(d.take_status() == 403);
    CHECK(d.take<SubscriptionEnded>().cause == Cause::closed);
    REQUIRE(d.receive(SubscriptionDriver::subscribe(
        {
            {"Refer-To",  "<sip:carol@example.com>"},
            {"Refer-Sub", "false"                  }
    },
        1, {}, "REFER")));
    d.layer.answer(d.take<SubscribeReceived>().subscription, 200, d.now,
                   {
                       {"Refer-Sub", "false"}
    });
    auto response = d.take<Respond>().response;
    CHECK(response.status() == 200);
    CHECK(header_of(response, "Refer-Sub") == "false");
    CHECK(response.has(Header::contact));
    d.take<SubscriptionEnded>();
    CHECK(d.layer.size() == 0);
}

TEST_CASE("a SUBSCRIBE or REFER that nobody answers lives as long as its client waits (RFC 4320 §4.2)") {
    SubscriptionDriver d;
    for (const std::string method : {"SUBSCRIBE", "REFER"}) {
        REQUIRE(d.receive(SubscriptionDriver::subscribe(
            {
                {"Event",    "presence"             },
                {"Refer-To", "<sip:carol@a.invalid>"}
        },
            1, {}, method)));
        auto id = d.take<SubscribeReceived>().subscription;
        d.advance(32s - 1ns);
        CHECK(d.quiet());
        d.advance(1ns);
        CHECK(d.take_status() == 408);
        auto ended = d.take<SubscriptionEnded>();
        CHECK(ended.subscription == id);
        CHECK(ended.cause == Cause::unanswered);
        CHECK(d.layer.size() == 0);
        CHECK_FALSE(d.layer.next_expiry());
        d.layer.accept(id, d.now, NotifierState::active, {}, {});
        d.layer.answer(id, 200, d.now);
        CHECK(d.quiet());
    }
}

TEST_CASE("above the limit of subscriptions a SUBSCRIBE gets 503, and ours ends at once") {
    SubscriptionDriver d({.limits = {.subscriptions = 1}});
    d.accepted();
    REQUIRE(d.receive(incoming({.method = "SUBSCRIBE", .headers = {{"Event", "presence"}}, .call_id = "call-2"})));
    auto response = d.take<Respond>().response;
    CHECK(response.status() == 503);
    CHECK(response.has(Header::retry_after));
    d.layer.subscribe(SubscriptionDriver::presence(), d.now);
    CHECK(d.take<SubscriptionEnded>().status == 503);
    CHECK(d.layer.size() == 1);
}
