// SPDX-License-Identifier: MIT
// The situations of RFC 4475, in messages of our own.
#include "../text.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

namespace {

/// What the first fault of a message is, in words; empty when it is sound.
std::string verdict(const std::string& octets) {
    const auto message = parse(octets);
    if (!message) return "parse: " + to_string(message.error());
    if (const auto error = check_mandatory(*message)) return "mandatory: " + to_string(*error);
    const auto errors = check_all(*message);
    return errors.empty() ? "" : "header: " + to_string(errors.front());
}

bool accepted(const std::string& octets) {
    const auto reason = verdict(octets);
    INFO(reason);
    CHECK(reason == "");
    return reason.empty();
}

bool refused(const std::string& octets) {
    CHECK(verdict(octets) != "");
    return !verdict(octets).empty();
}

/// A request with the lines a test does not care about.
std::string request(std::string_view start_line, std::string_view lines, std::string_view cseq = "1 OPTIONS") {
    std::string text(start_line);
    text +=
        "\nVia: SIP/2.0/UDP host.example.com;branch=z9hG4bKtorture\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\n"
        "To: <sip:b@example.com>\nCall-ID: torture.1@host.example.com\nCSeq: ";
    text.append(cseq).append("\n").append(lines).append("\n");
    return crlf(text);
}

}  // namespace

TEST_CASE("a tortuous INVITE is read (RFC 4475 §3.1.1.1)") {
    const auto octets = crlf(R"(INVITE sip:watson@lab.example.com;unknownparam SIP/2.0
TO :
 sip:watson@lab.example.com ;   tag    = 88123n
from   : "H\\ \"Bell\" \\\""       <sip:bell@example.com>
  ;
  tag = 44w
MaX-fOrWaRdS: 0070
Call-ID: tortuous.xyz7ui2r8-1@198.51.100.9
Content-Length   : 9
cseq: 0021
  INVITE
Via  : SIP  /   2.0
 /UDP
    198.51.100.2;branch=x88skd
s :
NewFangled:   a value
 carried on, "with quotes"
UnknownWithOddValue: ;;,,;;,;
Content-Type: application/sdp
Route:
 <sip:services.example.com;lr;strange=value;another-flag>
v:  SIP  / 2.0  / TCP     loom.example.com   ;
  branch  =   z9hG4bK9a  ,
 SIP  /    2.0   / UDP  192.0.2.255   ; branch=
 z9hG4bK302
m:"Quoted \"\"" <sip:tester@example.com> ; fresh =
      value ;
  another ; q = 0.33

v=0
o=- 1)");
    REQUIRE(accepted(octets));
    const auto message = parse(octets);
    CHECK(message->top<To>()->tag() == "88123n");
    CHECK(message->top<From>()->display_name() == R"(H\ "Bell" \")");
    CHECK(message->top<From>()->tag() == "44w");
    CHECK(message->top<MaxForwards>()->value == 70);
    CHECK(message->top<CSeq>()->number == 21);
    CHECK(message->top<Contact>()->q() == 330);
    CHECK(message->top<Contact>()->params.get("fresh") == "value");
    CHECK(message->raw("s") == "");
    CHECK(unfold(*message->raw("newfangled")) == "a value carried on, \"with quotes\"");
    std::string branches;
    for (const auto& via : message->all<Via>()) branches += std::string(via->branch()) + " ";
    CHECK(branches == "x88skd z9hG4bK9a z9hG4bK302 ");
    CHECK(message->top<Route>()->uri.params.has("another-flag"));
}

