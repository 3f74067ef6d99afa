// SPDX-License-Identifier: MIT
#include <sipmsg/owned_uri.hpp>

#include <sipmsg/header/events.hpp>
#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/replaces.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace sipmsg;

namespace {

OwnedUri owned(std::string_view text) {
    auto uri = OwnedUri::parse(text);
    REQUIRE(uri);
    return *std::move(uri);
}

template <class Edit>
void check_refused(std::string_view text, Edit edit) {
    auto uri = owned(text);
    CHECK_THROWS_AS(edit(uri), std::invalid_argument);
    CHECK(uri.text() == text);
}

}  // namespace

TEST_CASE("scheme and host print in lower case, or raw with their case (RFC 3261 §19.1.4)") {
    const auto uri = owned("SIPS:Erin@HARBOUR.Example:5071;Berth=9?Subject=Tides");
    CHECK(uri.canonical() == "sips:Erin@harbour.example:5071;Berth=9?Subject=Tides");
    CHECK(uri.text() == "SIPS:Erin@HARBOUR.Example:5071;Berth=9?Subject=Tides");
    CHECK(owned("TEL:+44-20").canonical() == "tel:+44-20");
    CHECK(OwnedUri().canonical().empty());
}

TEST_CASE("a copy of a URI is edited and the original stays as it was") {
    const auto original = owned("sip:erin@harbour.example;berth=9?Subject=Tides");
    auto copy = original;
    copy.set_user("frank");
    copy.set_param("berth", "8");
    copy.remove_header("subject");
    CHECK(copy.text() == "sip:frank@harbour.example;berth=8");
    CHECK(original.text() == "sip:erin@harbour.example;berth=9?Subject=Tides");
}

TEST_CASE("user and password are plain text outside and escaped inside (RFC 3261 §19.1.2)") {
    auto uri = owned("sip:harbour.example");
    CHECK_THROWS_AS(uri.set_password("x"), std::invalid_argument);
    uri.set_user("Erin: 100% @pier");
    CHECK(uri.text() == "sip:Erin%3A%20100%25%20%40pier@harbour.example");
    CHECK(uri.user() == "Erin: 100% @pier");
    CHECK(!uri.password());
    uri.set_password("a:b;c?");
    CHECK(uri.text() == "sip:Erin%3A%20100%25%20%40pier:a%3Ab%3Bc%3F@harbour.example");
    CHECK(uri.password() == "a:b;c?");
    uri.set_password("");
    CHECK(uri.password() == "");
    uri.set_password(std::nullopt);
    CHECK(uri.text() == "sip:Erin%3A%20100%25%20%40pier@harbour.example");
    const std::string octets("\0\r\n\xff", 4);
    uri.set_user(octets);
    CHECK(uri.text() == "sip:%00%0D%0A%FF@harbour.example");
    CHECK(uri.user() == octets);
}

TEST_CASE("the scheme changes between sip and sips only") {
    auto uri = owned("sip:erin@harbour.example");
    uri.set_scheme("sips");
    CHECK(uri.view().is_secure());
    CHECK(uri.text() == "sips:erin@harbour.example");
    check_refused("sip:erin@harbour.example", [](auto& u) { u.set_scheme("tel"); });
    check_refused("tel:+4420", [](auto& u) { u.set_scheme("sip"); });
}

