// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <sipmsg/message_view.hpp>
#include <sipmsg/validate.hpp>

#include <doctest/doctest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

using namespace sipmsg;

namespace {

/// Words that a failed check prints.
struct Words : std::vector<std::string> {
    using vector::vector;
    friend std::ostream& operator<<(std::ostream& out, const Words& words) {
        for (const auto& word : words) out << "[" << word << "] ";
        return out;
    }
};

/// A message that is sound but for `lines`; CSeq and the rest as the start line wants them.
std::string message(std::string_view start_line, std::string_view method, std::string_view lines,
                    std::string_view body = {}) {
    std::string text(start_line);
    text +=
        "\nVia: SIP/2.0/TCP pc.example.net;branch=z9hG4bKv1\nMax-Forwards: 9\n"
        "From: <sip:ada@example.net>;tag=f1\nTo: <sip:ben@example.org>;tag=t1\nCall-ID: valid@example.net\nCSeq: 5 ";
    text.append(method).append("\n").append(lines).append("\n");
    text = crlf(text) + std::string(body);
    if (start_line.starts_with("SIP")) text.replace(text.find("Max-Forwards: 9\r\n"), 17, "");
    return text;
}

std::string request(std::string_view method, std::string_view lines, std::string_view body = {}) {
    return message(std::string(method) + " sip:ben@example.org SIP/2.0", method, lines, body);
}

std::string response(int status, std::string_view method, std::string_view lines) {
    return message("SIP/2.0 " + std::to_string(status) + " Text", method, lines);
}

/// Each fault as "status layer: header, what, where it is: the text there".
Words faults_in(const std::string& octets, const ValidateOptions& options = {}) {
    constexpr std::string_view layers[] = {"parser", "proxy", "uas", "uac"};
    Words words;
    for (const auto& fault : validate(octets, options)) {
        const auto& error = fault.error;
        REQUIRE(error.offset <= octets.size());
        auto word = std::to_string(fault.status) + " ";
        word.append(layers[static_cast<std::size_t>(fault.layer)]).append(": ").append(to_string(error.header));
        word.append(" ").append(to_string(error.code));
        if (error.code != ParseErrc::missing) word.append(" at ").append(octets.substr(error.offset, 5));
        words.push_back(word);
    }
    return words;
}

constexpr std::string_view contact = "Contact: <sip:ada@pc.example.net>\n";

/// `octets` with the line that begins like `name` replaced.
std::string with(std::string octets, std::string_view name, std::string_view line) {
    const auto begin = octets.find(std::string("\r\n").append(name).append(":")) + 2;
    octets.replace(begin, octets.find("\r\n", begin) + 2 - begin, line);
    return octets;
}

}  // namespace

TEST_CASE("a sound message has no faults") {
    CHECK(faults_in(request("INVITE", contact)).empty());
    CHECK(faults_in(request("INVITE", std::string(contact) + "Content-Type: application/sdp\n", "v=0\r\n")).empty());
    CHECK(faults_in(request("ACK", "")).empty());
    CHECK(faults_in(request("OPTIONS", "Accept: application/sdp\nSupported: timer\n")).empty());
    CHECK(faults_in(request("REGISTER", "Contact: *\nExpires: 0\n")).empty());
    CHECK(faults_in(request("SUBSCRIBE", std::string(contact) + "Event: presence\nExpires: 60\n")).empty());
    CHECK(faults_in(request("PRACK", "RAck: 1 5 INVITE\n")).empty());
    CHECK(faults_in(request("FROBNICATE", "X-Any: thing\nEvent: x\n")).empty());
    CHECK(faults_in(response(200, "INVITE", contact)).empty());
    CHECK(faults_in(response(180, "INVITE", "Alert-Info: <http://a.example/ring>\n")).empty());
    CHECK(faults_in(response(100, "REGISTER", "")).empty());
}

