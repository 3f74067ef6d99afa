// SPDX-License-Identifier: MIT
#include "engine_pair.hpp"
#include "handler_pair.hpp"
#include "tones.hpp"

#include <sipmedia/media.hpp>
#include <sipmedia/player.hpp>
#include <sipmsg/sdp/rtp.hpp>
#include <sipua/error.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

using namespace sipmedia;
using namespace sipmedia::test;
namespace sdp = sipmsg::sdp;

namespace {

bool lacks_rtp() {
    auto missing = missing_elements(RtpOptions{.sdes = true});
    for (const auto& name : missing) MESSAGE("skipped: no GStreamer element " << name);
    return !missing.empty();
}

/// A file for what one side has heard, as raw samples of `rate`.
class Ear {
public:
    explicit Ear(unsigned rate = 8000) : rate_(rate) {
        static int number = 0;
        path_ = std::filesystem::temp_directory_path() / fmt::format("sipstrata-ear-{}-{}", getpid(), number++);
    }
    ~Ear() { std::filesystem::remove(path_); }
    Ear(const Ear&) = delete;
    Ear& operator=(const Ear&) = delete;

    [[nodiscard]] Sink sink() const {
        return {
            fmt::format("audioresample ! audio/x-raw,rate={} ! filesink buffer-mode=unbuffered async=false "
                        "sync=false location={}",
                        rate_, path_.string())};
    }
    /// The last quarter of a second was that tone.
    [[nodiscard]] bool hears(double hz) const {
        const auto samples = last_samples(path_, rate_ / 4);
        return share_of_tone(samples, hz, rate_) > 0.8;
    }
    /// In the same time.
    [[nodiscard]] int loudest() const {
        int most = 0;
        for (const int sample : last_samples(path_, rate_ / 4)) most = std::max(most, std::abs(sample));
        return most;
    }
    [[nodiscard]] std::uintmax_t size() const { return std::filesystem::exists(path_) ? file_size(path_) : 0; }

private:
    unsigned rate_;
    std::filesystem::path path_;
};

/// A call between two tones.
struct ToneCall {
    Ear alice_ear, bob_ear;
    RtpOptions alice{.audio = test_tone(440), .audio_sink = alice_ear.sink()};
    RtpOptions bob{.audio = test_tone(1000), .audio_sink = bob_ear.sink()};

    explicit ToneCall(bool sdes = false) {
        for (auto* each : {&alice, &bob}) {
            each->sdes = sdes;
            each->latency = std::chrono::milliseconds(20);
            each->rtcp_interval = std::chrono::milliseconds(200);
        }
    }
    [[nodiscard]] bool both_hear(HandlerPair& call) const {
        return call.run_until([&] { return alice_ear.hears(1000) && bob_ear.hears(440); });
    }
};

}  // namespace

TEST_CASE("A plain call carries each side's tone to the other, in each codec (RFC 3551)") {
    if (lacks_rtp()) return;
    for (std::string codec : {"PCMU", "PCMA", "opus"}) {
        CAPTURE(codec);
        ToneCall tones;
        tones.bob.codecs = {codec};
        HandlerPair call(rtp(tones.alice), rtp(tones.bob));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        CHECK(call.offer.media.at(0).protocol == "RTP/AVP");
        CHECK(call.offer.media.at(0).port % 2 == 0);
        CHECK(tones.both_hear(call));
        CHECK(call.statistics(call.alice).streams.at(0).codec == codec);
    }
}

TEST_CASE("Reports say how long the way is, and how regular (RFC 3550 §6.4.1)") {
    if (lacks_rtp()) return;
    ToneCall tones;
    HandlerPair call(rtp(tones.alice), rtp(tones.bob));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    CHECK(call.run_until([&] {
        const auto figures = call.statistics(call.alice).streams.at(0);
        return figures.round_trip_ms > 0 && figures.round_trip_ms < 1000 && figures.jitter_ms > 0;
    }));
}

