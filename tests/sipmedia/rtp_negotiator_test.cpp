// SPDX-License-Identifier: MIT
#include <sipmedia/media.hpp>
#include <sipmedia/rtp_negotiator.hpp>

#include <sipmsg/sdp/typed.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmedia;
namespace sdp = sipmsg::sdp;

namespace {

RtpCapability capability(bool sdes = false, std::uint16_t port = 4000) {
    return {
        .address = "192.0.2.1",
        .port = port,
        .codecs = {{.name = "opus", .clock_rate = 48000, .channels = 2},
                   {.name = "PCMU"},
                   {.name = "PCMA"},
                   {.name = "telephone-event", .clock_rate = 48000, .fmtp = "0-15"},
                   {.name = "telephone-event", .clock_rate = 8000, .fmtp = "0-15"}},
        .sdes = sdes,
    };
}

RtpNegotiator negotiator(bool sdes = false, std::uint8_t first = 1) {
    return {capability(sdes), 4711, [first](SrtpSuite suite) mutable {
                SrtpKey key{.suite = suite};
                key.octets.fill(first++);
                return key;
            }};
}

sdp::SessionDescription description(const std::string& lines) {
    auto parsed = sdp::parse("v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n" + lines);
    REQUIRE(parsed);
    return *parsed;
}

const std::string crypto_80 = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n";

}  // namespace

TEST_CASE(
    "A plain offer lists our codecs with their static numbers, and agrees on the answer's first (RFC 3264 §5.1)") {
    auto alice = negotiator();
    auto offer = alice.offer();
    REQUIRE(offer.media.size() == 1);
    CHECK(offer.media[0].protocol == "RTP/AVP");
    CHECK(offer.media[0].port == 4000);
    CHECK_FALSE(sdp::has(offer.media[0].attributes, "crypto"));
    REQUIRE(alice.apply_answer(
        description("m=audio 5000 RTP/AVP 8 0 97\r\na=rtpmap:97 telephone-event/8000\r\na=ptime:30\r\n")));
    const auto& agreed = *alice.agreement();
    CHECK(agreed.media.codec == "PCMA");
    CHECK(agreed.media.send_payload == 8);
    CHECK(agreed.media.send_event_payload == 97);
    CHECK(agreed.media.address == "192.0.2.7");
    CHECK(agreed.media.ptime == 30);
    CHECK(agreed.rtcp_port == 5001);
    CHECK(agreed.receivable.size() == 5);  // the peer may send any of what we listed
    CHECK_FALSE(agreed.send_key);
}

TEST_CASE("RTCP goes where the description says (RFC 3605)") {
    auto alice = negotiator();
    alice.offer();
    REQUIRE(alice.apply_answer(description("m=audio 5000 RTP/AVP 0\r\na=rtcp:6001 IN IP4 192.0.2.8\r\n")));
    CHECK(alice.agreement()->rtcp_port == 6001);
    CHECK(alice.agreement()->rtcp_address == "192.0.2.8");
}

TEST_CASE("RTCP shares the RTP port when both sides say so, and never else (RFC 5761 §5.1.1)") {
    const auto is_offered = [](const sdp::SessionDescription& description) {
        return sdp::has(description.media.at(0).attributes, "rtcp-mux");
    };
    const std::string plain = "m=audio 5000 RTP/AVP 0 96\r\na=rtpmap:96 opus/48000/2\r\n", mux = "a=rtcp-mux\r\n";
    auto alice = negotiator();
    SUBCASE("we offer, the peer agrees; its other port counts no more, and the next offer says the same") {
        CHECK(is_offered(alice.offer()));
        REQUIRE(alice.apply_answer(description("m=audio 5000 RTP/AVP 0\r\na=rtcp:6001\r\n" + mux)));
        CHECK(alice.agreement()->rtcp_mux);
        CHECK(alice.agreement()->rtcp_port == 5000);
        CHECK(alice.agreement()->rtcp_address == "192.0.2.7");
        CHECK(is_offered(alice.offer()));
        REQUIRE(alice.apply_answer(description("m=audio 5000 RTP/AVP 0\r\n")));
        CHECK_FALSE(alice.agreement()->rtcp_mux);
        CHECK(alice.agreement()->rtcp_port == 5001);
    }
    SUBCASE("we offer, the peer does not know it") {
        alice.offer();
        REQUIRE(alice.apply_answer(description("m=audio 5000 RTP/AVP 0\r\n")));
        CHECK_FALSE(alice.agreement()->rtcp_mux);
        CHECK(alice.agreement()->rtcp_port == 5001);
    }
    SUBCASE("the peer offers") {
        CHECK(is_offered(alice.answer(description(plain + mux)).value()));
        CHECK(alice.agreement()->rtcp_mux);
        CHECK(alice.agreement()->rtcp_port == 5000);
    }
    SUBCASE("the peer does not offer") {
        CHECK_FALSE(is_offered(alice.answer(description(plain)).value()));
        CHECK_FALSE(alice.agreement()->rtcp_mux);
    }
    SUBCASE("a number that would be taken for RTCP (RFC 5761 §4)") {
        for (const std::string number : {"72", "64", "95"}) {
            auto bob = negotiator();
            const auto offer = "m=audio 5000 RTP/AVP " + number + "\r\na=rtpmap:" + number + " opus/48000/2\r\n" + mux;
            CHECK_FALSE(is_offered(bob.answer(description(offer)).value()));
            CHECK_FALSE(bob.agreement()->rtcp_mux);
        }
    }
    SUBCASE("we do not want it") {
        auto ours = capability();
        ours.rtcp_mux = false;
        RtpNegotiator bob(ours, 4711, [](SrtpSuite suite) { return SrtpKey{.suite = suite}; });
        CHECK_FALSE(is_offered(bob.answer(description(plain + mux)).value()));
        CHECK_FALSE(bob.agreement()->rtcp_mux);
        RtpNegotiator carol(ours, 4711, [](SrtpSuite suite) { return SrtpKey{.suite = suite}; });
        CHECK_FALSE(is_offered(carol.offer()));
        REQUIRE(carol.apply_answer(description("m=audio 5000 RTP/AVP 0\r\n" + mux)));
        CHECK_FALSE(carol.agreement()->rtcp_mux);
    }
}

