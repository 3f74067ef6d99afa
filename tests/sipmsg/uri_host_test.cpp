// SPDX-License-Identifier: MIT
#include <sipmsg/host.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

namespace {

std::string canonical_of(std::string_view text) {
    const auto host = Host::parse(text);
    REQUIRE(host);
    return canonical(*host);
}

bool equal(std::string_view a, std::string_view b) {
    const auto left = Host::parse(a);
    const auto right = Host::parse(b);
    REQUIRE(left);
    REQUIRE(right);
    if (left->kind == right->kind) CHECK(equivalent(*left, *right) == (canonical(*left) == canonical(*right)));
    return equivalent(*left, *right);
}

}  // namespace

TEST_CASE("an IPv6 address has one canonical text (RFC 5952 §4)") {
    CHECK(canonical_of("2001:0DB8:0000:0000:0000:0000:00AB:0001") == "2001:db8::ab:1");
    CHECK(canonical_of("[2001:db8:0:0:1:0:0:1]") == "2001:db8::1:0:0:1");   // the first of two equal runs
    CHECK(canonical_of("2001:0:0:1:0:0:0:1") == "2001:0:0:1::1");           // the longer of two
    CHECK(canonical_of("2001:db8:0:1:1:1:1:1") == "2001:db8:0:1:1:1:1:1");  // one group is no run
    CHECK(canonical_of("0:0:0:0:0:0:0:0") == "::");
    CHECK(canonical_of("::1") == "::1");
    CHECK(canonical_of("fe80:0:0:0:0:0:0:0") == "fe80::");
    CHECK(canonical_of("1:2:3:4:5:6:7:8") == "1:2:3:4:5:6:7:8");
    CHECK(canonical_of("0:0:3:4:5:6:7:8") == "::3:4:5:6:7:8");
    CHECK(canonical_of("1:2:3:4:5:6:0:0") == "1:2:3:4:5:6::");
}

TEST_CASE("an address that maps IPv4 ends in dotted decimal (RFC 5952)") {
    CHECK(canonical_of("::FFFF:c000:0221") == "::ffff:192.0.2.33");
    CHECK(canonical_of("0:0:0:0:0:ffff:192.0.2.33") == "::ffff:192.0.2.33");
    CHECK(canonical_of("64:ff9b::192.0.2.33") == "64:ff9b::c000:221");
}

TEST_CASE("names and IPv4 addresses have one canonical text") {
    CHECK(canonical_of("Pier9.Harbour.EXAMPLE") == "pier9.harbour.example");
    CHECK(canonical_of("192.000.002.009") == "192.0.2.9");
    CHECK(equal("PIER.example", "pier.EXAMPLE"));
    CHECK(!equal("pier.example", "pier.example."));
    CHECK(!equal("pier.example", "192.0.2.9"));
    CHECK(!equal("::ffff:192.0.2.9", "192.0.2.9"));
    CHECK(equal("[::1]", "0:0::1"));
}

TEST_CASE("a host is read with or without its brackets, and nothing else is one") {
    CHECK(Host::parse("[::1]")->text == "::1");
    CHECK(Host::parse("::1")->kind == HostKind::ipv6);
    CHECK(Host::parse("192.0.2.9")->kind == HostKind::ipv4);
    CHECK(Host::parse("pier")->kind == HostKind::name);
    for (const auto* text : {"", "[", "[]", "[::1", "::1]", "[pier]", "1.2.3", "pier;x", "pi er", "a@b", "1:2",
                             ":::", "1::2::3", "12345::", "pier\r\n", "fe80::1%25eth0"}) {
        CAPTURE(std::string(text));
        CHECK(!Host::parse(text));
    }
}
