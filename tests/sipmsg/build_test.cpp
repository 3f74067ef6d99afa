// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <sipmsg/build.hpp>
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

namespace {

RequestParts invite() {
    RequestParts parts;
    parts.method = "INVITE";
    parts.request_uri = "sip:frank@harbour.example";
    parts.to = "\"Frank, pier 9\" <sip:frank@harbour.example>";
    parts.from = "<sip:erin@harbour.example>;tag=e1";
    parts.cseq = 7;
    parts.call_id = "c1@pier.example";
    return parts;
}

template <class Change>
BuildError refused(Change change) {
    auto parts = invite();
    change(parts);
    const auto message = build_request(parts);
    REQUIRE(!message);
    return message.error();
}

template <class Change>
BuildError refused_response(Change change) {
    const auto request = build_request(invite());
    REQUIRE(request);
    ResponseParts parts{.status = 486, .to_tag = "f1"};
    change(parts);
    const auto message = build_response(request->view(), parts);
    REQUIRE(!message);
    return message.error();
}

}  // namespace

TEST_CASE("a request is written in one order and reads back (RFC 3261 §8.1.1)") {
    auto parts = invite();
    parts.routes = {"<sip:p1.example;lr>", "<sip:p2.example;lr>"};
    parts.vias = {"SIP/2.0/TCP pier.example;branch=z9hG4bKa1"};
    parts.headers = {
        {"Contact", "<sip:erin@pier.example>"},
        {"X-Berth", "9"                      },
        {"Subject", "tides"                  }
    };
    parts.supported = "replaces, 100rel";
    parts.user_agent = "harbour/1.0";
    parts.content_type = "text/plain";
    parts.body = "low\r\n\r\ntide";
    const auto message = build_request(parts);
    REQUIRE(message);
    CHECK(message->octets() == crlf("INVITE sip:frank@harbour.example SIP/2.0\n"
                                    "Route: <sip:p1.example;lr>\n"
                                    "Route: <sip:p2.example;lr>\n"
                                    "Via: SIP/2.0/TCP pier.example;branch=z9hG4bKa1\n"
                                    "To: \"Frank, pier 9\" <sip:frank@harbour.example>\n"
                                    "From: <sip:erin@harbour.example>;tag=e1\n"
                                    "CSeq: 7 INVITE\n"
                                    "Call-ID: c1@pier.example\n"
                                    "Max-Forwards: 70\n"
                                    "Contact: <sip:erin@pier.example>\n"
                                    "X-Berth: 9\n"
                                    "Subject: tides\n"
                                    "Supported: replaces, 100rel\n"
                                    "User-Agent: harbour/1.0\n"
                                    "Content-Type: text/plain\n"
                                    "Content-Length: 11\n"
                                    "\n"
                                    "low\n\ntide"));
    CHECK(!check_mandatory(message->view()));
    CHECK(check_all(message->view()).empty());
    CHECK(message->body() == "low\r\n\r\ntide");
    CHECK(message->top<CSeq>()->number == 7);
}

TEST_CASE("a request needs no Via while the transaction layer is still to write it, and no body") {
    const auto message = build_request(invite());
    REQUIRE(message);
    CHECK(!message->has(Header::via));
    CHECK(!message->has(Header::content_type));
    CHECK(message->raw(Header::content_length) == "0");
    auto with_via = *message;
    with_via.push_via("SIP/2.0/UDP pier.example;branch=z9hG4bKa1");
    CHECK(!check_mandatory(with_via.view()));
}

TEST_CASE("a request of a method and a scheme nobody registered is built all the same (RFC 3261 §7.1)") {
    auto parts = invite();
    parts.method = "TIDE";
    parts.request_uri = "tel:+44-20";
    parts.max_forwards = 0;
    const auto message = build_request(parts);
    REQUIRE(message);
    CHECK(message->method_text() == "TIDE");
    CHECK(message->raw(Header::cseq) == "7 TIDE");
    CHECK(message->raw(Header::max_forwards) == "0");
}

