// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/sipfrag.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <utility>

using namespace sipmsg;

namespace {

std::string fault_in(const std::string& text, const ParseOptions& options = {}) {
    const auto fragment = Sipfrag::parse(text, options);
    return fragment ? "" : to_string(fragment.error());
}

}  // namespace

TEST_CASE("a fragment may be a start line alone (RFC 3420 §3.1)") {
    const std::string ringing = "SIP/2.0 180 It rings\r\n";
    const auto response = Sipfrag::parse(ringing);
    REQUIRE(response);
    CHECK(response->is_response());
    CHECK(response->status() == 180);
    CHECK(response->view().reason() == "It rings");
    CHECK(response->view().fields().empty());
    CHECK(response->view().body().empty());
    const std::string options = "OPTIONS sip:ann@example.net SIP/2.0\r\n";
    const auto request = Sipfrag::parse(options);
    REQUIRE(request);
    CHECK(request->is_request());
    CHECK(!request->status());
    CHECK(request->view().method() == Method::options);
    CHECK(request->view().request_uri()->user() == "ann");
    CHECK(Sipfrag::parse("SIP/2.0 200 \r\n")->view().reason().empty());
}

TEST_CASE("a fragment may be any header lines, with a start line or without (RFC 3420 §2)") {
    const auto text =
        crlf("From: Ann <sip:ann@example.net>;tag=9\nsubject : a\n b\nCSeq: 4 INVITE\nm: <sip:x>, <sip:y>\n");
    const auto lines = Sipfrag::parse(text);
    REQUIRE(lines);
    CHECK(!lines->has_start_line());
    CHECK(!lines->is_request());
    CHECK(!lines->is_response());
    CHECK(!lines->status());
    CHECK(lines->view().method_text().empty());
    CHECK(lines->view().fields().size() == 4);
    CHECK(lines->view().top<From>()->tag() == "9");
    CHECK(lines->view().top<CSeq>()->number == 4);
    CHECK(unfold(*lines->view().raw("Subject")) == "a b");
    std::size_t contacts = 0;
    for (const auto& contact : lines->view().all<Contact>()) contacts += contact ? 1 : 0;
    CHECK(contacts == 2);
    const auto refused = crlf("SIP/2.0 400 Bad\nWarning: 399 pc.example.net \"no\"\n");
    CHECK(Sipfrag::parse(refused)->status() == 400);
    CHECK(Sipfrag::parse(refused)->view().has(Header::warning));
    CHECK(Sipfrag::parse("")->view().fields().empty());
    CHECK(Sipfrag::parse("\r\n")->view().fields().empty());
    CHECK(Sipfrag::parse("SIP/2.0 200 OK\r\n\r\n")->status() == 200);
}

TEST_CASE("a fragment may carry a body behind a blank line (RFC 3420 §2)") {
    const auto text = crlf("SIP/2.0 200 OK\nContent-Type: text/plain\nContent-Length: 5\n\n") + "hello and more";
    const auto fragment = Sipfrag::parse(text);
    REQUIRE(fragment);
    CHECK(fragment->view().body() == "hello");
    CHECK(fragment->view().excess() == 9);
    CHECK(Sipfrag::parse("c: text/plain\r\n\r\nhi")->view().body() == "hi");
    CHECK(Sipfrag::parse("\r\nhi")->view().body() == "hi");
    CHECK(fault_in("l: 5\r\n\r\nhi") == "Content-Length, octet 10: incomplete, wanted the rest of the body");
    CHECK(fault_in("Content-Length: 5\r\n").empty());
    CHECK(fault_in("l: x\r\n\r\nhi") == "Content-Length, octet 3: expected a decimal number");
    ParseOptions options;
    options.lenient.missing_body = true;
    CHECK(Sipfrag::parse("l: 5\r\n\r\nhi", options)->view().body() == "hi");
}

