// SPDX-License-Identifier: MIT
#include "subscription_driver.hpp"

#include <sipdialog/refer_notifier.hpp>

using namespace sipdialog;
using namespace sipdialog::testing;
using Cause = SubscriptionEndCause;

namespace {

SubscriptionEnded ended(SubscriptionDriver& d) {
    auto news = d.take<SubscriptionEnded>();
    CHECK(d.quiet());
    return news;
}

}  // namespace

TEST_CASE("a SUBSCRIBE carries Event, Expires and Contact, and a NOTIFY makes the dialog (RFC 6665 §4.1.2.1, §4.4.1)") {
    SubscriptionDriver d;
    auto id = d.layer.subscribe(SubscriptionDriver::presence(), d.now);
    auto sent = d.take<SendInSubscription>();
    CHECK(sent.subscription == id);
    CHECK(sent.request.method_text() == "SUBSCRIBE");
    CHECK(header_of(sent.request, "Event") == "presence");
    CHECK(header_of(sent.request, "Expires") == "600");
    CHECK(header_of(sent.request, "Accept") == "text/plain");
    CHECK(sent.options.contact->user == "alice");
    d.layer.sent(sent.id, ClientId{1});
    d.answer(ClientId{1}, reply_to(sent.request, 200, {.headers = {{"Expires", "300"}}}));
    CHECK(d.take<SubscribeAnswered>().status == 200);
    CHECK(d.quiet());
    CHECK(d.receive(SubscriptionDriver::notify({.state = "pending;expires=200"})));
    CHECK(d.take<Notified>().state == SubscriberState::pending);
    CHECK(*d.layer.expires_at(id) - d.now == 200s);
    CHECK(d.receive(SubscriptionDriver::notify({.state = "active;expires=250", .cseq = 2})));
    CHECK(d.take<Notified>().state == SubscriberState::active);
    CHECK(*d.layer.expires_at(id) - d.now == 250s);
}

TEST_CASE("a NOTIFY may come before the 2xx, and the shortest time counts (RFC 6665 §4.1.2.4)") {
    SubscriptionDriver d;
    auto id = d.layer.subscribe(SubscriptionDriver::presence(), d.now);
    auto [subscribe, transaction] = d.take_request();
    CHECK(d.receive(SubscriptionDriver::notify({.state = "active;expires=500"})));
    CHECK(d.take<Notified>().state == SubscriberState::active);
    CHECK(*d.layer.expires_at(id) - d.now == 500s);
    d.answer(transaction, reply_to(subscribe, 200, {.headers = {{"Expires", "400"}}}));
    CHECK(d.take<SubscribeAnswered>().subscription == id);
    CHECK(*d.layer.expires_at(id) - d.now == 400s);
    CHECK(d.quiet());
}

TEST_CASE("a NOTIFY of another fork gets no subscription unless forks are wanted (RFC 6665 §4.1.4)") {
    SubscriptionDriver d;
    d.active();
    CHECK_FALSE(d.receive(SubscriptionDriver::notify({.tag = "carol"})));  // 481 is the user's

    auto options = SubscriptionDriver::presence();
    options.call_id = "call-2";
    options.forks = true;
    auto id = d.layer.subscribe(options, d.now);
    d.take_request();
    auto from = [](const std::string& tag, const std::string& state) {
        return incoming({
            .method = "NOTIFY",
            .to_tag = "alice",
            .from_tag = tag,
            .headers = {{"Event", "presence"}, {"Subscription-State", state}},
            .call_id = "call-2"
        });
    };
    CHECK(d.receive(from("bob", "active;expires=100")));
    CHECK(d.take<Notified>().subscription == id);
    CHECK(d.receive(from("carol", "pending;expires=100")));
    auto forked = d.take<SubscriptionForked>();
    CHECK(forked.origin == id);
    auto notified = d.take<Notified>();
    CHECK(notified.subscription == forked.subscription);
    CHECK(notified.state == SubscriberState::pending);
    d.layer.unsubscribe(forked.subscription, d.now);
    auto [farewell, transaction] = d.take_request();
    CHECK(header_of(farewell, "Expires") == "0");
    CHECK(farewell.top<sipmsg::To>()->tag() == "carol");
    d.advance(32s);  // Timer N of the first SUBSCRIBE is over (RFC 6665 §4.1.2.4)
    d.take<SubscriptionEnded>();
    CHECK_FALSE(d.receive(from("dave", "active;expires=100")));
}

