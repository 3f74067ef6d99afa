// SPDX-License-Identifier: MIT
#include <sipmsg/header/name_addr.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sipmsg;

namespace {

template <class T>
std::vector<std::string> items(std::string_view list) {
    std::vector<std::string> texts;
    while (!list.empty()) {
        const auto item = T::parse_item(list);
        texts.push_back(item ? std::string(item->text()) : "error: " + to_string(item.error()));
        if (!item) break;
    }
    return texts;
}

}  // namespace

TEST_CASE("display names are quoted strings or tokens (RFC 3261 §25.1)") {
    CHECK(From::parse("\"A \\\"B\\\" \\\\ C\" <sip:a@b.c>")->display_name() == "A \"B\" \\ C");
    CHECK(From::parse("Alice B.  <sip:a@b.c>")->display_name() == "Alice B.");
    CHECK(From::parse("\"\" <sip:a@b.c>")->display_name().empty());
    CHECK(From::parse("\"J\xC3\xBCrgen\" <sip:a@b.c>")->display_name() == "J\xC3\xBCrgen");
    CHECK(From::parse("sip:a@b.c")->display().empty());
    CHECK(From::parse("<sip:a@b.c>")->display().empty());
    CHECK(From::parse("\"a\r\n b\"\r\n <sip:a@b.c>\r\n ;tag=1")->tag() == "1");
    for (const auto* text : {"\"J\xFCrgen\" <sip:a@b.c>", "\"a\" \"b\" <sip:a@b.c>", "\"a\" b <sip:a@b.c>",
                             "J\xC3\xBCrgen <sip:a@b.c>", "Al@ice <sip:a@b.c>", "Alice sip:a@b.c",
                             "\"a\x01\" <sip:a@b.c>", "\"a\r\nb\" <sip:a@b.c>", "\"a\\\r\n\" <sip:a@b.c>"}) {
        INFO(std::string(text));
        CHECK(!From::parse(text));
    }
}

TEST_CASE("a friendly name falls back to the address of record (RFC 3261 §10)") {
    CHECK(From::parse("\"Alice \\\"A\\\"\" <sip:a@b.c>;tag=1")->friendly_name() == "Alice \"A\"");
    CHECK(From::parse("<sip:j%C3%BCrgen:secret@b.c:5070;user=phone?a=b>")->friendly_name() == "j\xC3\xBCrgen@b.c");
    CHECK(From::parse("\"\" <sips:alice@[2001:db8::1]>")->friendly_name() == "alice@[2001:db8::1]");
    CHECK(From::parse("<sip:b.c>")->friendly_name() == "b.c");
    CHECK(From::parse("<tel:+1-201-555-0123;isub=1>")->friendly_name() == "+1-201-555-0123");
    CHECK(From::parse("<urn:service:sos>")->friendly_name() == "urn:service:sos");
}

TEST_CASE("broken brackets are refused (RFC 3261 §25.1)") {
    for (const auto* text :
         {"", " ", "<", "<>", "<sip:a@b.c", "sip:a@b.c>", "<<sip:a@b.c>>", "<sip:a@b.c>>", "<sip:a@b.c> x",
          "<sip:a@b.c>;", "<sip:a@b.c>;=1", "<sip:a@b.c>;tag=", "<sip:a@b.c>;tag=\"x", "<sip:a@b.c>,", ",<sip:a@b.c>",
          "<sip:a@b.c>;a;;b", "<sip:a@b.c>;p=[::1", "*"}) {
        INFO(std::string(text));
        CHECK(!From::parse(text));
    }
    CHECK(!From::parse(std::string(3000, '<')));
    CHECK(!From::parse("\"" + std::string(3000, '\\')));
    CHECK(From::parse("<sip:a@b.c>, <sip:d@e.f>").error().code == ParseErrc::syntax);
}

