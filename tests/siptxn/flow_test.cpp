// SPDX-License-Identifier: MIT
#include <siptxn/flow.hpp>

#include <doctest/doctest.h>

using namespace siptxn;

TEST_CASE("transports are named without case, and print for URIs and for Via (RFC 3261 §19.1.1, §20.42)") {
    for (auto transport : {Transport::udp, Transport::tcp, Transport::tls, Transport::ws, Transport::wss}) {
        CHECK(transport_of(to_string(transport)) == transport);
        CHECK(transport_of(to_via_token(transport)) == transport);
    }
    CHECK(transport_of("Tcp") == Transport::tcp);
    CHECK_FALSE(transport_of("sctp"));
    CHECK_FALSE(transport_of(""));
}

TEST_CASE("each transport has its default port (RFC 3261 §19.1.2, RFC 7118 §5)") {
    CHECK(default_port(Transport::udp) == 5060);
    CHECK(default_port(Transport::tcp) == 5060);
    CHECK(default_port(Transport::tls) == 5061);
    CHECK(default_port(Transport::ws) == 80);
    CHECK(default_port(Transport::wss) == 443);
}
