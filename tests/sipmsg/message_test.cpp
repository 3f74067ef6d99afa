// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace sipmsg;

namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

const std::string invite = crlf(R"(INVITE sip:bob@example.com SIP/2.0
v: SIP/2.0/UDP a.example;branch=z9hG4bK1;rport,
 SIP/2.0/TCP b.example;branch=z9hG4bK2
VIA  :SIP/2.0/TLS c.example;branch=z9hG4bK3
Route: <sip:p1.example;lr> , <sip:p2.example;lr>
Route:	<sip:p3.example;lr>
Max-Forwards: 70
From: Alice <sip:alice@example.com>;tag=a1
To: Bob
  <sip:bob@example.com>
Call-ID: 12345@host
CSeq: 1 INVITE
x-Odd:   spaced	value  
Supported:
Timestamp: 12
Record-Route: <sip:r1.example;lr>
Content-Type: text/plain
l: 5

hello)");

/// The index that edits keep is the one that parsing anew finds.
void check_index(const Message& message) {
    const auto fresh = parse(message.octets());
    REQUIRE(fresh);
    const auto& kept = message.view();
    CHECK(kept.octets() == message.octets());
    CHECK(kept.method_text() == fresh->method_text());
    CHECK(kept.request_uri_text() == fresh->request_uri_text());
    CHECK(kept.status() == fresh->status());
    CHECK(kept.body() == fresh->body());
    CHECK(kept.head_size() == fresh->head_size());
    REQUIRE(kept.fields().size() == fresh->fields().size());
    for (std::size_t i = 0; i < kept.fields().size(); ++i) {
        const auto& a = kept.fields()[i];
        const auto& b = fresh->fields()[i];
        CHECK(a.id == b.id);
        CHECK(a.folded == b.folded);
        CHECK(kept.name(a) == fresh->name(b));
        CHECK(kept.value(a) == fresh->value(b));
        CHECK(a.name_offset == b.name_offset);
        CHECK((a.value_offset == b.value_offset || b.value_length == 0));
    }
}

Message sample() {
    auto message = Message::parse(invite);
    REQUIRE(message);
    return *message;
}

}  // namespace

TEST_CASE("what is not touched goes out octet for octet") {
    auto message = sample();
    CHECK(message.octets() == invite);
    message.append("X-A", "1");
    CHECK(message.remove("x-a") == 1);
    CHECK(message.octets() == invite);
    message.push_via("SIP/2.0/UDP p.example;branch=z9hG4bK0");
    CHECK(message.octets().substr(message.octets().find("v: SIP")) == invite.substr(invite.find("v: SIP")));
    CHECK(message.pop_via());
    CHECK(message.octets() == invite);
}

TEST_CASE("a proxy's edits (RFC 3261 §16.6)") {
    auto message = sample();
    message.set_request_uri("sip:bob@[2001:db8::1]:5070;transport=tcp");
    CHECK(message.decrement_max_forwards());
    CHECK(message.pop_route());
    message.prepend(Header::record_route, "<sip:proxy.example;lr>");
    message.push_via("SIP/2.0/UDP proxy.example;branch=z9hG4bK0");
    check_index(message);
    CHECK(message.request_uri()->port() == 5070);
    CHECK(message.top<MaxForwards>()->value == 69);
    CHECK(message.top<Route>()->uri().host().text == "p2.example");
    CHECK(message.top<RecordRoute>()->uri().host().text == "proxy.example");
    CHECK(message.top<Via>()->branch() == "z9hG4bK0");
    CHECK(message.pop_route());
    CHECK(message.pop_route());
    CHECK(!message.has(Header::route));
    CHECK(!message.pop_route());
    check_index(message);
}

