// SPDX-License-Identifier: MIT
// A program of someone who has only an installed libsipmsg. Prints what it read; exit 0 when that is right.
#include <sipmsg/sipmsg.hpp>
#include <sipmsg/version.hpp>

#include <cstdio>
#include <string_view>

int main() {
    constexpr std::string_view octets =
        "OPTIONS sip:carol@chicago.example.com SIP/2.0\r\n"
        "Via: SIP/2.0/UDP pc33.atlanta.example.com;branch=z9hG4bKhjhs8ass877\r\n"
        "Max-Forwards: 70\r\n"
        "To: <sip:carol@chicago.example.com>\r\n"
        "From: Alice <sip:alice@atlanta.example.com>;tag=1928301774\r\n"
        "Call-ID: a84b4c76e66710\r\n"
        "CSeq: 63104 OPTIONS\r\n"
        "Content-Length: 0\r\n\r\n";
    const auto message = sipmsg::parse(octets);
    if (!message || !message->is_request()) return 1;
    const auto via = message->top<sipmsg::Via>();
    if (!via || via->branch() != "z9hG4bKhjhs8ass877") return 1;
    std::printf("sipmsg %s\n", std::string(sipmsg::version()).c_str());
    return sipmsg::parse("not SIP at all\r\n\r\n") ? 1 : 0;
}
