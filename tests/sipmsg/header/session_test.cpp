// SPDX-License-Identifier: MIT
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

TEST_CASE("Session-Expires names its refresher, Min-SE is seconds (RFC 4028 §4, §5)") {
    CHECK(SessionExpires::parse("4000;refresher=UAC")->refresher() == Refresher::uac);
    CHECK(SessionExpires::parse("4000 ; refresher = uas")->refresher() == Refresher::uas);
    CHECK(!SessionExpires::parse("4000")->refresher());
    CHECK(!SessionExpires::parse("4000;refresher=both")->refresher());
    CHECK(to_string(SessionExpires{.seconds = 90, .params = Params(";refresher=uac")}) == "90;refresher=uac");
    CHECK(MinSe::parse("90")->seconds == 90);
    CHECK(MinSe::parse("90;lr")->params.has("lr"));
    CHECK(MinSe::parse("4294967296").error().code == ParseErrc::out_of_range);
    CHECK(MinSe::parse("90 (x)").error().header == Header::min_se);
    CHECK(!MinSe::parse("-1"));
}

TEST_CASE("Join and Target-Dialog name a dialog by two tags (RFC 3911 §7.1, RFC 4538 §7)") {
    const auto join = Join::parse("abc@h.example;from-tag=2;to-tag=1;x=y");
    REQUIRE(join);
    CHECK(join->call_id == "abc@h.example");
    CHECK(join->to_tag == "1");
    CHECK(join->from_tag == "2");
    CHECK(join->params.get("x") == "y");
    const auto target = TargetDialog::parse("fa77as7dad8@x.example;local-tag=kkaz-;remote-tag=6544");
    REQUIRE(target);
    CHECK(target->local_tag == "kkaz-");
    CHECK(target->remote_tag == "6544");
    CHECK(TargetDialog::parse("a;local-tag=1").error().code == ParseErrc::missing);
    CHECK(Join::parse("a;to-tag=1;from-tag=2;to-tag=3").error().code == ParseErrc::duplicate);
    CHECK(Join::parse("a;to-tag=1;from-tag=2;to-tag=3").error().offset == 22);
    CHECK(!Replaces::parse("a;to-tag=1;from-tag=2;from-tag=2"));
}

TEST_CASE("Session-ID is 32 digits for each end (RFC 7989 §5)") {
    const auto value =
        SessionId::parse("ab30317f1a784dc48ff824d0d3715d86 ;remote=47755a9de7794ba387653f2099600ef2;logme");
    REQUIRE(value);
    CHECK(value->local == "ab30317f1a784dc48ff824d0d3715d86");
    CHECK(value->remote == "47755a9de7794ba387653f2099600ef2");
    CHECK(value->params.has("logme"));
    CHECK(SessionId::parse("ab30317f1a784dc48ff824d0d3715d86")->remote.empty());
    CHECK(SessionId::parse("AB30317f1a784dc48ff824d0d3715d86").error().offset == 0);
    CHECK(!SessionId::parse("ab30317f1a784dc48ff824d0d3715d8"));
    CHECK(SessionId::parse("ab30317f1a784dc48ff824d0d3715d86;remote=47").error().offset == 40);
    CHECK(!SessionId::parse("ab30317f1a784dc48ff824d0d3715d86;remote"));
}

TEST_CASE("User-to-User is a token or a quoted string with its meaning (RFC 7433 §4.1)") {
    std::string_view list = "56a390f3d2b7310023a2;encoding=hex;purpose=foo;content=bar, \"a\\\"b, c\" ;encoding=text";
    const auto hex = UserToUser::parse_item(list);
    REQUIRE(hex);
    CHECK(hex->content() == "56a390f3d2b7310023a2");
    CHECK(hex->is_hex());
    CHECK(hex->purpose() == "foo");
    CHECK(hex->meaning() == "bar");
    const auto text = UserToUser::parse_item(list);
    REQUIRE(text);
    CHECK(text->content() == "a\"b, c");
    CHECK(!text->is_hex());
    CHECK(list.empty());
    CHECK(UserToUser::parse("00")->is_hex());
    CHECK(!UserToUser::parse("\"open"));
    CHECK(UserToUser::parse("a b").error().offset == 2);
}

TEST_CASE("Answer-Mode is Manual or Auto, and may be a must (RFC 5373)") {
    CHECK(AnswerMode::parse("Auto;require")->is_auto());
    CHECK(AnswerMode::parse("Auto;require")->required());
    CHECK(PrivAnswerMode::parse("manual")->is_manual());
    CHECK(!PrivAnswerMode::parse("manual")->required());
}

TEST_CASE("numbers of later RFCs are numbers (RFC 5626, RFC 5393)") {
    CHECK(FlowTimer::parse("120")->value == 120);
    CHECK(MaxBreadth::parse("60")->value == 60);
    CHECK(!MaxBreadth::parse("sixty"));
    CHECK(RSeq::parse("4294967296").error().code == ParseErrc::out_of_range);
}
