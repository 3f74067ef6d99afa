// SPDX-License-Identifier: MIT
#include <sipmedia/sdp_adapter.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmedia;

TEST_CASE("webrtcbin is told that a peer only answers checks, and not what it has no use for (RFC 8445 §6.1.1)") {
    const std::string kept =
        "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=ice-lite\r\n"
        "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=ice-options:trickle\r\na=ssrc:7 cname:x\r\n";
    const auto whole =
        sipmsg::sdp::parse(kept + "a=x-odd:1\r\na=ssrc:0 cname:y\r\na=ssrc:8 label:z\r\na=fmtp:96 a=b;;\r\n");
    REQUIRE(whole);
    CHECK(sipmsg::sdp::to_string(as_webrtcbin_reads(*whole)) == kept);
}