TEST_CASE("a NOTIFY that comes after the one that ended its dialog is no fork (RFC 6665 §4.1.4)") {
    SubscriptionDriver d;
    auto options = SubscriptionDriver::presence();
    options.forks = true;
    d.layer.subscribe(options, d.now);
    d.take_request();
    CHECK(d.receive(SubscriptionDriver::notify({.state = "terminated;reason=noresource", .cseq = 2})));
    d.take<Notified>();
    d.take<SubscriptionEnded>();
    CHECK_FALSE(d.receive(SubscriptionDriver::notify({.state = "active;expires=100"})));
    CHECK(d.quiet());
}

TEST_CASE("a fork that ends leaves the others their chance (RFC 6665 §4.1.4)") {
    SubscriptionDriver d;
    auto options = SubscriptionDriver::presence();
    options.forks = true;
    d.layer.subscribe(options, d.now);
    d.take_request();
    CHECK(d.receive(SubscriptionDriver::notify({.state = "terminated;reason=rejected"})));
    d.take<Notified>();
    CHECK(d.take<SubscriptionEnded>().cause == Cause::terminated);
    CHECK(d.receive(SubscriptionDriver::notify({.tag = "carol"})));
    d.take<SubscriptionForked>();
    CHECK(d.take<Notified>().state == SubscriberState::active);
    CHECK(d.receive(SubscriptionDriver::notify({.state = "terminated", .cseq = 2, .tag = "carol"})));
    d.take<Notified>();
    CHECK(d.take<SubscriptionEnded>().cause == Cause::terminated);
    CHECK(d.receive(SubscriptionDriver::notify({.tag = "dave"})));
}

