// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <sipmsg/framer.hpp>

#include <doctest/doctest.h>

#include <algorithm>
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
    std::vector<std::string> items;
    std::vector<std::string> messages;
    std::string error;
    int pings = 0;
    int pongs = 0;

    explicit Reader(const ParseOptions& options = {}, OnDamage on_damage = OnDamage::close)
        : framer(options, on_damage) {}

    void read(std::string_view octets) {
        framer.feed(octets);
        while (take()) {
        }
    }
    /// False when there is nothing more to take.
    bool take() {
        const auto next = framer.next();
        if (std::holds_alternative<StreamFramer::NeedMore>(next)) return false;
        if (const auto* view = std::get_if<MessageView>(&next)) {
            messages.emplace_back(view->octets());
            items.emplace_back(view->octets());
        } else if (const auto* skipped = std::get_if<StreamFramer::Skipped>(&next)) {
            items.emplace_back("skipped " + std::to_string(skipped->octets));
        } else if (const auto* fault = std::get_if<ParseError>(&next)) {
            error = to_string(*fault);
            items.emplace_back(error + " / " + std::string(framer.damaged()));
            return !framer.broken();
        } else {
            const bool ping = std::holds_alternative<StreamFramer::Ping>(next);
            pings += ping ? 1 : 0;
            pongs += ping ? 0 : 1;
            items.emplace_back(ping ? "ping" : "pong");
        }
        return true;
    }
};

/// The items of a stream, after checking that whole, cut anywhere and octet by octet they are the same.
std::vector<std::string> items_of(std::string_view stream, OnDamage on_damage, const ParseOptions& options = {}) {
    Reader whole(options, on_damage);
    whole.read(stream);
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        Reader reader(options, on_damage);
        reader.read(stream.substr(0, cut));
        if (!reader.framer.broken()) reader.read(stream.substr(cut));
        CHECK(reader.items == whole.items);
    }
    Reader slow(options, on_damage);
    for (char octet : stream)
        if (!slow.framer.broken()) slow.read({&octet, 1});
    CHECK(slow.items == whole.items);
    return whole.items;
}

using Words = std::vector<std::string>;

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
        CHECK(reader.pongs == 2);
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

TEST_CASE("a CRLF is a pong, a second one makes it a ping, however they are cut (RFC 5626 §4.4.1)") {
    CHECK(items_of("\r\n", OnDamage::close) == Words{"pong"});
    CHECK(items_of("\r\n\r\n", OnDamage::close) == Words{"pong", "ping"});
    CHECK(items_of("\r\n\r\n\r\n", OnDamage::close) == Words{"pong", "ping", "pong"});
    CHECK(items_of("\r\n\r\n\r\n\r\n", OnDamage::close) == Words{"pong", "ping", "pong", "ping"});
    const auto between = message(1, "");
    CHECK(items_of("\r\n" + between + "\r\n", OnDamage::close) == Words{"pong", between, "pong"});
}

TEST_CASE("who sends pings takes the pongs: the answers to two in a row are no ping (RFC 5626 §4.4.1)") {
    Reader reader;
    for (int i = 0; i < 3; ++i) {
        reader.read("\r\n");
        reader.framer.take_pong();
    }
    CHECK(reader.items == Words{"pong", "pong", "pong"});
    reader.read("\r\n\r\n");
    CHECK(reader.items == Words{"pong", "pong", "pong", "pong", "ping"});
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
        CHECK(reader.framer.broken());
        CHECK(reader.framer.reserved() == 0);
        CHECK(items_of(bad, OnDamage::close).size() == 1);
    }
}

TEST_CASE("a damaged message is shown for an answer, until the next call (RFC 3261 §21.4.1)") {
    const std::string bad = "MESSAGE sip:a@b.example SIP/2.0\r\nCall-ID: 7\r\nX y\r\nContent-Length: 0\r\n\r\n";
    StreamFramer framer;
    framer.feed(bad + message(1, ""));
    CHECK(std::holds_alternative<ParseError>(framer.next()));
    CHECK(framer.damaged() == bad);
    CHECK(salvage(framer.damaged())->raw(Header::call_id) == "7");
    CHECK(std::holds_alternative<ParseError>(framer.next()));
    CHECK(framer.damaged().empty());
}

