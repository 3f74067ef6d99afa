// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>
#include <vector>

using namespace sipmsg;

namespace {

/// One line for each item: the header and its value as printed, or the error.
class Reprinter {
public:
    std::vector<std::string> lines;

    template <class T>
    void operator()(const Result<T>& item) {
        lines.push_back(item ? std::string(to_string(T::id)) + ": " + to_string(*item) : to_string(item.error()));
    }
};

std::vector<std::string> visited(Header id, std::string_view value) {
    Reprinter printer;
    visit(id, value, printer);
    return printer.lines;
}

template <class T, bool is_list>
constexpr bool fits_table = T::id != Header::none && (!is_list || ListHeader<T>)&&Printable<T>;

// clang-format off
#define SIPMSG_HEADER(row, name, compact, lines, type, rfc) \
    static_assert(fits_table<type, std::string_view(#lines).starts_with("list")> && type::id == Header::row);
#include <sipmsg/headers.def>
// clang-format on

}  // namespace

TEST_CASE("a visitor gets each item of each header, typed, in the order of the message (RFC 3261 §7.3.1)") {
    const auto wire = crlf(
        "OPTIONS sip:carol@chicago.example SIP/2.0\n"
        "Via: SIP/2.0/UDP a.example;branch=z9hG4bK1, SIP/2.0/TCP b.example:5070;branch=z9hG4bK2\n"
        "Max-Forwards: 70\n"
        "X-Colour: red, \"green\n"
        "k: timer,\n path\n"
        "Supported:\n"
        "c: text/plain;charset=utf-8\n\n");
    const auto message = parse(wire);
    REQUIRE(message);
    Reprinter printer;
    visit_all(*message, printer);
    CHECK(printer.lines == std::vector<std::string>{"Via: SIP/2.0/UDP a.example;branch=z9hG4bK1",
                                                    "Via: SIP/2.0/TCP b.example:5070;branch=z9hG4bK2",
                                                    "Max-Forwards: 70", ": red, \"green", "Supported: timer",
                                                    "Supported: path", "Content-Type: text/plain;charset=utf-8"});
}

TEST_CASE("a broken item ends its list, and its offset counts from the start of the message") {
    const auto wire =
        crlf("OPTIONS sip:a.example SIP/2.0\nRoute: <sip:b.example>, <sip:c d>, <sip:e.example>\nTo: x\n\n");
    const auto message = parse(wire);
    REQUIRE(message);
    std::vector<ParseError> errors;
    int good = 0;
    visit_all(*message, [&](const auto& item) {
        if (item)
            ++good;
        else
            errors.push_back(item.error());
    });
    CHECK(good == 1);
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].header == Header::route);
    CHECK(errors[0].offset == wire.find("c d") + 1);
    CHECK(errors[1].header == Header::to);
    CHECK(errors[1].offset == wire.find("x\r\n") + 1);
}

TEST_CASE("a list has an end: what is beyond Limits::values is one error") {
    std::string list = "a";
    for (int i = 1; i < 200; ++i) list += ",a";
    const auto lines = visited(Header::supported, list);
    REQUIRE(lines.size() == Limits{}.values + 1);
    CHECK(lines.back() == "Supported, octet 256: too many, wanted fewer values");
}

TEST_CASE("a header that may stand once is read to its end, not to a comma") {
    CHECK(visited(Header::from, "<sip:a@b.example>;tag=1") ==
          std::vector<std::string>{"From: <sip:a@b.example>;tag=1"});
    CHECK(visited(Header::from, "<sip:a@b.example>, <sip:c@d.example>") ==
          std::vector<std::string>{"From, octet 17: expected a single value"});
}

TEST_CASE("an unknown header is given raw") {
    CHECK(visited(Header::other, "\xFF,,;") == std::vector<std::string>{": \xFF,,;"});
}
