// SPDX-License-Identifier: MIT
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

TEST_CASE("Privacy is a list of values between semicolons (RFC 3323 §4.2)") {
    const auto value = Privacy::parse("Id; user ;critical");
    REQUIRE(value);
    CHECK(value->has("id"));
    CHECK(value->has("USER"));
    CHECK(value->has("critical"));
    CHECK(!value->has("header"));
    CHECK(Privacy::parse("none")->has("none"));
    CHECK(Privacy::parse("id, user").error().offset == 2);
    CHECK(Privacy::parse("id;user=1").error().offset == 3);
    CHECK(!Privacy::parse(""));
    CHECK(!Privacy::parse("id;"));
}

TEST_CASE("Identity is a signature with info, alg and ppt (RFC 8224 §4)") {
    const auto value = Identity::parse(
        "eyJhbGciOi.eyJkZXN0-_.rq3pjT1h ;info=<https://biloxi.example/a;b=c,d.pem> ;alg=ES256;ppt=\"shaken\";x");
    REQUIRE(value);
    CHECK(value->digest == "eyJhbGciOi.eyJkZXN0-_.rq3pjT1h");
    CHECK(value->info == "https://biloxi.example/a;b=c,d.pem");
    CHECK(value->alg == "ES256");
    CHECK(value->type() == "shaken");
    CHECK(Identity::parse("..sig;info=<https://a.example/>")->digest == "..sig");
    CHECK(Identity::parse("..sig").error().code == ParseErrc::missing);
    CHECK(Identity::parse("..sig;alg=ES256").error().code == ParseErrc::missing);
    CHECK(Identity::parse("a;info=https").error().offset == 7);
    CHECK(Identity::parse("a;info=<x y>").error().offset == 9);
    CHECK(Identity::parse("a;info=<nouri>").error().offset >= 8);
    CHECK(!Identity::parse("a;info=<https://a.example/>;info=<https://b.example/>"));
    CHECK(!Identity::parse("a;info=<https://a.example/>;alg=ES256;ALG=none"));
    CHECK(!Identity::parse("a;other=<https://a.example/>"));
    CHECK(!Identity::parse("a,b;info=<https://a.example/>"));
}

TEST_CASE("a parameter inside the URI of an Identity is no parameter of the header (RFC 8224 §4)") {
    const auto value = Identity::parse("a;info=<https://a.example/;alg=none;ppt=x>");
    REQUIRE(value);
    CHECK(value->alg.empty());
    CHECK(value->ppt.empty());
}

TEST_CASE("the quoted signature of RFC 4474 is taken, with Identity-Info beside it (RFC 4474 §9)") {
    CHECK(Identity::parse("\"ZYNBbHC00VMZr2kZt6VmCvPonWJMGvQTBDqghoWeLxJ=\"")->digest ==
          "ZYNBbHC00VMZr2kZt6VmCvPonWJMGvQTBDqghoWeLxJ=");
    CHECK(IdentityInfo::parse("<https://a.example/a.cer>;alg=rsa-sha1")->alg() == "rsa-sha1");
    CHECK(check_header("Identity-Info", "https://a.example/a.cer"));
}

TEST_CASE("asserted identities are addresses, one or two (RFC 3325 §9.1, §9.2)") {
    std::string_view list = "\"Cullen, J.\" <sip:fluffy@c.example>, tel:+14085264000";
    CHECK(PAssertedIdentity::parse_item(list)->display_name() == "Cullen, J.");
    CHECK(PAssertedIdentity::parse_item(list)->uri().scheme() == Scheme::tel);
    CHECK(PPreferredIdentity::parse("<sip:a@b.example>")->uri().user() == "a");
    CHECK(check_header("P-Asserted-Identity", ""));
}

TEST_CASE("Remote-Party-ID says who, how sure, and how private (draft-ietf-sip-privacy)") {
    const auto value =
        RemotePartyId::parse("\"A\" <sip:a@b.example>;party=calling;screen=yes;privacy=full;id-type=term");
    REQUIRE(value);
    CHECK(value->party() == "calling");
    CHECK(value->screened());
    CHECK(value->privacy() == "full");
    CHECK(value->id_type() == "term");
    CHECK(!RemotePartyId::parse("<sip:a@b.example>;screen=no")->screened());
    CHECK(!RemotePartyId::parse("<sip:a@b.example>")->screened());
}

TEST_CASE("a Diversion has a reason, a counter and a limit (RFC 5806)") {
    std::string_view list =
        "<sip:b@b.example>;reason=\"no-answer\";counter=3;limit=5;privacy=off, <tel:+1>;reason=unknown";
    const auto last = Diversion::parse_item(list);
    REQUIRE(last);
    CHECK(last->reason() == "no-answer");
    CHECK(last->counter() == 3);
    CHECK(last->limit() == 5);
    CHECK(last->privacy() == "off");
    CHECK(!last->screen());
    CHECK(Diversion::parse_item(list)->counter() == 1);
    CHECK(check_header("Diversion", "<sip:b@b.example>;counter=x")->offset == 26);
}

TEST_CASE("History-Info entries have an index and what became of the target (RFC 7044 §5)") {
    std::string_view list =
        "<sip:bob@x.example?Reason=SIP%3Bcause%3D302>;index=1, <sip:o@192.0.2.3>;index=1.1;rc=1,<sip:v@x.example>;"
        "index=1.2;mp=1, <sip:w@x.example>;index=1.2.1;np=1.2";
    const auto first = HistoryInfo::parse_item(list);
    REQUIRE(first);
    CHECK(first->index() == "1");
    CHECK(unescape(*first->uri().headers().get("Reason")) == "SIP;cause=302");
    CHECK(HistoryInfo::parse_item(list)->rc() == "1");
    CHECK(HistoryInfo::parse_item(list)->mp() == "1");
    CHECK(HistoryInfo::parse_item(list)->np() == "1.2");
    for (const auto* bad : {"1.", ".1", "1..2", "a", "\"1\""}) {
        INFO(std::string(bad));
        CHECK(check_header("History-Info", "<sip:a@b.example>;index=" + std::string(bad)));
    }
    CHECK(check_header("History-Info", "sip:a@b.example;index=1"));
}