TEST_CASE("CR, LF and NUL are refused in every part of a request, which is named (RFC 3261 §7.3.1)") {
    for (const auto& evil : {std::string("\r\nX: 1"), std::string("\n x"), std::string("\r"), std::string("\0", 1)}) {
        const auto with = [&](std::string_view text) { return std::string(text) + evil; };
        CHECK(refused([&, v = with("INVITE")](auto& p) { p.method = v; }).part == "method");
        CHECK(refused([&, v = with("sip:a@b")](auto& p) { p.request_uri = v; }).part == "Request-URI");
        CHECK(refused([&, v = with("<sip:p;lr>")](auto& p) { p.routes = {v}; }).part == "Route");
        CHECK(refused([&, v = with("SIP/2.0/UDP h;branch=z9hG4bK1")](auto& p) { p.vias = {v}; }).part == "Via");
        CHECK(refused([&, v = with("<sip:a@b>")](auto& p) { p.to = v; }).part == "To");
        CHECK(refused([&, v = with("<sip:a@b>;tag=1")](auto& p) { p.from = v; }).part == "From");
        CHECK(refused([&, v = with("c1")](auto& p) { p.call_id = v; }).part == "Call-ID");
        CHECK(refused([&, v = with("x")](auto& p) {
                  p.headers = {
                      {"Subject", v}
                  };
              }).part == "Subject");
        CHECK(refused([&, v = with("X")](auto& p) {
                  p.headers = {
                      {v, "x"}
                  };
              }).part == "header name");
        CHECK(refused([&, v = with("replaces")](auto& p) { p.supported = v; }).part == "Supported");
        CHECK(refused([&, v = with("harbour")](auto& p) { p.user_agent = v; }).part == "User-Agent");
        CHECK(refused([&, v = with("text/plain")](auto& p) { p.content_type = v; }).part == "Content-Type");
    }
}