TEST_CASE("parameters are read, set, removed and cleared (RFC 3261 §19.1.1)") {
    auto uri = owned("sip:harbour.example;lr;berth=%39?a=b");
    CHECK(uri.param("LR") == "");
    CHECK(uri.param("berth") == "%39");
    CHECK(!uri.param("tide"));
    CHECK(uri.has_param("berth"));
    CHECK(!uri.has_param("tide"));
    uri.set_param("tide", escape_param("high & low"));
    CHECK(uri.text() == "sip:harbour.example;lr;berth=%39;tide=high%20&%20low?a=b");
    CHECK(uri.remove_param("lr"));
    uri.clear_params();
    CHECK(uri.text() == "sip:harbour.example?a=b");
    uri.clear_params();
    CHECK(uri.text() == "sip:harbour.example?a=b");
    auto tel = owned("tel:+4420");
    tel.set_param("ext", "91");
    CHECK(tel.text() == "tel:+4420;ext=91");
    check_refused("https://harbour.example", [](auto& u) { u.set_param("a", "b"); });
    for (const auto* value : {"", "a;b", "a?b", "a b", "a%4", "a@b", "a\r\nb", "a\"b"})
        check_refused("sip:harbour.example", [&](auto& u) { u.set_param("x", value); });
    check_refused("sip:harbour.example", [](auto& u) { u.set_param(""); });
    OwnedUri nothing;
    CHECK_THROWS_AS(nothing.set_param("a"), std::invalid_argument);
    CHECK(!nothing.remove_param("a"));
}

TEST_CASE("headers are read, set, added, removed and cleared, in their order (RFC 3261 §19.1.1)") {
    auto uri = owned("sip:harbour.example;lr?Subject=low%20tide&x=1&X=2");
    CHECK(uri.header("subject") == "low tide");
    CHECK(uri.header("X") == "1");
    CHECK(!uri.header("y"));
    CHECK(uri.has_header("x"));
    uri.set_header("x", "a&b=c");
    CHECK(uri.text() == "sip:harbour.example;lr?Subject=low%20tide&x=a%26b%3Dc");
    CHECK(uri.header("x") == "a&b=c");
    uri.add_header("x", "");
    CHECK(uri.text() == "sip:harbour.example;lr?Subject=low%20tide&x=a%26b%3Dc&x=");
    uri.set_header("new", "1\r\n2");
    CHECK(uri.text() == "sip:harbour.example;lr?Subject=low%20tide&x=a%26b%3Dc&x=&new=1%0D%0A2");
    CHECK(uri.remove_header("X") == 2);
    CHECK(uri.remove_header("x") == 0);
    CHECK(uri.text() == "sip:harbour.example;lr?Subject=low%20tide&new=1%0D%0A2");
    CHECK(uri.remove_header("subject") == 1);
    CHECK(uri.remove_header("new") == 1);
    CHECK(uri.text() == "sip:harbour.example;lr");
    uri.add_header("first", "1");
    CHECK(uri.text() == "sip:harbour.example;lr?first=1");
    uri.clear_headers();
    CHECK(uri.text() == "sip:harbour.example;lr");
    check_refused("sip:harbour.example", [](auto& u) { u.set_header("", "x"); });
    check_refused("tel:+4420", [](auto& u) { u.add_header("a", "b"); });
}

TEST_CASE("a Replaces inside a Refer-To is escaped once and unescaped once (RFC 3891 §6.1, RFC 3515 §2.1)") {
    const Replaces replaces{.call_id = "98%40@pier.example", .to_tag = "t%3B1", .from_tag = "f2", .early_only = true};
    auto target = owned("sip:frank@harbour.example");
    target.set_header("Replaces", to_string(replaces));
    CHECK(target.text() ==
          "sip:frank@harbour.example?Replaces=98%2540%40pier.example%3Bto-tag%3Dt%253B1%3Bfrom-tag%3Df2%3Bearly-only");
    const std::string line = "\"Frank\" <" + target.text() + ">;x=1";
    const auto refer_to = ReferTo::parse(line);
    REQUIRE(refer_to);
    const auto value = OwnedUri(refer_to->uri()).header("replaces");
    REQUIRE(value);
    const auto again = Replaces::parse(*value);
    REQUIRE(again);
    CHECK(again->call_id == "98%40@pier.example");  // the escapes it had before stay
    CHECK(again->to_tag == "t%3B1");
    CHECK(again->from_tag == "f2");
    CHECK(again->early_only);
}

TEST_CASE("Referred-By is an address with headers and parameters of its own (RFC 3892 §3)") {
    const auto by = ReferredBy::parse("<sip:erin@harbour.example?X=1>;cid=\"9.1@pier.example\"");
    REQUIRE(by);
    CHECK(by->uri().user() == "erin");
    CHECK(by->uri().headers().get("x") == "1");
    CHECK(unquote(*by->params().get("cid")) == "9.1@pier.example");
}