TEST_CASE("commas inside quotes and brackets do not split a list (RFC 3261 §7.3.1)") {
    CHECK(items<Contact>("\"a, <b>\" <sip:a,b@c.d;x=1>;q=0.5 , sip:e@f.g;p=\"x,y\",<sip:h@i.j?k=l>") ==
          std::vector<std::string>{"\"a, <b>\" <sip:a,b@c.d;x=1>;q=0.5", "sip:e@f.g;p=\"x,y\"", "<sip:h@i.j?k=l>"});
    CHECK(items<Route>("<sip:a.b;lr>").size() == 1);
    CHECK(items<Route>("<sip:a.b;lr>,").back().starts_with("error"));
    CHECK(items<Route>("<sip:a.b;lr>,,<sip:c.d>").back().starts_with("error"));
}

TEST_CASE("parameters behind a bare address belong to the header (RFC 3261 §20.10)") {
    const auto bare =
        Contact::parse("sip:a@b.c;expires=60;+sip.instance=\"<urn:uuid:1>\";reg-id=2;pub-gruu=\"sip:g@b.c;gr=1\"");
    REQUIRE(bare);
    CHECK(bare->uri().params().empty());
    CHECK(bare->expires() == 60);
    CHECK(bare->instance() == "<urn:uuid:1>");
    CHECK(bare->reg_id() == 2);
    CHECK(bare->pub_gruu() == "sip:g@b.c;gr=1");
    CHECK(!bare->temp_gruu());
    CHECK(Contact::parse("<sip:a@b.c>;temp-gruu=\"sip:tgruu.7hs@b.c;gr\"")->temp_gruu() == "sip:tgruu.7hs@b.c;gr");
    CHECK(!Contact::parse("<sip:a@b.c;expires=60>")->expires());
}

TEST_CASE("Contact may be a star, alone (RFC 3261 §10.2.2)") {
    CHECK(Contact::parse("*")->is_star());
    CHECK(Contact::parse(" * ")->is_star());
    CHECK(to_string(*Contact::parse(" * ")) == "*");
    CHECK(!Contact::parse("*, <sip:a@b.c>"));
    CHECK(!Contact::parse("*;expires=0"));
    std::string_view list = "*";
    CHECK(Contact::parse_item(list)->is_star());
    CHECK(list.empty());
}

TEST_CASE("q is read in thousandths (RFC 3261 §25.1)") {
    auto q = [](const std::string& value) { return Contact::parse("<sip:a@b.c>;q=" + value)->q(); };
    CHECK(q("1") == 1000);
    CHECK(q("1.000") == 1000);
    CHECK(q("0") == 0);
    CHECK(q("0.") == 0);
    CHECK(q("0.05") == 50);
    CHECK(q("0.999") == 999);
    for (const auto* bad : {"1.001", "2", "0.1234", "0,5", "0.x", "00", "1.1"}) {
        INFO(std::string(bad));
        const auto text = "<sip:a@b.c>;q=" + std::string(bad);
        const auto contact = Contact::parse(text);
        CHECK((!contact || !contact->q()));
    }
}

TEST_CASE("an address is printed so that it reads back the same") {
    for (const auto* text : {"\"A \\\"\\\\\" <sip:a@b.c;lr>;tag=1", "<sips:a@b.c:1?x=y>", "sip:a@b.c;tag=2",
                             "Bob <tel:+123>;x=\"y;z\"", "<urn:a:b>"}) {
        const auto value = From::parse(text);
        REQUIRE(value);
        const auto printed = to_string(*value);
        const auto again = From::parse(printed);
        REQUIRE(again);
        CHECK(to_string(*again) == printed);
        CHECK(again->display_name() == value->display_name());
        CHECK(equivalent(again->uri(), value->uri()));
        CHECK(again->params().text() == value->params().text());
    }
    CHECK(From::parse(quote("a\"\\b") + " <sip:a@b.c>")->display_name() == "a\"\\b");
}

TEST_CASE("an error names its header and its octet") {
    const auto error = Route::parse("<sip:a.b>;x=1, <sip:c d>").error();
    CHECK(error.header == Header::route);
    const auto in_uri = To::parse("Bob <sip:b@-x>").error();
    CHECK(in_uri.header == Header::to);
    CHECK(in_uri.offset == 11);
    CHECK(to_string(in_uri) == "To, octet 11: expected a host");
}
