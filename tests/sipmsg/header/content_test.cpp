// SPDX-License-Identifier: MIT
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

TEST_CASE("Accept, Accept-Encoding and Accept-Language have a q in thousandths (RFC 3261 §20.1 to §20.3)") {
    std::string_view list = "application/sdp;level=1, text/*;q=0.35, */*;q=0";
    const auto sdp = Accept::parse_item(list);
    REQUIRE(sdp);
    CHECK(sdp->is("Application", "SDP"));
    CHECK(sdp->q() == 1'000);
    CHECK(Accept::parse_item(list)->q() == 350);
    CHECK(Accept::parse_item(list)->q() == 0);
    CHECK(AcceptEncoding::parse("*;q=.5")->q() == 1'000);  // no qvalue; check_header() says so
    CHECK(check_header("Accept-Encoding", "*;q=.5")->offset == 4);
    CHECK(AcceptLanguage::parse("en-gb;q=0.8")->q() == 800);
    CHECK(AcceptLanguage::parse("en-gb")->text == "en-gb");
    CHECK(check_header("Accept-Language", "da, notalanguage;q=0.1")->offset == 4);
    CHECK(check_header("Accept", "text")->offset == 0);
}

TEST_CASE("Content-Disposition says what to do with a body one does not know (RFC 3261 §20.11)") {
    CHECK(ContentDisposition::parse("session")->handling() == Handling::required);
    CHECK(ContentDisposition::parse("Render ; Handling = OPTIONAL")->handling() == Handling::optional);
    CHECK(ContentDisposition::parse("x;handling=later")->handling() == Handling::required);
    CHECK(ContentDisposition::parse("Early-Session")->is("early-session"));
    CHECK(!ContentDisposition::parse("a, b"));
}

TEST_CASE("Content-Type gives the boundary without quotes (RFC 2046 §5.1.1)") {
    CHECK(ContentType::parse("multipart/mixed;boundary=\"a;\\\"b\"")->boundary() == "a;\"b");
    CHECK(ContentType::parse("multipart/mixed;boundary=tok")->boundary() == "tok");
    CHECK(!ContentType::parse("text/plain")->boundary());
}

TEST_CASE("Content-ID is two words in brackets (RFC 8262)") {
    CHECK(ContentId::parse("<part1@host.example>")->text == "part1@host.example");
    CHECK(ContentId::parse(" <a@b> ")->text == "a@b");
    for (const auto* bad : {"", "<>", "a@b", "<a>", "<a@b", "a@b>", "<a@b>;c", "<a@b>, <c@d>", "<a@>", "<", "<a<@b>"}) {
        INFO(std::string(bad));
        CHECK(!ContentId::parse(bad));
    }
}

TEST_CASE("MIME-Version is two numbers (RFC 3261 §20.24)") {
    const auto value = MimeVersion::parse("1.27");
    REQUIRE(value);
    CHECK(value->major == 1);
    CHECK(value->minor == 27);
    CHECK(MimeVersion::parse("1.4294967296").error().code == ParseErrc::out_of_range);
    CHECK(MimeVersion::parse("1.4294967296").error().offset == 2);
    CHECK(!MimeVersion::parse("1"));
    CHECK(!MimeVersion::parse("1.x"));
}

TEST_CASE("Content-Language and Content-Encoding are lists of at least one (RFC 3261 §20.12, §20.13)") {
    std::string_view list = "gzip ,\r\n x-pack";
    CHECK(ContentEncoding::parse_item(list)->text == "gzip");
    CHECK(ContentEncoding::parse_item(list)->text == "x-pack");
    CHECK(check_header("Content-Encoding", ""));
    CHECK(!check_header("Content-Language", "fr, x-klingon"));
    CHECK(check_header("Content-Language", "fr, x.y")->offset == 4);
}