TEST_CASE("RTCP comes and goes on the RTP port when both sides agree, on the next one else (RFC 5761 §5.1.1)") {
    if (lacks_rtp()) return;
    for (const bool keyed : {false, true})
        for (const bool shared : {false, true}) {
            CAPTURE(keyed);
            CAPTURE(shared);
            ToneCall tones(keyed);
            tones.bob.rtcp_mux = shared;
            HandlerPair call(rtp(tones.alice), rtp(tones.bob));
            const auto unheard = [&](sipua::Body body) {  // without a word of where RTCP would go else
                auto description = parsed(body);
                if (shared) sdp::set(description.media.at(0).attributes, "rtcp", "9");
                return sdp_body(sdp::to_string(description));
            };
            auto offered = call.get(call.alice);
            REQUIRE(offered);
            REQUIRE_FALSE(call.set(call.bob, unheard(*offered)));
            auto answered = call.get(call.bob);
            REQUIRE(answered);
            REQUIRE_FALSE(call.set(call.alice, unheard(*answered)));
            call.offer = parsed(*offered), call.answer = parsed(*answered);
            CHECK(sdp::has(call.offer.media.at(0).attributes, "rtcp-mux"));
            CHECK(sdp::has(call.answer.media.at(0).attributes, "rtcp-mux") == shared);
            CHECK(tones.both_hear(call));
            for (auto* side : {&call.alice, &call.bob})
                CHECK(call.run_until([&] { return call.statistics(*side).streams.at(0).round_trip_ms > 0; }));
            if (!shared) continue;
            REQUIRE_FALSE(call.exchange(call.bob, call.alice, true));
            CHECK(sdp::has(call.answer.media.at(0).attributes, "rtcp-mux"));
            REQUIRE_FALSE(call.exchange(call.alice, call.bob));
            CHECK(tones.both_hear(call));
        }
}

namespace {

// Bob is told a port of Alice's at which nobody is.
void exchange_with_wrong_port(HandlerPair& call) {
    auto offered = call.get(call.alice);
    REQUIRE(offered);
    auto wrong = parsed(*offered);
    wrong.media.at(0).port = 9;
    REQUIRE_FALSE(call.set(call.bob, sdp_body(sdp::to_string(wrong))));
    auto answered = call.get(call.bob);
    REQUIRE(answered);
    REQUIRE_FALSE(call.set(call.alice, *answered));
}

}  // namespace

TEST_CASE("Reports find a peer behind a NAT on the port that its sound comes from (RFC 4961, RFC 5761 §3)") {
    if (lacks_rtp()) return;
    ToneCall tones;
    HandlerPair call(rtp(tones.alice), rtp(tones.bob));
    exchange_with_wrong_port(call);
    CHECK(tones.both_hear(call));
    CHECK(call.run_until([&] { return call.statistics(call.alice).streams.at(0).round_trip_ms > 0; }));
}

TEST_CASE("A keyed call is heard with the right keys only (RFC 4568 §5.1)") {
    if (lacks_rtp()) return;
    ToneCall tones(true);
    HandlerPair call(rtp(tones.alice), rtp(tones.bob));
    auto offered = call.get(call.alice);
    REQUIRE(offered);
    REQUIRE_FALSE(call.set(call.bob, *offered));
    auto answered = call.get(call.bob);
    REQUIRE(answered);
    SUBCASE("both suites") {
        REQUIRE_FALSE(call.set(call.alice, *answered));
        CHECK(tones.both_hear(call));
    }
    SUBCASE("with another key than Bob's, Alice hears nothing of Bob, and Bob hears Alice") {
        auto& text = answered->content;
        auto at = text.find("inline:");
        REQUIRE(at != text.npos);
        text[at + 8] = text[at + 8] == 'A' ? 'B' : 'A';
        REQUIRE_FALSE(call.set(call.alice, *answered));
        CHECK(call.run_until([&] { return tones.bob_ear.hears(440); }));
        CHECK(tones.alice_ear.size() == 0);
        CHECK(call.statistics(call.alice).streams.at(0).packets_received == 0);
        CHECK(call.statistics(call.bob).streams.at(0).packets_sent > 5);
    }
}