TEST_CASE("everything wrong is told at once, in the order in which it is met") {
    auto octets = request("INVITE",
                          "Contact: <sip:a@b.example>, <sip:c@d.example>\nRoute: sip:no.brackets.example\n"
                          "Date: yesterday\nProxy-Require: warp\nRequire: drive\nExpires: 7\nExpires: 8\n");
    octets = with(octets, "CSeq", "CSeq: 5 BYE\r\n");
    octets = with(octets, "Call-ID", "");
    octets = with(octets, "Max-Forwards", "Max-Forwards: 0\r\n");
    octets = with(octets, "From", "From: \"open <sip:a@b.example>\r\n");
    octets.replace(octets.find(" sip:ben"), 8, " news:ben");
    const std::string_view none[] = {"sip"};
    ValidateOptions options;
    options.abilities.schemes = none;
    options.abilities.methods = std::span<const std::string_view>{};
    options.abilities.extensions = std::span<const std::string_view>{};
    CHECK(faults_in(octets, options) ==
          Words{"400 parser: Call-ID missing", "400 parser: From syntax at \r\nTo:", "400 parser: CSeq syntax at 5 BYE",
                "400 proxy: Route syntax at sip:n",
                "416 proxy:  unsupported at news:", "483 proxy: Max-Forwards out of range at 0\r\nFr",
                "420 proxy: Proxy-Require unsupported at warp\r", "0 uas: Date syntax at yeste",
                "0 uas: Expires duplicate at 8\r\n\r\n", "405 uas:  unsupported at INVIT",
                "416 uas:  unsupported at news:", "420 uas: Require unsupported at drive",
                "400 uas: Contact too many at <sip:"});
    CHECK(status_owed(validate(octets, options)) == 400);
    options.role = Layer::proxy;
    for (const auto& fault : validate(octets, options)) CHECK(fault.layer <= Layer::proxy);
    options.faults = 3;
    CHECK(validate(octets, options).size() == 3);
}

TEST_CASE("a request without what a transaction needs is answered 400 (RFC 3261 §8.1.1, §16.3 step 1)") {
    const auto sound = request("OPTIONS", "");
    for (const std::string name : {"Via", "From", "To", "Call-ID", "CSeq"}) {
        INFO(name);
        CHECK(faults_in(with(sound, name, "")) == Words{"400 parser: " + name + " missing"});
        CHECK(status_owed(validate(with(sound, name, name + ": \r\n"))) == 400);
        CHECK(status_owed(validate(with(sound, name, name + ": ,;\r\n"))) == 400);
    }
    for (const std::string line : {"From: <sip:a@b.example>;tag=2", "To: <sip:a@b.example>", "Call-ID: 2",
                                   "CSeq: 5 OPTIONS", "Max-Forwards: 9"}) {
        INFO(line);
        const auto twice = validate(request("OPTIONS", line + "\n"));
        REQUIRE(twice.size() == 1);
        CHECK(twice[0].status == 400);
        CHECK(twice[0].layer == Layer::parser);
        CHECK(twice[0].error.code == ParseErrc::duplicate);
    }
    CHECK(faults_in(with(sound, "CSeq", "CSeq: 5 INVITE\r\n")) == Words{"400 parser: CSeq syntax at 5 INV"});
    CHECK(faults_in(with(sound, "Max-Forwards", "Max-Forwards: 256\r\n")) ==
          Words{"400 parser: Max-Forwards out of range at 256\r\n"});
    auto uri = sound;
    uri.replace(uri.find("ben@"), 4, "ben%");
    CHECK(faults_in(uri)[0].starts_with("400 parser:  syntax"));
    uri = sound;
    uri.replace(uri.find(".org "), 5, ".org?Subject=x ");
    CHECK(faults_in(uri) == Words{"400 parser:  syntax at sip:b"});
}

