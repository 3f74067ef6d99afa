// SPDX-License-Identifier: MIT
#include <siptxn/masking.hpp>

#include <doctest/doctest.h>

#include <string>

using siptxn::mask_credentials;

namespace {
std::string stars(std::size_t count) { return std::string(count, '*'); }
}  // namespace

TEST_CASE("a digest answer keeps what is public and loses what proves the password") {
    std::string masked = mask_credentials(
        "REGISTER sip:biloxi.com SIP/2.0\r\n"
        "Authorization: Digest username=\"bob\", realm=\"biloxi.com\", nonce=\"n1\", uri=\"sip:biloxi.com\",\r\n"
        " response=\"dfe56131d1958046689d83306477ecc\", cnonce=\"0a4f\", opaque=\"\", auts=\"x,y\\\"z\", qop=auth, "
        "nc=00000001\r\n"
        "Content-Length: 0\r\n\r\n");
    CHECK(masked ==
          "REGISTER sip:biloxi.com SIP/2.0\r\n"
          "Authorization: Digest username=\"bob\", realm=\"biloxi.com\", nonce=\"n1\", uri=\"sip:biloxi.com\",\r\n"
          " response=\"" +
              stars(31) +
              "\", cnonce=\"****\", opaque=\"\", auts=\"******\", qop=auth, nc=00000001\r\n"
              "Content-Length: 0\r\n\r\n");
}

TEST_CASE("other schemes lose everything behind their name") {
    CHECK(mask_credentials("Authorization: Bearer abc.def\r\n") == "Authorization: Bearer *******\r\n");
    CHECK(mask_credentials("proxy-authorization : Basic Ym9iOnA=\r\n") == "proxy-authorization : Basic ********\r\n");
    CHECK(mask_credentials("Authorization: Bearer abc\r\n def\r\nTo: <sip:a@b>\r\n") ==
          "Authorization: Bearer ***\r\n****\r\nTo: <sip:a@b>\r\n");
    CHECK(mask_credentials("Authentication-Info: rspauth=\"ab\", nextnonce=\"cd\"\r\n") ==
          "Authentication-Info: rspauth=\"**\", nextnonce=\"cd\"\r\n");
}

TEST_CASE("broken credentials are covered rather than shown") {
    CHECK(mask_credentials("Authorization: Digest response=\"abc") == "Authorization: Digest response=\"***");
    CHECK(mask_credentials("Authorization: Digest response=\"abc\\") == "Authorization: Digest response=\"****");
    CHECK(mask_credentials("Authorization: Digest abc") == "Authorization: Digest ***");
    CHECK(mask_credentials("Authorization: abc") == "Authorization: abc");
    CHECK(mask_credentials("Authorization:") == "Authorization:");
    CHECK(mask_credentials("Authorization: Digest response = abc def , qop=auth") ==
          "Authorization: Digest response = ********, qop=auth");
    CHECK(mask_credentials("") == "");
    CHECK(mask_credentials(std::string_view("\0\n\r:\0", 5)) == std::string("\0\n\r:\0", 5));
}

TEST_CASE("passwords in URIs are covered, ports and parameters are not (RFC 3261 §19.1.1)") {
    CHECK(mask_credentials("To: \"A:b\" <sip:alice:secret@example.com:5060;x=y:z>\r\n") ==
          "To: \"A:b\" <sip:alice:******@example.com:5060;x=y:z>\r\n");
    CHECK(mask_credentials("INVITE sips:a:b@c SIP/2.0\r\n") == "INVITE sips:a:*@c SIP/2.0\r\n");
    CHECK(mask_credentials("Contact: sip:a, sip:b:c@d, <sip:e@f:1>\r\n") ==
          "Contact: sip:a, sip:b:*@d, <sip:e@f:1>\r\n");
    CHECK(mask_credentials("From: <sip:example.com:5060>\r\nCall-ID: a:b@c\r\n") ==
          "From: <sip:example.com:5060>\r\nCall-ID: a:b@c\r\n");
}

TEST_CASE("media keys and ICE passwords are covered in session descriptions") {
    CHECK(mask_credentials("v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abcd|2^20|1:4;inline:ef\r\n") ==
          "v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:****|2^20|1:4;inline:**\r\n");
    CHECK(mask_credentials("a=ice-ufrag:abcd\r\na=ice-pwd:0123456789\r\n") ==
          "a=ice-ufrag:abcd\r\na=ice-pwd:**********\r\n");
    CHECK(mask_credentials("k=clear:pass\nm=audio 1 RTP/AVP 0\n") == "k=clear:****\nm=audio 1 RTP/AVP 0\n");
}

TEST_CASE("challenges and everything else pass octet for octet") {
    std::string text =
        "SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"a\", nonce=\"b\"\r\nX-Authorization: "
        "y\r\nContent-Length: 3\r\n\r\na\xff\n";
    CHECK(mask_credentials(text) == text);
}
