// SPDX-License-Identifier: MIT
#include "sdp_samples.hpp"

#include <sipmsg/sdp/rtp.hpp>

#include <doctest/doctest.h>

namespace sdp = sipmsg::sdp;

namespace {

sdp::MediaDescription media(const std::string& lines) {
    const auto description = sdp::parse("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n" + lines);
    REQUIRE(description);
    return description->media.at(0);
}

}  // namespace

TEST_CASE("Payloads come in the order of the m= line with their mapping (RFC 3264 §5.1)") {
    const auto offer = sdp::parse(sdp_sample("chromium156-offer-audio"));
    REQUIRE(offer);
    const auto maps = sdp::rtpmaps(offer->media[0]);
    REQUIRE(maps.size() == 8);
    CHECK(maps[0] == sdp::RtpMap{111, "opus", 48'000, 2});
    CHECK(maps[3] == sdp::RtpMap{0, "PCMU", 8'000, 1});
    CHECK(to_string(maps[0]) == "111 opus/48000/2");
    CHECK(to_string(maps[3]) == "0 PCMU/8000");
    CHECK(sdp::fmtp(offer->media[0], 111) == "minptime=10;useinbandfec=1");
    CHECK(sdp::fmtp(offer->media[0], 0).empty());
}

TEST_CASE("A payload is taken out with all that is said of it, and with what repeats it (RFC 4588 §8.1)") {
    auto video = media(
        "m=video 9 RTP/AVPF 96 97 98 99\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:* ccm fir\r\n"
        "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=rtpmap:98 H264/90000\r\na=fmtp:98 packetization-mode=1\r\n"
        "a=rtpmap:99 rtx/90000\r\na=fmtp:99 apt=98\r\na=mid:1\r\n");
    const auto before = video;
    CHECK_FALSE(sdp::remove_payload(video, 100));
    CHECK(video == before);
    CHECK(sdp::remove_payload(video, 96));
    CHECK(video.formats == std::vector<std::string>{"98", "99"});
    CHECK(video.attributes ==
          media("m=video 9 RTP/AVPF 98 99\r\na=rtcp-fb:* ccm fir\r\na=rtpmap:98 H264/90000\r\n"
                "a=fmtp:98 packetization-mode=1\r\na=rtpmap:99 rtx/90000\r\na=fmtp:99 apt=98\r\na=mid:1\r\n")
              .attributes);
    const auto last = video;
    CHECK_FALSE(sdp::remove_payload(video, 98));
    CHECK(video == last);
    CHECK(sdp::remove_payload(video, 99));
    auto audio = media("m=audio 9 RTP/AVP 0 8\r\n");
    CHECK(sdp::remove_payload(audio, 8));
    CHECK(audio.formats == std::vector<std::string>{"0"});
}

TEST_CASE("Static payload numbers need no rtpmap (RFC 3551 §6)") {
    const auto maps = sdp::rtpmaps(media("m=audio 1 RTP/AVP 0 8 9 18 13\r\n"));
    REQUIRE(maps.size() == 5);
    CHECK(maps[1].encoding == "PCMA");
    CHECK(maps[2] == sdp::RtpMap{9, "G722", 8'000, 1});
    CHECK(sdp::rtpmaps(media("m=audio 1 RTP/AVP 0\r\na=rtpmap:0 L16/8000\r\n"))[0].encoding == "L16");
}

TEST_CASE("Mappings that cannot be used are left out: none, clock 0, no number, twice, dangling") {
    const auto maps = sdp::rtpmaps(
        media("m=audio 1 RTP/AVP 96 97 98 99 100 101 x 128 0 0 -1 102\r\na=rtpmap:97 opus/0\r\na=rtpmap:98 opus\r\n"
              "a=rtpmap:99 opus/4294967296\r\na=rtpmap:100 opus/48000/0\r\na=rtpmap:101 opus/48000/2x\r\na=rtpmap\r\n"
              "a=rtpmap:55 G729/8000\r\na=fmtp:56 x=y\r\na=rtpmap:102 /8000\r\n"));
    REQUIRE(maps.size() == 1);
    CHECK(maps[0].payload == 0);
}

TEST_CASE("A codec is its name in any case, its clock rate and its channels (RFC 8866 §6)") {
    const sdp::RtpMap opus{111, "opus", 48'000, 2};
    CHECK(opus.same_codec({96, "OPUS", 48'000, 2}));
    CHECK(!opus.same_codec({111, "opus", 48'000, 1}));
    CHECK(!opus.same_codec({111, "opus", 16'000, 2}));
}

TEST_CASE("A ptime outside 1..1000 ms is as if absent (RFC 3264 §5.1)") {
    const auto ptime = [](const std::string& value) {
        return sdp::ptime(media("m=audio 1 RTP/AVP 0\r\na=ptime" + value + "\r\n"));
    };
    CHECK(ptime(":20") == 20);
    CHECK(!ptime(":0"));
    CHECK(!ptime(":4294967295"));
    CHECK(!ptime(":99999999999999999999"));
    CHECK(!ptime(":-20"));
    CHECK(!ptime(""));
}
