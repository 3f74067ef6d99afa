// SPDX-License-Identifier: MIT
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

namespace {

const std::string invite =
    "INVITE sip:bob@example.com SIP/2.0\r\n"
    "v: SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bK1;rport, SIP/2.0/TCP host.example;branch=z9hG4bK2\r\n"
    "Via: SIP / 2.0 / TLS\r\n host2.example : 5061 ; branch = z9hG4bK3\r\n"
    "Route: <sip:p1.example;lr>,<sip:p2.example;lr>\r\n"
    "f: \"Alice, \\\"A\\\"\" <sip:alice@example.com>;tag=a1\r\n"
    "To: Bob <sip:bob@example.com>\r\n"
    "i: 12345@host\r\n"
    "CSeq: 0009 INVITE\r\n"
    "Max-Forwards: 70\r\n"
    "Contact: <sip:alice@192.0.2.1:5070;transport=tcp>;q=0.7;expires=60\r\n"
    "Supported: 100rel, timer\r\n"
    "k:\r\n"
    "Subject: first\r\n\tsecond\r\n"
    "c: application/sdp;charset=utf-8\r\n"
    "l: 4\r\n"
    "\r\n"
    "v=0\nxx";

}  // namespace

TEST_CASE("a request is read: start line, compact names, folds and lists (RFC 3261 §7)") {
    const auto message = parse(invite);
    REQUIRE(message);
    CHECK(message->is_request());
    CHECK(message->method() == Method::invite);
    CHECK(message->request_uri()->user() == "bob");
    CHECK(message->body() == "v=0\n");
    CHECK(message->excess() == 2);
    CHECK(message->fields().size() == 14);
    CHECK(!check_mandatory(*message));

    int n = 0;
    for (const auto& via : message->all<Via>()) {
        REQUIRE(via);
        ++n;
        CHECK(via->branch() == "z9hG4bK" + std::to_string(n));
    }
    CHECK(n == 3);
    const auto via = message->top<Via>();
    CHECK(via->transport() == "UDP");
    CHECK(via->host().text == "2001:db8::1");
    CHECK(via->host().kind == HostKind::ipv6);
    CHECK(via->port() == 5060);
    CHECK(via->has_rport());

    const auto from = message->top<From>();
    REQUIRE(from);
    CHECK(from->display_name() == "Alice, \"A\"");
    CHECK(from->uri().host().text == "example.com");
    CHECK(from->tag() == "a1");
    CHECK(message->top<To>()->display() == "Bob");
    CHECK(!message->top<To>()->tag());
    CHECK(message->top<CSeq>()->number == 9);
    CHECK(message->top<CSeq>()->method == Method::invite);
    CHECK(message->top<CallId>()->text == "12345@host");
    CHECK(message->top<MaxForwards>()->value == 70);
    const auto contact = message->top<Contact>();
    REQUIRE(contact);
    CHECK(contact->q() == 700);
    CHECK(contact->expires() == 60);
    CHECK(contact->uri().transport() == "tcp");
    CHECK(contact->uri().port() == 5070);
    CHECK(message->top<ContentType>()->is("Application", "SDP"));
    n = 0;
    for (const auto& tag : message->all<Supported>()) {
        CHECK(tag);
        ++n;
    }
    CHECK(n == 2);
    CHECK(message->top<Expires>().error().code == ParseErrc::missing);
    CHECK(message->raw("subject") == "first\r\n\tsecond");
}

TEST_CASE("a response is built from the request and read back (RFC 3261 §8.2.6)") {
    const auto request = parse(invite);
    REQUIRE(request);
    auto response = Message::response(*request, 180, "b1");
    CHECK(response.status() == 180);
    CHECK(response.reason() == "Ringing");
    CHECK(response.top<To>()->tag() == "b1");
    int vias = 0;
    for (const auto& via : response.all<Via>()) vias += via ? 1 : 0;
    CHECK(vias == 3);
    CHECK(!check_mandatory(response.view()));
}