TEST_CASE("Two sides agree on SDES keys: each receives with what the other sends (RFC 4568 §5.1)") {
    auto alice = negotiator(true, 1), bob = negotiator(true, 101);
    auto offer = alice.offer();
    CHECK(offer.media[0].protocol == "RTP/SAVP");
    CHECK(sdp::all<sdp::Crypto>(offer.media[0].attributes).size() == 2);
    auto answer = bob.answer(offer);
    REQUIRE(answer);
    CHECK(answer->media[0].protocol == "RTP/SAVP");
    REQUIRE(sdp::all<sdp::Crypto>(answer->media[0].attributes).size() == 1);
    CHECK(sdp::all<sdp::Crypto>(answer->media[0].attributes)[0].tag == 1);
    REQUIRE(alice.apply_answer(*answer));
    CHECK(alice.agreement()->send_key == bob.agreement()->receive_key);
    CHECK(alice.agreement()->receive_key == bob.agreement()->send_key);
    CHECK(alice.agreement()->send_key != alice.agreement()->receive_key);

    SUBCASE("hold and resume keep them, from both sides (RFC 4568 §7.1.4)") {
        const auto before = *alice.agreement();
        for (bool hold : {true, false}) {
            auto again = bob.answer(alice.offer(hold));
            REQUIRE(again);
            REQUIRE(alice.apply_answer(*again));
            CHECK(alice.agreement()->send_key == before.send_key);
            CHECK(alice.agreement()->receive_key == before.receive_key);
            CHECK(alice.agreement()->media.direction == (hold ? sdp::Direction::sendonly : sdp::Direction::sendrecv));
            auto back = alice.answer(bob.offer());
            REQUIRE(back);
            REQUIRE(bob.apply_answer(*back));
            CHECK(bob.agreement()->send_key == before.receive_key);
        }
    }
    SUBCASE("the second suite is taken when the answer names it") {
        auto carol = negotiator(true, 50);
        carol.offer();
        REQUIRE(
            carol.apply_answer(description("m=audio 5000 RTP/SAVP 0\r\na=crypto:2 AES_CM_128_HMAC_SHA1_32 "
                                           "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n")));
        CHECK(carol.agreement()->send_key->suite == SrtpSuite::aes_cm_128_hmac_sha1_32);
        CHECK(carol.agreement()->send_key->octets[0] == 51);
    }
    SUBCASE("a peer's new key is taken, and ours stays") {
        auto changed = *alice.agreement();
        auto reoffer = description("m=audio 5000 RTP/SAVP 0\r\n" + crypto_80);
        REQUIRE(alice.answer(reoffer));
        CHECK(alice.agreement()->receive_key != changed.receive_key);
        CHECK(alice.agreement()->send_key == changed.send_key);
    }
}

