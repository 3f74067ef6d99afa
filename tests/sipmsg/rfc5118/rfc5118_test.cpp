// SPDX-License-Identifier: MIT
// The situations of RFC 5118, in values of our own.
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

TEST_CASE("an IPv6 reference is a host, an address without brackets is not (RFC 5118 §4.1, §4.2)") {
    const auto uri = Uri::parse("sip:[2001:db8::10]");
    REQUIRE(uri);
    CHECK(uri->host.kind == HostKind::ipv6);
    CHECK(uri->host.text == "2001:db8::10");
    CHECK(to_string(*uri) == "sip:[2001:db8::10]");
    CHECK(!Uri::parse("sip:2001:db8::10"));
    CHECK(!Via::parse("SIP/2.0/UDP 2001:db8::9:1;branch=z9hG4bK1"));
}

TEST_CASE("a port inside the brackets is part of the address (RFC 5118 §4.3, §4.4)") {
    CHECK(!Uri::parse("sip:[2001:db8::10:5070]")->port);
    CHECK(Uri::parse("sip:[2001:db8::10]:5070")->port == 5070);
}

TEST_CASE("received is read with and without brackets (RFC 5118 §4.5)") {
    CHECK(!check_header("Via", "SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111"));
    CHECK(!check_header("Via", "SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3-111"));
    CHECK(Via::parse("SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3-111")->received() ==
          "2001:db8::9:255");
    CHECK(check_header("Via", "SIP/2.0/UDP [2001:db8::9:1];received=2001:db8:::::255;branch=z9hG4bKas3-111"));
}

TEST_CASE("an IPv4-mapped address is an address (RFC 5118 §4.9)") {
    CHECK(Uri::parse("sip:[::ffff:192.0.2.10]:19823")->port == 19823);
    CHECK(Via::parse("SIP/2.0/UDP [::ffff:192.0.2.2]:5060;branch=z9hG4bK1"));
}

TEST_CASE("a third colon in front of an IPv4 address is tolerated (RFC 5118 §4.10)") {
    const auto uri = Uri::parse("sip:user@[2001:db8:::192.0.2.1]");
    REQUIRE(uri);
    CHECK(equivalent(*uri, *Uri::parse("sip:user@[2001:db8::192.0.2.1]")));
    CHECK(!Uri::parse("sip:user@[2001:db8:::1]"));
}

TEST_CASE("IPv6 addresses have eight groups of at most four digits (RFC 4291 §2.2)") {
    for (const auto* good : {"[::]", "[::1]", "[1::]", "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:192.0.2.1]", "[::192.0.2.1]",
                             "[1:2:3::5:6:7:8]", "[FE80::A]"}) {
        INFO(std::string(good));
        CHECK(Uri::parse("sip:" + std::string(good)));
    }
    for (const auto* bad : {"[]",
                            "[:]",
                            "[:::]",
                            "[1]",
                            "[1:2:3:4:5:6:7]",
                            "[1:2:3:4:5:6:7:8:9]",
                            "[1::2::3]",
                            "[12345::]",
                            "[::1.2.3]",
                            "[1.2.3.4]",
                            "[1:2:3:4:5:6:7:1.2.3.4]",
                            "[1:2:3:4:5:6:7:8::]",
                            "[::256.1.1.1]",
                            "[1.2.3.4::]",
                            "[:1:2:3:4:5:6:7]",
                            "[1:2:3:4:5:6:7:]",
                            "[::g]",
                            "[::1%25eth0]",
                            "[::1",
                            "::1]"}) {
        INFO(std::string(bad));
        CHECK(!Uri::parse("sip:" + std::string(bad)));
    }
    std::string groups = "[1";
    for (int i = 0; i < 4000; ++i) groups += ":1";
    CHECK(!Uri::parse("sip:" + groups + "]"));
}
