// SPDX-License-Identifier: MIT
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

TEST_CASE("event packages compare octet by octet, and id with them (RFC 6665 §8.2.1)") {
    const auto event = Event::parse("Presence.winfo;ID=7;x=1");
    REQUIRE(event);
    CHECK(event->package() == "Presence.winfo");
    CHECK(event->id_param() == "7");
    CHECK(event->matches(*Event::parse("Presence.winfo ; id=7")));
    CHECK(!event->matches(*Event::parse("presence.winfo;id=7")));
    CHECK(!event->matches(*Event::parse("Presence.winfo;id=8")));
    CHECK(!event->matches(*Event::parse("Presence.winfo")));
    CHECK(!event->matches(*Event::parse("Presence;id=7")));
    CHECK(Event::parse("dialog")->matches(*Event::parse("dialog;y")));
}

TEST_CASE("Subscription-State gives its phase, its reason and its seconds (RFC 6665 §8.2.3)") {
    const auto active = SubscriptionState::parse("Active;expires=600");
    REQUIRE(active);
    CHECK(active->phase() == SubscriptionPhase::active);
    CHECK(active->expires() == 600);
    CHECK(!active->retry_after());
    const auto over = SubscriptionState::parse("terminated ;reason=giveup;retry-after=30");
    REQUIRE(over);
    CHECK(over->phase() == SubscriptionPhase::terminated);
    CHECK(over->reason() == "giveup");
    CHECK(over->retry_after() == 30);
    CHECK(SubscriptionState::parse("pending")->phase() == SubscriptionPhase::pending);
    CHECK(SubscriptionState::parse("waiting")->phase() == SubscriptionPhase::other);
    CHECK(SubscriptionState::parse("active;expires=99999999999")->expires() == 0xFFFF'FFFF);
    CHECK(!SubscriptionState::parse("active;expires=soon")->expires());
    CHECK(check_header("Subscription-State", "active;expires=soon")->offset == 15);
    CHECK(check_header("Subscription-State", "active;retry-after")->offset == 7);
}

TEST_CASE("a Replaces inside Refer-To is decoded exactly once (RFC 3515 §2.1, RFC 3891 §6.1)") {
    const auto refer = ReferTo::parse(
        "\"Bob\" <sips:bob@b.example?Replaces=12345%2540a.example%3Bto-tag%3D1%3Bfrom-tag%3D2&X=y>;method=INVITE");
    REQUIRE(refer);
    const auto escaped = refer->uri().headers().get("replaces");
    REQUIRE(escaped);
    const auto text = unescape(*escaped);
    CHECK(text == "12345%40a.example;to-tag=1;from-tag=2");
    const auto replaces = Replaces::parse(text);
    REQUIRE(replaces);
    CHECK(replaces->call_id == "12345%40a.example");
    CHECK(replaces->to_tag == "1");
    CHECK(replaces->from_tag == "2");
    CHECK(refer->params().get("method") == "INVITE");
    CHECK(!ReferTo::parse("<sip:a@b.example>, <sip:c@d.example>"));
}

TEST_CASE("Referred-By may name the token that proves it (RFC 3892 §3)") {
    CHECK(ReferredBy::parse("<sip:r@ref.example>;cid=\"2UWQFN309shb3@ref.example\"")->cid() ==
          "2UWQFN309shb3@ref.example");
    CHECK(!ReferredBy::parse("sip:r@ref.example")->cid());
    CHECK(!ReferredBy::parse("<sip:r@ref.example>, <sip:s@ref.example>"));
}

TEST_CASE("Refer-Sub is true or false (RFC 4488 §4)") {
    CHECK(ReferSub::parse("true")->value());
    CHECK(!ReferSub::parse("FALSE ;x")->value());
    CHECK(ReferSub::parse(" maybe").error().offset == 1);
}

TEST_CASE("Info-Package is one package, Recv-Info a list that may be empty (RFC 6086 §9)") {
    CHECK(InfoPackage::parse("foo;bar=1")->package() == "foo");
    std::string_view list = "foo;q=1, bar";
    CHECK(RecvInfo::parse_item(list)->params.get("q") == "1");
    CHECK(RecvInfo::parse_item(list)->package() == "bar");
    CHECK(!check_header("Recv-Info", ""));
    CHECK(check_header("Info-Package", ""));
}

TEST_CASE("entity tags are tokens (RFC 3903 §11.3, RFC 5839 §7.2)") {
    CHECK(SipEtag::parse("dx200xyz")->text == "dx200xyz");
    CHECK(SipIfMatch::parse("a-b")->text == "a-b");
    CHECK(SuppressIfMatch::parse("*")->text == "*");
    CHECK(!SipEtag::parse("a b"));
    CHECK(!SipIfMatch::parse("a, b"));
    CHECK(ReferEventsAt::parse("<sips:ev@n.example;gr=1>")->uri().user() == "ev");
}
