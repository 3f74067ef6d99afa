// SPDX-License-Identifier: MIT
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

TEST_CASE("a Warning is a code, an agent and a text (RFC 3261 §20.43)") {
    std::string_view list = "307 isi.example \"Codec 'x' \\\"unknown\\\"\" ,\r\n 399 [2001:db8::1]:5060 \"\"";
    const auto first = Warning::parse_item(list);
    REQUIRE(first);
    CHECK(first->code == 307);
    CHECK(first->agent == "isi.example");
    CHECK(first->text() == "Codec 'x' \"unknown\"");
    const auto second = Warning::parse_item(list);
    REQUIRE(second);
    CHECK(second->code == 399);
    CHECK(second->agent == "[2001:db8::1]:5060");
    CHECK(second->text().empty());
    CHECK(list.empty());
    CHECK(to_string(*Warning::parse("031 proxy \"x\"")) == "031 proxy \"x\"");
    CHECK(Warning::parse("301 proxy 7").error().offset == 10);
    CHECK(!Warning::parse("31 proxy \"x\""));
    CHECK(!Warning::parse("301 proxy \"x"));
}

TEST_CASE("Reason has a protocol, a cause and a text, and may stand several times (RFC 3326 §2)") {
    std::string_view list = "SIP ;cause=600 ;text=\"Busy \\\"all\\\" over\", Q.850;cause=17, preemption";
    const auto sip = Reason::parse_item(list);
    REQUIRE(sip);
    CHECK(sip->is("sip"));
    CHECK(sip->cause() == 600);
    CHECK(sip->text() == "Busy \"all\" over");
    const auto isdn = Reason::parse_item(list);
    REQUIRE(isdn);
    CHECK(isdn->protocol == "Q.850");
    CHECK(isdn->cause() == 17);
    CHECK(!isdn->text());
    CHECK(!Reason::parse_item(list)->cause());
    CHECK(!Reason::parse("SIP;cause=4294967296")->cause());
    CHECK(check_header("Reason", "SIP;cause=none")->offset == 10);
    CHECK(check_header("Reason", "SIP;text=bare"));
}

TEST_CASE("Timestamp and its delay are read in milliseconds (RFC 3261 §20.38)") {
    const auto value = Timestamp::parse("54.21 .3");
    REQUIRE(value);
    CHECK(value->time_ms() == 54'210);
    CHECK(value->delay_ms() == 300);
    CHECK(Timestamp::parse("7")->time_ms() == 7'000);
    CHECK(!Timestamp::parse("7")->delay_ms());
    CHECK(Timestamp::parse("1.")->time_ms() == 1'000);
    CHECK(Timestamp::parse("0.99999")->time_ms() == 999);
    CHECK(!Timestamp::parse("99999999999999999999")->time_ms());
    for (const auto* bad : {"", ".5", "x", "1 x", "1 2 3", "-1"}) {
        INFO(std::string(bad));
        CHECK(!Timestamp::parse(bad));
    }
}

TEST_CASE("Retry-After keeps its comment (RFC 3261 §20.33)") {
    const auto value = RetryAfter::parse("120 (lunch (long)) ;duration=3600;x");
    REQUIRE(value);
    CHECK(value->seconds == 120);
    CHECK(value->comment == "(lunch (long))");
    CHECK(value->duration() == 3'600);
    CHECK(to_string(*value) == "120 (lunch (long));duration=3600;x");
    CHECK(RetryAfter::parse("5 (a)")->comment == "(a)");
    CHECK(RetryAfter::parse("5;duration=99999999999")->duration() == 0xFFFF'FFFF);
    CHECK(RetryAfter::parse("4294967296").error().code == ParseErrc::out_of_range);
}

TEST_CASE("Server and User-Agent are products and comments (RFC 3261 §20.35, §20.41)") {
    const auto agent = UserAgent::parse("Brass / 2.1 (night build) libfoo/3");
    REQUIRE(agent);
    CHECK(agent->name == "Brass");
    CHECK(agent->version == "2.1");
    CHECK(agent->text == "Brass / 2.1 (night build) libfoo/3");
    CHECK(Server::parse("(comments only)")->name.empty());
    CHECK(Server::parse("(x) Tin Can/9")->name == "Tin");
    CHECK(Server::parse("(x) Tin Can/9")->version.empty());
    CHECK(Server::parse("a,b").error().offset == 1);
}

TEST_CASE("Alert-Info, Error-Info and Call-Info hold a URI in brackets (RFC 3261 §20.4, §20.9, §20.18)") {
    std::string_view list = "<http://w.example/a;b,c.png> ;purpose=icon, <https://w.example/> ;purpose=info";
    const auto icon = CallInfo::parse_item(list);
    REQUIRE(icon);
    CHECK(icon->uri().text() == "http://w.example/a;b,c.png");
    CHECK(icon->purpose() == "icon");
    CHECK(CallInfo::parse_item(list)->purpose() == "info");
    CHECK(AlertInfo::parse("<urn:alert:service:call-waiting>")->uri().text() == "urn:alert:service:call-waiting");
    CHECK(check_header("Error-Info", "Bob <sip:a@b.example>"));
    CHECK(check_header("Call-Info", "http://w.example/"));
}