TEST_CASE("no NOTIFY within Timer N ends the subscription, after a refresh too (RFC 6665 §4.1.2.2, §4.1.2.4)") {
    SubscriptionDriver d;
    d.layer.subscribe(SubscriptionDriver::presence(), d.now);
    auto [subscribe, transaction] = d.take_request();
    d.answer(transaction, reply_to(subscribe, 200));
    d.take<SubscribeAnswered>();
    d.advance(31'999ms);
    CHECK(d.quiet());
    d.advance(1ms);
    CHECK(ended(d).cause == Cause::no_notify);
    CHECK(d.layer.size() == 0);

    SubscriptionDriver e;
    e.active();
    e.advance(540s);
    auto [refresh, again] = e.take_request();
    e.answer(again, reply_to(refresh, 200, {.headers = {{"Expires", "600"}}}));
    e.take<SubscribeAnswered>();
    e.advance(32s);
    CHECK(ended(e).cause == Cause::no_notify);
}

TEST_CASE("a refresh goes out at 90 % with the next number, and its NOTIFY stops Timer N (RFC 6665 §4.1.2.2)") {
    SubscriptionDriver d;
    auto [id, subscribe] = d.active("100");
    d.advance(89'999ms);
    CHECK(d.quiet());
    d.advance(1ms);
    auto [refresh, transaction] = d.take_request();
    CHECK(cseq_of(refresh) == cseq_of(subscribe) + 1);
    CHECK(refresh.request_uri_text() == "sip:bob@192.0.2.2");
    CHECK(header_of(refresh, "Expires") == "600");
    CHECK(header_of(refresh, "Event") == "presence");
    d.answer(transaction, reply_to(refresh, 200, {.headers = {{"Expires", "100"}}}));
    d.take<SubscribeAnswered>();
    CHECK(d.receive(SubscriptionDriver::notify({.state = "active;expires=100", .cseq = 2})));
    d.take<Notified>();
    d.advance(40s);
    CHECK(d.quiet());
    CHECK(*d.layer.expires_at(id) - d.now == 60s);
}

TEST_CASE("204 to a refresh says that no NOTIFY follows, which stops Timer N (RFC 6665 §4.1.2.2)") {
    SubscriptionDriver d;
    d.active();
    d.advance(540s);
    auto [refresh, transaction] = d.take_request();
    d.answer(transaction, reply_to(refresh, 204, {.headers = {{"Expires", "600"}}}));
    d.take<SubscribeAnswered>();
    d.advance(60s);
    CHECK(d.quiet());
}

TEST_CASE("answers that end a subscription, and those that leave it until its time (RFC 6665 §4.1.2.2)") {
    for (int status : {404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604}) {
        SubscriptionDriver d;
        d.active();
        d.advance(540s);
        auto [refresh, transaction] = d.take_request();
        d.answer(transaction, reply_to(refresh, status));
        CHECK(d.take<SubscribeAnswered>().status == status);
        auto news = ended(d);
        CHECK(news.cause == Cause::gone);
        CHECK(news.status == status);
    }
    SubscriptionDriver d;
    d.active();
    d.advance(540s);
    auto [refresh, transaction] = d.take_request();
    d.answer(transaction, reply_to(refresh, 500));
    CHECK(d.take<SubscribeAnswered>().status == 500);
    CHECK(d.quiet());
    d.advance(30s);  // half of what is left: once more
    auto [second, attempt] = d.take_request();
    d.fail(attempt);
    CHECK(d.take<SubscribeAnswered>().status == 408);
    d.advance(15s);
    d.take_request();
    d.advance(15s);
    CHECK(ended(d).cause == Cause::expired);
}

TEST_CASE("a first SUBSCRIBE that is refused, or never answered, ends it (RFC 6665 §4.1.2.1)") {
    SubscriptionDriver d;
    d.layer.subscribe(SubscriptionDriver::presence(), d.now);
    auto [subscribe, transaction] = d.take_request();
    d.answer(transaction, reply_to(subscribe, 403));
    d.take<SubscribeAnswered>();
    auto news = ended(d);
    CHECK(news.cause == Cause::refused);
    CHECK(news.status == 403);
    CHECK_FALSE(news.resubscribe_after);
    d.layer.subscribe(SubscriptionDriver::presence(), d.now);
    auto [other, second] = d.take_request();
    d.fail(second);
    d.take<SubscribeAnswered>();
    CHECK(ended(d).cause == Cause::no_answer);
    CHECK(d.layer.size() == 0);
}

TEST_CASE("423 is followed once with Min-Expires, if that is more (RFC 6665 §4.2.1.1)") {
    SubscriptionDriver d;
    d.layer.subscribe(SubscriptionDriver::presence(), d.now);
    auto [subscribe, transaction] = d.take_request();
    d.answer(transaction, reply_to(subscribe, 423, {.headers = {{"Min-Expires", "1800"}}}));
    auto [again, second] = d.take_request();
    CHECK(header_of(again, "Expires") == "1800");
    CHECK(cseq_of(again) == cseq_of(subscribe) + 1);
    CHECK(header_of(again, "Call-ID") == "call-1");
    d.answer(second, reply_to(again, 423, {.headers = {{"Min-Expires", "3600"}}}));
    d.take<SubscribeAnswered>();
    CHECK(ended(d).status == 423);

    SubscriptionDriver e;
    e.layer.subscribe(SubscriptionDriver::presence(), e.now);
    auto [first, only] = e.take_request();
    e.answer(only, reply_to(first, 423, {.headers = {{"Min-Expires", "60"}}}));
    e.take<SubscribeAnswered>();
    CHECK(ended(e).status == 423);
}

TEST_CASE("a challenge is answered in the same dialog with the next number (RFC 3261 §22.2)") {
    SubscriptionDriver d;
    d.layer.subscribe(SubscriptionDriver::presence(), d.now);
    auto [subscribe, transaction] = d.take_request();
    d.answer(transaction, reply_to(subscribe, 401));
    auto challenged = d.take<SubscriptionChallenged>();
    d.layer.retry(challenged.id,
                  {
                      {"Authorization", "Digest realm=\"a\""}
    },
                  d.now);
    auto [again, second] = d.take_request();
    CHECK(cseq_of(again) == cseq_of(subscribe) + 1);
    CHECK(header_of(again, "Authorization") == "Digest realm=\"a\"");
    d.answer(second, reply_to(again, 200, {.headers = {{"Expires", "100"}}}));
    d.take<SubscribeAnswered>();
    CHECK(d.receive(SubscriptionDriver::notify({})));
    d.take<Notified>();
    d.advance(90s);
    auto [refresh, third] = d.take_request();
    CHECK(cseq_of(refresh) == cseq_of(again) + 1);
    d.answer(third, reply_to(refresh, 407));
    auto proxy = d.take<SubscriptionChallenged>();
    d.layer.give_up(proxy.id, d.now);
    CHECK(d.take<SubscribeAnswered>().status == 407);
    d.advance(5s);
    d.take_request();
    d.advance(5s);
    CHECK(ended(d).cause == Cause::expired);
}

TEST_CASE("a NOTIFY that says too little or belongs elsewhere is refused (RFC 6665 §4.1.3, §8.2)") {
    using Notify = SubscriptionDriver::Notify;
    SubscriptionDriver d;
    d.layer.subscribe(SubscriptionDriver::presence(), d.now);
    d.take_request();
    auto status_of = [&](const Notify& how) {
        REQUIRE(d.receive(SubscriptionDriver::notify(how)));
        return d.take_status();
    };
    CHECK(status_of({.event = ""}) == 489);
    CHECK(status_of({.state = ""}) == 489);
    CHECK(status_of({.state = "sleeping"}) == 489);
    CHECK(status_of({.state = "active;;"}) == 400);
    CHECK(status_of({.contact = ""}) == 489);
    CHECK_FALSE(d.receive(SubscriptionDriver::notify({.event = "dialog"})));
    CHECK_FALSE(d.receive(SubscriptionDriver::notify({.event = "Presence"})));
    CHECK_FALSE(d.receive(SubscriptionDriver::notify({.event = "presence;id=1"})));
    REQUIRE(d.receive(SubscriptionDriver::notify({.cseq = 5})));
    d.take<Notified>();
    CHECK(status_of({.event = "dialog", .cseq = 6}) == 489);
    CHECK(status_of({.state = "", .cseq = 7}) == 489);
    CHECK(status_of({.cseq = 7}) == 500);
    CHECK(status_of({.cseq = 8, .method = "MESSAGE"}) == 501);
    CHECK(d.quiet());
}

TEST_CASE("the notifier's last words say when to subscribe anew (RFC 6665 §4.1.3)") {
    auto after = [](const std::string& state) {
        SubscriptionDriver d;
        d.active();
        CHECK(d.receive(SubscriptionDriver::notify({.state = state, .cseq = 2})));
        CHECK(d.take<Notified>().state == SubscriberState::terminated);
        auto news = ended(d);
        CHECK(news.cause == Cause::terminated);
        CHECK(d.layer.size() == 0);
        return news.resubscribe_after;
    };
    CHECK(after("terminated;reason=deactivated") == 0);
    CHECK(after("terminated;reason=timeout") == 0);
    CHECK(after("terminated;reason=giveup;retry-after=7") == 7);
    CHECK(after("terminated;reason=giveup") == 0);
    CHECK(after("terminated;reason=probation;retry-after=9") == 9);
    CHECK(after("terminated;reason=probation") == 32);
    CHECK(after("terminated;reason=rejected;retry-after=9") == std::nullopt);
    CHECK(after("terminated;reason=noresource") == std::nullopt);
    CHECK(after("terminated;reason=invariant;retry-after=31536000") == std::nullopt);
    CHECK(after("terminated") == std::nullopt);
    CHECK(after("terminated;reason=odd;retry-after=3") == 3);
}

TEST_CASE("unsubscribing ends with the final NOTIFY or by Timer N, once (RFC 6665 §4.1.2.3)") {
    SubscriptionDriver d;
    auto [id, subscribe] = d.active();
    d.layer.unsubscribe(id, d.now);
    d.layer.unsubscribe(id, d.now);
    auto [farewell, transaction] = d.take_request();
    CHECK(header_of(farewell, "Expires") == "0");
    CHECK(d.quiet());
    d.answer(transaction, reply_to(farewell, 200, {.headers = {{"Expires", "0"}}}));
    CHECK(d.take<SubscribeAnswered>().status == 200);
    CHECK(d.receive(SubscriptionDriver::notify({.cseq = 2})));  // was on its way
    CHECK(d.take<Notified>().state == SubscriberState::leaving);
    CHECK(d.receive(SubscriptionDriver::notify({.state = "terminated;reason=timeout", .cseq = 3})));
    d.take<Notified>();
    auto news = ended(d);
    CHECK(news.cause == Cause::unsubscribed);
    CHECK_FALSE(news.resubscribe_after);
    CHECK_FALSE(d.receive(SubscriptionDriver::notify({.cseq = 4})));

    SubscriptionDriver silent;
    silent.layer.unsubscribe(silent.active().id, silent.now);
    auto [last, lost] = silent.take_request();
    silent.fail(lost);
    silent.take<SubscribeAnswered>();
    CHECK(silent.quiet());
    silent.advance(32s);
    CHECK(ended(silent).cause == Cause::unsubscribed);
    silent.advance(600s);
    CHECK(silent.quiet());
    CHECK(silent.layer.size() == 0);
}

TEST_CASE("unsubscribing before the first NOTIFY waits for somebody to tell (RFC 6665 §4.1.2.3)") {
    SubscriptionDriver d;
    auto id = d.layer.subscribe(SubscriptionDriver::presence(), d.now);
    auto [subscribe, transaction] = d.take_request();
    d.layer.unsubscribe(id, d.now);
    CHECK(d.quiet());
    d.answer(transaction, reply_to(subscribe, 200));
    d.take<SubscribeAnswered>();
    CHECK(d.receive(SubscriptionDriver::notify({})));
    CHECK(d.take<Notified>().state == SubscriberState::leaving);
    auto [farewell, second] = d.take_request();
    CHECK(header_of(farewell, "Expires") == "0");
    CHECK(cseq_of(farewell) == cseq_of(subscribe) + 1);
    CHECK(d.receive(SubscriptionDriver::notify({.state = "terminated", .cseq = 2})));
    d.take<Notified>();
    CHECK(ended(d).cause == Cause::unsubscribed);
}

TEST_CASE("a poll asks once: the NOTIFY that answers it is the last (RFC 6665 §4.4.3)") {
    SubscriptionDriver d;
    auto options = SubscriptionDriver::presence();
    options.expires = 0;
    d.layer.subscribe(options, d.now);
    auto [subscribe, transaction] = d.take_request();
    CHECK(header_of(subscribe, "Expires") == "0");
    CHECK(d.receive(SubscriptionDriver::notify({.state = "terminated;reason=timeout", .contact = ""})));
    CHECK(d.take<Notified>().state == SubscriberState::terminated);
    CHECK(ended(d).cause == Cause::terminated);
    d.answer(transaction, reply_to(subscribe, 200));
    CHECK(d.quiet());
    CHECK(d.layer.size() == 0);
}

TEST_CASE("a REFER outside a dialog subscribes too, unless the answer says no (RFC 3515 §2.4.4, RFC 4488 §4)") {
    SubscriptionDriver d;
    auto options = SubscriptionDriver::presence();
    options.method = "REFER";
    options.event = "refer";
    options.refreshes = false;
    options.headers = {
        {"Refer-To", "<sip:carol@example.com>"}
    };
    d.layer.subscribe(options, d.now);
    auto [refer, transaction] = d.take_request();
    CHECK(refer.method_text() == "REFER");
    CHECK(header_of(refer, "Expires").empty());
    d.answer(transaction, reply_to(refer, 202));
    d.take<SubscribeAnswered>();
    auto named = "refer;id=" + std::to_string(cseq_of(refer));
    CHECK(d.receive(SubscriptionDriver::notify({.state = "active;expires=60", .event = named})));
    d.take<Notified>();
    CHECK(d.receive(SubscriptionDriver::notify({.event = "refer;id=1", .cseq = 2})));
    CHECK(d.take_status() == 489);
    d.advance(59s);
    CHECK(d.quiet());  // not refreshed
    d.advance(1s);
    CHECK(ended(d).cause == Cause::expired);

    options.call_id = "call-2";
    d.layer.subscribe(options, d.now);
    auto [second, other] = d.take_request();
    d.answer(other, reply_to(second, 200, {.headers = {{"Refer-Sub", "false"}}}));
    d.take<SubscribeAnswered>();
    CHECK(ended(d).cause == Cause::not_wanted);
    CHECK(d.layer.size() == 0);
}

TEST_CASE("text that could not stand in a SUBSCRIBE is refused before anything is sent") {
    SubscriptionDriver d;
    auto options = SubscriptionDriver::presence();
    options.event = "presence\r\nX: y";
    CHECK_THROWS_AS(d.layer.subscribe(options, d.now), std::invalid_argument);
    options.event = "";
    CHECK_THROWS_AS(d.layer.subscribe(options, d.now), std::invalid_argument);
    options = SubscriptionDriver::presence();
    options.to = "<sip:bob@example.com>\r\nX: y";
    CHECK_THROWS_AS(d.layer.subscribe(options, d.now), std::invalid_argument);
    CHECK(d.quiet());
    CHECK(d.layer.size() == 0);
}

TEST_CASE("an aborted subscription is forgotten with one piece of news") {
    SubscriptionDriver d;
    auto id = d.active().id;
    d.layer.abort(id);
    CHECK(ended(d).cause == Cause::aborted);
    CHECK(d.layer.size() == 0);
    CHECK_FALSE(d.receive(SubscriptionDriver::notify({.cseq = 2})));
}

TEST_CASE("what a REFER leads to may be subscribed to where its answer says (RFC 7614 §4)") {
    SubscriptionDriver referrer, referee;
    // Neither side makes a subscription of the REFER itself.
    auto options = SubscriptionDriver::presence();
    options.method = "REFER";
    options.event = "refer";
    options.headers = {
        {"Refer-To", "<sip:carol@example.com>"},
        {"Require",  "explicitsub"            }
    };
    referrer.layer.subscribe(options, referrer.now);
    auto [refer, transaction] = referrer.take_request();
    CHECK(header_of(refer, "Require") == "explicitsub");
    REQUIRE(referee.receive(SubscriptionDriver::subscribe(options.headers, 1, {}, "REFER")));
    HeaderList place{
        {"Refer-Events-At", "<sip:events-1@192.0.2.2>"}
    };
    referee.layer.answer(referee.take<SubscribeReceived>().subscription, 200, referee.now, place);
    CHECK(header_of(referee.take<Respond>().response, "Refer-Events-At") == "<sip:events-1@192.0.2.2>");
    referee.take<SubscriptionEnded>();
    referrer.answer(transaction, reply_to(refer, 200, {.headers = place}));
    auto answered = referrer.take<SubscribeAnswered>();
    CHECK(ended(referrer).cause == Cause::not_wanted);

    // Whoever knows the place asks there.
    auto explicitly = SubscriptionDriver::presence();
    explicitly.request_uri = std::string(answered.response->top<sipmsg::ReferEventsAt>()->uri().text());
    explicitly.event = "refer";
    referrer.layer.subscribe(explicitly, referrer.now);
    auto subscribe = referrer.take_request().first;
    CHECK(subscribe.request_uri_text() == "sip:events-1@192.0.2.2");
    CHECK(header_of(subscribe, "Event") == "refer");
    REQUIRE(referee.receive(SubscriptionDriver::subscribe({
        {"Event", "refer"}
    })));
    auto received = referee.take<SubscribeReceived>();
    referee.layer.accept(received.subscription, referee.now, NotifierState::active, status_fragment(100),
                         {.user = "bob"});
    CHECK(referee.take<Respond>().response.status() == 200);
    auto notify = referee.take_request().first;
    CHECK(header_of(notify, "Event") == "refer");
    CHECK(notify.body() == "SIP/2.0 100 Trying\r\n");
    CHECK(referrer.receive(SubscriptionDriver::notify({.event = "refer"})));
    CHECK(referrer.take<Notified>().state == SubscriberState::active);
}
