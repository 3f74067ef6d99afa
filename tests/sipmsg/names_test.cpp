// SPDX-License-Identifier: MIT
#include <sipmsg/error.hpp>
#include <sipmsg/header_name.hpp>
#include <sipmsg/method.hpp>
#include <sipmsg/params.hpp>
#include <sipmsg/status.hpp>

#include <doctest/doctest.h>

#include <cctype>
#include <string>

using namespace sipmsg;

TEST_CASE("every known header is found by its name in any case (RFC 3261 §7.3.1)") {
    for (int i = static_cast<int>(Header::accept); i <= static_cast<int>(Header::www_authenticate); ++i) {
        const auto header = static_cast<Header>(i);
        const std::string name(to_string(header));
        REQUIRE(!name.empty());
        std::string upper;
        for (char c : name) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        CHECK(header_of(name) == header);
        CHECK(header_of(upper) == header);
        CHECK(header_of(name + "x") != header);
        CHECK(header_of(name.substr(1)) != header);
        // '-' and '\r' differ by the bit that folding case ignores.
        if (const auto dash = name.find('-'); dash != std::string::npos) {
            upper[dash] = '\r';
            CHECK(header_of(upper) == Header::other);
        }
    }
    CHECK(header_of("") == Header::other);
    CHECK(header_of("X-Unknown") == Header::other);
    CHECK(to_string(Header::none).empty());
    CHECK(to_string(Header::other).empty());
}

TEST_CASE("compact forms are read as their long names (RFC 3261 §7.3.3, IANA)") {
    const std::string letters = "abcdefijklmnorstuvxy";
    const Header headers[] = {Header::accept_contact,
                              Header::referred_by,
                              Header::content_type,
                              Header::request_disposition,
                              Header::content_encoding,
                              Header::from,
                              Header::call_id,
                              Header::reject_contact,
                              Header::supported,
                              Header::content_length,
                              Header::contact,
                              Header::identity_info,
                              Header::event,
                              Header::refer_to,
                              Header::subject,
                              Header::to,
                              Header::allow_events,
                              Header::via,
                              Header::session_expires,
                              Header::identity};
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const std::string compact = letters.substr(i, 1);
        const std::string upper(1, static_cast<char>(std::toupper(compact[0])));
        CHECK(header_of(compact) == headers[i]);
        CHECK(header_of(upper) == header_of(compact));
    }
    for (const auto* other : {"g", "h", "p", "q", "w", "z", "1", "@", "!"}) CHECK(header_of(other) == Header::other);
}

TEST_CASE("methods compare with case (RFC 3261 §7.1)") {
    for (int i = 1; i <= static_cast<int>(Method::update); ++i) {
        const auto method = static_cast<Method>(i);
        CHECK(method_of(to_string(method)) == method);
    }
    CHECK(method_of("REGISTER") == Method::register_);
    CHECK(method_of("invite") == Method::other);
    CHECK(method_of("INVITEX") == Method::other);
    CHECK(method_of("") == Method::other);
    CHECK(to_string(Method::other).empty());
}

TEST_CASE("status codes have phrases (RFC 3261 §21)") {
    CHECK(reason_phrase(180) == "Ringing");
    CHECK(reason_phrase(486) == "Busy Here");
    CHECK(reason_phrase(608) == "Rejected");
    CHECK(reason_phrase(499) == "Client Error");
    CHECK(reason_phrase(299) == "Success");
    CHECK(reason_phrase(99).empty());
    CHECK(reason_phrase(700).empty());
    for (int status = 100; status < 700; ++status) CHECK(!reason_phrase(status).empty());
    CHECK(is_provisional(199));
    CHECK(!is_provisional(200));
    CHECK(is_success(299));
    CHECK(is_final(300));
}

TEST_CASE("parameters are found without case, quotes and all (RFC 3261 §7.3.1)") {
    const Params params(" ; a = 1 ;B;c=\"x;y=\\\"z\" ;\r\n d=[::1]");
    CHECK(params.get("A") == "1");
    CHECK(params.get("b") == "");
    CHECK(params.has("b"));
    CHECK(params.get("c") == "\"x;y=\\\"z\"");
    CHECK(params.get("d") == "[::1]");
    CHECK(!params.has("y"));
    int n = 0;
    for (const auto& param : params) n += param.name.empty() ? 0 : 1;
    CHECK(n == 4);
    CHECK(Params().empty());
    CHECK(!Params("").has("x"));
    CHECK(Params(";a=\"unclosed;b").get("a") == "\"unclosed;b");
    CHECK(Params(";a=\"x\\").get("a") == "\"x\\");
}

TEST_CASE("quoting and its undoing are inverse") {
    for (const std::string text : {"", "a", "a\"b", "\\", "\\\"", "a b;c"}) CHECK(unquote(quote(text)) == text);
    CHECK(unquote("plain") == "plain");
    CHECK(unquote("\"") == "\"");
    CHECK_THROWS(quote("a\r\nb"));
    CHECK_THROWS(quote(std::string(1, '\0')));
}

TEST_CASE("an error says where and what") {
    CHECK(to_string(ParseError{ParseErrc::syntax, Header::via, 87, "a host"}) == "Via, octet 87: expected a host");
    CHECK(to_string(ParseError{ParseErrc::incomplete, Header::none, 3, "the rest"}) ==
          "octet 3: incomplete, wanted the rest");
}
