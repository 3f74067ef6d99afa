// SPDX-License-Identifier: MIT
#include "sdp_samples.hpp"

#include <sipmsg/sdp/ice.hpp>
#include <sipmsg/sdp/precondition.hpp>
#include <sipmsg/sdp/rtcp.hpp>
#include <sipmsg/sdp/rtp.hpp>
#include <sipmsg/sdp/security.hpp>
#include <sipmsg/sdp/streams.hpp>

#include <doctest/doctest.h>

#include <string>

namespace sdp = sipmsg::sdp;

namespace {

sdp::SessionDescription parsed(const std::string& text) {
    auto result = sdp::parse("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n" + text);
    REQUIRE(result);
    return *std::move(result);
}

/// Well-formed values come back as they were.
template <class T>
void check_prints(std::initializer_list<const char*> values) {
    for (const auto* value : values) {
        CAPTURE(std::string(value));
        const auto parsed_value = T::parse(value);
        REQUIRE(parsed_value);
        CHECK(to_string(*parsed_value) == value);
        CHECK(T::parse(to_string(*parsed_value)) == parsed_value);
    }
}

template <class T>
void check_refused(std::initializer_list<const char*> values) {
    for (const auto* value : values) {
        CAPTURE(std::string(value));
        CHECK(!T::parse(value));
    }
}

struct Counts {
    std::size_t seen = 0;
    std::size_t same = 0;
};

template <class T>
void count(const sdp::Attributes& list, Counts& counts) {
    for (const auto& attribute : list) {
        if (attribute.name != T::name) continue;
        ++counts.seen;
        const auto value = T::parse(attribute.text());
        if (value && to_string(*value) == attribute.text()) ++counts.same;
    }
}

template <class... Types>
Counts count_all(const sdp::Attributes& list) {
    Counts counts;
    (count<Types>(list, counts), ...);
    return counts;
}

}  // namespace

TEST_CASE("Every typed attribute that real agents wrote is read and printed as it was") {
    std::size_t seen = 0;
    for (const auto& name : sdp_sample_names()) {
        CAPTURE(name);
        const auto description = sdp::parse(sdp_sample(name));
        REQUIRE(description);
        const auto check = [&](const sdp::Attributes& list) {
            const auto counts =
                count_all<sdp::Candidate, sdp::RemoteCandidates, sdp::Fingerprint, sdp::Crypto, sdp::Group, sdp::Msid,
                          sdp::Ssrc, sdp::SsrcGroup, sdp::Rid, sdp::Simulcast, sdp::Rtcp, sdp::RtcpFeedback,
                          sdp::ExtMap, sdp::CurrentStatus, sdp::DesiredStatus>(list);
            CHECK(counts.same == counts.seen);
            seen += counts.seen;
        };
        check(description->attributes);
        for (const auto& media : description->media) check(media.attributes);
    }
    CHECK(seen > 350);
}

