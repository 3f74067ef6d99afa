// SPDX-License-Identifier: MIT
#include <sipmsg/uri.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sipmsg;

namespace {

/// Equality both ways, and the key must never tell apart what is equal.
bool equal(std::string_view a, std::string_view b) {
    CAPTURE(std::string(a));
    CAPTURE(std::string(b));
    const auto left = Uri::parse(a);
    const auto right = Uri::parse(b);
    REQUIRE(left);
    REQUIRE(right);
    CHECK(equivalent(*left, *left));
    CHECK(equivalent(*right, *right));
    const bool forth = equivalent(*left, *right);
    CHECK(forth == equivalent(*right, *left));
    if (forth) CHECK(equivalence_key(*left) == equivalence_key(*right));
    return forth;
}

std::string key(std::string_view text) { return equivalence_key(*Uri::parse(text)); }

std::string repeated(int count, const std::string& text) {
    std::string out;
    for (int i = 0; i < count; ++i) out += text;
    return out;
}

}  // namespace

TEST_CASE("userinfo compares with case, all else without (RFC 3261 §19.1.4)") {
    CHECK(equal("sip:Erin@harbour.example;Transport=WS", "SIP:Erin@HARBOUR.example;transport=ws"));
    CHECK(!equal("sip:Erin@harbour.example", "sip:erin@harbour.example"));
    CHECK(!equal("sip:erin:Pier@harbour.example", "sip:erin:pier@harbour.example"));
    CHECK(!equal("sip:+1-555;ext=A@harbour.example;user=phone", "sip:+1-555;ext=a@harbour.example;user=phone"));
}

TEST_CASE("a SIPS URI never equals a SIP URI (RFC 3261 §19.1.4)") {
    CHECK(!equal("sip:erin@harbour.example", "sips:erin@harbour.example"));
    CHECK(key("sip:erin@harbour.example") != key("sips:erin@harbour.example"));
}

TEST_CASE("an escape equals its character unless that is reserved (RFC 3261 §19.1.4)") {
    CHECK(equal("sip:%65rin@harbour.example", "sip:erin@harbour.example"));
    CHECK(equal("sip:er%7ein@harbour.example", "sip:er~in@harbour.example"));
    CHECK(equal("sip:a%c3%a9@harbour.example", "sip:a%C3%A9@harbour.example"));
    CHECK(equal("sip:harbour.example;%6d%61%64%64%72=x", "sip:harbour.example;maddr=X"));
    CHECK(equal("sip:harbour.example;a=%5b1%5D", "sip:harbour.example;a=[1]"));
    CHECK(!equal("sip:a%3Bb@harbour.example", "sip:a;b@harbour.example"));
    CHECK(!equal("sip:a%26b@harbour.example", "sip:a&b@harbour.example"));
    CHECK(!equal("sip:%45rin@harbour.example", "sip:erin@harbour.example"));
    CHECK(key("sip:a%3Bb@harbour.example") != key("sip:a;b@harbour.example"));
}

TEST_CASE("a component that is left out never equals its default (RFC 3261 §19.1.4)") {
    CHECK(!equal("sip:erin@harbour.example", "sip:erin@harbour.example:5060"));
    CHECK(!equal("sips:erin@harbour.example", "sips:erin@harbour.example:5061"));
    CHECK(!equal("sip:erin@harbour.example", "sip:erin@harbour.example;transport=udp"));
    CHECK(!equal("sip:erin@harbour.example", "sip:erin@harbour.example;user=ip"));
    CHECK(!equal("sip:erin@harbour.example", "sip:erin@harbour.example;ttl=1"));
    CHECK(!equal("sip:erin@harbour.example", "sip:erin@harbour.example;method=INVITE"));
    CHECK(!equal("sip:erin@harbour.example", "sip:erin@harbour.example;maddr=harbour.example"));
    CHECK(!equal("sip:erin@harbour.example", "sip:erin:@harbour.example"));
    CHECK(!equal("sip:erin@harbour.example", "sip:harbour.example"));
    CHECK(equal("sip:erin@harbour.example:05060", "sip:erin@harbour.example:5060"));
}

TEST_CASE("other parameters count only when both URIs have them, in any order (RFC 3261 §19.1.4)") {
    CHECK(equal("sip:harbour.example;lr;berth=9", "sip:harbour.example;BERTH=9;tide=low"));
    CHECK(!equal("sip:harbour.example;berth=9", "sip:harbour.example;berth=8"));
    CHECK(!equal("sip:harbour.example;berth=9", "sip:harbour.example;berth"));
    CHECK(equal("sip:harbour.example;ttl=5;maddr=h.example;x=1", "sip:harbour.example;maddr=H.example;x=1;ttl=5"));
}

TEST_CASE("equality is not transitive, so a key only narrows the search (RFC 3261 §19.1.4)") {
    CHECK(equal("sip:erin@harbour.example", "sip:erin@harbour.example;berth=9"));
    CHECK(equal("sip:erin@harbour.example", "sip:erin@harbour.example;berth=8"));
    CHECK(!equal("sip:erin@harbour.example;berth=9", "sip:erin@harbour.example;berth=8"));
    CHECK(key("sip:erin@harbour.example;berth=9") == key("sip:erin@harbour.example;berth=8"));
    CHECK(key("sip:erin@harbour.example") != key("sip:erin@harbour.example;transport=tcp"));
    CHECK(key("sip:erin@harbour.example") != key("sip:erin@harbour.example:5060"));
    CHECK(key("sip:erin@harbour.example") != key("sip:frank@harbour.example"));
}

