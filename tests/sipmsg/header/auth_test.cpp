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

TEST_CASE("a challenge gives its parts by name (RFC 7616 §3.3, RFC 8898)") {
    const auto digest = WwwAuthenticate::parse(
        "Digest realm=\"r\",nonce=\"n\",opaque=\"o\",stale=TRUE,algorithm=SHA-256,qop=\"auth, Auth-Int\"");
    REQUIRE(digest);
    CHECK(digest->realm() == "r");
    CHECK(digest->nonce() == "n");
    CHECK(digest->opaque() == "o");
    CHECK(digest->stale());
    CHECK(digest->algorithm() == "SHA-256");
    CHECK(digest->has_qop("auth"));
    CHECK(digest->has_qop("auth-int"));
    CHECK(!digest->has_qop("aut"));
    CHECK(!WwwAuthenticate::parse("Digest realm=\"r\"")->has_qop("auth"));
    CHECK(Authorization::parse("Digest username=\"u\",qop=auth")->has_qop("auth"));
    const auto bearer = WwwAuthenticate::parse(
        "Bearer authz_server=\"https://as.example\",scope=\"a b\",error=\"invalid_token\",realm=\"r\"");
    REQUIRE(bearer);
    CHECK(bearer->is_bearer());
    CHECK(bearer->authz_server() == "https://as.example");
    CHECK(bearer->scope() == "a b");
    CHECK(bearer->error() == "invalid_token");
}

TEST_CASE("Authentication-Info gives the next nonce and the server's proof (RFC 3261 §20.6, RFC 7615)") {
    const auto info =
        AuthenticationInfo::parse("nextnonce=\"47,36\" , qop=auth,rspauth=\"\", cnonce=\"c\",nc=00000001");
    REQUIRE(info);
    CHECK(info->nextnonce() == "47,36");
    CHECK(info->qop() == "auth");
    CHECK(info->rspauth() == "");
    CHECK(info->cnonce() == "c");
    CHECK(info->nc() == "00000001");
    CHECK(ProxyAuthenticationInfo::parse("nextnonce=\"1\"")->nextnonce() == "1");
    CHECK(AuthenticationInfo::parse("qop=auth,").error().offset == 9);
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
