// SPDX-License-Identifier: MIT
#include <sipmsg/owned_uri.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace sipmsg;

namespace {

Uri uri(std::string_view text) {
    INFO(std::string(text));
    const auto parsed = Uri::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

bool equal(std::string_view a, std::string_view b) {
    const bool forth = equivalent(uri(a), uri(b));
    CHECK(forth == equivalent(uri(b), uri(a)));
    return forth;
}

}  // namespace

TEST_CASE("a SIP URI is taken apart (RFC 3261 §19.1.1)") {
    const auto u =
        uri("sips:alice:se%40cret@Gateway.example.com:5061;transport=TCP;lr;x=%20?subject=project%20x&priority=urgent");
    CHECK(u.scheme() == Scheme::sips);
    CHECK(u.user() == "alice");
    CHECK(u.password() == "se%40cret");
    CHECK(u.host().text == "Gateway.example.com");
    CHECK(u.port() == 5061);
    CHECK(u.transport() == "TCP");
    CHECK(u.is_loose_router());
    CHECK(u.params().get("X") == "%20");
    CHECK(u.params().get("lr") == "");
    CHECK(!u.params().get("maddr"));
    CHECK(u.headers().get("Subject") == "project%20x");
    CHECK(u.headers().get("priority") == "urgent");
    CHECK(to_string(u) ==
          "sips:alice:se%40cret@gateway.example.com:5061;transport=TCP;lr;x=%20?subject=project%20x&priority=urgent");
}

TEST_CASE("URIs outside the grammar are refused (RFC 3261 §25.1)") {
    for (const auto* text : {"",
                             ":",
                             "sip",
                             "sip:",
                             "sip:@host",
                             "sip:a@",
                             "sip:a@b@c",
                             "sip:a b@c",
                             "sip:a@b c",
                             "sip:%zz@host",
                             "sip:a%4@host",
                             "sip:a%@host",
                             "sip:host:",
                             "sip:host:65536",
                             "sip:host:99999999999999999999",
                             "sip:host:-1",
                             "sip:host:5060a",
                             "sip:host;",
                             "sip:host;;lr",
                             "sip:host;=1",
                             "sip:host;a=",
                             "sip:host;a=b=c",
                             "sip:host?",
                             "sip:host?a",
                             "sip:host?a=1&",
                             "sip:host?=1",
                             "sip:-host",
                             "sip:host-",
                             "sip:ho..st",
                             "sip:.host",
                             "sip:host..",
                             "sip:1.2.3",
                             "sip:1.2.3.4.5",
                             "sip:256.1.1.1",
                             "sip:1.2.3.4a.5",
                             "sip:under_score",
                             "sip::pw@host",
                             "sip:a\"b@host",
                             "sip:a<b@host",
                             "sip:a@host;p=\"x\"",
                             "1sip:a@b",
                             "s_p:a@b",
                             "tel:",
                             "tel:+",
                             "tel:123",
                             "tel:+12a",
                             "tel:---",
                             "tel:+1;",
                             "x:",
                             "x:a b",
                             "x:%4",
                             "x:a\x7f",
                             "x:\xC3\xA4"}) {
        INFO(std::string(text));
        CHECK(!Uri::parse(text));
    }
    CHECK(!Uri::parse(std::string_view("sip:a\0b@host", 12)));
}

TEST_CASE("URIs at the edge of the grammar are read (RFC 3261 §25.1)") {
    for (const auto* text : {"sip:host",
                             "SIP:host.",
                             "sip:a.b-c.d1",
                             "sip:1host.2example.x3",
                             "sip:a:@host",
                             "sip:host:0",
                             "sip:host:65535",
                             "sip:host:0000005060",
                             "sip:user&=+$,;?/-_.!~*'()@host",
                             "sip:host;p=[]/:&+$",
                             "sip:host?[]/?:+$=",
                             "sip:host?a=&b=",
                             "sip:%00@host",
                             "tel:+1-201-555-0123",
                             "tel:7042;phone-context=example.com",
                             "tel:*21#x;phone-context=+1",
                             "tel:+1;ext=22;isub=1",
                             "urn:service:sos",
                             "http://[::1]/a?b#",
                             "mailto:a@b",
                             "a+b-c.d:e"}) {
        INFO(std::string(text));
        const bool hash = std::string_view(text).find('#') != std::string_view::npos;
        const bool hex = std::string_view(text).find("#x") != std::string_view::npos;
        CHECK(Uri::parse(text).has_value() == (!hash && !hex));
    }
    CHECK(Uri::parse("tel:*21#;phone-context=+1"));
    CHECK(uri("tel:+1-201-555-0123;ext=22").user() == "+1-201-555-0123");
    CHECK(uri("urn:service:sos").opaque() == "service:sos");
}

TEST_CASE("equality is that of RFC 3261 §19.1.4") {
    CHECK(equal("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtlanTa.CoM;Transport=tcp"));
    CHECK(equal("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"));
    CHECK(equal("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"));
    CHECK(equal("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"));
    CHECK(equal("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"));
    CHECK(equal("sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                "sip:alice@atlanta.com?priority=urgent&subject=project%20x"));

    CHECK(!equal("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"));
    CHECK(!equal("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"));
    CHECK(!equal("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"));
    CHECK(!equal("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"));
    CHECK(!equal("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"));
    CHECK(!equal("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"));
    CHECK(!equal("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"));
    CHECK(!equal("sip:a@b.c", "sips:a@b.c"));
    CHECK(!equal("sip:a:x@b.c", "sip:a:y@b.c"));
    CHECK(!equal("sip:a:x@b.c", "sip:a@b.c"));
    CHECK(!equal("sip:a%2Fb@b.c", "sip:a/b@b.c"));
    CHECK(equal("sip:a%2fb@b.c", "sip:a%2Fb@b.c"));
    CHECK(equal("sip:a@[2001:DB8::1]", "sip:a@[2001:db8:0:0:0:0:0:1]"));
    CHECK(!equal("sip:a@b.c;maddr=x.y", "sip:a@b.c"));
}

TEST_CASE("telephone numbers compare without separators (RFC 3966 §4)") {
    CHECK(equal("tel:+1-201-555-0123", "tel:+12015550123"));
    CHECK(equal("tel:7042;phone-context=Example.com", "TEL:70-42;phone-context=example.com"));
    CHECK(!equal("tel:+12015550123", "tel:+12015550124"));
    CHECK(!equal("tel:+12015550123;ext=1", "tel:+12015550123"));
    CHECK(equal("urn:service:sos", "URN:service:sos"));
    CHECK(!equal("urn:service:sos", "urn:service:SOS"));
}

TEST_CASE("escaping is undone by unescaping, and never throws") {
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    CHECK(unescape(escape_user(all)) == all);
    CHECK(unescape(escape_header(all)) == all);
    CHECK(uri("sip:" + escape_user(all) + "@host").host().text == "host");
    CHECK(unescape("%4") == "%4");
    CHECK(unescape("%zz%") == "%zz%");
    CHECK(unescape("%41%4a") == "AJ");
    CHECK(escape_user("a:b@c") == "a%3Ab%40c");
    CHECK(escape_user("+1;x=?/&$,") == "+1;x=?/&$,");
}

TEST_CASE("an owned URI is edited and stays a URI") {
    auto owned = *OwnedUri::parse("sip:alice:pw@example.com:5070;transport=tcp;x?a=b");
    const auto copy = owned;
    owned.set_user("b@b");
    CHECK(owned.text() == "sip:b%40b:pw@example.com:5070;transport=tcp;x?a=b");
    owned.set_host("2001:db8::1");
    CHECK(owned.view().host().kind == HostKind::ipv6);
    owned.set_port(std::nullopt);
    CHECK(owned.text() == "sip:b%40b:pw@[2001:db8::1];transport=tcp;x?a=b");
    owned.set_port(5080);
    CHECK(owned.view().port() == 5080);
    owned.set_param("TRANSPORT", "tls");
    CHECK(owned.text() == "sip:b%40b:pw@[2001:db8::1]:5080;x;TRANSPORT=tls?a=b");
    owned.set_param("lr");
    CHECK(owned.view().is_loose_router());
    CHECK(owned.remove_param("X"));
    CHECK(!owned.remove_param("X"));
    owned.clear_headers();
    owned.clear_params();
    CHECK(owned.text() == "sip:b%40b:pw@[2001:db8::1]:5080");
    owned.set_user("");
    CHECK(owned.text() == "sip:[2001:db8::1]:5080");
    owned.set_user("carol");
    CHECK(owned.text() == "sip:carol@[2001:db8::1]:5080");
    const auto before = owned.text();
    CHECK_THROWS_AS(owned.set_host("a b"), std::invalid_argument);
    CHECK_THROWS_AS(owned.set_host("a@b"), std::invalid_argument);
    CHECK_THROWS_AS(owned.set_param("a;b"), std::invalid_argument);
    CHECK_THROWS_AS(owned.set_param("a", "b?c=d"), std::invalid_argument);
    CHECK_THROWS_AS(owned.set_param("a", "b\r\n"), std::invalid_argument);
    CHECK(owned.text() == before);
    CHECK(copy.text() == "sip:alice:pw@example.com:5070;transport=tcp;x?a=b");
    CHECK(to_string(copy.view()) == copy.text());
}

TEST_CASE("an owned URI without parameters or headers gets its first one") {
    auto owned = *OwnedUri::parse("sip:example.com");
    owned.set_param("transport", "ws");
    CHECK(owned.text() == "sip:example.com;transport=ws");
    owned = *OwnedUri::parse("sip:example.com?a=b");
    owned.set_param("lr");
    CHECK(owned.text() == "sip:example.com;lr?a=b");
}

TEST_CASE("what is wrong behind a host is called by what could stand there (RFC 3261 §25.1)") {
    const auto fault = [](std::string_view text) { return to_string(Uri::parse(text).error()); };
    CHECK(fault("sip:a@b_c.example") == "octet 7: expected a character of a host, a port or a parameter");
    CHECK(fault("sip:b.example;x=\"1\"") == "octet 16: expected a URI parameter");
    CHECK(fault("sip:b.example;x=1\"") == "octet 17: expected a character of a host, a port or a parameter");
    CHECK(fault("sip:b.example:50a") == "octet 16: expected a character of a host, a port or a parameter");
    CHECK(fault("sip:a?b@b.example?") == "octet 18: expected a URI header");
    CHECK(fault("sip:b.example?a") == "octet 15: expected a URI header");
}