TEST_CASE("every character a rule allows is taken (RFC 4475 §3.1.1.2)") {
    std::string octets = crlf(
        R"(!odd-Method0123456789_*+`.%sure'~ sip:1_odd.URI~(or-not!)&is+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(no)@example.com SIP/2.0
Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~
To: "@@" <sip:1_odd.URI~(or-not!)&is+it$/crazy?,/;;*@example.com>
From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%="&&";tag=_token~1'+`*%!-.
Call-ID: odd.word%ZK-!.*_+'@word`~)(><:\/"][?}{
CSeq: 139122385 !odd-Method0123456789_*+`.%sure'~
Max-Forwards: 255
extensionHeader-!.%*+_`'~: %%
Content-Length: 0

)");
    octets.replace(octets.find("@@"), 2, std::string("BEL:\\\x07 NUL:\\\0 DEL:\\\x7F", 20));
    octets.replace(octets.find("&&"), 2, "\xD1\x80\xE4\xBD\xA0");
    octets.replace(octets.find("%%\r"), 2, "\xEF\xBB\xBF\xE5\xA4\xA7");
    REQUIRE(accepted(octets));
    const auto uri = parse(octets)->request_uri();
    CHECK(uri->user == "1_odd.URI~(or-not!)&is+it$/crazy?,/;;*");
    CHECK(uri->password == "&it+has=1,weird!*pas$wo~d_too.(no)");
    CHECK(uri->host.text == "example.com");
    CHECK(parse(octets)->top<To>()->display_name() == std::string("BEL:\x07 NUL:\0 DEL:\x7F", 17));
}

TEST_CASE("escapes stand where they may (RFC 4475 §3.1.1.3, §3.1.1.4, §3.1.1.5)") {
    const auto octets = request("OPTIONS sip:sips%3Auser%40example.com@example.net SIP/2.0",
                                "Contact: <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>\n");
    REQUIRE(accepted(octets));
    CHECK(unescape(parse(octets)->request_uri()->user) == "sips:user@example.com");
    CHECK(accepted(request("REGISTER sip:example.com SIP/2.0",
                           "Contact: <sip:%00@host5.example.com>\nContact: <sip:%00%00@host5.example.com>\n",
                           "1 REGISTER")));
    CHECK(accepted(request("RE%47IST%45R sip:registrar.example.com SIP/2.0",
                           "Contact: <sip:x@host.example.com>\nC%6Fntact: <sip:y@host.example.com>\n",
                           "29344 RE%47IST%45R")));
    const auto percent = request("RE%47IST%45R sip:registrar.example.com SIP/2.0", "", "29344 RE%47IST%45R");
    CHECK(parse(percent)->method() == Method::other);
}

TEST_CASE("no white space is needed in front of the angle bracket (RFC 4475 §3.1.1.6)") {
    const auto address = From::parse("caller<sip:caller@example.com>;tag=323");
    REQUIRE(address);
    CHECK(address->display == "caller");
    CHECK(address->tag() == "323");
}

TEST_CASE("long values are values (RFC 4475 §3.1.1.7)") {
    std::string lines;
    for (int i = 0; i < 34; ++i) lines += "v: SIP/2.0/TCP host" + std::to_string(i) + ".example.com\n";
    lines += "UnknownHeaderWith" + std::string(500, 'x') + ": " + std::string(2000, 'y') + "\n";
    CHECK(accepted(request("OPTIONS sip:user@example.com;p=" + std::string(3000, 'a') + " SIP/2.0", lines)));
}

TEST_CASE("octets behind the body are not part of the message (RFC 4475 §3.1.1.8)") {
    const auto once = request("OPTIONS sip:user@example.com SIP/2.0", "Content-Length: 0\n");
    const auto twice = once + "INVITE sip:joe@example.com SIP/2.0\r\n\r\n";
    const auto message = parse(twice);
    REQUIRE(message);
    CHECK(message->octets() == once);
    CHECK(message->excess() == twice.size() - once.size());
}

TEST_CASE("a semicolon in the user part belongs to the user (RFC 4475 §3.1.1.9)") {
    const auto uri = Uri::parse("sip:user;par=u%40example.net@example.com");
    REQUIRE(uri);
    CHECK(uri->user == "user;par=u%40example.net");
    CHECK(uri->host.text == "example.com");
}

TEST_CASE("unknown transports are read (RFC 4475 §3.1.1.10)") {
    CHECK(accepted(request(
        "OPTIONS sip:user@example.com SIP/2.0",
        "Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bK1\nVia: SIP/2.0/UNKNOWN t5.example.com;branch=z9hG4bK2\n")));
}