TEST_CASE("a damaged message is dropped when its end is certain, and the stream goes on") {
    const auto good = message(1, "one");
    const std::string start = "MESSAGE sip:a@b.example SIP/2.0\r\n";
    const std::string body = "MESSAGE sip:a@b.example SIP/2.0\r\nl: 0\r\n\r\n";  // would be a message of its own
    for (const auto& head : {start + "X y: 1\r\nContent-Length: 41\r\n\r\n", start + "l : 41\r\n: empty\r\n\r\n",
                             std::string("MESSAGE sip:a@b.example SIP/7.0\r\nl: 41\r\n\r\n"),
                             std::string("MESSAGE sip: a\r\nl:\t41 \r\nl:41\r\n\r\n"),
                             start + std::string("no colon\r\n folded\r\nl: 0041\r\n\r\n")}) {
        INFO(head);
        REQUIRE(body.size() == 41);
        const auto items = items_of(good + head + body + good, OnDamage::skip);
        REQUIRE(items.size() == 4);
        CHECK(items[0] == good);
        CHECK(items[1].ends_with(" / " + head));
        CHECK(items[2] == "skipped " + std::to_string(head.size() + 41));
        CHECK(items[3] == good);
        CHECK(items_of(good + head + body + good, OnDamage::resynchronise) == items);
    }
}

TEST_CASE("where the damaged message ends is not guessed: the stream is over (RFC 3261 §18.3)") {
    const auto good = message(1, "one");
    const std::string start = "MESSAGE sip:a@b.example SIP/2.0\r\n";
    for (const auto& bad :
         {start + "Call-ID: 1\r\n\r\n", start + "l: -1\r\n\r\n", start + "l: 1\r\nl: 2\r\n\r\nxx",
          start + "X y: 1\r\nl: 1\r\n 0\r\n\r\n", start + "l: 4294967299\r\n\r\n", start + "l: 1048577\r\n\r\n",
          start + "X: a\nl: 7\r\nl: 0\r\n\r\n", start + "X: a\rl: 7\r\nl: 0\r\n\r\n", start + "l\x0b: 0\r\n\r\n",
          std::string("\x16\x03\x01"), std::string("\rx")}) {
        INFO(bad);
        CHECK(items_of(bad + good, OnDamage::skip).size() == 1);
        CHECK(items_of(bad + good, OnDamage::close).size() == 1);
    }
}