TEST_CASE("the topmost Via is replaced or dropped, the others of its line stay (RFC 3261 §16.7, §18.2.1)") {
    auto message = sample();
    CHECK(message.replace_top_via("SIP/2.0/UDP a.example;branch=z9hG4bK1;rport=1;received=192.0.2.1"));
    check_index(message);
    std::string branches;
    for (const auto& via : message.all<Via>()) branches += std::string(via->branch()) + " ";
    CHECK(branches == "z9hG4bK1 z9hG4bK2 z9hG4bK3 ");
    const Message received(sample().view(), "SIP/2.0/UDP a.example;branch=z9hG4bK1;rport=1;received=192.0.2.1");
    CHECK(received.octets() == message.octets());
    check_index(received);
    for (int i = 0; i < 3; ++i) CHECK(message.pop_via());
    CHECK(!message.pop_via());
    CHECK(!message.replace_top_via("SIP/2.0/UDP a.example"));
    CHECK(Message(message.view(), "SIP/2.0/UDP a.example").octets() == message.octets());
    check_index(message);
}

TEST_CASE("Max-Forwards counts down to zero and no further (RFC 3261 §16.6)") {
    auto message = sample();
    message.set(Header::max_forwards, "1");
    CHECK(message.decrement_max_forwards());
    CHECK(message.top<MaxForwards>()->value == 0);
    CHECK(!message.decrement_max_forwards());
    message.set(Header::max_forwards, "many");
    const auto before = message.octets();
    CHECK(!message.decrement_max_forwards());
    CHECK(message.octets() == before);
    message.remove(Header::max_forwards);
    CHECK(message.decrement_max_forwards());
    CHECK(message.top<MaxForwards>()->value == 70);
}

TEST_CASE("set replaces the first line and drops the others (RFC 3261 §7.3.1)") {
    auto message = sample();
    message.set("v", "SIP/2.0/UDP only.example;branch=z9hG4bK9");
    CHECK(message.view().count(Header::via) == 1);
    CHECK(message.raw(Header::via) == "SIP/2.0/UDP only.example;branch=z9hG4bK9");
    message.set("X-New", "  1  ");
    CHECK(message.raw("x-new") == "1");
    message.set("x-NEW", "");
    CHECK(message.raw("x-new") == "");
    message.set(Header::supported, "timer");
    message.set(Header::to, *message.raw(Header::from));
    CHECK(message.raw(Header::to) == message.raw(Header::from));
    check_index(message);
}

TEST_CASE("the body and its headers change together, lengths in octets (RFC 3261 §20.14)") {
    auto message = sample();
    message.set_body("text/plain;charset=utf-8", "gr\xC3\xBC\xC3\x9F");
    CHECK(message.top<ContentLength>()->value == 6);
    CHECK(message.body() == "gr\xC3\xBC\xC3\x9F");
    check_index(message);
    message.set_body("", "");
    CHECK(!message.has(Header::content_type));
    CHECK(message.top<ContentLength>()->value == 0);
    CHECK(message.body().empty());
    check_index(message);
    message.set_body("application/sdp", "v=0\r\n\r\n");
    CHECK(message.body() == "v=0\r\n\r\n");
    check_index(message);
    message.remove(Header::content_length);
    message.set_body("a/b", message.octets());
    check_index(message);
}

TEST_CASE(
    "a NUL in a quoted pair goes back in a response as it came, and is no part of what is edited (RFC 4475 §3.1.1.2)") {
    using namespace std::string_literals;
    const auto party = "\"BEL:\\\x07 NUL:\\\0 DEL:\\\x7F\" <sip:1_unusual@example.com>"s;
    const auto text =
        "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1;x=\"\\\0\"\r\nMax-Forwards: 70\r\nFrom: "s +
        party + ";tag=f\r\nTo: " + party + "\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
    const auto received = parse(text);
    REQUIRE(received);
    const auto response = Message::response(*received, 200, "t");
    CHECK(response.raw(Header::from) == party + ";tag=f");
    CHECK(response.raw(Header::to) == party + ";tag=t");
    check_index(response);

    CHECK(unfold("a\0b\r\n c"s) == "a b c");
    auto edited = response;
    edited.set(Header::to, unfold(*response.raw(Header::to)));
    CHECK(edited.top<To>());
}