TEST_CASE("a URI is built from parts, each escaped or checked (RFC 3261 §19.1.1)") {
    UriParts parts{.scheme = "SIPS", .user = "erin@pier", .password = "a b", .host = "Harbour.example", .port = 5071};
    parts.params = {
        {"transport", "tcp"       },
        {"lr",        std::nullopt}
    };
    parts.headers = {
        {"Subject", "low tide & high"},
        {"Empty",   std::nullopt     }
    };
    CHECK(OwnedUri(parts).text() ==
          "sips:erin%40pier:a%20b@Harbour.example:5071;transport=tcp;lr?Subject=low%20tide%20%26%20high&Empty=");
    const UriParts small{.host = "2001:db8::9"};
    CHECK(OwnedUri(small).text() == "sip:[2001:db8::9]");
    const UriParts bracketed{.user = "erin", .host = "[2001:db8::9]"};
    CHECK(OwnedUri(bracketed).text() == "sip:erin@[2001:db8::9]");
}

TEST_CASE("parts that would leave their place build nothing") {
    const auto refuses = [](auto change) {
        UriParts parts{.user = "erin", .host = "harbour.example"};
        change(parts);
        CHECK_THROWS_AS(OwnedUri{parts}, std::invalid_argument);
    };
    refuses([](UriParts& parts) { parts.scheme = "tel"; });
    refuses([](UriParts& parts) { parts.scheme = "sip:x@y;"; });
    refuses([](UriParts& parts) { parts.host = ""; });
    for (const auto* host : {"a b", "a;lr", "a:5060", "a@b", "a\r\nVia: x", "a>", "[::1]:5"})
        refuses([&](UriParts& parts) { parts.host = host; });
    refuses([](UriParts& parts) {
        parts.user = "";
        parts.password = "x";
    });
    for (const auto* name : {"", "a;b", "a=b", "a?b", "a b", "a\r\n", "a>"}) {
        refuses([&](UriParts& parts) {
            parts.params = {
                {name, std::nullopt}
            };
        });
        refuses([&](UriParts& parts) {
            parts.params = {
                {"a", name}
            };
        });
    }
    refuses([](UriParts& parts) {
        parts.headers = {
            {"", "x"}
        };
    });
}

TEST_CASE("a bare colon is read as the password's, a given one is escaped (RFC 3261 §25.1)") {
    const auto read = owned("sip:a+b/c?d:e@harbour.example");
    CHECK(read.user() == "a+b/c?d");
    CHECK(read.password() == "e");
    CHECK(read.canonical() == "sip:a+b/c?d:e@harbour.example");
    auto set = owned("sip:harbour.example");
    set.set_user("a+b/c?d:e");
    CHECK(set.text() == "sip:a+b/c?d%3Ae@harbour.example");
    CHECK(set.user() == "a+b/c?d:e");
}

TEST_CASE("each escape function leaves bare what its place allows, and no more (RFC 3261 §25.1)") {
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    for (const auto& escaped : {escape_user(all), escape_password(all), escape_param(all), escape_header(all)})
        CHECK(unescape(escaped) == all);
    const auto uri = Uri::parse("sip:" + escape_user(all) + ":" + escape_password(all) + "@h;" + escape_param(all) +
                                "=" + escape_param(all) + "?" + escape_header(all) + "=" + escape_header(all));
    CHECK(uri);
    CHECK(escape_password("a;b?c/d&e=") == "a%3Bb%3Fc%2Fd&e=");
    CHECK(escape_param("[a]/:&+$;=?@") == "[a]/:&+$%3B%3D%3F%40");
    CHECK(unescape("%") == "%");
    CHECK(unescape("%4") == "%4");
    CHECK(unescape("a%4g%00") == std::string("a%4g\0", 5));
    CHECK(unescape("%2541") == "%41");
}