TEST_CASE("what RFC 2543 let out is told, and let pass (RFC 3261 §16.3 step 3)") {
    const auto sound = request("OPTIONS", "");
    CHECK(faults_in(with(sound, "Max-Forwards", "")) == Words{"0 parser: Max-Forwards missing"});
    CHECK(faults_in(with(sound, "From", "From: sip:ada@example.net\r\n")) == Words{"0 parser: From missing"});
    CHECK(faults_in(with(sound, "Via", "Via: SIP/2.0/UDP pc.example.net\r\n")) == Words{"0 parser: Via missing"});
    CHECK(faults_in(with(sound, "To", "To: sip:ben@example.org\r\n")).empty());
    CHECK(faults_in(with(response(200, "OPTIONS", ""), "To", "To: sip:ben@example.org\r\n")) ==
          Words{"0 parser: To missing"});
    CHECK(faults_in(with(response(100, "INVITE", ""), "To", "To: sip:ben@example.org\r\n")).empty());
}

TEST_CASE("a datagram that does not parse is answered by what is wrong with it (RFC 3261 §21.4.1, §21.5.6, §21.5.7)") {
    const auto sound = request("OPTIONS", "");
    auto version = sound;
    version.replace(version.find("2.0\r\n"), 3, "9.1");
    CHECK(faults_in(version) == Words{"505 parser:  version at SIP/9"});
    auto answer = response(200, "OPTIONS", "");
    answer.replace(0, 7, "SIP/3.0");
    CHECK(faults_in(answer) == Words{"0 parser:  version at SIP/3"});
    CHECK(faults_in(request("OPTIONS", "l: 70\nSubject: x\n")) == Words{"400 parser: Content-Length incomplete at "});
    CHECK(faults_in(request("OPTIONS", "l: 1048577\n")) == Words{"413 parser: Content-Length too large at 10485"});
    CHECK(faults_in(request("OPTIONS", "", std::string(1'048'577, 'b')))[0] == "413 parser:  too large at bbbbb");
    CHECK(faults_in(request("OPTIONS", "X: " + std::string(70'000, 'x') + "\n"))[0].starts_with(
        "513 parser:  too large"));
    CHECK(faults_in(request("OPTIONS", "no colon\n"))[0].starts_with("400 parser:  syntax at colon"));
    CHECK(faults_in(request("OPTIONS", "Date: never\nno colon\nCSeq: x\n")) ==
          Words{"400 parser:  syntax at colon", "0 uas: Date syntax at never"});
    CHECK(faults_in(with(request("OPTIONS", "no colon\n"), "CSeq", "CSeq: x\r\n")) ==
          Words{"400 parser:  syntax at colon", "400 parser: CSeq syntax at x\r\nno"});
    CHECK(faults_in("\x16\x03\x01") == Words{"0 parser:  syntax at \x16\x03\x01"});
    CHECK(faults_in(response(200, "OPTIONS", "no colon\n"))[0].starts_with("0 parser:  syntax at colon"));
    CHECK(faults_in("SIP/2.0 700 Beyond\r\n\r\n") == Words{"0 parser:  out of range at 700 B"});
    ValidateOptions options;
    options.parse.lenient.missing_body = true;
    CHECK(faults_in(request("OPTIONS", "l: 70\nContent-Type: a/b\n", "x"), options).empty());
}

TEST_CASE("no ACK and no response is ever answered (RFC 3261 §17, §18.1.2)") {
    for (const auto& octets : {with(request("ACK", "Require: x\n"), "From", "From: <\r\n"),
                               with(response(200, "INVITE", "Contact: <\n"), "CSeq", "CSeq: x\r\n")}) {
        CHECK(validate(octets).size() > 1);
        CHECK(status_owed(validate(octets)) == 0);
    }
}

TEST_CASE("a Request-URI may be too long (RFC 3261 §21.4.12)") {
    auto octets = request("OPTIONS", "");
    octets.replace(octets.find(" SIP/2.0\r\n"), 1, ";p=" + std::string(8'192, 'x') + " ");
    CHECK(faults_in(octets) == Words{"414 parser:  too large at sip:b"});
    ValidateOptions options;
    options.request_uri_octets = 10'000;
    CHECK(faults_in(octets, options).empty());
}

TEST_CASE("an ill-formed header is refused only by whoever needs it (RFC 3261 §8.2.2, §16.3 step 1)") {
    CHECK(faults_in(request("OPTIONS", "Organization: \x01\n")) == Words{"0 uas: Organization syntax at \x01\r\n\r\n"});
    CHECK(faults_in(request("OPTIONS", "Date: x\n"))[0].starts_with("0 uas: Date"));
    CHECK(faults_in(request("OPTIONS", "X-Own: \xff\x01\n"))[0].starts_with("0 uas: "));
    CHECK(faults_in(request("OPTIONS", "Contact: <\n"))[0].starts_with("0 uas: Contact"));
    CHECK(faults_in(request("INVITE", "Contact: <\n"))[0].starts_with("400 uas: Contact"));
    CHECK(faults_in(request("REGISTER", "Contact: <\n"))[0].starts_with("400 uas: Contact"));
    CHECK(faults_in(request("OPTIONS", "Require: ;\n"))[0].starts_with("400 uas: Require"));
    CHECK(faults_in(request("OPTIONS", "Route: ;\n"))[0].starts_with("400 proxy: Route"));
    CHECK(
        faults_in(request("INVITE", std::string(contact) + "Session-Expires: x\n"))[0].starts_with("400 uas: Session"));
    CHECK(faults_in(request("OPTIONS", "Content-Type: sdp\n"))[0].starts_with("0 uas: Content-Type"));
    CHECK(faults_in(request("OPTIONS", "Content-Type: sdp\n", "v=0\r\n"))[0].starts_with("400 uas: Content-Type"));
    CHECK(faults_in(response(200, "INVITE", "Contact: <\n"))[0].starts_with("0 uac: Contact"));
    ValidateOptions options;
    options.role = Layer::proxy;
    CHECK(faults_in(request("INVITE", "Contact: <\nDate: x\n"), options).empty());
}

TEST_CASE(
    "a malformed Contact, Refer-To, Record-Route or challenge leaves the message as it is (RFC 3261 §16.3 step 1)") {
    for (const std::string line : {"Contact: <sip:", "Refer-To: \"open", "Record-Route: sip:a", "WWW-Authenticate: ,;",
                                   "Proxy-Authenticate: Digest realm="}) {
        INFO(line);
        for (const auto& octets : {request("OPTIONS", line + "\n"), response(401, "OPTIONS", line + "\n")}) {
            const auto message = parse(octets);
            REQUIRE(message);
            CHECK(!check_mandatory(*message));
            CHECK(check_all(*message).size() == 1);
            CHECK(status_owed(validate(octets)) == 0);
        }
    }
}

TEST_CASE("a header the method needs is missed (RFC 3261 §20)") {
    CHECK(faults_in(request("INVITE", "")) == Words{"400 uas: Contact missing"});
    CHECK(faults_in(request("SUBSCRIBE", contact)) == Words{"489 uas: Event missing"});
    CHECK(faults_in(request("NOTIFY", std::string(contact) + "Event: presence\n")) ==
          Words{"400 uas: Subscription-State missing"});
    CHECK(faults_in(request("PUBLISH", "")) == Words{"489 uas: Event missing"});
    CHECK(faults_in(request("REFER", contact)) == Words{"400 uas: Refer-To missing"});
    CHECK(faults_in(request("REFER", std::string(contact) + "Refer-To: <sip:a@b>\nr: <sip:c@d>\n"))[0].starts_with(
        "400 uas: Refer-To duplicate"));
    CHECK(faults_in(request("PRACK", "")) == Words{"400 uas: RAck missing"});
    CHECK(faults_in(request("MESSAGE", "", "hello")) == Words{"400 uas: Content-Type missing"});
    CHECK(faults_in(response(200, "INVITE", "")) == Words{"0 uac: Contact missing"});
    CHECK(faults_in(response(401, "REGISTER", "")) == Words{"0 uac: WWW-Authenticate missing"});
    CHECK(faults_in(response(405, "INVITE", "")) == Words{"0 uac: Allow missing"});
    CHECK(faults_in(response(407, "INVITE", "")) == Words{"0 uac: Proxy-Authenticate missing"});
    CHECK(faults_in(response(420, "OPTIONS", "")) == Words{"0 uac: Unsupported missing"});
    CHECK(faults_in(response(423, "REGISTER", "")) == Words{"0 uac: Min-Expires missing"});
    CHECK(faults_in(response(200, "PUBLISH", "Expires: 60\n")) == Words{"0 uac: SIP-ETag missing"});
    CHECK(faults_in(response(200, "SUBSCRIBE", contact)) == Words{"0 uac: Expires missing"});
}

TEST_CASE("a header that may not stand in a message is told, and passed over (RFC 3261 §20)") {
    CHECK(faults_in(request("BYE", contact)) == Words{"0 uas: Contact misplaced at Conta"});
    CHECK(faults_in(request("OPTIONS", "Subject: x\n")) == Words{"0 uas: Subject misplaced at Subje"});
    CHECK(faults_in(request("CANCEL", "Require: x\n")) == Words{"0 uas: Require misplaced at Requi"});
    CHECK(faults_in(request("REGISTER", "Record-Route: <sip:p;lr>\n")) ==
          Words{"0 uas: Record-Route misplaced at Recor"});
    CHECK(faults_in(request("MESSAGE", contact)) == Words{"0 uas: Contact misplaced at Conta"});
    CHECK(faults_in(request("OPTIONS", "RAck: 1 1 INVITE\n")) == Words{"0 uas: RAck misplaced at RAck:"});
    CHECK(faults_in(request("OPTIONS", "Server: x\n")) == Words{"0 uas: Server misplaced at Serve"});
    CHECK(faults_in(response(404, "INVITE", contact)) == Words{"0 uac: Contact misplaced at Conta"});
    CHECK(faults_in(response(200, "INVITE", std::string(contact) + "Max-Forwards: 1\n")) ==
          Words{"0 uac: Max-Forwards misplaced at Max-F"});
    CHECK(faults_in(response(183, "INVITE", "Alert-Info: <http://a.example/>\n")) ==
          Words{"0 uac: Alert-Info misplaced at Alert"});
    CHECK(faults_in(request("FROBNICATE", "Server: x\n")).empty());
}

TEST_CASE(
    "Contact is one SIP URI where it becomes a target, and a star only removes bindings (RFC 3261 §8.1.1.8, §10.3)") {
    CHECK(faults_in(request("INVITE", "Contact: <sip:a@b.example>\nm: <sip:c@d.example>\n")) ==
          Words{"400 uas: Contact too many at <sip:"});
    CHECK(faults_in(request("INVITE", "Contact: <mailto:a@b.example>\n")) == Words{"400 uas: Contact syntax at <mail"});
    CHECK(faults_in(request("INVITE", "Contact: *\n")) == Words{"400 uas: Contact syntax at *\r\n\r\n"});
    CHECK(faults_in(request("INVITE", "Contact: <sips:a@b.example>\n")).empty());
    CHECK(faults_in(request("REGISTER", "Contact: <mailto:a@b.example>, <sip:c@d.example>\n")).empty());
    CHECK(faults_in(request("REGISTER", "Contact: *\n")) == Words{"400 uas: Contact syntax at *\r\n\r\n"});
    CHECK(faults_in(request("REGISTER", "Contact: *\nExpires: 60\n"))[0].starts_with("400 uas: Contact"));
    CHECK(faults_in(request("REGISTER", "Contact: *\nm: <sip:c@d.example>\nExpires: 0\n"))[0].starts_with(
        "400 uas: Contact"));
}

TEST_CASE("what a server cannot do is refused, when it says what it can (RFC 3261 §8.2.1 to §8.2.3, §16.3)") {
    const std::string_view methods[] = {"OPTIONS", "INVITE"};
    const std::string_view schemes[] = {"sip", "sips"};
    const std::string_view extensions[] = {"100rel", "timer"};
    const std::string_view events[] = {"presence"};
    const std::string_view types[] = {"application/sdp"};
    const std::string_view encodings[] = {"gzip"};
    ValidateOptions can;
    can.abilities = {methods, methods, extensions, types, encodings, events};
    can.abilities.schemes = schemes;
    CHECK(faults_in(request("OPTIONS", "Require: timer\nProxy-Require: 100rel\n"), can).empty());
    CHECK(faults_in(request("MESSAGE", ""), can) == Words{"405 uas:  unsupported at MESSA"});
    CHECK(faults_in(request("Options", ""), can) == Words{"501 uas:  unsupported at Optio"});
    CHECK(faults_in(request("CANCEL", ""), can).empty());
    CHECK(faults_in(request("ACK", ""), can).empty());
    CHECK(faults_in(request("OPTIONS", "Require: timer, other, path\n"), can) ==
          Words{"420 uas: Require unsupported at other", "420 uas: Require unsupported at path\r"});
    CHECK(faults_in(request("OPTIONS", "Proxy-Require: sec-agree\n"), can) ==
          Words{"420 proxy: Proxy-Require unsupported at sec-a"});
    can.abilities.methods.reset();
    CHECK(faults_in(request("SUBSCRIBE", std::string(contact) + "Event: dialog\n"), can) ==
          Words{"489 uas: Event unsupported at dialo"});
    CHECK(faults_in(request("SUBSCRIBE", std::string(contact) + "o: presence;id=1\n"), can).empty());
    CHECK(faults_in(request("MESSAGE", "c: Application/SDP\n", "v=0"), can).empty());
    CHECK(faults_in(request("MESSAGE", "c: text/plain\n", "v=0"), can) ==
          Words{"415 uas: Content-Type unsupported at text/"});
    CHECK(faults_in(request("MESSAGE", "c: text/plain\n"), can).empty());
    CHECK(faults_in(request("MESSAGE", "c: text/plain\nContent-Disposition: render;handling=optional\n", "v=0"), can)
              .empty());
    CHECK(faults_in(request("MESSAGE", "c: application/sdp\ne: identity, gzip\n", "v=0"), can).empty());
    CHECK(faults_in(request("MESSAGE", "c: application/sdp\ne: gzip, zip\n", "v=0"), can) ==
          Words{"415 uas: Content-Encoding unsupported at zip\r\n"});
    can.role = Layer::uas;
    auto tel = request("OPTIONS", "Proxy-Require: sec-agree\nMax-Forwards: 0\n");
    tel = with(tel, "Max-Forwards", "");
    tel.replace(tel.find(" sip:ben@example.org"), 20, " tel:+4912345");
    CHECK(faults_in(tel, can) == Words{"416 uas:  unsupported at tel:+"});
}

TEST_CASE(
    "the required parts of a multipart body must be understood, or one of several alternatives (RFC 3261 §8.2.3)") {
    const std::string_view types[] = {"application/sdp"};
    ValidateOptions can;
    can.role = Layer::uas;
    can.abilities.content_types = types;
    const auto with_body = [](std::string_view subtype, std::string_view body) {
        return request("MESSAGE", "c: multipart/" + std::string(subtype) + ";boundary=x\n", crlf(body));
    };
    const std::string sdp = "--x\nContent-Type: application/sdp\n\nv=0\n";
    const std::string text = "--x\nContent-Type: text/plain\n\nhi\n";
    CHECK(faults_in(with_body("mixed", sdp + "--x--"), can).empty());
    CHECK(faults_in(with_body("mixed", sdp + text + "--x--"), can) == Words{"415 uas:  unsupported at Conte"});
    CHECK(faults_in(with_body("mixed", sdp + "--x\n\nhi\n--x--"), can) == Words{"415 uas:  unsupported at hi\r\n-"});
    CHECK(faults_in(with_body("mixed", sdp + "--x\nContent-Disposition: icon;handling=optional\n\nhi\n--x--"), can)
              .empty());
    CHECK(faults_in(with_body("alternative", text + sdp + "--x--"), can).empty());
    CHECK(faults_in(with_body("alternative", text + "--x--"), can) == Words{"415 uas:  unsupported at Conte"});
    const std::string inner = "--x\nContent-Type: multipart/alternative;boundary=y\n\n--y\n\nhi\n--y--\n";
    CHECK(faults_in(with_body("mixed", sdp + inner + "--x--"), can) == Words{"415 uas:  unsupported at hi\r\n-"});
    CHECK(faults_in(with_body("mixed", sdp)) == Words{"400 uas:  incomplete at "});
    CHECK(faults_in(request("MESSAGE", "c: multipart/mixed\n", "x")) == Words{"400 uas: Content-Type missing"});
    CHECK(faults_in(request("MESSAGE", "c: multipart/mixed\ne: gzip\n", "x")).empty());
}

TEST_CASE("the last hop but for OPTIONS, and more than one Via in a client's response (RFC 3261 §16.3, §8.1.3.3)") {
    const auto last = with(request("MESSAGE", ""), "Max-Forwards", "Max-Forwards: 0\r\n");
    CHECK(faults_in(last) == Words{"483 proxy: Max-Forwards out of range at 0\r\nFr"});
    CHECK(faults_in(with(request("OPTIONS", ""), "Max-Forwards", "Max-Forwards: 0\r\n")).empty());
    ValidateOptions options;
    options.role = Layer::uas;
    CHECK(faults_in(last, options).empty());
    const auto two = response(404, "INVITE", "v: SIP/2.0/TCP other.example;branch=z9hG4bK2\n");
    CHECK(faults_in(two).empty());
    options.role = Layer::uac;
    CHECK(faults_in(two, options) == Words{"0 uac: Via too many at SIP/2"});
}

TEST_CASE("a fault says who refuses, with what, and where") {
    const auto faults = validate(request("INVITE", ""));
    REQUIRE(faults.size() == 1);
    CHECK(to_string(faults[0]) == "400 by a user agent server: Contact, octet 0: missing, wanted the header");
    CHECK(to_string(Fault{
              {ParseErrc::syntax, Header::date, 7, "a date"},
              Layer::uas, 0
    }) ==
          "passed over by a user agent server: Date, octet 7: expected a date");
    CHECK(to_string(Layer::parser) == "a parser");
    CHECK(to_string(Layer::proxy) == "a proxy");
    CHECK(to_string(Layer::uac) == "a user agent client");
    CHECK(to_string(ParseErrc::misplaced) == "misplaced");
}

TEST_CASE("what is told is bounded, however much is wrong") {
    std::string lines;
    for (int i = 0; i < 400; ++i) lines += "Date: x\n";
    CHECK(validate(request("OPTIONS", lines)).size() == 64);
    const auto owed = validate(request("OPTIONS", lines + "Call-ID: 2\n"));
    CHECK(owed.size() == 64);
    CHECK(status_owed(owed) == 400);
    CHECK(status_owed(validate(request("MESSAGE", lines, "no type"))) == 400);
    std::string tags = "Require: a";
    for (int i = 0; i < 100; ++i) tags += ",b";
    ValidateOptions options;
    options.abilities.extensions = std::span<const std::string_view>{};
    CHECK(validate(request("OPTIONS", tags + "\n"), options).size() == 64);
}
