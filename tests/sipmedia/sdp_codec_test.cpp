// SPDX-License-Identifier: MIT
#include "sdp_samples.hpp"

#include <sipmedia/sdp_adapter.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace sdp = sipmsg::sdp;
using namespace sipmedia;
using sipdialog::Codec;

namespace {

const Codec opus{.name = "opus", .clock_rate = 48'000, .channels = 2};
const Codec vp8{.name = "VP8", .clock_rate = 90'000};
const Codec h264{.name = "H264",
                 .clock_rate = 90'000,
                 .fmtp = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"};

SessionDescription parsed(const std::string& text) {
    auto description = sdp::parse(text);
    REQUIRE(description);
    return *std::move(description);
}
SessionDescription sample(const std::string& name) { return parsed(sdp_sample(name)); }

sdp::MediaDescription video(const std::string& lines) {
    return parsed("v=0\r\no=- 5 1 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 97 98 99\r\n" + lines)
        .media.at(0);
}

std::optional<unsigned> payload(const sdp::MediaDescription& media, std::span<const Codec> ours,
                                bool is_answer = false) {
    const auto chosen = choose_codec(media, ours, is_answer);
    return chosen ? std::optional<unsigned>(chosen->payload) : std::nullopt;
}

}  // namespace

TEST_CASE("The codec is the offer's first that we have, under its number (RFC 3264 §6.1)") {
    const auto offer = sample("chromium156-offer-av");
    const auto both = std::to_array({h264, vp8});
    CHECK(choose_codec(offer.media[0],
                       std::array{
                           opus
    }) ==
          ChosenCodec{
              .codec = 0, .payload = 111, .fmtp = "minptime=10;useinbandfec=1", .events = EventFormat{110, 48'000}});
    const auto picture = choose_codec(offer.media[1], both);
    REQUIRE(picture);
    CHECK(picture->codec == 1);
    CHECK(picture->payload == 96);
    CHECK(!choose_codec(offer.media[0], std::array{vp8}));
    CHECK(!choose_codec(offer.media[0], {}));
    const auto baresip = choose_codec(sample("baresip10-offer-av-nobundle").media[0], std::array{opus});
    REQUIRE(baresip);
    CHECK(baresip->payload == 96);
    CHECK(baresip->events == EventFormat{101, 8000});  // no others, and six of its units are one of Opus'
}

TEST_CASE("Of several H.264 formats the one with our profile and packetization mode is taken (RFC 6184 §8.2.2)") {
    const auto chromium = sample("chromium156-offer-av").media[1];  // 102, 104, 108, 114, 116 and 39
    const auto chosen = choose_codec(chromium, std::array{h264});
    REQUIRE(chosen);
    CHECK(chosen->payload == 108);
    CHECK(chosen->fmtp == "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f");
    auto main = h264;
    main.fmtp = "packetization-mode=0;profile-level-id=4d0028";
    CHECK(payload(chromium, std::array{main}) == 39);
    main.fmtp = "packetization-mode=1;profile-level-id=640028";
    CHECK(!payload(chromium, std::array{main}));
    CHECK(payload(sample("chromium156-reoffer-hold-av").media[1], std::array{h264}) == 108);
}

TEST_CASE("H.264 that we cannot do is passed over for what follows it, by name, and never mended (RFC 6184 §8.2.2)") {
    const std::string maps = "a=rtpmap:97 H264/90000\r\na=rtpmap:98 h264/90000\r\na=rtpmap:99 VP8/90000\r\n";
    const auto both = std::to_array({h264, vp8});
    CHECK(payload(video(maps), both) == 99);  // baseline, one NAL unit a packet
    CHECK(payload(video(maps + "a=fmtp:97 packetization-mode=1\r\n"), both) == 99);
    CHECK(payload(video(maps + "a=fmtp:97 packetization-mode=1;profile-level-id=42e01\r\n"), both) == 99);
    CHECK(payload(video(maps + "a=fmtp:98 profile-level-id=42C01E; packetization-mode=1\r\n"), both) == 98);
    CHECK(payload(video(maps + "a=fmtp:98 profile-level-id=4de01e;packetization-mode=1\r\n"), both) == 98);
    CHECK(!payload(video("a=rtpmap:97 H264/48000\r\na=fmtp:97 packetization-mode=1;profile-level-id=42e01f\r\n"),
                   std::array{h264}));
}

TEST_CASE("Who answers with our format is taken at its word, whatever parameters it leaves out (RFC 6184 §8.2.2)") {
    const auto media = video("a=rtpmap:97 H264/90000\r\n");
    CHECK(payload(media, std::array{h264}, true) == 97);
    CHECK(!payload(media, std::array{h264}));
    CHECK(!payload(media, std::array{vp8}, true));
}

TEST_CASE("A codec under the number of another is passed over (RFC 3551 §6)") {
    const auto offered = parsed(
        "v=0\r\no=- 5 1 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0 111\r\n"
        "a=rtpmap:0 opus/48000/2\r\na=rtpmap:111 opus/48000/2\r\n");
    CHECK(payload(offered.media.at(0), std::array{opus}) == 111);
}