TEST_CASE("ill-formed parts of a request are refused with their name and place (RFC 3261 §25.1)") {
    CHECK(to_string(refused([](auto& p) { p.method = ""; })) == "method, octet 0: expected a token");
    CHECK(refused([](auto& p) { p.method = "IN VITE"; }).part == "method");
    CHECK(to_string(refused([](auto& p) { p.request_uri = "sip:frank@-"; })) ==
          "Request-URI, octet 10: expected a host");
    CHECK(to_string(refused([](auto& p) { p.request_uri = "sip:frank@h?Subject=x"; })) ==
          "Request-URI, octet 12: expected a URI without headers");
    CHECK(refused([](auto& p) { p.request_uri = "<sip:a@b>"; }).part == "Request-URI");
    CHECK(refused([](auto& p) { p.routes = {"sip:p.example;lr"}; }).part == "Route");
    CHECK(refused([](auto& p) { p.vias = {"SIP/2.0/UDP"}; }).part == "Via");
    CHECK(refused([](auto& p) { p.to = "sip:a@b, sip:c@d"; }).part == "To");
    CHECK(to_string(refused([](auto& p) { p.to = ""; })) == "To, octet 0: missing, wanted a value");
    CHECK(to_string(refused([](auto& p) { p.from = "<sip:erin@h>"; })) == "From, octet 12: missing, wanted a tag");
    CHECK(refused([](auto& p) { p.cseq = 0x8000'0000; }).part == "CSeq");
    CHECK(refused([](auto& p) { p.call_id = "a b"; }).part == "Call-ID");
    CHECK(refused([](auto& p) {
              p.headers = {
                  {"Contact", "<sip:a@b"}
              };
          }).part == "Contact");
    CHECK(refused([](auto& p) { p.supported = "a b"; }).part == "Supported");
    CHECK(refused([](auto& p) { p.content_type = "text"; }).part == "Content-Type");
    CHECK(refused([](auto& p) { p.body = "x"; }).part == "Content-Type");
}

TEST_CASE("a header with a part of its own, or one that stands once, is not written twice (RFC 3261 §7.3.1)") {
    for (const auto* name : {"Via", "v", "Route", "To", "From", "CSeq", "Call-ID", "i", "Max-Forwards", "Content-Type",
                             "Content-Length", "L"}) {
        CAPTURE(std::string(name));
        const auto error = refused([&](auto& p) {
            p.headers = {
                {name, "1"}
            };
        });
        CHECK(error.part == name);
        CHECK(error.fault.code == ParseErrc::duplicate);
    }
    const auto twice = refused([](auto& p) {
        p.headers = {
            {"Expires", "1"},
            {"Expires", "2"}
        };
    });
    CHECK(twice.part == "Expires");
    CHECK(twice.fault.code == ParseErrc::duplicate);
}

TEST_CASE("a response is copied from its request and completed in one order (RFC 3261 §8.2.6)") {
    auto parts = invite();
    parts.vias = {"SIP/2.0/UDP a.example;branch=z9hG4bKa1", "SIP/2.0/UDP b.example;branch=z9hG4bKb1"};
    parts.headers = {
        {"Record-Route", "<sip:p1.example;lr>"}
    };
    const auto request = build_request(parts);
    REQUIRE(request);
    ResponseParts answer{.status = 200, .to_tag = "f1", .supported = "timer", .server = "pier/2"};
    answer.headers = {
        {"Contact", "<sip:frank@pier.example>"}
    };
    answer.content_type = "application/sdp";
    answer.body = "v=0\r\n";
    const auto response = build_response(request->view(), answer);
    REQUIRE(response);
    CHECK(response->octets() == crlf("SIP/2.0 200 OK\n"
                                     "Via: SIP/2.0/UDP a.example;branch=z9hG4bKa1\n"
                                     "Via: SIP/2.0/UDP b.example;branch=z9hG4bKb1\n"
                                     "To: \"Frank, pier 9\" <sip:frank@harbour.example>;tag=f1\n"
                                     "From: <sip:erin@harbour.example>;tag=e1\n"
                                     "CSeq: 7 INVITE\n"
                                     "Call-ID: c1@pier.example\n"
                                     "Record-Route: <sip:p1.example;lr>\n"
                                     "Contact: <sip:frank@pier.example>\n"
                                     "Supported: timer\n"
                                     "Server: pier/2\n"
                                     "Content-Type: application/sdp\n"
                                     "Content-Length: 5\n"
                                     "\n"
                                     "v=0\n"));
    CHECK(!check_mandatory(response->view()));
}

TEST_CASE("the phrase of a response is the caller's, else the registered one (RFC 3261 §7.2)") {
    const auto request = build_request(invite());
    REQUIRE(request);
    ResponseParts parts{.status = 486, .phrase = "All berths taken", .to_tag = "f1"};
    CHECK(build_response(request->view(), parts)->reason() == "All berths taken");
    parts.phrase = "";
    CHECK(build_response(request->view(), parts)->reason() == "Busy Here");
    const ResponseParts trying{.status = 100};
    CHECK(build_response(request->view(), trying)->raw(Header::to) == "\"Frank, pier 9\" <sip:frank@harbour.example>");
}

TEST_CASE("ill-formed parts of a response are refused with their name") {
    CHECK(refused_response([](auto& p) { p.status = 99; }).part == "status");
    CHECK(refused_response([](auto& p) { p.status = 700; }).part == "status");
    CHECK(refused_response([](auto& p) { p.phrase = "a\r\nX: 1"; }).part == "phrase");
    CHECK(refused_response([](auto& p) { p.to_tag = "a b"; }).part == "tag");
    CHECK(refused_response([](auto& p) { p.to_tag = ""; }).part == "tag");
    CHECK(refused_response([](auto& p) {
              p.headers = {
                  {"Via", "x"}
              };
          }).part == "Via");
    CHECK(refused_response([](auto& p) {
              p.headers = {
                  {"Warning", "x\ny"}
              };
          }).part == "Warning");
    CHECK(refused_response([](auto& p) { p.server = "a\rb"; }).part == "Server");
    CHECK(refused_response([](auto& p) { p.supported = ",,;"; }).part == "Supported");
    CHECK(refused_response([](auto& p) { p.body = "x"; }).part == "Content-Type");
}
