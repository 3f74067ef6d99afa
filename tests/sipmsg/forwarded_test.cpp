// SPDX-License-Identifier: MIT
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace sipmsg;

const std::string received =
    "INVITE sip:bob@biloxi.example SIP/2.0\r\n"
    "Via: SIP/2.0/UDP a.example;branch=z9hG4bK1 , SIP/2.0/TCP b.example;branch=z9hG4bK2\r\n"
    "v: SIP/2.0/UDP c.example;branch=z9hG4bK3\r\n"
    "Route: <sip:one.example;lr>,\r\n <sip:two.example;lr>\r\n"
    "Route: \"a, b\" <sip:three.example;lr>\r\n"
    "Max-Forwards:  10 \r\n"
    "From: <sip:alice@atlanta.example>;tag=1\r\n"
    "To: <sip:bob@biloxi.example>\r\n"
    "Call-ID: 1@atlanta.example\r\n"
    "CSeq: 1 INVITE\r\n"
    "Content-Length: 4\r\n"
    "\r\n"
    "body";

std::string written(const ForwardedMessage& message) {
    std::string out = "before";
    message.append_to(out);
    CHECK(out.size() == message.size() + 6);
    return out.substr(6);
}

std::string gathered(const ForwardedMessage& message) {
    std::array<std::string_view, ForwardedMessage::max_pieces> pieces;
    std::string out;
    for (auto piece : std::span(pieces).first(message.gather(pieces))) out += piece;
    return out;
}

}  // namespace

TEST_CASE("a forwarded message without edits is what was received, octet for octet") {
    const auto view = parse(received);
    REQUIRE(view);
    const ForwardedMessage forwarded(*view);
    CHECK(written(forwarded) == received);
    CHECK(gathered(forwarded) == received);
}

TEST_CASE("a proxy's edits touch nothing else (RFC 3261 §16.6)") {
    const auto view = parse(received);
    ForwardedMessage forwarded(*view);
    CHECK(forwarded.decrement_max_forwards());
    CHECK_FALSE(forwarded.decrement_max_forwards());
    CHECK(forwarded.pop_route());
    forwarded.push_via("SIP/2.0/UDP proxy.example;branch=z9hG4bK9");
    forwarded.push_record_route("<sip:proxy.example;lr>");
    forwarded.set_request_uri("sip:bob@192.0.2.4");
    const auto out = written(forwarded);
    CHECK(out == gathered(forwarded));
    CHECK(
        out.starts_with("INVITE sip:bob@192.0.2.4 SIP/2.0\r\nRecord-Route: <sip:proxy.example;lr>\r\n"
                        "Via: SIP/2.0/UDP proxy.example;branch=z9hG4bK9\r\nVia: SIP/2.0/UDP a.example"));
    CHECK(out.find("\r\nRoute: <sip:two.example;lr>\r\n") != std::string::npos);
    CHECK(out.find("\r\nMax-Forwards:  9 \r\n") != std::string::npos);
    CHECK(out.ends_with(received.substr(received.find("From:"))));
}

TEST_CASE("values are popped one by one through lists and lines (RFC 3261 §7.3.1)") {
    const auto view = parse(received);
    ForwardedMessage forwarded(*view);
    std::vector<std::size_t> vias;
    for (int i = 0; i < 3; ++i) {
        CHECK(forwarded.pop_via());
        const auto out = written(forwarded);
        const auto now = parse(out);
        REQUIRE(now);
        std::size_t count = 0;
        for (const auto& via : now->all<Via>()) count += via ? 1 : 0;
        vias.push_back(count);
    }
    CHECK(vias == std::vector<std::size_t>{2, 1, 0});
    CHECK_FALSE(forwarded.pop_via());
    for (int i = 0; i < 3; ++i) CHECK(forwarded.pop_route());
    CHECK_FALSE(forwarded.pop_route());
    CHECK(written(forwarded).find("oute") == std::string::npos);
}

TEST_CASE("any order of edits writes the same message, which is the one that Message makes") {
    using Edit = std::function<void(ForwardedMessage&)>;
    std::vector<std::pair<int, Edit>> edits = {
        {0, [](auto& m) { m.push_via("SIP/2.0/UDP p.example;branch=z9hG4bKp"); }},
        {1, [](auto& m) { CHECK(m.pop_route()); }                               },
        {2, [](auto& m) { CHECK(m.decrement_max_forwards()); }                  },
        {3, [](auto& m) { m.set_request_uri("sip:carol@chicago.example"); }     },
        {4, [](auto& m) { m.append(Header::subject, "hello"); }                 },
        {5, [](auto& m) { CHECK(m.pop_via()); }                                 },
    };
    // Content-Length not last: Message appends in front of it, ForwardedMessage behind.
    std::string early_length = received;
    const std::string cseq = "CSeq: 1 INVITE\r\n", length = "Content-Length: 4\r\n";
    early_length.replace(early_length.find(cseq), cseq.size() + length.size(), length + cseq);
    auto expected = Message::parse(early_length);
    REQUIRE(expected);
    CHECK(expected->pop_via());
    expected->push_via("SIP/2.0/UDP p.example;branch=z9hG4bKp");
    CHECK(expected->pop_route());
    expected->set_request_uri("sip:carol@chicago.example");
    expected->append(Header::subject, "hello");
    const auto view = parse(early_length);
    int orders = 0;
    do {
        ForwardedMessage forwarded(*view);
        for (const auto& edit : edits) edit.second(forwarded);
        auto out = written(forwarded);
        const auto hops = out.find("Max-Forwards:  9 ");
        REQUIRE(hops != std::string::npos);
        out.replace(hops, 17, "Max-Forwards:  10 ");
        CHECK(out == expected->octets());
        ++orders;
    } while (std::ranges::next_permutation(edits, {}, [](const auto& edit) { return edit.first; }).found);
    CHECK(orders == 720);
}

TEST_CASE("what would break a forwarded message is refused, and too many edits are") {
    const auto view = parse(received);
    ForwardedMessage forwarded(*view);
    CHECK_THROWS_AS(forwarded.push_via("a\r\nEvil: 1"), std::invalid_argument);
    CHECK_THROWS_AS(forwarded.append(Header::subject, std::string_view("a\0b", 3)), std::invalid_argument);
    CHECK_THROWS_AS(forwarded.append(Header::subject, "a long value that ends in a line feed\n"),
                    std::invalid_argument);
    CHECK_THROWS_AS(forwarded.set_request_uri("sip:a b"), std::invalid_argument);
    CHECK(written(forwarded) == received);
    for (std::size_t i = 0; i < ForwardedMessage::max_edits; ++i) forwarded.append(Header::subject, "x");
    CHECK_THROWS_AS(forwarded.append(Header::subject, "x"), std::length_error);
    CHECK(gathered(forwarded) == written(forwarded));
}

TEST_CASE("Max-Forwards 0 stays, and an absent one becomes 70 (RFC 3261 §16.6)") {
    const auto zero = parse("OPTIONS sip:a@b.example SIP/2.0\r\nMax-Forwards: 0\r\n\r\n");
    ForwardedMessage spent(*zero);
    CHECK_FALSE(spent.decrement_max_forwards());
    const auto none = parse("OPTIONS sip:a@b.example SIP/2.0\r\n\r\n");
    ForwardedMessage fresh(*none);
    CHECK(fresh.decrement_max_forwards());
    CHECK(written(fresh) == "OPTIONS sip:a@b.example SIP/2.0\r\nMax-Forwards: 70\r\n\r\n");
}