TEST_CASE("The short tag works as well (RFC 4568 §6.2.2)") {
    if (lacks_rtp()) return;
    ToneCall tones(true);
    HandlerPair call(rtp(tones.alice), rtp(tones.bob));
    auto offered = call.get(call.alice);
    REQUIRE(offered);
    auto& text = offered->content;
    const auto first = text.find("a=crypto:1 "), second = text.find("a=crypto:2 ");
    REQUIRE(first < second);
    text.erase(first, second - first);
    REQUIRE_FALSE(call.set(call.bob, *offered));
    auto answered = call.get(call.bob);
    REQUIRE(answered);
    CHECK(answered->content.find("a=crypto:2 AES_CM_128_HMAC_SHA1_32") != text.npos);
    REQUIRE_FALSE(call.set(call.alice, *answered));
    CHECK(tones.both_hear(call));
}

TEST_CASE("Hold stops one direction and resume starts it again, over plain RTP and SRTP (RFC 3264 §8.4)") {
    if (lacks_rtp()) return;
    for (bool sdes : {false, true}) {
        CAPTURE(sdes);
        ToneCall tones(sdes);
        HandlerPair call(rtp(tones.alice), rtp(tones.bob));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        REQUIRE(tones.both_hear(call));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob, true));
        CHECK(sdp::direction(call.answer, call.answer.media.at(0)) == sdp::Direction::recvonly);
        const auto sent = call.statistics(call.bob).streams.at(0).packets_sent;
        const auto heard = call.statistics(call.bob).streams.at(0).packets_received;
        CHECK(call.run_until([&] { return call.statistics(call.bob).streams.at(0).packets_received > heard + 10; }));
        CHECK(call.statistics(call.bob).streams.at(0).packets_sent <= sent + 1);  // on its way
        REQUIRE_FALSE(call.exchange(call.bob, call.alice));
        CHECK(tones.both_hear(call));
    }
}

TEST_CASE("A re-INVITE changes the codec of a call, and its figures go on (RFC 3264 §8.3.2)") {
    if (lacks_rtp()) return;
    for (bool sdes : {false, true}) {
        CAPTURE(sdes);
        ToneCall tones(sdes);
        HandlerPair call(rtp(tones.alice), rtp(tones.bob));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        REQUIRE(tones.both_hear(call));
        const auto before = call.statistics(call.bob).streams.at(0);
        auto offered = call.get(call.alice);
        REQUIRE(offered);
        auto changed = parsed(*offered);
        changed.media.at(0).formats = {"8"};  // PCMA alone
        changed.origin.version += 1;
        REQUIRE_FALSE(call.set(call.bob, sdp_body(sdp::to_string(changed))));
        auto answered = call.get(call.bob);
        REQUIRE(answered);
        REQUIRE_FALSE(call.set(call.alice, *answered));
        CHECK(call.run_until(
            [&] { return call.statistics(call.bob).streams.at(0).packets_sent > before.packets_sent + 50; }));
        CHECK(call.statistics(call.bob).streams.at(0).codec == "PCMA");
        CHECK(tones.both_hear(call));
    }
}

TEST_CASE("Packets go to where the peer's come from, when its description is wrong (RFC 4961)") {
    if (lacks_rtp()) return;
    ToneCall tones;
    bool symmetric = true;
    SUBCASE("symmetric") {}
    SUBCASE("as described") { symmetric = false; }
    tones.bob.symmetric = symmetric;
    HandlerPair call(rtp(tones.alice), rtp(tones.bob));
    exchange_with_wrong_port(call);
    if (symmetric) {
        CHECK(tones.both_hear(call));
    } else {
        CHECK(call.run_until([&] { return tones.bob_ear.hears(440); }));
        CHECK(call.statistics(call.alice).streams.at(0).packets_received == 0);
    }
}

