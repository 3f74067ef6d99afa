// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <sipmsg/framer.hpp>
#include <sipmsg/message.hpp>
#include <sipmsg/message_view.hpp>
#include <sipmsg/validate.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

namespace {

const std::string lines = "Call-ID: 1\r\nl: 0\r\n\r\n";

ParseOptions with(bool Leniency::*option) {
    ParseOptions options;
    options.lenient.*option = true;
    return options;
}

}  // namespace

TEST_CASE("more space in a start line is read on request only (RFC 3261 §7.1, §7.2)") {
    const auto options = with(&Leniency::start_line_space);
    for (const std::string line : {"INVITE  sip:a@b SIP/2.0\r\n", "INVITE sip:a@b    SIP/2.0\r\n",
                                   "INVITE sip:a@b SIP/2.0 \r\n", "INVITE   sip:a@b  SIP/2.0 \t \r\n"}) {
        INFO(line);
        const auto text = line + lines;
        CHECK(parse(text).error().code == ParseErrc::syntax);
        const auto message = parse(text, options);
        REQUIRE(message);
        CHECK(message->method() == Method::invite);
        CHECK(message->request_uri_text() == "sip:a@b");
        CHECK(message->raw(Header::call_id) == "1");
        StreamFramer framer(options);
        framer.feed(text);
        CHECK(std::holds_alternative<MessageView>(framer.next()));
        CHECK(salvage(text, options)->raw(Header::call_id) == "1");
    }
    const auto answer = "SIP/2.0   200 OK\r\n" + lines;
    CHECK(!parse(answer));
    CHECK(parse(answer, options)->status() == 200);
    CHECK(parse("SIP/2.0 200  OK\r\n" + lines)->reason() == " OK");
    for (const std::string line :
         {" INVITE sip:a@b SIP/2.0\r\n", "INVITE\tsip:a@b SIP/2.0\r\n", "INVITE sip:a b SIP/2.0\r\n",
          "INVITE sip:a@b SIP/2.0 x\r\n", "INVITE  SIP/2.0\r\n", "SIP/2.0 200\r\n"}) {
        INFO(line);
        CHECK(!parse(line + lines, options));
    }
    CHECK(parse("INVITE  sip:a@b SIP/2.0\r\n" + lines).error().offset == 7);
    CHECK(parse("INVITE sip:a@b SIP/2.0 \r\n" + lines).error().offset == 22);
    CHECK(parse("INVITE sip:a@b SIP/3.0 \r\n" + lines, options).error().code == ParseErrc::version);
}

TEST_CASE("line ends in front of a datagram's start line are read on request only (RFC 3261 §7.5)") {
    const auto options = with(&Leniency::leading_crlf);
    const auto text = "INVITE sip:a@b SIP/2.0\r\n" + lines;
    const auto late = "\r\n\r\n" + text + "more";
    CHECK(parse(late).error().offset == 0);
    const auto message = parse(late, options);
    REQUIRE(message);
    CHECK(message->octets() == text);
    CHECK(message->excess() == 4);
    auto owned = Message::parse(late, options);
    REQUIRE(owned);
    CHECK(owned->octets() == text);
    owned->set(Header::call_id, "2");
    CHECK(owned->raw(Header::call_id) == "2");
    CHECK(parse("\r\nINVITE x\r\n", options).error().offset == 10);
    CHECK(salvage("\r\nINVITE sip:a SIP/2.0\r\nA: b\r\nbroken\r\n", options)->raw("A") == "b");
    CHECK(!parse("\n" + text, options));
    CHECK(!parse("\r" + text, options));
    CHECK(!parse("\r\n \r\n" + text, options));
    CHECK(!parse("\r\n\r\n", options));
    auto both = options;
    both.lenient.bare_lf = true;
    CHECK(parse("\n\r\n\n" + text, both)->octets() == text);
    ValidateOptions validating;
    validating.parse = options;
    CHECK(status_owed(validate("\r\n" + text, validating)) == 400);
}

TEST_CASE("the grammar to the letter is the default, and every leniency has a name") {
    constexpr auto strict = ParseOptions::strict().lenient;
    constexpr auto tolerant = ParseOptions::tolerant().lenient;
    for (const auto option :
         {&Leniency::bare_lf, &Leniency::start_line_space, &Leniency::leading_crlf, &Leniency::missing_body,
          &Leniency::missing_content_length, &Leniency::unclosed_multipart, &Leniency::missing_last_crlf}) {
        CHECK(!(strict.*option));
        CHECK(!(ParseOptions{}.lenient.*option));
        CHECK(tolerant.*option);
    }
    static_assert(sizeof(Leniency) == 7, "an option is missing in all() or in this test");
}