TEST_CASE("a multipart body is octets (RFC 4475 §3.1.1.11)") {
    auto octets = request("MESSAGE sip:user@example.com SIP/2.0",
                          "Content-Type: multipart/mixed;boundary=7a9cbec02ceef655\nContent-Length: 6\n", "1 MESSAGE");
    octets += std::string("\0\r\n\xFF\x80z", 6);
    REQUIRE(accepted(octets));
    CHECK(parse(octets)->body().size() == 6);
}

TEST_CASE("a reason phrase may be strange or empty (RFC 4475 §3.1.1.12, §3.1.1.13)") {
    const std::string lines =
        "Via: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nFrom: "
        "<sip:a@a.example>;tag=1\r\n"
        "To: <sip:b@b.example>;tag=2\r\nContent-Length: 0\r\n\r\n";
    const auto strange = "SIP/2.0 200 = 2**3 * 5**2 \xD0\xBD\xD0\xBE \"<>\r\n" + lines;
    REQUIRE(accepted(strange));
    CHECK(parse(strange)->reason() == "= 2**3 * 5**2 \xD0\xBD\xD0\xBE \"<>");
    REQUIRE(accepted("SIP/2.0 100 \r\n" + lines));
    CHECK(parse("SIP/2.0 100 \r\n" + lines)->reason() == "");
    CHECK(refused("SIP/2.0 100\r\n" + lines));
}

TEST_CASE("empty list elements and parameters are refused (RFC 4475 §3.1.2.1)") {
    const auto via = [](std::string_view value) { return Via::parse(value).has_value(); };
    CHECK(!via("SIP/2.0/UDP 192.0.2.15;;,;,,"));
    CHECK(!via("SIP/2.0/UDP 192.0.2.15;"));
    CHECK(refused(request("OPTIONS sip:user@example.com SIP/2.0", "Contact: \"Joe\" <sip:joe@example.org>;;;;\n")));
    CHECK(refused(request("OPTIONS sip:user@example.com SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.15;;,;,,\n")));
    CHECK(refused(request("OPTIONS sip:user@example.com SIP/2.0", "Supported: a,,b\n")));
    CHECK(refused(request("OPTIONS sip:user@example.com SIP/2.0", "Supported: a,\n")));
}

TEST_CASE("a Content-Length the datagram does not hold is refused (RFC 4475 §3.1.2.2, §3.1.2.3)") {
    const auto longer = request("OPTIONS sip:user@example.com SIP/2.0", "Content-Length: 9999\n");
    CHECK(parse(longer).error().code == ParseErrc::incomplete);
    ParseOptions lenient;
    lenient.lenient.missing_body = true;
    CHECK(parse(longer, lenient));
    const auto negative = request("OPTIONS sip:user@example.com SIP/2.0", "Content-Length: -999\n");
    CHECK(parse(negative).error().code == ParseErrc::syntax);
    CHECK(parse(negative).error().header == Header::content_length);
}

