// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/endpoint.hpp>

#include <string>

// A short call as three tracers would report it.
namespace sample {

using namespace std::chrono_literals;

inline siptxn::SocketAddress address(const char* text) { return *siptxn::SocketAddress::parse(text); }

inline const siptxn::SocketAddress alice = address("192.0.2.1:5060");
inline const siptxn::SocketAddress proxy = address("192.0.2.2:5060");
inline const siptxn::SocketAddress bob = address("192.0.2.3:49152");

inline siptxn::TraceMessage message(bool sent, const siptxn::SocketAddress& from, const siptxn::SocketAddress& to,
                                    std::chrono::microseconds at, const std::string& octets,
                                    siptxn::Transport transport = siptxn::Transport::udp) {
    siptxn::TraceMessage seen{.sent = sent};
    seen.flow = {.transport = transport, .local = sent ? from : to, .remote = sent ? to : from};
    seen.octets = octets;
    seen.time = siptxn::TimePoint(1000s) + at;
    seen.calendar = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000)) + at;
    return seen;
}

inline std::string sip(const std::string& first, const std::string& cseq, const std::string& more = "\r\n") {
    return first +
           "\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:alice@example.com>;tag=a\r\nTo: "
           "<sip:bob@example.com>\r\n" +
           "Call-ID: c1\r\nCSeq: " + cseq + "\r\nMax-Forwards: 70\r\n" + more;
}

inline const std::string description = "Content-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n";
inline const std::string invite = sip("INVITE sip:bob@example.com SIP/2.0", "1 INVITE", description);
inline const std::string ringing = sip("SIP/2.0 180 Ringing", "1 INVITE");
inline const std::string answer = sip("SIP/2.0 200 OK", "1 INVITE", description);

}  // namespace sample
