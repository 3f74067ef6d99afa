// SPDX-License-Identifier: MIT
#include <siptxn/address.hpp>

#include <doctest/doctest.h>

using namespace siptxn;

namespace {

std::string round_trip(std::string_view text) {
    auto ip = IpAddress::parse(text);
    return ip ? to_string(*ip) : "refused";
}

std::string socket_round_trip(std::string_view text) {
    auto address = SocketAddress::parse(text, 5060);
    return address ? to_string(*address) : "refused";
}

}  // namespace

TEST_CASE("IPv4 addresses are four decimal octets and nothing else") {
    CHECK(round_trip("192.0.2.1") == "192.0.2.1");
    CHECK(round_trip("0.0.0.0") == "0.0.0.0");
    for (auto text : {"", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4 ", "a.b.c.d", "1..2.3", "1.2.3.",
                      "[1.2.3.4]", "-1.2.3.4", "0x1.2.3.4"}) {
        CAPTURE(text);
        CHECK(round_trip(text) == "refused");
    }
}

TEST_CASE("IPv6 addresses print in the canonical form (RFC 5952 §4)") {
    CHECK(round_trip("2001:db8::1") == "2001:db8::1");
    CHECK(round_trip("[2001:DB8:0:0:0:0:0:1]") == "2001:db8::1");
    CHECK(round_trip("::") == "::");
    CHECK(round_trip("::1") == "::1");
    CHECK(round_trip("fe80::") == "fe80::");
    CHECK(round_trip("2001:db8:0:1:1:1:1:1") == "2001:db8:0:1:1:1:1:1");
    CHECK(round_trip("2001:0:0:1:0:0:0:1") == "2001:0:0:1::1");
    CHECK(round_trip("::ffff:192.0.2.1") == "::ffff:c000:201");
    for (auto text : {":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::g", "1:2:3:4:5:6:7::8",
                      "[::1", "::1]", "1.2.3.4::", "::1.2.3", "fe80::1%eth0"}) {
        CAPTURE(text);
        CHECK(round_trip(text) == "refused");
    }
}

TEST_CASE("a socket address keeps its port or takes the default") {
    CHECK(socket_round_trip("192.0.2.1") == "192.0.2.1:5060");
    CHECK(socket_round_trip("192.0.2.1:5070") == "192.0.2.1:5070");
    CHECK(socket_round_trip("[::1]") == "[::1]:5060");
    CHECK(socket_round_trip("[::1]:1") == "[::1]:1");
    CHECK(socket_round_trip("::1") == "[::1]:5060");
    CHECK(socket_round_trip("192.0.2.1:65536") == "refused");
    CHECK(socket_round_trip("192.0.2.1:") == "refused");
    CHECK(socket_round_trip("example.com:5060") == "refused");
    CHECK(socket_round_trip("") == "refused");
    CHECK(socket_round_trip(":5060") == "refused");
    CHECK(socket_round_trip("[") == "refused");
}

TEST_CASE("loopback, multicast and unspecified addresses are told apart") {
    CHECK(IpAddress::parse("127.8.9.1")->is_loopback());
    CHECK(IpAddress::parse("::1")->is_loopback());
    CHECK_FALSE(IpAddress::parse("128.0.0.1")->is_loopback());
    CHECK(IpAddress::parse("224.0.1.75")->is_multicast());
    CHECK(IpAddress::parse("ff02::1")->is_multicast());
    CHECK_FALSE(IpAddress::parse("240.0.0.1")->is_multicast());
    CHECK(IpAddress::parse("0.0.0.0")->is_unspecified());
    CHECK(IpAddress::parse("::")->is_unspecified());
}