TEST_CASE("CR, LF and NUL are refused before anything changes") {
    auto message = sample();
    const auto before = message.octets();
    for (const auto bad : {std::string_view("a\r\nEvil: 1"), std::string_view("a\rb"), std::string_view("a\nb"),
                           std::string_view("a\0b", 3)}) {
        CHECK_THROWS_AS(message.append("X", bad), std::invalid_argument);
        CHECK_THROWS_AS(message.prepend(Header::via, bad), std::invalid_argument);
        CHECK_THROWS_AS(message.set(Header::to, bad), std::invalid_argument);
        CHECK_THROWS_AS(message.set("X-None", bad), std::invalid_argument);
        CHECK_THROWS_AS(message.replace_top_via(bad), std::invalid_argument);
        CHECK_THROWS_AS(Message(message.view(), bad), std::invalid_argument);
        CHECK_THROWS_AS(message.set_request_uri(bad), std::invalid_argument);
        CHECK_THROWS_AS(message.set_body(bad, "x"), std::invalid_argument);
        CHECK_THROWS_AS(message.append(bad, "x"), std::invalid_argument);
        CHECK_THROWS_AS((void)Message::request("INVITE", bad), std::invalid_argument);
        CHECK_THROWS_AS((void)Message::request(bad, "sip:a@b.c"), std::invalid_argument);
        CHECK_THROWS_AS((void)Message::response(message.view(), 200, bad), std::invalid_argument);
        CHECK_THROWS_AS((void)Message::response(message.view(), 200, "t", bad), std::invalid_argument);
    }
    for (const auto* name : {"", "a b", "a:", "a;", "\xC3\xA4"})
        CHECK_THROWS_AS(message.append(name, "x"), std::invalid_argument);
    CHECK_THROWS_AS(message.set_request_uri("sip:a b"), std::invalid_argument);
    CHECK_THROWS_AS(message.set_request_uri(""), std::invalid_argument);
    CHECK_THROWS_AS(message.append(Header::other, "x"), std::invalid_argument);
    CHECK(message.octets() == before);
    check_index(message);
}

TEST_CASE("an octet that ends a line is found wherever it stands") {
    for (std::size_t size = 1; size < 40; ++size) {
        auto message = sample();
        message.append("X", std::string(size, '\x0B'));  // beside CR and LF, and like them in most bits
        for (std::size_t place = 0; place < size; ++place) {
            for (const char bad : {'\r', '\n', '\0'}) {
                std::string value(size, 'v');
                value[place] = bad;
                CHECK_THROWS_AS(message.append("X", value), std::invalid_argument);
            }
        }
    }
}

TEST_CASE("several lines are added at once in their order, all of them or none") {
    auto message = sample();
    const auto before = message.octets();
    CHECK_THROWS_AS(message.append(Lines{
                        {"Allow", "INVITE"},
                        {"X",     "a\nb"  }
    }),
                    std::invalid_argument);
    CHECK_THROWS_AS(message.append(Lines{
                        {"Allow",      "INVITE"},
                        {"not a name", "b"     }
    }),
                    std::invalid_argument);
    message.append(Lines{});
    CHECK(message.octets() == before);
    message.append(Lines{
        {"Allow",     " INVITE, ACK "},
        {"x-odd",     "2"            },
        {"Supported", ""             }
    });
    check_index(message);
    CHECK(
        message.octets().ends_with("Content-Type: text/plain\r\nAllow: INVITE, ACK\r\nx-odd: 2\r\nSupported: \r\n"
                                   "l: 5\r\n\r\nhello"));
    CHECK(message.raw(Header::allow) == "INVITE, ACK");
}