TEST_CASE("A candidate is taken apart (RFC 5245 §15.1)") {
    const auto candidate = sdp::Candidate::parse(
        "a1+/ 2 TCP 1518280447 2001:db8::9 9 typ srflx raddr 192.0.2.9 rport 50001 tcptype so ufrag x");
    REQUIRE(candidate);
    CHECK(candidate->foundation == "a1+/");
    CHECK(candidate->component == 2);
    CHECK(candidate->transport == "TCP");
    CHECK(candidate->priority == 1'518'280'447);
    CHECK(candidate->address == "2001:db8::9");
    CHECK(candidate->port == 9);
    CHECK(candidate->type == "srflx");
    CHECK(candidate->related_address == "192.0.2.9");
    CHECK(candidate->related_port == 50'001);
    CHECK(candidate->extension("tcptype") == "so");
    CHECK(!candidate->extension("generation"));
    check_prints<sdp::Candidate>({"1 1 UDP 4294967295 pier.local 65535 typ host",
                                  "1 1 udp 1 192.0.2.9 0 typ newtype generation 0 network-id 3",
                                  "1 1 UDP 1 192.0.2.9 1 typ relay raddr 0.0.0.0 rport 0 generation 0 raddr x"});
    check_refused<sdp::Candidate>(
        {"", "1", "1 1 UDP 1 h 1", "1 1 UDP 1 h 1 typ", "1 1 UDP 1 h 1 type host", "1 1 UDP 4294967296 h 1 typ host",
         "1 1 UDP 1 h 65536 typ host", "1 65536 UDP 1 h 1 typ host", "1 -1 UDP 1 h 1 typ host",
         "1  1 UDP 1 h 1 typ host", "a_b 1 UDP 1 h 1 typ host", "1 1 UDP 1 h 1 typ host x", "1 1 UDP 1 h 1 typ host x ",
         "1 1 UDP 1 h 1 typ host raddr h rport x", "123456789012345678901234567890123 1 UDP 1 h 1 typ host"});
}

TEST_CASE("ICE credentials and options are the media's own, else the session's (RFC 8839)") {
    const std::string password = "a=ice-pwd:0123456789abcdefghijkl\r\n";
    const auto description =
        parsed("a=ice-ufrag:sess\r\n" + password + "a=ice-options:ice2 trickle\r\nm=audio 9 RTP/AVP 0\r\n" +
               "m=video 9 RTP/AVP 96\r\na=ice-ufrag:vide\r\na=ice-options:renomination\r\n" +
               "m=text 9 RTP/AVP 97\r\na=ice-ufrag:abc\r\nm=text 9 RTP/AVP 97\r\na=ice-pwd:short\r\n");
    const auto credentials = [&](std::size_t i) { return sdp::ice_credentials(description, description.media[i]); };
    CHECK(credentials(0) == sdp::IceCredentials{"sess", "0123456789abcdefghijkl"});
    CHECK(credentials(1)->ufrag == "vide");
    CHECK(!credentials(2));
    CHECK(!credentials(3));
    CHECK(sdp::ice_options(description, description.media[0]) == std::vector<std::string_view>{"ice2", "trickle"});
    CHECK(sdp::ice_options(description, description.media[1]) == std::vector<std::string_view>{"renomination"});
    check_prints<sdp::RemoteCandidates>({"1 192.0.2.9 5000", "1 192.0.2.9 5000 2 2001:db8::9 5001"});
    check_refused<sdp::RemoteCandidates>({"", "1", "1 h", "1 h 5 2", "1 h 65536"});
}

TEST_CASE("Setup says who connects, fingerprints whose certificate it is (RFC 4145, RFC 8122)") {
    const auto description = parsed(
        "a=setup:actpass\r\na=fingerprint:sha-1 00:FF\r\nm=audio 9 RTP/AVP 0\r\n"
        "m=video 9 RTP/AVP 96\r\na=setup:passive\r\na=fingerprint:SHA-256 0a:1B:2c\r\n"
        "a=fingerprint:sha-512 zz\r\nm=text 9 RTP/AVP 97\r\na=setup:Active\r\n");
    CHECK(sdp::setup(description, description.media[0]) == sdp::Setup::actpass);
    CHECK(sdp::setup(description, description.media[1]) == sdp::Setup::passive);
    CHECK(!sdp::setup(description, description.media[2]));
    CHECK(to_string(sdp::Setup::holdconn) == "holdconn");
    const auto session = sdp::fingerprints(description, description.media[0]);
    REQUIRE(session.size() == 1);
    CHECK(session[0].octets() == std::vector<std::uint8_t>{0x00, 0xFF});
    const auto own = sdp::fingerprints(description, description.media[1]);
    REQUIRE(own.size() == 1);
    CHECK(own[0].matches({"sha-256", "0A:1b:2C"}));
    CHECK(!own[0].matches({"sha-256", "0A:1b:2D"}));
    CHECK(!own[0].matches({"sha-384", "0A:1b:2C"}));
    check_refused<sdp::Fingerprint>({"", "sha-256", "sha-256 ", "sha-256 0", "sha-256 00:", "sha-256 00:1",
                                     "sha-256 0011", "sha-256 00 11", "sha-256 00:11 x", "sha-256 :00"});
}

TEST_CASE("A crypto attribute is taken apart (RFC 4568)") {
    const auto crypto = sdp::Crypto::parse(
        "12 AES_CM_128_HMAC_SHA1_80 inline:QUJD|2^20|1:4;inline:REVG|2^20|2:4 KDR=1 UNENCRYPTED_SRTP");
    REQUIRE(crypto);
    CHECK(crypto->tag == 12);
    CHECK(crypto->suite == "AES_CM_128_HMAC_SHA1_80");
    CHECK(crypto->keys == std::vector<std::string_view>{"inline:QUJD|2^20|1:4", "inline:REVG|2^20|2:4"});
    CHECK(crypto->parameters == std::vector<std::string_view>{"KDR=1", "UNENCRYPTED_SRTP"});
    check_prints<sdp::Crypto>({"1 AEAD_AES_128_GCM inline:QUJD", "999999999 X a:b C"});
    check_refused<sdp::Crypto>({"", "1", "1 X", "1 X inline", "1 X a:b;", "1 X a:b ", "x X a:b", "1000000000 X a:b",
                                "4294967296 X a:b", "1  a:b"});
}

TEST_CASE("Groups, streams and sources are taken apart (RFC 5888, RFC 8830, RFC 5576)") {
    check_prints<sdp::Group>({"BUNDLE", "BUNDLE 0 1", "LS a{1} b"});
    check_refused<sdp::Group>({"", "BUNDLE ", "BUNDLE 0  1", "BUN:DLE 0", "BUNDLE a,b"});
    CHECK(sdp::Group::parse("FID a b")->mids == std::vector<std::string_view>{"a", "b"});
    check_prints<sdp::Msid>({"-", "s t", "{0b5a7c61-9d2e} {x}"});
    check_refused<sdp::Msid>({"", " ", "s ", "s t u", "s:t"});
    check_prints<sdp::Ssrc>({"1 cname:a b:c", "4294967295 label", "0 msid:s t", "1 x:"});
    check_refused<sdp::Ssrc>({"", "1", "1 ", "1 :x", "4294967296 cname:x", "-1 cname:x", "1 a b"});
    CHECK(sdp::Ssrc::parse("7 cname:a:b")->value == "a:b");
    check_prints<sdp::SsrcGroup>({"FID 1 2", "SIM 1 2 3", "FEC-FR"});
    check_refused<sdp::SsrcGroup>({"", "FID x", "FID 1 ", "FID 4294967296"});
    CHECK(sdp::SsrcGroup::parse("FID 1 2")->ssrcs == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("Restricted streams and simulcast are taken apart (RFC 8851, RFC 8853)") {
    const auto rid = sdp::Rid::parse("hi send pt=96,97,300;max-width=1280;depend=lo");
    REQUIRE(rid);
    CHECK(rid->direction == sdp::StreamDirection::send);
    CHECK(rid->payloads() == std::vector<std::uint8_t>{96, 97});
    CHECK(rid->restriction("max-width") == "1280");
    CHECK(!rid->restriction("max-height"));
    check_prints<sdp::Rid>({"1 recv", "a-b_c send max-br=64000", "x recv pt=0"});
    check_refused<sdp::Rid>({"", "1", "1 sendrecv", "1 send ", "a.b send", " send"});
    const auto simulcast = sdp::Simulcast::parse("recv 1;~4,5 send ~hi,mid;lo");
    REQUIRE(simulcast);
    REQUIRE(simulcast->send.size() == 2);
    CHECK(simulcast->send[0][0] == sdp::Simulcast::Alternative{"hi", true});
    CHECK(simulcast->send[0][1] == sdp::Simulcast::Alternative{"mid", false});
    CHECK(simulcast->recv[1][1].rid == "5");
    CHECK(simulcast->recv_first);
    check_prints<sdp::Simulcast>({"recv 1;~4,5 send ~hi,mid;lo", "send 1;2;3", "recv a", "send 1 recv 2"});
    check_refused<sdp::Simulcast>({"", "send", "send ", "send 1;", "send ;1", "send 1,,2", "send 1 send 2", "both 1",
                                   "send ~", "send 1 recv", "send 1 2"});
}

TEST_CASE("RTCP: its port, its feedback, and header extensions are taken apart (RFC 3605, RFC 4585, RFC 8285)") {
    CHECK(sdp::Rtcp::parse("9 IN IP6 2001:db8::9")->connection->address == "2001:db8::9");
    check_prints<sdp::Rtcp>({"53020", "53020 IN IP4 192.0.2.9"});
    check_refused<sdp::Rtcp>({"", "x", "65536", "1 IN", "1 IN IP4", "1 IN IP4 h x", "1 "});
    const auto everywhere = sdp::RtcpFeedback::parse("* ccm fir");
    CHECK(everywhere->applies_to(5));
    const auto one = sdp::RtcpFeedback::parse("96 nack pli");
    CHECK(one->applies_to(96));
    CHECK(!one->applies_to(97));
    CHECK(one->parameter == "pli");
    check_prints<sdp::RtcpFeedback>({"* nack", "96 trr-int 100", "127 ack app x y"});
    check_refused<sdp::RtcpFeedback>({"", "96", "*", "128 nack", "x nack", "** nack"});
    const auto map = sdp::ExtMap::parse("4/sendonly urn:ietf:params:rtp-hdrext:toffset a b");
    CHECK(map->id == 4);
    CHECK(map->direction == sdp::Direction::sendonly);
    CHECK(map->attributes == "a b");
    check_prints<sdp::ExtMap>({"1 urn:x", "4096/inactive http://x.example/y", "14/sendrecv urn:x vad=on"});
    check_refused<sdp::ExtMap>({"", "1", "0 urn:x", "x urn:x", "1/ urn:x", "1/both urn:x", "65536 urn:x", "1  urn:x"});
}

TEST_CASE("Preconditions are taken apart and compared (RFC 3312)") {
    check_prints<sdp::CurrentStatus>({"qos local none", "qos e2e sendrecv", "sec remote recv"});
    check_prints<sdp::ConfirmStatus>({"qos remote sendrecv"});
    check_prints<sdp::DesiredStatus>({"qos mandatory local sendrecv", "qos optional remote send", "x none e2e none",
                                      "x failure e2e recv", "x unknown e2e recv"});
    check_refused<sdp::CurrentStatus>(
        {"", "qos", "qos local", "qos both none", "qos local sendonly", "qos local none x"});
    check_refused<sdp::DesiredStatus>({"", "qos local none", "qos must local send", "qos mandatory local send x"});
    const auto wanted = sdp::DesiredStatus::parse("qos mandatory local send");
    const auto wished = sdp::DesiredStatus::parse("qos optional local sendrecv");
    const auto met = [](const auto& desired, const char* current) {
        return desired->is_met_by(*sdp::CurrentStatus::parse(current));
    };
    CHECK(met(wanted, "qos local sendrecv"));
    CHECK(met(wanted, "qos local send"));
    CHECK(!met(wanted, "qos local recv"));
    CHECK(!met(wanted, "qos remote send"));
    CHECK(!met(wanted, "sec local send"));
    CHECK(met(wished, "qos local none"));
}

TEST_CASE("Typed attributes are found, listed and added; malformed ones are left out but stay as text") {
    auto media = parsed("m=audio 9 RTP/AVP 0\r\na=ssrc:x\r\na=ssrc:1 cname:a\r\na=ssrc:2 cname:b\r\n").media[0];
    CHECK(!sdp::first<sdp::Ssrc>(media.attributes));
    CHECK(!sdp::first<sdp::Msid>(media.attributes));
    const auto sources = sdp::all<sdp::Ssrc>(media.attributes);
    REQUIRE(sources.size() == 2);
    CHECK(sources[1].ssrc == 2);
    sdp::add(media.attributes, sdp::Msid{"s", "t"});
    CHECK(sdp::value_of(media.attributes, "msid") == "s t");
    CHECK(sdp::values_of(media.attributes, "ssrc") == std::vector<std::string_view>{"x", "1 cname:a", "2 cname:b"});
}

TEST_CASE("Format parameters, packet times and message sizes are read (RFC 8866 §6.4, §6.5, §6.15)") {
    const auto media =
        parsed(
            "m=audio 9 RTP/AVP 111 101\r\na=fmtp:111 minptime=10; UseInbandFEC=1;stereo\r\na=fmtp:101 0-15\r\n"
            "a=maxptime:60\r\na=sctp-port:5000\r\na=max-message-size:0\r\n")
            .media[0];
    const auto params = sdp::fmtp_params(media, 111);
    CHECK(params.get("minptime") == "10");
    CHECK(params.get("useinbandfec") == "1");
    CHECK(params.has("stereo"));
    CHECK(sdp::fmtp_params(media, 101).has("0-15"));
    CHECK(sdp::fmtp_params(media, 0).empty());
    CHECK(sdp::maxptime(media) == 60);
    CHECK(!sdp::ptime(media));
    CHECK(sdp::sctp_port(media) == 5000);
    CHECK(sdp::max_message_size(media) == 0);
    CHECK(sdp::packet_time_us("20") == 20'000);
    CHECK(sdp::packet_time_us("2.5") == 2'500);
    CHECK(sdp::packet_time_us("0.125") == 125);
    CHECK(sdp::packet_time_us("0.1259") == 125);
    for (const auto* text : {"", "0", "0.0", ".5", "5.", "5.x", "-5", "3600001", "4294967296", "1e3", "1.5.5"}) {
        CAPTURE(std::string(text));
        CHECK(!sdp::packet_time_us(text));
    }
    const auto other = parsed("m=x 9 y z\r\na=ptime:2.5\r\na=sctp-port:0\r\na=max-message-size:x\r\n").media[0];
    CHECK(!sdp::ptime(other));
    CHECK(!sdp::sctp_port(other));
    CHECK(!sdp::max_message_size(other));
}