TEST_CASE("edits keep what was not touched and re-parse the same") {
    auto message = *Message::parse(invite);
    message.push_via("SIP/2.0/UDP proxy.example;branch=z9hG4bK0");
    CHECK(message.top<Via>()->branch() == "z9hG4bK0");
    CHECK(message.decrement_max_forwards());
    CHECK(message.top<MaxForwards>()->value == 69);
    CHECK(message.pop_route());
    CHECK(message.top<Route>()->uri().host().text == "p2.example");
    CHECK(message.pop_route());
    CHECK(!message.pop_route());
    CHECK(message.pop_via());
    CHECK(message.replace_top_via("SIP/2.0/UDP x.example;branch=z9hG4bKx"));
    CHECK(message.top<Via>()->branch() == "z9hG4bKx");
    message.set_request_uri("sip:carol@example.net");
    message.set_body("text/plain", "hello");
    message.append("X-Extra", "1");
    const auto again = parse(message.octets());
    REQUIRE(again);
    CHECK(again->body() == "hello");
    CHECK(again->request_uri_text() == "sip:carol@example.net");
    CHECK(again->fields().size() == message.view().fields().size());
    CHECK_THROWS(message.append("X", "a\r\nb"));
}

TEST_CASE("two challenges in one line are two (RFC 9110 §11.6.1)") {
    const std::string text =
        "SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\n"
        "WWW-Authenticate: Digest realm=\"a, b\", nonce=\"1\", qop=\"auth,auth-int\", Digest "
        "realm=\"c\",nonce=\"2\",algorithm=SHA-256\r\n"
        "WWW-Authenticate: Bearer realm=\"d\"\r\nContent-Length: 0\r\n\r\n";
    const auto message = parse(text);
    REQUIRE(message);
    std::string realms;
    for (const auto& challenge : message->all<WwwAuthenticate>()) {
        REQUIRE(challenge);
        realms += *challenge->get("realm") + "|";
    }
    CHECK(realms == "a, b|c|d|");
}

TEST_CASE("a stream of messages is cut one octet at a time (RFC 3261 §18.3)") {
    StreamFramer framer;
    const auto once = invite.substr(0, invite.size() - 2);
    const std::string stream = once + "\r\n\r\n" + once;
    int messages = 0;
    int pings = 0;
    for (char octet : stream) {
        framer.feed({&octet, 1});
        const auto next = framer.next();
        CHECK(!std::holds_alternative<ParseError>(next));
        if (std::holds_alternative<MessageView>(next)) {
            ++messages;
            CHECK(std::get<MessageView>(next).octets() == once);
        }
        pings += std::holds_alternative<StreamFramer::Ping>(next) ? 1 : 0;
    }
    CHECK(messages == 2);
    CHECK(pings == 1);
    CHECK(framer.pending() == 0);
}

TEST_CASE("the machine and the short cut for plain lines read the same fields") {
    // White space in front of the colon sends a line through the machine (RFC 3261 §7.3.1).
    std::string slow;
    bool in_name = false;
    const auto head = invite.find("\r\n\r\n");
    for (std::size_t i = 0; i < invite.size(); ++i) {
        const bool line_begins = i > 1 && i < head && invite[i - 1] == '\n' && invite[i] != ' ' && invite[i] != '\t';
        in_name = in_name || line_begins;
        if (in_name && invite[i] == ':') {
            slow += " \t";
            in_name = false;
        }
        slow += invite[i];
    }
    const auto a = parse(invite);
    const auto b = parse(slow);
    REQUIRE(a);
    REQUIRE(b);
    REQUIRE(a->fields().size() == b->fields().size());
    for (std::size_t i = 0; i < a->fields().size(); ++i) {
        CHECK(a->name(a->fields()[i]) == b->name(b->fields()[i]));
        CHECK(a->value(a->fields()[i]) == b->value(b->fields()[i]));
        CHECK(a->fields()[i].id == b->fields()[i].id);
        CHECK(a->fields()[i].folded == b->fields()[i].folded);
    }
    CHECK(a->body() == b->body());
}

TEST_CASE("names longer than the short cut looks are names all the same") {
    for (std::size_t length = 1; length < 80; ++length) {
        const std::string name(length, 'Q');
        const auto octets = "A b:c SIP/2.0\r\n" + name + ":  v \r\nL" + name + ":w\r\n\r\n";
        const auto message = parse(octets);
        REQUIRE(message);
        CHECK(message->raw(name) == "v");
        CHECK(message->raw("l" + name) == "w");
        CHECK(!parse("A b:c SIP/2.0\r\n" + name + "@: v\r\n\r\n"));
    }
}