TEST_CASE("URI headers are never ignored and stand in any order, as often (RFC 3261 §19.1.4)") {
    CHECK(equal("sip:erin@harbour.example?subject=tides&priority=urgent",
                "sip:erin@harbour.example?Priority=Urgent&Subject=Tides"));
    CHECK(!equal("sip:erin@harbour.example", "sip:erin@harbour.example?subject=tides"));
    CHECK(!equal("sip:erin@harbour.example?x=1&x=1&y=2", "sip:erin@harbour.example?x=1&y=2&y=2"));
    CHECK(!equal("sip:erin@harbour.example?x=1&x=1", "sip:erin@harbour.example?x=1&y=2"));
    CHECK(!equal("sip:erin@harbour.example?call-id=A1", "sip:erin@harbour.example?call-id=a1"));
    CHECK(!equal("sip:erin@harbour.example?to=sip:Frank%40x.example",
                 "sip:erin@harbour.example?to=sip:frank%40x.example"));
    CHECK(!equal("sip:erin@harbour.example?subject=%22Tides%22", "sip:erin@harbour.example?subject=%22tides%22"));
    CHECK(equal("sip:erin@harbour.example?s%75bject=x&subject=x", "sip:erin@harbour.example?subject=x&s%75bject=x"));
}

TEST_CASE("addresses compare by their value, names never equal addresses (RFC 5954, RFC 3261 §19.1.4)") {
    CHECK(equal("sip:[2001:db8::9:1]", "sip:[2001:DB8:0:0:0:0:9:1]"));
    CHECK(equal("sip:[::ffff:192.0.2.1]", "sip:[::FFFF:C000:201]"));
    CHECK(equal("sip:[2001:db8::9:01]:5070", "sip:[2001:db8::0009:1]:5070"));
    CHECK(!equal("sip:[2001:db8::9:1]", "sip:[2001:db8::9:2]"));
    CHECK(!equal("sip:[::ffff:192.0.2.1]", "sip:192.0.2.1"));
    CHECK(!equal("sip:pier9.harbour.example", "sip:192.0.2.9"));
    CHECK(equal("sip:192.0.2.1", "sip:192.000.002.001"));
    CHECK(key("sip:[2001:db8::9:1]") != key("sip:[2001:db8::9:2]"));
}

TEST_CASE("tel URIs: separators, case and order do not count, every parameter does (RFC 3966 §4)") {
    CHECK(equal("tel:+44-20-7946-0991", "TEL:+44(20)7946.0991"));
    CHECK(!equal("tel:+442079460991", "tel:442079460991;phone-context=+44"));
    CHECK(equal("tel:9af;phone-context=Harbour.example", "tel:9-AF;Phone-Context=harbour.EXAMPLE"));
    CHECK(equal("tel:991;phone-context=+44-20", "tel:991;phone-context=+4420"));
    CHECK(!equal("tel:991;phone-context=+4420", "tel:991;phone-context=+4421"));
    CHECK(!equal("tel:991;phone-context=+4420", "tel:991;phone-context=4420.example"));
    CHECK(equal("tel:+4420;ext=9-1;isub=Ab", "tel:+4420;isub=aB;ext=91"));
    CHECK(!equal("tel:+4420;isub=9-1", "tel:+4420;isub=91"));
    CHECK(!equal("tel:+4420;ext=91", "tel:+4420"));
    CHECK(!equal("tel:+4420;tsp=a.example", "tel:+4420;tsp=b.example"));
    CHECK(key("tel:+4420") != key("tel:+4421"));
}

TEST_CASE("urn URIs: the namespace has no case, the name has, and components behind it do not count (RFC 8141)") {
    CHECK(equal("urn:Example:Tide-9", "URN:example:Tide-9"));
    CHECK(!equal("urn:example:Tide-9", "urn:example:tide-9"));
    CHECK(equal("urn:example:a%c3%a9", "urn:example:a%C3%A9"));
    CHECK(!equal("urn:example:%61", "urn:example:a"));
    CHECK(equal("urn:example:tide?+res=1?=q", "urn:example:tide"));
    CHECK(!equal("urn:example:tide/9", "urn:example:tide"));
    CHECK(!equal("urn:uuid:0", "urn:nena:0"));
}

TEST_CASE("URIs of other schemes compare octet for octet") {
    CHECK(equal("https://Harbour.example/", "HTTPS://Harbour.example/"));
    CHECK(!equal("https://Harbour.example/", "https://harbour.example/"));
    CHECK(!equal("https:x", "http:x"));
}

TEST_CASE("a URI that repeats a parameter equals itself") {
    CHECK(equal("sip:harbour.example;x=1;x=2", "SIP:harbour.example;x=1;x=2"));
    CHECK(!equal("sip:harbour.example;x=1;x=2", "sip:harbour.example;x=1"));
}

TEST_CASE("more parameters or headers than anybody writes compare by octets") {
    const auto many = "sip:harbour.example" + repeated(200, ";p");
    CHECK(equal(many, many));
    CHECK(!equal(many, many + ";p"));
    const auto headers = "sip:harbour.example?" + repeated(200, "p=1&") + "q=1";
    CHECK(equal(headers, headers));
    CHECK(!equal(headers, "sip:harbour.example?q=1"));
}
