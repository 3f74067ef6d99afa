// SPDX-License-Identifier: MIT
#include <sipmsg/fmt.hpp>

#include <doctest/doctest.h>

using namespace sipmsg;

TEST_CASE("fmt prints what has a to_string") {
    CHECK(fmt::format("{}", ParseError{ParseErrc::syntax, Header::via, 87, "a host"}) ==
          "Via, octet 87: expected a host");
    CHECK(fmt::format("{} {}", Method::invite, *Uri::parse("SIP:bob@Example.com")) == "INVITE sip:bob@example.com");
    CHECK(fmt::format("{:>8}", Header::to) == "      To");
    CHECK(fmt::format("{}", *From::parse("\"A\" <sip:a@b.c>;tag=1")) == "\"A\" <sip:a@b.c>;tag=1");
    CHECK(fmt::format("{}", *Via::parse("SIP/2.0/UDP a.b;branch=z9hG4bK1")) == "SIP/2.0/UDP a.b;branch=z9hG4bK1");
    CHECK(fmt::format("{}", *CSeq::parse("1  INVITE")) == "1 INVITE");
}
