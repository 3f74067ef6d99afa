// SPDX-License-Identifier: MIT
#include <sipmsg/header/auth.hpp>
#include <sipmsg/message_view.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

TEST_CASE("a Digest challenge is read (RFC 3261 §20.44)") {
    const auto value = WwwAuthenticate::parse(
        "Digest realm=\"a \\\"b\\\", c\",\r\n domain = \"sip:x sip:y\", nonce=\"f84f\",opaque=\"\", stale=FALSE, "
        "algorithm=SHA-256, qop=\"auth,auth-int\"");
    REQUIRE(value);
    CHECK(value->is_digest());
    CHECK(value->get("realm") == "a \"b\", c");
    CHECK(value->get("NONCE") == "f84f");
    CHECK(value->get("opaque") == "");
    CHECK(value->get("stale") == "FALSE");
    CHECK(value->get("algorithm") == "SHA-256");
    CHECK(value->get("qop") == "auth,auth-int");
    CHECK(!value->get("missing"));
}

TEST_CASE("credentials of other schemes are read (RFC 9110 §11.2)") {
    CHECK(Authorization::parse("Basic dXNlcjpwYXNz==")->token68 == "dXNlcjpwYXNz==");
    CHECK(Authorization::parse("Bearer a.b-c_d~e+f/g")->token68 == "a.b-c_d~e+f/g");
    CHECK(Authorization::parse("Basic dXNlcjpwYXNz==")->params.empty());
    CHECK(Authorization::parse("NoOneKnowsThisScheme opaque-data=here")->get("opaque-data") == "here");
}

TEST_CASE("broken challenges are refused (RFC 3261 §25.1)") {
    for (const auto* bad :
         {"", "Digest", "Digest ", "Digest realm", "Digest realm=\"a", "Digest realm=\"a\" nonce=\"b\"",
          "Digest realm=\"a\",", "Digest realm=\"a\",,nonce=\"b\"", "=x", "Digest realm=a b", "Digest ,realm=\"a\"",
          "Dig,est realm=\"a\"", "Digest realm=\"a\\"}) {
        INFO(std::string(bad));
        CHECK(!WwwAuthenticate::parse(bad));
    }
    for (const auto* bad :
         {"Digest realm=a", "Digest realm=\"a\",realm=\"b\"", "Digest nonce=x", "Digest stale=maybe", "Digest nc=1"}) {
        INFO(std::string(bad));
        CHECK(check_header("Proxy-Authenticate", bad));
    }
}

TEST_CASE("challenges in one line are told apart (RFC 9110 §11.6.1)") {
    std::string_view list =
        "Digest realm=\"a, Basic realm=\",nonce=\"1\" , Basic dXNlcg== ,Bearer realm=x,\r\n Digest realm=\"b\"";
    CHECK(ProxyAuthenticate::parse_item(list)->get("nonce") == "1");
    CHECK(ProxyAuthenticate::parse_item(list)->token68 == "dXNlcg==");
    CHECK(ProxyAuthenticate::parse_item(list)->get("realm") == "x");
    CHECK(ProxyAuthenticate::parse_item(list)->get("realm") == "b");
    CHECK(list.empty());
    CHECK(!ProxyAuthenticate::parse("Digest realm=\"a\", Digest realm=\"b\""));
}