TEST_CASE("An offer that was rolled back is made anew, and what does not fit gets 488 (RFC 3261 §21.4.26)") {
    if (lacks_rtp()) return;
    ToneCall tones;
    HandlerPair call(rtp(tones.alice), rtp(tones.bob));
    REQUIRE(call.get(call.alice));
    CHECK(call.get(call.alice).error() == Errc::invalid_state);
    call.alice.handler->rollback();
    CHECK(call.set(call.bob, sdp_body("hello")) == sipua::Errc::not_acceptable);
    CHECK(call.set(call.bob, {"text/plain", "hello"}) == sipua::Errc::content_type);
    REQUIRE_FALSE(
        call.set(call.bob, sdp_body("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                                    "m=video 4000 RTP/AVP 34\r\n")));
    CHECK(call.get(call.bob).error() == sipua::Errc::not_acceptable);
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    CHECK(tones.both_hear(call));
    call.alice.handler->close();
    call.alice.handler->close();
    CHECK(call.statistics(call.alice).streams.at(0).packets_received > 0);
    CHECK(call.get(call.alice).error() == asio::error::operation_aborted);
}

TEST_CASE("Each offer is answered by the handler that fits, unless the policy refuses it") {
    if (lacks_rtp() || lacks_plugins()) return;
    for (auto security : {Security::none, Security::sdes, Security::dtls}) {
        CAPTURE(static_cast<int>(security));
        ToneCall tones;
        MediaOptions caller{.webrtc = loopback(false), .rtp = tones.alice, .offer = security};
        MediaOptions callee{.webrtc = loopback(false), .rtp = tones.bob, .offer = Security::none};
        caller.webrtc.audio_sink = tones.alice_ear.sink();
        callee.webrtc.audio_sink = tones.bob_ear.sink();
        callee.webrtc.audio = test_tone(1000);
        HandlerPair call(media(caller), media(callee));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        CHECK(call.offer.media.at(0).protocol == call.answer.media.at(0).protocol);
        CHECK(tones.both_hear(call));
        REQUIRE_FALSE(call.exchange(call.bob, call.alice, true));
        REQUIRE_FALSE(call.exchange(call.bob, call.alice));
        CHECK(tones.both_hear(call));

        std::erase(callee.accept, security);
        callee.accept.push_back(security == Security::none ? Security::sdes : Security::none);
        HandlerPair refused(media(caller), media(callee));
        CHECK(refused.exchange(refused.alice, refused.bob) == sipua::Errc::not_acceptable);
    }
}

TEST_CASE(
    "A codec list orders an offer, drops the unlisted, and chooses in an answer, over RTP and WebRTC (RFC 3264 §6.1)") {
    if (lacks_rtp() || lacks_plugins()) return;
    for (auto security : {Security::none, Security::dtls}) {
        CAPTURE(static_cast<int>(security));
        ToneCall tones;
        MediaOptions caller{.webrtc = loopback(false), .rtp = tones.alice, .offer = security};
        MediaOptions callee{.webrtc = loopback(false), .rtp = tones.bob, .offer = security};
        caller.webrtc.audio_sink = tones.alice_ear.sink();
        callee.webrtc.audio_sink = tones.bob_ear.sink();
        callee.webrtc.audio = test_tone(1000);
        caller.webrtc.codecs = caller.rtp.codecs = {"PCMA", "opus", "PCMU"};
        callee.webrtc.codecs = callee.rtp.codecs = {"opus", "PCMU"};
        HandlerPair call(media(caller), media(callee));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        const auto offered = sdp::rtpmaps(call.offer.media.at(0));
        CHECK(offered.at(0).encoding == "PCMA");
        CHECK(offered.at(1).same_codec({.encoding = "opus", .clock_rate = 48000, .channels = 2}));
        CHECK(sdp::rtpmaps(call.answer.media.at(0)).at(0).encoding == offered.at(1).encoding);
        CHECK(tones.both_hear(call));
        CHECK(call.statistics(call.bob).streams.at(0).codec == "opus");
    }
}

TEST_CASE("Of stereo both channels are heard, mixed to one (RFC 7587 §6.1)") {
    if (lacks_rtp()) return;
    ToneCall tones;
    tones.alice.codecs = tones.bob.codecs = {"opus"};
    HandlerPair call(rtp(tones.alice), rtp(tones.bob));
    const auto offered = call.get(call.alice);
    REQUIRE(offered);
    REQUIRE_FALSE(call.set(call.bob, *offered));
    const auto answered = call.get(call.bob);  // she does not hear of it, and sends nothing
    REQUIRE(answered);
    const auto line = parsed(*answered).media.at(0);
    for (const auto* channels : {"<<(float)1>,<(float)0>>", "<<(float)0>,<(float)1>>"}) {
        CAPTURE(std::string(channels));
        const double hz = std::string_view(channels).starts_with("<<(float)1") ? 600 : 1500;
        auto stereo = Player::launch(
            call.io.get_executor(),
            fmt::format("audiotestsrc is-live=true volume=0.5 freq={} samplesperbuffer=960 ! audio/x-raw,channels=1 ! "
                        "audioconvert mix-matrix=\"{}\" ! audio/x-raw,rate=48000,channels=2 ! opusenc ! rtpopuspay "
                        "pt={} ! udpsink host=127.0.0.1 port={} audiotestsrc wave=silence",
                        hz, channels, line.formats.at(0), line.port));
        CHECK(call.run_until([&] { return tones.bob_ear.hears(hz) && tones.bob_ear.loudest() > 2000; }));
    }
}

TEST_CASE("Codecs that nobody knows are refused when media is made") {
    if (lacks_rtp()) return;
    CHECK_THROWS_AS(static_cast<void>(rtp({
                        .codecs = {"PCMU", "mp3"}
    })),
                    std::invalid_argument);
    CHECK_THROWS_AS(static_cast<void>(webrtc({.codecs = {}})), std::invalid_argument);
    if (lacks_plugins()) return;
    const auto refuses = [](const std::vector<std::string>& video, std::uint8_t h264_payload = 102) {
        auto options = loopback();
        options.video_codecs = video;
        options.h264_payload = h264_payload;
        CHECK_THROWS_AS(static_cast<void>(webrtc(options)), std::invalid_argument);
    };
    refuses({});
    refuses({"VP8", "opus"});
    refuses({"VP8", "H264"}, 96);
}

TEST_CASE("A complexity that Opus has not is refused when media is made") {
    if (lacks_rtp()) return;
    CHECK_THROWS_AS(static_cast<void>(rtp({.opus_complexity = 11})), std::invalid_argument);
    CHECK_THROWS_AS(static_cast<void>(webrtc({.opus_complexity = 11})), std::invalid_argument);
    for (const unsigned complexity : {0U, 10U}) {
        CAPTURE(complexity);
        ToneCall tones;
        tones.alice.codecs = {"opus"};
        tones.alice.opus_complexity = tones.bob.opus_complexity = complexity;
        HandlerPair call(rtp(tones.alice), rtp(tones.bob));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        CHECK(tones.both_hear(call));
    }
}

TEST_CASE("Ports are taken from the range that is given, in pairs (RFC 3550 §11)") {
    if (lacks_rtp()) return;
    ToneCall tones;
    tones.alice.ports = {40000, 40999};
    std::vector<std::unique_ptr<HandlerPair>> calls;
    std::vector<std::uint16_t> ports;
    for (int i = 0; i < 3; ++i) {
        calls.push_back(std::make_unique<HandlerPair>(rtp(tones.alice), rtp(tones.bob)));
        auto offered = calls.back()->get(calls.back()->alice);
        REQUIRE(offered);
        ports.push_back(parsed(*offered).media.at(0).port);
        CHECK(ports.back() % 2 == 0);
        CHECK(ports.back() >= 40000);
        CHECK(ports.back() < 40999);
    }
    CHECK(ports[0] != ports[1]);
    CHECK(ports[1] != ports[2]);
}