TEST_CASE("lines that are written once are added as the same lines one by one are") {
    const Lines list{
        {"Allow",   " INVITE, ACK "},
        {"x-odd",   "2"            },
        {"Call-ID", "other"        }
    };
    const HeaderLines lines(list);
    CHECK(lines.text() == "Allow: INVITE, ACK\r\nx-odd: 2\r\nCall-ID: other\r\n");
    REQUIRE(lines.fields().size() == 3);
    CHECK(lines.name(lines.fields()[1]) == "x-odd");
    CHECK(lines.value(lines.fields()[0]) == "INVITE, ACK");
    auto message = sample(), other = sample();
    message.append(HeaderLines{});
    CHECK(message.octets() == other.octets());
    for (int twice = 0; twice < 2; ++twice) message.append(lines);
    for (int twice = 0; twice < 2; ++twice) other.append(list);
    CHECK(message.octets() == other.octets());
    check_index(message);
    for (const auto& bad : {Lines{{"X", "a\nb"}}, Lines{{"not a name", "b"}}, Lines{{"", "b"}}})
        CHECK_THROWS_AS(HeaderLines{bad}, std::invalid_argument);
}

TEST_CASE("a new request has a start line and Content-Length (RFC 3261 §8.1.1)") {
    const auto message = Message::request("OPTIONS", "sip:carol@chicago.com");
    CHECK(message.octets() == "OPTIONS sip:carol@chicago.com SIP/2.0\r\nContent-Length: 0\r\n\r\n");
    CHECK(message.method() == Method::options);
}

TEST_CASE("a response copies what RFC 3261 §8.2.6 says") {
    const auto request = sample();
    const auto trying = Message::response(request.view(), 100, "tag");
    CHECK(!trying.top<To>()->tag());
    CHECK(trying.raw("Timestamp") == "12");
    CHECK(!trying.has(Header::record_route));
    const auto ringing = Message::response(request.view(), 180, "tag");
    CHECK(ringing.top<To>()->tag() == "tag");
    CHECK(ringing.raw(Header::to) == "Bob <sip:bob@example.com>;tag=tag");
    CHECK(!ringing.has(Header::timestamp));
    CHECK(ringing.has(Header::record_route));
    CHECK(ringing.view().count(Header::via) == 2);
    CHECK(ringing.raw(Header::call_id) == "12345@host");
    CHECK(ringing.raw(Header::cseq) == "1 INVITE");
    CHECK(ringing.top<ContentLength>()->value == 0);
    check_index(ringing);
    const auto busy = Message::response(request.view(), 486, "t", "Gone \"fishing\"");
    CHECK(busy.reason() == "Gone \"fishing\"");
    CHECK(!busy.has(Header::record_route));
    const auto in_dialog = Message::response(Message::response(request.view(), 200, "first").view(), 200, "second");
    CHECK(in_dialog.top<To>()->tag() == "first");
    CHECK_THROWS_AS((void)Message::response(request.view(), 99), std::invalid_argument);
    CHECK_THROWS_AS((void)Message::response(request.view(), 700), std::invalid_argument);
}

TEST_CASE("a response has each of its headers once, however often a request repeats them (RFC 3261 §8.2.6.2)") {
    for (const int times : {1, 2, 5, 50, 400}) {
        CAPTURE(times);
        std::string text = "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n";
        for (int i = 0; i < times; ++i) text += "To: <sip:b@b>\r\n";
        for (int i = 0; i < std::min(times, 20); ++i)
            text += "f: <sip:c@d>;tag=1\r\nt: <sip:b@b>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n";
        text += "\r\n";
        const auto request = sipmsg::parse(text);
        REQUIRE(request);
        const auto response = Message::response(*request, 400, "0123456789abcdef");
        CHECK(response.octets() ==
              "SIP/2.0 400 Bad Request\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
              "To: <sip:b@b>;tag=0123456789abcdef\r\nFrom: <sip:c@d>;tag=1\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n"
              "Content-Length: 0\r\n\r\n");
        CHECK_FALSE(sipmsg::check_mandatory(response.view()));
    }
}