TEST_CASE("An answer without the keys it owes is refused, and the offer stays out (RFC 4568 §5.1.3)") {
    for (std::string lines :
         {std::string("m=audio 5000 RTP/SAVP 0\r\n"),
          "m=audio 5000 RTP/SAVP 0\r\n" + std::string("a=crypto:9 AES_CM_128_HMAC_SHA1_80 "
                                                      "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n"),
          "m=audio 5000 RTP/SAVP 0\r\n" + std::string("a=crypto:1 AES_CM_128_HMAC_SHA1_32 "
                                                      "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n")}) {
        CAPTURE(lines);
        auto alice = negotiator(true);
        alice.offer();
        CHECK_FALSE(alice.apply_answer(description(lines)));
        CHECK(alice.has_local_offer());
        CHECK_FALSE(alice.agreement());
        CHECK(alice.apply_answer(description("m=audio 5000 RTP/SAVP 0\r\n" + crypto_80)));
    }
}

TEST_CASE("Plain and keyed media are never mixed up: the other kind gets 488 (RFC 4568 §7.1.2)") {
    auto plain = description("m=audio 5000 RTP/AVP 0\r\n");
    auto keyed = description("m=audio 5000 RTP/SAVP 0\r\n" + crypto_80);
    CHECK(negotiator(true).answer(plain).error().status == 488);
    CHECK(negotiator(false).answer(keyed).error().status == 488);
    CHECK(negotiator(true).answer(description("m=audio 5000 RTP/SAVP 0\r\n")).error().status == 488);
    CHECK(negotiator(false).answer(plain));
    CHECK(negotiator(true).answer(keyed));
}

TEST_CASE("Media goes to addresses: names and multicast are refused, an old hold is not (RFC 3264 §8.4)") {
    for (std::string address : {"phone.example.com", "224.0.0.1"}) {
        auto offer = description("m=audio 5000 RTP/AVP 0\r\n");
        offer.connection->address = address;
        CHECK_FALSE_MESSAGE(negotiator().answer(offer), address);
    }
    auto held = description("m=audio 5000 RTP/AVP 0\r\n");
    held.connection->address = "0.0.0.0";
    auto bob = negotiator();
    REQUIRE(bob.answer(held));
    CHECK_FALSE(sdp::sends(bob.agreement()->media.direction));
    CHECK(bob.is_held_by_peer());
}

TEST_CASE("Glare and missing lines change nothing (RFC 3264 §4, §8)") {
    auto alice = negotiator(), bob = negotiator();
    REQUIRE(alice.apply_answer(*bob.answer(alice.offer())));
    const auto before = *alice.agreement();
    alice.offer(true);
    CHECK(alice.answer(description("m=audio 5000 RTP/AVP 0\r\n")).error().status == 491);
    alice.rollback();
    CHECK_FALSE(alice.answer(description("")));
    CHECK(*alice.agreement() == before);
}

TEST_CASE("What an offer asks for shows in its first usable line (RFC 5763 §5, RFC 4568 §7.1.2)") {
    CHECK(security_of(description("m=audio 5000 RTP/AVP 0\r\n")) == Security::none);
    CHECK(security_of(description("m=audio 5000 RTP/AVPF 0\r\n")) == Security::none);
    CHECK(security_of(description("m=audio 5000 RTP/SAVP 0\r\n" + crypto_80)) == Security::sdes);
    CHECK(security_of(description("m=audio 0 RTP/AVP 0\r\nm=audio 5000 RTP/SAVPF 0\r\n" + crypto_80)) ==
          Security::sdes);
    CHECK(security_of(description("m=audio 5000 UDP/TLS/RTP/SAVPF 0\r\n")) == Security::dtls);
    CHECK(security_of(description("a=fingerprint:sha-256 AB:CD\r\nm=audio 5000 RTP/SAVPF 0\r\n")) == Security::dtls);
    CHECK(security_of(description("m=application 5000 UDP/DTLS/SCTP webrtc-datachannel\r\n")) == Security::dtls);
}

TEST_CASE("Media goes to one address of our family, and never to all (RFC 3264 §6, RFC 3261 §20.43)") {
    const auto answered = [](const std::string& type, const std::string& address) {
        auto offer = description("m=audio 5000 RTP/AVP 0\r\n");
        offer.connection = sdp::Connection{.address_type = type, .address = address};
        auto bob = negotiator();
        return bob.answer(offer);
    };
    CHECK(answered("IP4", "192.0.2.7"));
    for (const char* other : {"2001:db8::7", "::ffff:192.0.2.7"}) {
        const auto refused = answered("IP6", other);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().status == 488);
        CHECK(refused.error().warning == 301);
    }
    CHECK_FALSE(answered("IP4", "255.255.255.255"));

    auto offer = description("m=audio 5000 RTP/AVP 0\r\na=rtcp:9 IN IP6 2001:db8::7\r\n");
    auto bob = negotiator();
    REQUIRE(bob.answer(offer));
    CHECK(bob.agreement()->rtcp_address == "192.0.2.7");
}