TEST_CASE("numbers past their range are refused (RFC 4475 §3.1.2.4, §3.1.2.5)") {
    CHECK(refused(request("OPTIONS sip:user@example.com SIP/2.0", "", "36893488147419103232 OPTIONS")));
    CHECK(refused(request("OPTIONS sip:user@example.com SIP/2.0", "", "4294967296 OPTIONS")));
    CHECK(refused(request("OPTIONS sip:user@example.com SIP/2.0", "", "2147483648 OPTIONS")));
    CHECK(accepted(request("OPTIONS sip:user@example.com SIP/2.0", "", "2147483647 OPTIONS")));
    CHECK(refused(request("OPTIONS sip:user@example.com SIP/2.0", "Expires: 1000000000000\n")));
    CHECK(MaxForwards::parse("300").error().code == ParseErrc::out_of_range);
    CHECK(RetryAfter::parse("949302838503028349304023988").error().code == ParseErrc::out_of_range);
    CHECK(Contact::parse("<sip:a@example.com>;expires=280297596632815")->expires() == 0xFFFF'FFFF);
}

TEST_CASE("an open quote is refused (RFC 4475 §3.1.2.6)") {
    CHECK(!To::parse("\"Mr. J. User <sip:j.user@example.com>"));
    CHECK(!To::parse("\"Mr. J. User\\\" <sip:j.user@example.com>"));
    CHECK(!To::parse("\"Alice\\"));
}

TEST_CASE("a malformed Request-URI is refused (RFC 4475 §3.1.2.7, §3.1.2.8, §3.1.2.11)") {
    CHECK(refused(request("OPTIONS <sip:user@example.com> SIP/2.0", "")));
    CHECK(refused(request("OPTIONS sip:user@example.com; lr SIP/2.0", "")));
    CHECK(refused(request("OPTIONS sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0", "")));
    CHECK(refused(request("OPTIONS sip:us er@example.com SIP/2.0", "")));
    CHECK(refused(request("OPTIONS user@example.com SIP/2.0", "")));
}

TEST_CASE("exactly one SP stands between the parts of a start line (RFC 4475 §3.1.2.9, §3.1.2.10)") {
    CHECK(refused(request("OPTIONS  sip:user@example.com SIP/2.0", "")));
    CHECK(refused(request("OPTIONS sip:user@example.com  SIP/2.0", "")));
    CHECK(refused(request("OPTIONS\tsip:user@example.com SIP/2.0", "")));
    CHECK(refused(request("OPTIONS sip:user@example.com SIP/2.0  ", "")));
    CHECK(refused(request(" OPTIONS sip:user@example.com SIP/2.0", "")));
}

TEST_CASE("a Date is in GMT and exists (RFC 4475 §3.1.2.12)") {
    CHECK(refused(request("OPTIONS sip:user@example.com SIP/2.0", "Date: Fri, 01 Jan 2010 16:00:00 EST\n")));
    CHECK(accepted(request("OPTIONS sip:user@example.com SIP/2.0", "Date: Fri, 01 Jan 2010 16:00:00 GMT\n")));
    CHECK(refused(request("OPTIONS sip:user@example.com SIP/2.0", "Date: Fri, 31 Feb 2010 16:00:00 GMT\n")));
}

TEST_CASE("an address with headers or parameters needs its brackets (RFC 4475 §3.1.2.13)") {
    CHECK(!Contact::parse("sip:user@example.com?Route=%3Csip:sip.example.com%3E"));
    CHECK(Contact::parse("<sip:user@example.com?Route=%3Csip:sip.example.com%3E>"));
    CHECK(Contact::parse("sip:user@example.com;lr")->uri.params.empty());
}

TEST_CASE("an address holds no spaces, a display name only tokens (RFC 4475 §3.1.2.14, §3.1.2.15)") {
    CHECK(!To::parse("\"Watson, Thomas\" < sip:t.watson@example.org >"));
    CHECK(!From::parse("Bell, Alexander <sip:a.g.bell@example.com>;tag=43"));
    CHECK(!From::parse("B@ll <sip:a.g.bell@example.com>;tag=43"));
}

TEST_CASE("another SIP version is told apart (RFC 4475 §3.1.2.16)") {
    CHECK(parse(request("OPTIONS sip:user@example.com SIP/7.0", "")).error().code == ParseErrc::version);
    CHECK(parse(request("OPTIONS sip:user@example.com SIP/2.1", "")).error().code == ParseErrc::version);
    CHECK(accepted(request("OPTIONS sip:user@example.com sip/2.0", "")));
    const auto other = request("OPTIONS sip:user@example.com SIP/7.0", "");
    const auto partial = salvage(other);
    REQUIRE(partial);
    CHECK(partial->top<CallId>()->text == "torture.1@host.example.com");
    CHECK(Message::response(*partial, 505).status() == 505);
}

TEST_CASE("CSeq names the method of the request (RFC 4475 §3.1.2.17, §3.1.2.18)") {
    CHECK(refused(request("OPTIONS sip:user@example.com SIP/2.0", "", "8 INVITE")));
    CHECK(refused(request("NEWMETHOD sip:user@example.com SIP/2.0", "", "8 INVITE")));
    CHECK(refused(request("OPTIONS sip:user@example.com SIP/2.0", "", "8 options")));
}

TEST_CASE("a status code has three digits, 100 to 699 (RFC 4475 §3.1.2.19)") {
    const std::string lines = "Via: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\n\r\n";
    for (const auto* status : {"4294967301", "99", "700", "000", "0200", "20", "-20", "2 0"})
        CHECK(!parse("SIP/2.0 " + std::string(status) + " x\r\n" + lines));
    CHECK(parse("SIP/2.0 699 x\r\n" + lines)->status() == 699);
}

TEST_CASE("a branch may be the cookie alone, a From without tag is legal (RFC 4475 §3.2.1, §3.4.1)") {
    CHECK(Via::parse("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK")->branch() == "z9hG4bK");
    CHECK(accepted(crlf(
        "INVITE sip:UserB@example.com SIP/2.0\nVia: SIP/2.0/UDP iftgw.example.com\nFrom: "
        "<sip:+13035551111@ift.example.net;user=phone>\n"
        "Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>\nTo: sip:+16505552222@ss1.example.net;user=phone\n"
        "Call-ID: inv2543.1717@ift.example.com\nCSeq: 56 INVITE\nContent-Type: application/sdp\n\nv=0\n")));
}

TEST_CASE("missing mandatory headers are missing (RFC 4475 §3.3.1)") {
    const auto octets = crlf(
        "INVITE sip:user@example.com SIP/2.0\nCSeq: 193942 INVITE\nVia: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj\n"
        "Content-Type: application/sdp\nl: 0\n\n");
    const auto error = check_mandatory(*parse(octets));
    REQUIRE(error);
    CHECK(error->code == ParseErrc::missing);
}

TEST_CASE("unknown schemes are well formed (RFC 4475 §3.3.2, §3.3.3, §3.3.4)") {
    CHECK(accepted(request("OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0", "")));
    CHECK(accepted(request("OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0", "")));
    CHECK(accepted(request("REGISTER sip:example.com SIP/2.0", "Contact: <name:John_Smith>\n", "1 REGISTER")));
    CHECK(To::parse("<isbn:2983792873>")->uri.scheme == Scheme::other);
}

TEST_CASE("unknown credentials are well formed (RFC 4475 §3.3.7)") {
    CHECK(accepted(request("REGISTER sip:example.com SIP/2.0", "Authorization: NoOneKnowsThisScheme opaque-data=here\n",
                           "1 REGISTER")));
}

TEST_CASE("a header that stands once may not stand twice (RFC 4475 §3.3.8, §3.3.9)") {
    const auto error = check_mandatory(*parse(request("OPTIONS sip:user@example.com SIP/2.0", "CSeq: 1 OPTIONS\n")));
    REQUIRE(error);
    CHECK(error->code == ParseErrc::duplicate);
    for (const auto* line :
         {"From: <sip:x@example.com>;tag=2\n", "t: <sip:x@example.com>\n", "i: 2@host\n", "Max-Forwards: 5\n"})
        CHECK(refused(request("OPTIONS sip:user@example.com SIP/2.0", line)));
    CHECK(parse(request("OPTIONS sip:user@example.com SIP/2.0", "Content-Length: 0\nContent-Length: 5\n") + "12345")
              .error()
              .code == ParseErrc::duplicate);
    CHECK(parse(request("OPTIONS sip:user@example.com SIP/2.0", "Content-Length: 0\nl: 5\n") + "12345").error().code ==
          ParseErrc::duplicate);
}

TEST_CASE(
    "a broadcast Via, Max-Forwards 0 and unknown Contact parameters are well formed (RFC 4475 §3.3.10 to §3.3.14)") {
    CHECK(Via::parse("SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23")->host.kind == HostKind::ipv4);
    CHECK(MaxForwards::parse("0")->value == 0);
    CHECK(Contact::parse("sip:+19725552222@gw1.example.net;unknownparam")->params.has("unknownparam"));
    CHECK(Contact::parse("<sip:+19725552222@gw1.example.net;unknownparam>")->uri.params.has("unknownparam"));
    CHECK(
        unescape(*Contact::parse("<sip:user@example.com?Route=%3Csip:sip.example.com%3E>")->uri.headers.get("route")) ==
        "<sip:sip.example.com>");
}
