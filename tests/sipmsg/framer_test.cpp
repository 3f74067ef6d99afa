// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <sipmsg/framer.hpp>

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace sipmsg;

namespace {

std::string message(int number, std::string_view body) {
    return crlf("MESSAGE sip:a@b.example SIP/2.0\nCall-ID: " + std::to_string(number) +
                "\nContent-Length: " + std::to_string(body.size()) + "\n\n") +
           std::string(body);
}

/// What a framer says, as words: messages by their octets, errors by their text.
struct Reader {
    StreamFramer framer;
    std::vector<std::string> messages;
    std::string error;
    int pings = 0;
    int pongs = 0;

    explicit Reader(const ParseOptions& options = {}) : framer(options) {}

    void read(std::string_view octets) {
        framer.feed(octets);
        while (true) {
            const auto next = framer.next();
            if (std::holds_alternative<StreamFramer::NeedMore>(next)) return;
            if (const auto* view = std::get_if<MessageView>(&next)) messages.emplace_back(view->octets());
            pings += std::holds_alternative<StreamFramer::Ping>(next) ? 1 : 0;
            pongs += std::holds_alternative<StreamFramer::Pong>(next) ? 1 : 0;
            if (const auto* fault = std::get_if<ParseError>(&next)) {
                error = to_string(*fault);
                return;
            }
        }
    }
};

}  // namespace

TEST_CASE("any split of a stream gives the same messages (RFC 3261 §18.3)") {
    const std::vector<std::string> expected = {message(1, "one"), message(2, ""), message(3, "\r\n\r\n\r\n"),
                                               message(4, std::string(200, 'x'))};
    const auto stream = expected[0] + "\r\n\r\n" + expected[1] + expected[2] + "\r\n" + expected[3];
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        Reader reader;
        reader.read(std::string_view(stream).substr(0, cut));
        reader.read(std::string_view(stream).substr(cut));
        CHECK(reader.messages == expected);
        CHECK(reader.error.empty());
        CHECK(reader.pings == 1);
        CHECK(reader.framer.pending() == 0);
    }
    Reader slow;
    for (char octet : stream) slow.read({&octet, 1});
    CHECK(slow.messages == expected);
    CHECK(slow.pings == 1);
    for (unsigned seed = 0; seed < 200; ++seed) {
        std::mt19937 random(seed);
        Reader reader;
        for (std::size_t at = 0; at < stream.size();) {
            const auto size = 1 + random() % 80;
            reader.read(std::string_view(stream).substr(at, size));
            at += size;
        }
        CHECK(reader.messages == expected);
    }
}

TEST_CASE("a double CRLF is a ping, a single one a pong (RFC 5626 §4.4.1)") {
    Reader reader;
    reader.read("\r\n");
    CHECK(reader.pongs == 1);
    Reader server;
    server.read("\r\n\r\n");
    CHECK(server.pings == 1);
    CHECK(server.pongs == 0);
    Reader slow;
    for (char octet : std::string("\r\n\r\n")) slow.read({&octet, 1});
    CHECK(slow.pings == 1);
    Reader after;
    after.read("\r\n" + message(1, "") + "\r\n");
    CHECK(after.pings == 0);
    CHECK(after.pongs == 2);
}

TEST_CASE("a broken stream stays broken (RFC 3261 §18.3)") {
    const std::string head = "MESSAGE sip:a@b.example SIP/2.0\r\n";
    for (const auto& bad :
         {head + "Call-ID: 1\r\n\r\n", head + "Content-Length: -1\r\n\r\n",
          head + "Content-Length: 1\r\nl: 2\r\n\r\nxx", head + "Content-Length: 99999999999999999999\r\n\r\n",
          head + "Content-Length: 4294967295\r\n\r\n", head + "Content-Length: 1048577\r\n\r\n",
          head + "Content-Length: 0x10\r\n\r\n", head + "Content-Length: 0, 0\r\n\r\n",
          std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), std::string("\r\rx"), std::string("\x16\x03\x01\x02"),
          head + "Content-Length: 0\r\nX: a\nb\r\n\r\n",
          std::string("MESSAGE sip:a@b.example SIP/3.0\r\nContent-Length: 0\r\n\r\n")}) {
        Reader reader;
        reader.read(bad);
        INFO(bad);
        CHECK(!reader.error.empty());
        reader.read(message(1, ""));
        CHECK(reader.messages.empty());
        CHECK(std::holds_alternative<ParseError>(reader.framer.next()));
        CHECK(reader.framer.pending() == 0);
        Reader slow;
        for (char octet : bad) slow.read({&octet, 1});
        CHECK(slow.error == reader.error);
    }
}

TEST_CASE("memory is bounded by the limits, not by what a header announces") {
    ParseOptions options;
    options.limits.head_octets = 1000;
    options.limits.body_octets = 100;
    Reader head(options);
    for (int i = 0; i < 2000 && head.error.empty(); ++i) head.read("x");
    CHECK(!head.error.empty());
    CHECK(head.framer.pending() == 0);
    Reader body(options);
    body.read("A b:c SIP/2.0\r\nContent-Length: 101\r\n\r\n");
    CHECK(!body.error.empty());
    Reader fits(options);
    fits.read("A b:c SIP/2.0\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'b'));
    CHECK(fits.messages.size() == 1);
    const std::string start = "A b:c SIP/2.0\r\nContent-Length: 0\r\nX: ";
    for (std::size_t size : {1000U, 1001U}) {
        Reader edge(options);
        edge.read(start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n");
        CHECK(edge.messages.size() == (size == 1000 ? 1 : 0));
        CHECK(edge.error.empty() == (size == 1000));
    }
}

TEST_CASE("lines that end with LF alone are an option (RFC 3261 §7)") {
    const std::string stream = "A b:c SIP/2.0\nContent-Length: 2\n\nhi\n\nA b:c SIP/2.0\r\nContent-Length: 0\r\n\r\n";
    ParseOptions options;
    options.lenient.bare_lf = true;
    Reader lenient(options);
    for (char octet : stream) lenient.read({&octet, 1});
    CHECK(lenient.messages.size() == 2);
    Reader strict;
    strict.read(stream);
    CHECK(strict.messages.empty());
    CHECK(!strict.error.empty());
}
