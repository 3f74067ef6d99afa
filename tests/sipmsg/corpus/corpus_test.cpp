// SPDX-License-Identifier: MIT
// Cases that are data: URIs, header values, messages, datagrams; README.md says how they are written.
#include "facts.hpp"
#include "table.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace sipmsg;

namespace {

/// "syntax 7", or "syntax" when the case does not say where.
std::string error_of(const ParseError& error, std::string_view wanted) {
    const bool placed = wanted.find_first_of("0123456789") != std::string_view::npos;
    return std::string(to_string(error.code)) + (placed ? " " + std::to_string(error.offset) : "");
}

/// ".user=a" is the part `user` of `value`, ";p=q" its parameter, "=x" its text, "method=x" a fact by its full name.
void check_facts(const corpus::Row& row, std::size_t first, const corpus::Facts& facts, const std::string& value) {
    for (auto i = first; i < row.cells.size(); ++i) {
        const auto relative = row[i].find_first_of(".;?=") == 0;
        const auto equals = row[i].find('=');
        REQUIRE(equals != std::string_view::npos);
        const auto name = (relative ? value : "") + std::string(row[i].substr(0, equals));
        INFO("fact: ", name);
        CHECK(corpus::printable(facts.get(name).value_or("(absent)")) == corpus::printable(row[i].substr(equals + 1)));
    }
}

/// The lines of a case of messages.tsv, in front of its own.
std::string mandatory_lines(std::string_view start_line, std::string_view left_out) {
    const bool response = start_line.starts_with("SIP/");
    const std::string method(response ? "INVITE" : start_line.substr(0, start_line.find(' ')));
    const std::pair<std::string_view, std::string> lines[] = {
        {"Via",          "SIP/2.0/UDP a.example;branch=z9hG4bK1"},
        {"From",         "<sip:a@example.com>;tag=a"            },
        {"To",           "<sip:b@example.com>"                  },
        {"Call-ID",      "1@a.example"                          },
        {"CSeq",         "1 " + method                          },
        {"Max-Forwards", "70"                                   },
    };
    std::string text;
    for (const auto& [name, value] : lines)
        if (left_out.find(name) == std::string_view::npos) text.append(name).append(": ").append(value).append("\r\n");
    return text;
}

}  // namespace

TEST_CASE("URIs are taken apart or refused at the right octet (RFC 3261 §25.1, RFC 3966 §3)") {
    const auto rows = corpus::read_table("corpus/uris.tsv");
    CHECK(rows.size() >= 150);
    for (const auto& row : rows) {
        INFO(row.where, ": ", corpus::printable(row[0]));
        const auto uri = Uri::parse(row[0]);
        CHECK((uri ? "ok" : error_of(uri.error(), row[1])) == std::string(row[1]));
        if (uri) check_facts(row, 2, corpus::facts_of(*uri), "uri");
        if (!uri) CHECK(uri.error().header == Header::none);
        const bool owned = OwnedUri::parse(row[0]).has_value();
        CHECK(owned == uri.has_value());
    }
}

TEST_CASE("URIs are the same or not, from either side (RFC 3261 §19.1.4)") {
    const auto rows = corpus::read_table("corpus/uri_pairs.tsv");
    CHECK(rows.size() >= 60);
    for (const auto& row : rows) {
        INFO(row.where, ": ", std::string(row[0]), " and ", std::string(row[1]));
        const auto a = Uri::parse(row[0]);
        const auto b = Uri::parse(row[1]);
        REQUIRE(a);
        REQUIRE(b);
        CHECK((equivalent(*a, *b) ? "equal" : "different") == std::string(row[2]));
        CHECK(equivalent(*a, *b) == equivalent(*b, *a));
        if (equivalent(*a, *b)) CHECK(equivalence_key(*a) == equivalence_key(*b));
    }
}

TEST_CASE("header values are read or refused at the right octet (RFC 3261 §25.1)") {
    const auto rows = corpus::read_table("corpus/values.tsv");
    CHECK(rows.size() >= 300);
    for (const auto& row : rows) {
        INFO(row.where, ": ", std::string(row[0]), ": ", corpus::printable(row[1]));
        const auto fault = check_header(row[0], row[1]);
        CHECK((fault ? error_of(*fault, row[2]) : "ok") == std::string(row[2]));
        const auto id = header_of(row[0]);
        if (fault) CHECK(fault->header == id);
        const auto facts = corpus::facts_of(row[0], row[1]);
        if (!fault) CHECK(facts.refused() == "");
        check_facts(row, 3, facts, id == Header::other ? std::string(row[0]) : std::string(to_string(id)));
    }
}

TEST_CASE("messages are refused by the layer that owns the fault, or by none (RFC 3261 §7, §8.1.1)") {
    enum Column : std::size_t { name, start, left_out, lines, body, layer, error, at, first_fact };
    const auto rows = corpus::read_table("corpus/messages.tsv");
    CHECK(rows.size() >= 100);
    for (const auto& row : rows) {
        INFO(row.where, ": ", std::string(row[name]));
        const auto octets = std::string(row[start]) + "\r\n" + mandatory_lines(row[start], row[left_out]) +
                            std::string(row[lines]) + "\r\n" + std::string(row[body]);
        const auto verdict = corpus::verdict_on(octets);
        const auto header = to_string(verdict.error.header);
        const auto got = std::string(to_string(verdict.error.code)) + " " + std::string(header.empty() ? "-" : header);
        CHECK(std::string(verdict.layer) == std::string(row[layer]));
        CHECK((verdict.sound() ? "-" : got) == std::string(row[error]));
        REQUIRE(verdict.error.offset <= octets.size());
        if (!verdict.sound())
            CHECK(corpus::printable(octets.substr(verdict.error.offset, row[at].size())) == corpus::printable(row[at]));
        if (const auto message = parse(octets)) check_facts(row, first_fact, corpus::facts_of(*message), "");
        if (const auto partial = salvage(octets)) CHECK(partial->octets().size() <= octets.size());
    }
}

TEST_CASE("datagrams are messages, broken off, or something else (RFC 3261 §18.3)") {
    const auto rows = corpus::read_table("corpus/datagrams.tsv");
    CHECK(rows.size() >= 40);
    for (const auto& row : rows) {
        INFO(row.where, ": ", corpus::printable(row[0]));
        const auto message = parse(row[0]);
        CHECK((message ? "ok" : error_of(message.error(), row[1])) == std::string(row[1]));
        if (message) check_facts(row, 2, corpus::facts_of(*message), "");
    }
}

TEST_CASE("a datagram shorter than its Content-Length is read on request only (RFC 3261 §18.3)") {
    const std::string_view cut = "A a:a SIP/2.0\r\nContent-Length: 9999\r\n\r\nhalf";
    CHECK(parse(cut).error().code == ParseErrc::incomplete);
    ParseOptions options;
    options.lenient.missing_body = true;
    const auto message = parse(cut, options);
    REQUIRE(message);
    CHECK(message->body() == "half");
}