TEST_CASE("a response is built from what is left of a broken request") {
    const auto broken = crlf(
        "INVITE sip:a@b.c SIP/2.0\nVia: SIP/2.0/UDP x.example;branch=z9hG4bK1\nFrom: <sip:a@b.c>;tag=1\nTo: "
        "<<<\nCall-ID: 1\n"
        "CSeq: 1 INVITE\nContent-Length: -1\nBroken\n\n");
    CHECK(!parse(broken));
    const auto rest = salvage(broken);
    REQUIRE(rest);
    CHECK(rest->fields().size() == 6);
    const auto response = Message::response(*rest, 400, "t");
    CHECK(response.raw(Header::to) == "<<<");
    CHECK(response.top<CSeq>()->number == 1);
    check_index(response);
    for (const auto* text : {"", "x", "INVITE", "INVITE sip:a@b.c", "GET / HTTP/1.1\r\n\r\n", "\r\n\r\n"})
        CHECK(!salvage(text));
    for (std::size_t n = 0; n <= invite.size(); ++n) {
        const auto part = salvage(std::string_view(invite).substr(0, n));
        if (part) CHECK(part->fields().size() <= 16);
    }
}

TEST_CASE("copies are deep and moves leave nothing behind") {
    auto message = sample();
    const Message copy = message;
    message.remove(Header::via);
    CHECK(copy.octets() == invite);
    check_index(copy);
    const Message moved = std::move(message);
    check_index(moved);
    CHECK(message.octets().empty());
    CHECK(message.view().fields().empty());
    message = copy;
    check_index(message);
    message = *&message;
    check_index(message);
    const auto short_one = Message::request("A", "b:c");
    auto target = Message::request("D", "e:f");
    target = Message(short_one);
    check_index(target);
    const Message from_view(copy.view());
    CHECK(from_view.octets() == invite);
}

TEST_CASE("excess octets are not part of an owned message (RFC 3261 §18.3)") {
    const auto message = Message::parse(invite + "more");
    REQUIRE(message);
    CHECK(message->octets() == invite);
    CHECK(message->view().excess() == 0);
    const auto datagram = invite + "more";
    CHECK(Message(*parse(datagram)).octets() == invite);
}

TEST_CASE("more header lines than fit inside the view are edited the same way") {
    auto message = sample();
    for (int i = 0; i < 60; ++i) {
        message.prepend("X-" + std::to_string(i % 7), std::to_string(i));
        message.append("Y-" + std::to_string(i), "v");
    }
    check_index(message);
    CHECK(message.remove("x-3") == 9);
    check_index(message);
    for (int i = 0; i < 60; ++i) CHECK(message.remove("y-" + std::to_string(i)) == 1);
    check_index(message);
    const Message copy = message;
    check_index(copy);
}

TEST_CASE("edits in any order leave the index of a fresh parse") {
    const std::vector<std::string> names = {"Via",       "v",       "Route",        "X-Odd", "Max-Forwards",
                                            "Supported", "Subject", "Content-Type", "To"};
    const std::vector<std::string> values = {
        "", "1", "<sip:x.example;lr>", "SIP/2.0/UDP d.example;branch=z9hG4bK4", "  a b  ", std::string(300, 'q')};
    for (unsigned seed = 0; seed < 150; ++seed) {
        std::mt19937 random(seed);
        auto pick = [&](const auto& list) -> const std::string& { return list[random() % list.size()]; };
        auto message = sample();
        for (int step = 0; step < 25; ++step) {
            switch (random() % 12) {
                case 0: message.append(pick(names), pick(values)); break;
                case 1: message.prepend(pick(names), pick(values)); break;
                case 2: message.set(pick(names), pick(values)); break;
                case 3: message.remove(pick(names)); break;
                case 4: message.pop_via(); break;
                case 5: message.replace_top_via(pick(values)); break;
                case 6: message.pop_route(); break;
                case 7: message.set_request_uri("sip:" + std::string(1 + random() % 50, 'u') + "@h.example"); break;
                case 8: message.decrement_max_forwards(); break;
                case 9: message.set_body("a/b", pick(values)); break;
                case 10:
                    message.append(Lines{
                        {pick(names), pick(values)},
                        {pick(names), pick(values)}
                    });
                    break;
                default: message.push_via("SIP/2.0/WSS e.invalid;branch=z9hG4bK5"); break;
            }
        }
        check_index(message);
    }
}
