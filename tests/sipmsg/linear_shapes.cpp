// SPDX-License-Identifier: MIT
// Hostile shapes, each at n and at 2n octets, through every reader there is. linear.py runs this under callgrind and
// compares what measure() cost: work must grow with the octets, not with their square.
#include <sipmsg/framer.hpp>
#include <sipmsg/sipmsg.hpp>

#include <array>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

using namespace sipmsg;

namespace {

struct Shape {
    const char* name;
    std::function<std::string(std::size_t)> build;  ///< about so many octets
};

std::string repeat(std::string_view unit, std::size_t octets) {
    std::string text;
    text.reserve(octets + unit.size());
    while (text.size() < octets) text += unit;
    return text;
}

std::string numbered(std::string_view before, std::string_view behind, std::size_t octets) {
    std::string text;
    for (std::size_t i = 0; text.size() < octets; ++i)
        text.append(before).append(std::to_string(1'000'000 + i)).append(behind);
    return text;
}

constexpr std::string_view mandatory =
    "Via: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\nFrom: <sip:a@example.com>;tag=a\r\nTo: <sip:b@example.com>\r\n"
    "Call-ID: 1@a.example\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n";

std::string with_lines(const std::string& lines) {
    return "OPTIONS sip:b@example.com SIP/2.0\r\n" + std::string(mandatory) + lines + "\r\n";
}

std::string with_uri(const std::string& uri) {
    return "OPTIONS " + uri + " SIP/2.0\r\n" + std::string(mandatory) + "\r\n";
}

Shape line(const char* name, std::string before, std::string unit, std::string behind = "") {
    return {name, [=](std::size_t n) { return with_lines(before + repeat(unit, n) + behind + "\r\n"); }};
}

Shape uri(const char* name, std::string before, std::string unit, std::string behind = "") {
    return {name, [=](std::size_t n) { return with_uri(before + repeat(unit, n) + behind); }};
}

/// Lines so long that the limit on their number is not what bounds the work.
Shape lines(const char* name, std::string begin, char filler, std::string end) {
    const std::string unit = begin + std::string(140 - begin.size() - end.size(), filler) + end;
    return {name, [=](std::size_t n) { return with_lines(repeat(unit, n)); }};
}

std::vector<Shape> shapes() {
    const std::string contact = "Contact: <sip:a@b.example>";
    return {
        line("one long value", "Z: ", "z"),
        {"one long name",              [](std::size_t n) { return with_lines(repeat("Z", n) + ": z\r\n"); }                 },
        {"long method",                [](std::size_t n) { return repeat("M", n) + " sip:a@b.example SIP/2.0\r\n\r\n"; }    },
        {"no end of line",             [](std::size_t n) { return repeat("O", n); }                                         },
        uri("long user", "sip:", "u", "@example.com"),
        uri("long user of escapes", "sip:", "%41", "@example.com"),
        uri("long password", "sip:a:", "p", "@example.com"),
        uri("many labels", "sip:a@", "l.", "com"),
        uri("many URI parameters", "sip:a@b.example", ";p=q"),
        {"many URI parameters unlike",
                                        [](std::size_t n) { return with_uri("sip:a@b.example" + numbered(";p", "=q", n)); }                                },
        uri("many URI headers", "sip:a@b.example?a=b", "&h=v"),
        uri("many groups", "sip:a@[1", ":1", "]"),
        uri("many signs of at", "sip:a", "@"),
        uri("long opaque", "x:", "?/:@"),
        line("long branch", "Via: SIP/2.0/UDP a.b;branch=z9hG4bK", "b"),
        line("semicolons in Via", "Via: SIP/2.0/UDP a.b", ";"),
        line("white space in Via", "Via: SIP/2.0/UDP a.b;", " \t", "branch=1"),
        line("folds in Via", "Via: SIP/2.0/UDP a.b;", "\r\n ", "branch=1"),
        line("vias in one line", "Via: SIP/2.0/UDP a.b", ",SIP/2.0/UDP a.b"),
        lines("vias in lines", "Via: SIP/2.0/UDP a.b;branch=", 'b', "\r\n"),
        line("long display name", "Contact: \"", "q", "\" <sip:a@b.example>"),
        line("quoted pairs", "Contact: \"", "\\\"", "\" <sip:a@b.example>"),
        line("quote left open", "Contact: \"", "q"),
        line("backslashes left open", "Contact: \"", "\\\\"),
        line("display name of tokens", "Contact: ", "a ", "<sip:a@b.example>"),
        line("angle brackets", "Contact: ", "<"),
        line("commas", "Contact: ", ","),
        line("parameters alike", contact, ";p=q"),
        {"parameters unlike",          [=](std::size_t n) { return with_lines(contact + numbered(";p", "=q", n) + "\r\n"); }},
        line("parameter names of one letter more", contact + ";", "expires"),
        line("contacts in one line", contact, ",<sip:a@b.example>"),
        line("contacts with commas in quotes", contact, ",\",,,,,,,,,,\" <sip:a@b.example>"),
        lines("routes in lines", "Route: <sip:a@b.example;x=", 'r', ";lr>\r\n"),
        line("tokens", "Supported: a", ",a"),
        line("media ranges", "Accept: a/b", ",a/b;q=0.5"),
        line("comment", "User-Agent: (", "c", ")"),
        {"comments in comments",
                                        [](std::size_t n) { return with_lines("Server: " + repeat("(", n / 2) + repeat(")", n / 2) + "\r\n"); }            },
        line("comments left open", "Server: ", "("),
        line("products", "Server: a/1", " b/2"),
        line("folds in a value", "Z: a", "\r\n "),
        line("white space in a value", "Z: a", " ", "b"),
        line("carriage returns", "Z: a", "\r"),
        line("digits", "Expires: ", "9"),
        line("zeros", "Content-Length: ", "0"),
        line("challenge of many parameters", "WWW-Authenticate: Digest realm=\"r\"", ",x=\"y\""),
        line("challenges", "WWW-Authenticate: Digest realm=\"r\"", ", Basic realm=\"s\""),
        line("credentials", "Authorization: Digest nonce=\"", "n", "\""),
        line("UTF-8 in Subject", "Subject: ", "\xE2\x82\xAC"),
        line("warnings", "Warning: 399 a \"w\"", ",399 a \"w\""),
        line("long Call-ID", "In-Reply-To: ", "c", "@d"),
        lines("unknown headers in lines", "Z-", 'z', ": a\r\n"),
        lines("single headers in lines", "Subject: ", 's', "\r\n"),
        {"many short lines",           [](std::size_t n) { return with_lines(repeat("X: a\r\n", n)); }                      },
        {"long body",                  [](std::size_t n) { return with_lines("") + repeat("\r\n\r\n", n); }                 },
    };
}

template <class T>
void read_value(const T& value) {
    static constexpr std::array names = {"branch", "tag", "expires", "q", "zz"};
    if constexpr (requires { value.params().get("zz"); })
        for (const auto* name : names) (void)value.params().get(name);
    else if constexpr (requires { value.params.get("zz"); })
        for (const auto* name : names) (void)value.params.get(name);
    if constexpr (requires { value.display_name(); }) (void)value.display_name();
    if constexpr (requires { value.uri(); }) {
        (void)equivalent(value.uri(), value.uri());
        (void)to_string(value.uri());
        (void)unescape(value.uri().user());
        for (const auto& header : value.uri().headers()) (void)header;
    }
}

template <class... T>
void read_all(const MessageView& message) {
    const auto each = [&]<class H>(std::type_identity<H>) {
        (void)message.top<H>();
        for (const auto& item : message.all<H>())
            if (item) read_value(*item);
    };
    (each(std::type_identity<T>()), ...);
}

void read_message(const MessageView& message) {
    (void)check_mandatory(message);
    (void)check_all(message);
    if (const auto uri = message.request_uri()) {
        (void)equivalent(*uri, *uri);
        (void)to_string(*uri);
        for (const auto* name : {"transport", "lr", "zz"}) (void)uri->params().get(name);
    }
    read_all<Via, From, To, CallId, CSeq, MaxForwards, Contact, Route, RecordRoute, ReplyTo, Path, ServiceRoute,
             Expires, Supported, Require, Allow, ContentType, Event, Reason, RetryAfter, SessionExpires,
             WwwAuthenticate, Authorization, Date, Replaces>(message);
    for (const auto& field : message.fields()) (void)unfold(message.value(field));
}

void read_stream(std::string_view octets) {
    StreamFramer framer;
    (void)framer.prepare(70'000);  // room that grows in steps would blur what the octets cost
    while (!octets.empty()) {
        framer.feed(octets.substr(0, 100));
        octets.remove_prefix(std::min<std::size_t>(100, octets.size()));
        (void)framer.next();
    }
}

}  // namespace

/// What callgrind counts. It is found by its name, so it must be a function.
extern "C" __attribute__((noinline)) void measure(const std::string& octets) {
    const auto message = parse(octets);
    if (message) read_message(*message);
    if (const auto partial = salvage(octets)) (void)partial->fields();
    read_stream(octets);
}

int main() {
    constexpr std::size_t n = 30'000;
    for (const auto& shape : shapes()) {
        for (const auto octets : {n, 2 * n}) {
            const auto text = shape.build(octets);
            measure(text);
            std::printf("%zu\t%s\n", text.size(), shape.name);
        }
    }
}
