// SPDX-License-Identifier: MIT
// Input that other stacks fell over: bombs, smuggling, overflow. None crashes, none passes.
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

namespace {

std::string with(const std::string& lines) {
    return "OPTIONS sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\nFrom: "
           "<sip:a@example.com>;tag=1\r\n"
           "To: <sip:b@example.com>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n" +
           lines + "\r\n";
}

std::string repeat(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

/// Through every machine there is.
bool sound(const std::string& octets) {
    const auto message = parse(octets);
    return message && !check_mandatory(*message) && check_all(*message).empty();
}

ParseErrc code_of(const std::string& octets) { return parse(octets).error().code; }

}  // namespace

TEST_CASE("Content-Length is one number that the octets bear out (RFC 3261 §20.14)") {
    CHECK(sound(with("Content-Length: 0\r\n")));
    CHECK(sound(with("Content-Length: 3\r\n") + "abc"));
    CHECK(sound(with("Content-Length: 0000000000000000000000000000003\r\n") + "abc"));
    for (const auto* value : {"-1", "+3", "0x3", "3, 3", "3 3", "3;x", "", "3.0", "\"3\"", "three", "3\x0b"}) {
        INFO(std::string(value));
        CHECK(code_of(with("Content-Length: " + std::string(value) + "\r\n") + "abc") == ParseErrc::syntax);
    }
    CHECK(code_of(with("Content-Length: 4294967299\r\n") + "abc") == ParseErrc::out_of_range);
    CHECK(code_of(with("Content-Length: 18446744073709551619\r\n") + "abc") == ParseErrc::out_of_range);
    CHECK(code_of(with("Content-Length: 4294967295\r\n") + "abc") == ParseErrc::too_large);
    CHECK(code_of(with("Content-Length: 2147483648\r\n") + "abc") == ParseErrc::too_large);
    CHECK(code_of(with("Content-Length: 4\r\n") + "abc") == ParseErrc::incomplete);
    CHECK(code_of(with("Content-Length: 3\r\nl: 0\r\n") + "abc") == ParseErrc::duplicate);
    CHECK(!sound(with("Content-Length: 3\r\nl: 3\r\n") + "abc"));
}

TEST_CASE("header bombs meet a limit") {
    CHECK(sound(with(repeat("Z: a\r\n", 500))));
    CHECK(sound(with(repeat("Z: a\r\n", 506))));
    CHECK(code_of(with(repeat("Z: a\r\n", 508))) == ParseErrc::too_many);
    CHECK(code_of(with(repeat("Z: a\r\n", 30'000))) == ParseErrc::too_many);
    CHECK(code_of(with("Z: " + std::string(70'000, 'x') + "\r\n")) == ParseErrc::too_large);
    CHECK(!sound(with("Supported: a" + repeat(",a", 8'000) + "\r\n")));
    CHECK(!sound(with("Via: SIP/2.0/UDP a.b" + repeat(",SIP/2.0/UDP a.b", 1'000) + "\r\n")));
    CHECK(!sound(with("Contact: <sip:a@b.c>" + repeat(";a=b", 5'000) + "\r\n")));
    CHECK(!sound(with("Contact: <sip:a@b.c" + repeat(";a=b", 5'000) + ">\r\n")));
    CHECK(parse("OPTIONS sip:a SIP/2.0\r\n\r\n" + std::string(1'048'577, 'b')).error().code == ParseErrc::too_large);
}

TEST_CASE("long elements are read or refused, never cut") {
    const std::string big(60'000, 'b');
    CHECK(Via::parse("SIP/2.0/UDP a.b;branch=z9hG4bK" + big)->branch().size() == 60'007);
    CHECK(sound(with("Z: " + big + "\r\n")));
    CHECK(sound(with(big + ": x\r\n")));
    CHECK(sound(with("Z:" + repeat("\r\n ", 20'000) + "a\r\n")));
    CHECK(sound(with("Z: a" + repeat("\r\n ", 20'000) + "\r\n")));
    CHECK(parse(with("Z: a" + repeat("\r\n ", 20'000) + "\r\n"))->raw("Z") == "a");
    CHECK(parse(with("Z:" + repeat("\r\n ", 20'000) + "a\r\n b\r\n"))->raw("Z") == "a\r\n b");
    CHECK(!From::parse("<sip:" + big));
    CHECK(!From::parse("\"" + big));
    CHECK(!From::parse(big));
    CHECK(!From::parse(repeat("<", 30'000)));
    CHECK(From::parse(repeat("a ", 30'000) + "<sip:a@b.c>"));
    CHECK(!WwwAuthenticate::parse(repeat("Digest ", 8'000)));
    CHECK(Uri::parse("sip:" + big + "@host"));
    CHECK(Uri::parse("sip:host" + repeat(";a=b", 10'000)));
    CHECK(
        equivalent(*Uri::parse("sip:host" + repeat(";a=b", 10'000)), *Uri::parse("sip:host" + repeat(";a=b", 10'000))));
}

TEST_CASE("nothing hides between a name and its colon, nor in a line end (RFC 3261 §7.3.1)") {
    CHECK(sound(with("Z \t: a\r\n")));
    for (const auto& line :
         {std::string("Content-Length\x0b: 0\r\n"), std::string("Z\0: a\r\n", 7), std::string("Z\r\n : a\r\n"),
          std::string(": a\r\n"), std::string(" X: a\r\n\n"), std::string("Z: a\n"), std::string("Z: a\rY: b\r\n"),
          std::string("Z: a\r\r\n"), std::string("Z\r\n"), std::string("Z\xC3\xA4: a\r\n"),
          std::string("Z: a\r\n\nY: b\r\n"), std::string("X a: b\r\n")}) {
        INFO(line);
        CHECK(!parse(with(line)));
    }
    for (const auto* text :
         {"\x16\x03\x01\x02\x00\x01", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "OPTIONS * RTSP/1.0\r\n\r\n", "\r\n\r\n", "",
          "\n", "INVITE", "INVITE sip:a SIP/2.0", "INVITE sip:a SIP/2.0\r\n", "INVITE sip:a SIP/2.0\r\nX: a\r\n",
          "INVITE sip:a SIP/2\r\n\r\n", "INVITE sip:a SIPS/2.0\r\n\r\n", "SIP/2.0\r\n\r\n", "INVITE SIP/2.0\r\n\r\n",
          "IN(VITE sip:a SIP/2.0\r\n\r\n"}) {
        INFO(std::string(text));
        CHECK(!parse(text));
    }
}

TEST_CASE("lines that end with LF alone are read on request only (RFC 3261 §7)") {
    const std::string text =
        "OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP a.example;\n branch=z9hG4bK1\nl: 2\n\nhi";
    CHECK(code_of(text) == ParseErrc::syntax);
    ParseOptions options;
    options.lenient.bare_lf = true;
    const auto message = parse(text, options);
    REQUIRE(message);
    CHECK(message->body() == "hi");
    CHECK(message->top<Via>()->branch() == "z9hG4bK1");
    CHECK(unfold(*message->raw(Header::via)) == "SIP/2.0/UDP a.example; branch=z9hG4bK1");
    auto owned = *Message::parse(text, options);
    owned.append("Z", "1");
    owned.remove("Z");
    CHECK(owned.octets() == text);
}

TEST_CASE("control octets and broken UTF-8 are refused where text is read") {
    for (const auto& line : {std::string("Subject: \x1b]0;owned\x07\r\n"), std::string("Subject: a\0b\r\n", 14),
                             std::string("Z: \xff\r\n"), std::string("From: \"\x01\" <sip:a@b.c>;tag=1\r\n"),
                             std::string("Subject: \xc3\x28\r\n")}) {
        CHECK(parse(with(line)));
        CHECK(!sound(with(line)));
    }
    CHECK(parse(with("Z: a\r\n")).has_value());
}

TEST_CASE("one header cut short never hides another") {
    const auto whole =
        with("Contact: <sip:a@b.c>\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\nContent-Length: 4\r\n") +
        "body";
    REQUIRE(sound(whole));
    for (std::size_t n = 0; n < whole.size(); ++n) {
        const auto part = whole.substr(0, n);
        CHECK(!sound(part));
    }
}

TEST_CASE("no single flipped octet makes a machine read past its value") {
    const auto whole = with(
        "Contact: \"A\" <sip:a@b.c;x=1?y=z>;q=0.5\r\nProxy-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\nDate: Sat, "
        "13 Nov 2010 23:29:00 GMT\r\n"
        "Retry-After: 5 (x);y\r\nWarning: 307 a.b \"x\"\r\nAccept: a/b;q=0.1\r\nReplaces: 1;to-tag=2;from-tag=3\r\n");
    REQUIRE(sound(whole));
    int refused = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        for (int c : {0x00, 0x0a, 0x0d, 0x20, 0x22, 0x28, 0x2c, 0x3b, 0x3c, 0x3e, 0x40, 0x5b, 0x5c, 0x80, 0xff}) {
            auto changed = whole;
            changed[i] = static_cast<char>(c);
            refused += sound(changed) ? 0 : 1;
        }
    }
    CHECK(refused > 3'000);
}