TEST_CASE("on request a framer looks for the next start line, whatever was wrong") {
    const auto good = message(1, "one");
    const std::string start = "MESSAGE sip:a@b.example SIP/2.0\r\n";
    const std::string answer = "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n";
    for (const auto& bad :
         {std::string("\x16\x03\x01\r\n"), std::string("garbage\r\n"), std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
          std::string("\rx\r\n\r\n"), std::string("Via : SIP/2.0\r\n\r\n"), start + "Call-ID: 1\r\n\r\nlost body\r\n",
          start + "l: -1\r\n\r\n", start + "l: 1\r\nl: 2\r\n\r\nxx\r\n", start + "X: a\nb\r\n\r\n",
          start + "X y: 1\r\nl: 9\r\n 9\r\n\r\nshort\r\n", std::string(70'000, 'x') + "\r\n"}) {
        INFO(bad.substr(0, 100));
        for (const auto& next : {good, answer}) {
            Reader reader({}, OnDamage::resynchronise);
            reader.read(bad + next + good);
            REQUIRE(reader.items.size() == 4);
            CHECK(reader.items[1] == "skipped " + std::to_string(bad.size()));
            CHECK(reader.messages == Words{next, good});
            if (bad.size() < 1000) CHECK(items_of(bad + next + good, OnDamage::resynchronise) == reader.items);
        }
    }
    const auto none = items_of("\x01 SIP/2.0\r\nMESSAGE sip:a@b SIP/2.0\n\r\nSIP/2.0 99 X\r\nA : SIP/2.0\r\n",
                               OnDamage::resynchronise);
    CHECK(none.size() == 1);
}

TEST_CASE("what a framer drops in search of a start line is bounded, and so is what it keeps") {
    ParseOptions options;
    options.limits.head_octets = 1000;
    options.limits.skipped_octets = 50'000;
    for (const std::string noise : {"x", "x\r\n", "\r", "\n"}) {
        Reader reader(options, OnDamage::resynchronise);
        reader.read("\x01");
        std::size_t fed = 1;
        for (; !reader.framer.broken() && fed < 200'000; fed += noise.size()) {
            reader.read(noise);
            CHECK(reader.framer.pending() <= 1000);
            CHECK(reader.framer.reserved() <= 4096);
        }
        CHECK(reader.framer.broken());
        CHECK(fed > 50'000);
        CHECK(fed <= 51'002);
    }
    Reader certain(options, OnDamage::skip);
    certain.read("A b:c SIP/2.0\r\nX y\r\nl: 49998\r\n\r\n");
    CHECK(certain.framer.broken());
}

TEST_CASE("a message on a stream without Content-Length is an error, or on request has no body (RFC 3261 §20.14)") {
    const std::string stream = "A b:c SIP/2.0\r\nX: 1\r\n\r\n";
    CHECK(items_of(stream, OnDamage::close) == Words{"Content-Length, octet " + std::to_string(stream.size()) +
                                                     ": missing, wanted Content-Length / " + stream});
    ParseOptions options;
    options.lenient.missing_content_length = true;
    CHECK(items_of(stream + stream, OnDamage::close, options) == Words{stream, stream});
}

TEST_CASE("octets read straight into the framer frame as those that are fed") {
    const auto good = message(1, std::string(3000, 'b'));
    StreamFramer framer;
    std::size_t messages = 0;
    std::string stream;
    for (int i = 0; i < 40; ++i) stream += good;
    for (std::size_t at = 0, step = 1; at < stream.size(); step = step % 7'919 + 13) {
        const auto room = framer.prepare(step);
        REQUIRE(room.size() >= step);
        const auto octets = stream.substr(at, step);
        std::copy(octets.begin(), octets.end(), room.begin());
        framer.commit(octets.size());
        at += octets.size();
        for (auto next = framer.next(); !std::holds_alternative<StreamFramer::NeedMore>(next); next = framer.next()) {
            const auto* view = std::get_if<MessageView>(&next);
            REQUIRE(view != nullptr);
            CHECK(view->octets() == good);
            const char* end = view->octets().data() + view->octets().size();
            const std::string_view behind(end, PaddedBuffer::padding);  // readable: the address sanitizer watches
            CHECK(std::count(behind.begin(), behind.end(), '\x7f') == 0);
            ++messages;
        }
    }
    CHECK(messages == 40);
    CHECK(framer.pending() == 0);
    CHECK(framer.reserved() <= Limits{}.idle_octets);
    framer.commit(1'000'000);
    CHECK(framer.pending() == framer.reserved());
}

TEST_CASE("a padded buffer moves each octet a bounded number of times") {
    PaddedBuffer buffer;
    std::size_t moves = 0;
    const char* at = nullptr;
    for (std::size_t i = 0; i < 100'000; ++i) {
        buffer.append("x");
        if (buffer.view().data() != at) moves += buffer.size();
        if (i % 3 == 0) buffer.consume(1);
        at = buffer.view().data();
    }
    CHECK(buffer.size() == 66'666);
    CHECK(moves < 400'000);
    buffer.consume(70'000);
    buffer.release(1'000'000);
    CHECK(buffer.capacity() > 0);
    buffer.release(0);
    CHECK(buffer.capacity() == 0);
    buffer.append("ab");
    PaddedBuffer other(std::move(buffer));
    CHECK(other.view() == "ab");
    CHECK(buffer.view().empty());  // NOLINT(bugprone-use-after-move): a moved-from buffer is an empty one
    buffer.append("c");
    CHECK(buffer.view() == "c");
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
