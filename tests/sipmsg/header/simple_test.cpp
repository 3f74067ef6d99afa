// SPDX-License-Identifier: MIT
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

namespace {

bool sound(std::string_view line) {
    const auto colon = line.find(':');
    const auto error = check_header(line.substr(0, colon), line.substr(colon + 1));
    return !error;
}

}  // namespace

TEST_CASE("numbers are checked before they are used (RFC 3261 §20)") {
    CHECK(Expires::parse("4294967295")->value == 4'294'967'295);
    CHECK(Expires::parse("00000000000000000000000001")->value == 1);
    for (const auto* bad : {"4294967296", "18446744073709551616", "99999999999999999999999999"})
        CHECK(Expires::parse(bad).error().code == ParseErrc::out_of_range);
    for (const auto* bad : {"", "-1", "+1", "1.5", "0x10", "1 2", "1a", "1,2", "\x01"})
        CHECK(Expires::parse(bad).error().code == ParseErrc::syntax);
    CHECK(MaxForwards::parse("255")->value == 255);
    CHECK(MaxForwards::parse("256").error().code == ParseErrc::out_of_range);
}

TEST_CASE("CSeq is a number and a method (RFC 3261 §20.16)") {
    const auto cseq = CSeq::parse("4711 \t INVITE");
    REQUIRE(cseq);
    CHECK(cseq->number == 4711);
    CHECK(cseq->method == Method::invite);
    CHECK(to_string(*cseq) == "4711 INVITE");
    CHECK(CSeq::parse("1 1FOO")->method_text == "1FOO");
    CHECK(CSeq::parse("1 2")->method_text == "2");
    for (const auto* bad :
         {"", "1", "INVITE", "1INVITE", "1 INVITE x", "1 2 INVITE", "-1 INVITE", "1 IN,VITE", "2147483648 INVITE"}) {
        INFO(std::string(bad));
        CHECK(!CSeq::parse(bad));
    }
}

TEST_CASE("RAck is two numbers and a method (RFC 3262 §7.2)") {
    const auto rack = RAck::parse("776656 1 INVITE");
    REQUIRE(rack);
    CHECK(rack->rseq == 776656);
    CHECK(rack->cseq == 1);
    CHECK(rack->method == Method::invite);
    CHECK(!RAck::parse("1 INVITE"));
    CHECK(!RAck::parse("4294967296 1 INVITE"));
    CHECK(!RAck::parse("1 1"));
}

TEST_CASE("a Call-ID is one or two words (RFC 3261 §25.1)") {
    CHECK(CallId::parse(" a@b ")->text == "a@b");
    CHECK(CallId::parse("a<b>{}\\\"/?[]:()")->text == "a<b>{}\\\"/?[]:()");
    for (const auto* bad : {"", "@", "a@", "@b", "a@b@c", "a b", "a,b", "a;b", "a=b", "\xC3\xA4"}) {
        INFO(std::string(bad));
        CHECK(!CallId::parse(bad));
    }
}

TEST_CASE("option tags and methods are token lists, possibly empty (RFC 3261 §20.37, §20.5)") {
    std::string_view list = "100rel ,\r\n timer,gruu";
    CHECK(Supported::parse_item(list)->text == "100rel");
    CHECK(Supported::parse_item(list)->text == "timer");
    CHECK(Supported::parse_item(list)->text == "gruu");
    CHECK(list.empty());
    CHECK(sound("Supported:"));
    CHECK(sound("Allow: "));
    CHECK(!sound("Require:"));
    CHECK(!sound("Supported: a b"));
    CHECK(!sound("Supported: a;b"));
    CHECK(!sound("Supported: a/b"));
    CHECK(!sound("Supported: \"a\""));
}

TEST_CASE("an empty Supported, Require, Unsupported or Allow reads as an empty list (RFC 3261 §20)") {
    const std::string wire =
        "OPTIONS sip:a.example SIP/2.0\r\nSupported:\r\nRequire: \r\nUnsupported:\r\nAllow:\r\nRequire: gruu\r\n\r\n";
    const auto message = parse(wire);
    REQUIRE(message);
    CHECK(message->all<Supported>().begin() == std::default_sentinel);
    CHECK(message->all<Unsupported>().begin() == std::default_sentinel);
    CHECK(message->all<Allow>().begin() == std::default_sentinel);
    CHECK(message->top<Require>()->text == "gruu");
    const auto faults = check_all(*message);  // the grammar of Require and Unsupported wants one at least
    REQUIRE(faults.size() == 2);
    CHECK(faults[0].header == Header::require);
    CHECK(faults[1].header == Header::unsupported);
}

TEST_CASE("Allow gives methods, Unsupported option tags (RFC 3261 §20.5, §20.40)") {
    std::string_view methods = "INVITE,ACK , FOO";
    CHECK(Allow::parse_item(methods)->method() == Method::invite);
    CHECK(Allow::parse_item(methods)->method() == Method::ack);
    const auto other = Allow::parse_item(methods);
    CHECK(other->method() == Method::other);
    CHECK(other->text == "FOO");
    std::string_view tags = "foo, 100rel";
    CHECK(Unsupported::parse_item(tags)->text == "foo");
    CHECK(Unsupported::parse_item(tags)->text == "100rel");
}

TEST_CASE("Content-Type compares without case and parameters (RFC 3261 §20.15)") {
    const auto type = ContentType::parse("Multipart / Mixed ; boundary=\"a;b\"; x = y");
    REQUIRE(type);
    CHECK(type->is("multipart", "mixed"));
    CHECK(unquote(*type->params.get("boundary")) == "a;b");
    CHECK(type->params.get("x") == "y");
    for (const auto* bad :
         {"", "text", "text/", "/plain", "text/plain;", "text/plain, text/html", "text/plain;a=\"", "te xt/plain"}) {
        INFO(std::string(bad));
        CHECK(!ContentType::parse(bad));
    }
}

TEST_CASE("Event, Subscription-State and Reason are tokens with parameters (RFC 6665 §8.2, RFC 3326 §2)") {
    CHECK(Event::parse("Presence;id=7")->text == "Presence");
    CHECK(Event::parse("presence;id=7")->params.get("id") == "7");
    const auto state = SubscriptionState::parse("terminated;reason=timeout;retry-after=10");
    CHECK(state->text == "terminated");
    CHECK(state->params.get("reason") == "timeout");
    CHECK(unquote(*Reason::parse("SIP ;cause=200 ;text=\"Call completed elsewhere\"")->params.get("text")) ==
          "Call completed elsewhere");
    CHECK(!Event::parse("a, b"));
    CHECK(!Event::parse("a/b"));
}

TEST_CASE("Retry-After takes a comment of any depth (RFC 3261 §20.33)") {
    const auto value = RetryAfter::parse("18000 (I'm (really \\) in) a meeting);duration=3600");
    REQUIRE(value);
    CHECK(value->seconds == 18000);
    CHECK(value->params.get("duration") == "3600");
    CHECK(RetryAfter::parse("5;x")->params.has("x"));
    CHECK(!RetryAfter::parse("5 (a"));
    CHECK(!RetryAfter::parse("5 ("));
    CHECK(!RetryAfter::parse("5 (a\\"));
    CHECK(!RetryAfter::parse("5 (a))"));
    CHECK(!RetryAfter::parse("5 x"));
    CHECK(!RetryAfter::parse("5 " + std::string(30'000, '(')));
    CHECK(RetryAfter::parse("5 " + std::string(30'000, '(') + std::string(30'000, ')')));
    CHECK(SessionExpires::parse("1800 ; refresher=uas")->params.get("refresher") == "uas");
    CHECK(!SessionExpires::parse("1800 (x)"));
}

TEST_CASE("Date is read and printed (RFC 3261 §20.17)") {
    const auto date = Date::parse("Sat, 13 Nov 2010 23:29:00 GMT");
    REQUIRE(date);
    CHECK(date->unix_seconds() == 1'289'690'940);
    CHECK(to_string(*date) == "Sat, 13 Nov 2010 23:29:00 GMT");
    CHECK(Date::from_unix_seconds(1'289'690'940) == *date);
    CHECK(to_string(Date::from_unix_seconds(0)) == "Thu, 01 Jan 1970 00:00:00 GMT");
    for (const auto* bad :
         {"", "Sat, 13 Nov 2010 23:29:00", "Sat, 13 Nov 2010 23:29:00 UTC", "Sat 13 Nov 2010 23:29:00 GMT",
          "Sat, 3 Nov 2010 23:29:00 GMT", "Sat, 13 Nov 10 23:29:00 GMT", "Sat, 13 Nov 2010 24:29:00 GMT",
          "Sat, 30 Feb 2010 23:29:00 GMT", "Sat, 00 Nov 2010 23:29:00 GMT", "Xxx, 13 Nov 2010 23:29:00 GMT",
          "Sat, 13 Nov 2010 23:60:00 GMT"}) {
        INFO(std::string(bad));
        CHECK(!Date::parse(bad));
    }
}

TEST_CASE("Replaces names a dialog; both tags must be there (RFC 3891 §6.1)") {
    const auto value = Replaces::parse("98732@sip.example.com ;from-tag=r33th4x0r;early-only; to-tag=ff87ff");
    REQUIRE(value);
    CHECK(value->call_id == "98732@sip.example.com");
    CHECK(value->to_tag == "ff87ff");
    CHECK(value->from_tag == "r33th4x0r");
    CHECK(value->early_only);
    CHECK(to_string(*Replaces::parse(to_string(*value))) == to_string(*value));
    CHECK(!Replaces::parse("1;to-tag=2"));
    CHECK(!Replaces::parse("1;from-tag=2"));
    CHECK(!Replaces::parse("1;from-tag=2;to-tag"));
    CHECK(!Replaces::parse("1;from-tag=2;to-tag=3, 4;from-tag=5;to-tag=6"));
}

TEST_CASE("headers without a type of their own have a machine all the same (RFC 3261 §25.1)") {
    for (const auto* line : {"Accept: application/sdp;level=1, application/x-private, text/*;q=0.3, */*",
                             "Accept:",
                             "Accept-Encoding: gzip;q=1.0, *;q=0",
                             "Accept-Language: da, en-gb;q=0.8, es-419, *;q=0",
                             "Alert-Info: <http://www.example.com/sounds/moo.wav>;x=y",
                             "Call-Info: <http://a.example/p.jpg> ;purpose=icon, <http://a.example/> ;purpose=info",
                             "Error-Info: <sip:announce@example.com>",
                             "Authentication-Info: nextnonce=\"47364c23432d2e131a5fb210812c\", qop=auth, rspauth=\"\"",
                             "Content-Language: fr, x-klingon",
                             "In-Reply-To: 70710@a.example, 17320@b.example",
                             "MIME-Version: 1.0",
                             "Organization: B\xC3\xB6xes by Bob",
                             "Organization:",
                             "Priority: emergency",
                             "Server: HomeServer v2 (a (nested) comment) x/1.0",
                             "User-Agent: Softphone Beta1.5",
                             "Subject:",
                             "Timestamp: 54.21 0.3",
                             "Timestamp: 54",
                             "Warning: 307 isi.edu \"Session parameter 'foo' not understood\", 301 [::1]:5060 \"x\"",
                             "Warning: 399 pseudonym \"\"",
                             "Min-SE: 60;x",
                             "Refer-Sub: false",
                             "Privacy: id;user",
                             "Target-Dialog: a@b;local-tag=1;remote-tag=2",
                             "History-Info: <sip:a@b.c?Reason=SIP%3Bcause%3D302>;index=1.1",
                             "Accept-Contact: *;audio;require",
                             "Unknown: \x80 anything ;;,, \"",
                             "Proxy-Require:foo",
                             "X-Empty:",
                             "Identity: abc..def;info=<https://a.example/c.cer>;alg=ES256"}) {
        INFO(std::string(line));
        CHECK(sound(line));
    }
    for (const auto* line : {"Accept: text",
                             "Accept: text/plain;q=2",
                             "Accept-Language: toolonglanguage",
                             "Alert-Info: http://a.example/",
                             "Alert-Info: x <http://a.example/>",
                             "Authentication-Info: nextnonce",
                             "Content-Language:",
                             "In-Reply-To: a@b@c",
                             "MIME-Version: 1",
                             "Priority: a b",
                             "Server: (open",
                             "Server: a/",
                             "User-Agent: a,b",
                             "Timestamp: x",
                             "Warning: 30 isi.edu \"x\"",
                             "Warning: 307 isi.edu x",
                             "Subject: a\x01",
                             "Subject: \xC3(",
                             "Subject: \x7F",
                             "Unknown: a\x08",
                             "Unknown: \xFF",
                             "Min-SE: x",
                             "Route: sip:a@b.c",
                             "Record-Route: \"a",
                             "From: <sip:a@b.c>;tag",
                             "From: <sip:a@b.c>;tag=\"x\"",
                             "From: <sip:a@b.c>;tag=1;tag=2",
                             "Contact: <sip:a@b.c>;q=2",
                             "Contact: <sip:a@b.c>;expires=x",
                             "To: <sip:a@b.c;ttl=256>",
                             "To: <sip:a@b.c;x=1;x=2>",
                             "To: <sip:a@b.c;maddr=[>"}) {
        INFO(std::string(line));
        CHECK(!sound(line));
    }
    CHECK(!sound(std::string("Subject: a\0b", 12)));
}