TEST_CASE("every line of a fragment is whole and well formed (RFC 3420 §3.2)") {
    for (const auto* text : {"INVITE\r\n",
                             "SIP/2.0\r\n",
                             "404 Lost\r\n",
                             "INVITE sip:a SIP/1.09\r\n",
                             "SIP/2.0 99 Low\r\n",
                             "SIP/2.0 700 High\r\n",
                             "SIP/2.0 200\r\n",
                             "INVITE  sip:a SIP/2.0\r\n",
                             "INVITE sip:a SIP/2.0 \r\n",
                             "MESSAGE sip:a SIP/2.0\r\nHello there\r\n",
                             " folded: a\r\n",
                             ": a\r\n",
                             "A: b\r\nC\r\n",
                             "A: b\r\nINVITE sip:a SIP/2.0\r\n",
                             "A: b\nC: d\r\n",
                             "SIP/2.0 200 OK\n",
                             "A: b\rC: d\r\n",
                             "A: b\r\n\n",
                             "\n",
                             "SIP/2.0 200 OK\r\r\n"}) {
        INFO(std::string(text));
        CHECK(!fault_in(text).empty());
    }
    CHECK(Sipfrag::parse("INVITE sip:a SIP/1.09\r\n").error().code == ParseErrc::version);
    CHECK(Sipfrag::parse("SIP/2.0 700 High\r\n").error().code == ParseErrc::out_of_range);
    CHECK(fault_in("To : SIP/2.0\r\n").empty());
    CHECK(Sipfrag::parse("To : SIP/2.0\r\n")->view().raw(Header::to) == "SIP/2.0");
    const auto whole = crlf("SIP/2.0 200 OK\nA: b\n c\nD:\n\n");
    for (std::size_t size = 1; size + 2 < whole.size(); ++size) {
        const auto part = whole.substr(0, size);
        INFO(part);
        CHECK(fault_in(part).empty() == part.ends_with("\r\n"));
    }
}

TEST_CASE("more white space in a start line is read on request only, as in a message (RFC 3420 §2)") {
    ParseOptions options;
    options.lenient.start_line_space = true;
    const std::pair<std::string, std::uint32_t> loose[] = {
        {"INVITE  sip:a SIP/2.0\r\n",   7 },
        {"INVITE sip:a   SIP/2.0\r\n",  13},
        {"INVITE sip:a SIP/2.0 \t\r\n", 20}
    };
    for (const auto& [text, first_extra] : loose) {
        INFO(text);
        CHECK(Sipfrag::parse(text, options)->view().request_uri_text() == "sip:a");
        CHECK(Sipfrag::parse(text).error().offset == first_extra);
    }
    CHECK(Sipfrag::parse("SIP/2.0  200 OK\r\n", options)->status() == 200);
    CHECK(!fault_in("SIP/2.0  200 OK\r\n").empty());
}

TEST_CASE("a last line without CRLF, and lines that end with LF alone, are read on request only (RFC 3420 §2)") {
    ParseOptions options;
    options.lenient.missing_last_crlf = true;
    CHECK(!fault_in("SIP/2.0 100 Trying").empty());
    CHECK(Sipfrag::parse("SIP/2.0 100 Trying", options)->status() == 100);
    CHECK(Sipfrag::parse("SIP/2.0 100 Trying", options)->view().reason() == "Trying");
    CHECK(!fault_in("SIP/2.0 100 Trying\r\nA: b").empty());
    CHECK(Sipfrag::parse("SIP/2.0 100 Trying\r\nA: b ", options)->view().raw("A") == "b");
    CHECK(Sipfrag::parse("A:", options)->view().raw("A") == "");
    CHECK(Sipfrag::parse("A: b\r\n c", options)->view().raw("A") == "b\r\n c");
    CHECK(!fault_in("A", options).empty());
    CHECK(!fault_in("A: b\r", options).empty());
    CHECK(!fault_in("SIP/2.0 100", options).empty());
    options = {};
    options.lenient.bare_lf = true;
    const std::string bare = "SIP/2.0 200 OK\nA: b\n c\n\nbody";
    CHECK(Sipfrag::parse(bare, options)->view().raw("A") == "b\n c");
    CHECK(Sipfrag::parse(bare, options)->view().body() == "body");
}

TEST_CASE("a fragment is bounded as a message is") {
    ParseOptions options;
    options.limits.headers = 3;
    options.limits.head_octets = 100;
    options.limits.body_octets = 10;
    CHECK(fault_in("A: 1\r\nB: 2\r\nC: 3\r\n", options).empty());
    CHECK(Sipfrag::parse("A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n", options).error().code == ParseErrc::too_many);
    CHECK(fault_in("A: " + std::string(95, 'x') + "\r\n", options).empty());
    CHECK(!fault_in("A: " + std::string(96, 'x') + "\r\n", options).empty());
    CHECK(fault_in("A: 1\r\n\r\n0123456789", options).empty());
    CHECK(Sipfrag::parse("A: 1\r\n\r\n0123456789a", options).error().code == ParseErrc::too_large);
    CHECK(Sipfrag::parse(std::string(200, 'x'), options).error().code == ParseErrc::too_large);
    CHECK(!fault_in(std::string(2'000'000, 'A')).empty());
}
