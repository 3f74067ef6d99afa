// SPDX-License-Identifier: MIT
#include "engine_pair.hpp"
#include "handler_pair.hpp"

#include <sipmedia/events.hpp>
#include <sipmedia/media.hpp>
#include <sipmedia/modifiers.hpp>
#include <sipmedia/sdp_adapter.hpp>
#include <sipmedia/video.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace sipmedia;
using namespace sipmedia::test;

namespace {

constexpr Track sound{0, MediaKind::audio};
constexpr Track picture{1, MediaKind::video};

struct Watched {
    std::vector<GatheringState> gathering;
    std::vector<IceState> ice;
    std::vector<Track> added;
    std::vector<Track> removed;
    std::vector<LocalCandidate> candidates;
    std::vector<Track> lost;
    std::size_t candidates_then = 0;  ///< when the last state of gathering was told

    MediaDelegate delegate() {
        return {
            .on_gathering_state =
                [this](GatheringState state) {
                    gathering.push_back(state);
                    candidates_then = candidates.size();
                },
            .on_ice_state = [this](IceState state) { ice.push_back(state); },
            .on_candidate = [this](const LocalCandidate& candidate) { candidates.push_back(candidate); },
            .on_track_added = [this](const Track& track) { added.push_back(track); },
            .on_track_removed = [this](const Track& track) { removed.push_back(track); },
            .on_media_lost = [this](const Track& track) { lost.push_back(track); },
        };
    }
    [[nodiscard]] bool is_connected() const {
        return std::ranges::any_of(
            ice, [](auto state) { return state == IceState::connected || state == IceState::completed; });
    }
};

WebRtcOptions call_options(bool with_video = true) {
    auto options = loopback(with_video);
    options.local_addresses.clear();
    return options;
}

sipmsg::sdp::SessionDescription described(std::string_view lines) {
    auto parsed = sipmsg::sdp::parse("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" +
                                     std::string(lines));
    REQUIRE(parsed);
    return *parsed;
}

}  // namespace

TEST_CASE("The peer's tracks are the lines of sound and pictures on which it sends and we receive (RFC 3264 §6.1)") {
    const auto ours = described(
        "m=audio 4000 RTP/AVP 0\r\nm=video 4002 RTP/AVP 96\r\nm=application 4004 UDP/DTLS/SCTP webrtc-datachannel\r\n");
    auto theirs = [](std::string_view sound_line, std::string_view video_line) {
        return described("m=audio 5000 RTP/AVP 0\r\n" + std::string(sound_line) + std::string(video_line) +
                         "m=application 5004 UDP/DTLS/SCTP webrtc-datachannel\r\n");
    };
    const std::string video = "m=video 5002 RTP/AVP 96\r\n";
    CHECK(received_tracks(ours, theirs("", video)) == std::vector{sound, picture});
    CHECK(received_tracks(ours, theirs("a=sendonly\r\n", video + "a=recvonly\r\n")) == std::vector{sound});
    CHECK(received_tracks(ours, theirs("a=inactive\r\n", video)) == std::vector{picture});
    CHECK(received_tracks(ours, theirs("", "m=video 0 RTP/AVP 96\r\n")) == std::vector{sound});
}

TEST_CASE("Gathering, ICE and tracks are told, and a track that hold takes away comes back the same (RFC 3264 §8.4)") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(call_options()), webrtc(call_options()));
    Watched alice, bob;
    REQUIRE(watch_media(call.alice.handler.get(), alice.delegate()));
    REQUIRE(watch_media(call.bob.handler.get(), bob.delegate()));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    auto connected = [&] { return alice.is_connected() && bob.is_connected(); };
    REQUIRE(call.run_until([&] { return connected() && alice.added.size() == 2 && bob.added.size() == 2; }));
    for (auto* side : {&alice, &bob}) {
        CHECK(side->gathering.back() == GatheringState::complete);
        CHECK(side->candidates_then == side->candidates.size());
        for (std::size_t mline : {0u, 1u})
            CHECK(std::ranges::count(side->candidates, mline, &LocalCandidate::mline) > 0);
        CHECK(side->added == std::vector{sound, picture});
        CHECK(side->removed.empty());
        CHECK(std::ranges::adjacent_find(side->ice) == side->ice.end());
    }

    REQUIRE_FALSE(call.exchange(call.alice, call.bob, true));  // she sends on, and he does not
    REQUIRE(call.run_until([&] { return alice.removed.size() == 2; }));
    CHECK(alice.removed == std::vector{sound, picture});
    CHECK(bob.removed.empty());
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.run_until([&] { return alice.added.size() == 4; }));
    CHECK(alice.added == std::vector{sound, picture, sound, picture});
    CHECK(bob.added.size() == 2);
}

TEST_CASE("Gathering is stopped by the program once there is a candidate that will do, and not before") {
    if (lacks_plugins()) return;
    auto patient = call_options(false);
    patient.stun_server = "stun://127.0.0.1:9";  // nobody there
    patient.gather_timeout = std::chrono::hours(1);
    HandlerPair call(webrtc(patient), webrtc(call_options(false)));
    auto* handler = call.alice.handler.get();
    CHECK_FALSE(stop_gathering(handler));
    int stopped = 0;
    REQUIRE(watch_media(handler, {.on_candidate = [&](const LocalCandidate&) { stopped += stop_gathering(handler); }}));
    const auto offer = call.get(call.alice);
    REQUIRE(offer);
    CHECK(stopped == 1);
    CHECK(sipmsg::sdp::has(parsed(*offer).media.at(0).attributes, "candidate"));
    CHECK_FALSE(stop_gathering(handler));
    REQUIRE_FALSE(call.carry(offer, call.alice, call.bob));
    CHECK(call.media_flows(10, 0));
}

TEST_CASE("A track from which nothing comes any more is told as lost, while the call goes on") {
    if (lacks_plugins()) return;
    auto watchful = call_options(false);
    watchful.media_timeout = std::chrono::milliseconds(500);
    HandlerPair call(webrtc(watchful), webrtc(call_options(false)));
    Watched alice;
    REQUIRE(watch_media(call.alice.handler.get(), alice.delegate()));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.media_flows(10, 0));
    call.bob.handler->close();
    REQUIRE(call.run_until([&] { return !alice.lost.empty(); }));
    CHECK(alice.lost.back() == sound);
    CHECK(alice.removed.empty());
    CHECK_FALSE(call.alice.failed);
}

TEST_CASE("Over classic RTP a track is told as it comes and goes, is lost and returns, the call going on") {
    if (lacks_plugins()) return;
    RtpOptions watchful{.audio = test_tone(440)}, plain = watchful;
    watchful.media_timeout = std::chrono::milliseconds(300);
    plain.symmetric = false;
    HandlerPair call(rtp(watchful), rtp(plain));
    Watched alice;
    std::vector<Track> returned;
    auto delegate = alice.delegate();
    delegate.on_media_returned = [&](const Track& track) { returned.push_back(track); };
    REQUIRE(watch_media(call.alice.handler.get(), std::move(delegate)));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.media_flows(10, 0));
    CHECK(alice.added == std::vector{sound});
    const auto offered = call.get(call.alice);
    REQUIRE(offered);
    auto elsewhere = parsed(*offered);
    elsewhere.media.at(0).port = 9;  // nobody is there
    REQUIRE_FALSE(call.set(call.bob, sdp_body(sipmsg::sdp::to_string(elsewhere))));
    const auto answered = call.get(call.bob);
    REQUIRE(answered);
    REQUIRE_FALSE(call.set(call.alice, *answered));
    CHECK(call.run_until([&] { return alice.lost == std::vector{sound}; }));
    CHECK(alice.removed.empty());
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    CHECK(call.run_until([&] { return returned == std::vector{sound}; }));
    SUBCASE("hold takes the track away, and it is not missed") {
        REQUIRE_FALSE(call.exchange(call.bob, call.alice, true, true));
        CHECK(call.run_until([&] { return alice.removed == std::vector{sound}; }));
        REQUIRE_FALSE(call.exchange(call.bob, call.alice));
        CHECK(call.run_until([&] { return alice.added == std::vector{sound, sound}; }));
        CHECK(alice.lost.size() == 1);
    }
    SUBCASE("what is closed tells nothing more") {
        call.bob.handler->close();
        call.alice.handler->close();
        CHECK(alice.removed.empty());
    }
    CHECK_FALSE(call.alice.failed);
}

TEST_CASE("A fresh media path tells its own states, and only the track that is new (RFC 8839 §4.4.1)") {
    if (lacks_plugins()) return;
    auto on_request = call_options();
    on_request.video_on_request = true;
    HandlerPair call(webrtc(on_request), webrtc(call_options()));
    Watched alice;
    REQUIRE(watch_media(call.alice.handler.get(), alice.delegate()));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.run_until([&] { return alice.is_connected() && alice.added.size() == 1; }));
    alice = {};
    REQUIRE(add_video(call.alice.handler.get()));
    REQUIRE_FALSE(call.restart(call.alice, call.bob));
    REQUIRE(call.run_until([&] { return alice.is_connected() && !alice.added.empty(); }));
    CHECK(std::ranges::count(alice.gathering, GatheringState::complete) == 1);
    CHECK(alice.added == std::vector{picture});
    CHECK(alice.removed.empty());
}

TEST_CASE("A delegate may replace itself and end the media inside its own event, and hears no more") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(call_options()), webrtc(call_options()));
    std::vector<Track> first, second;
    auto* handler = call.alice.handler.get();
    REQUIRE(watch_media(handler, {.on_track_added = [&, handler](const Track& track) {
                            first.push_back(track);
                            watch_media(handler,
                                        {.on_track_added =
                                             [&second, handler](const Track& next) {
                                                 second.push_back(next);
                                                 handler->close();
                                             },
                                         .on_track_removed = [&second](const Track& gone) { second.push_back(gone); }});
                        }}));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.run_until([&] { return !second.empty(); }));
    CHECK(first == std::vector{sound});
    CHECK(second == std::vector{picture});
}

TEST_CASE("Media is watched through the handlers that stand before it, and not where there is none") {
    if (lacks_plugins()) return;
    MediaOptions options;
    options.webrtc = call_options(false);
    HandlerPair call(media(options), modified(webrtc(call_options(false)), {}));
    Watched alice, bob;
    REQUIRE(watch_media(call.alice.handler.get(), alice.delegate()));
    REQUIRE(watch_media(call.bob.handler.get(), bob.delegate()));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    auto connected = [&] { return alice.is_connected() && bob.is_connected(); };
    REQUIRE(call.run_until([&] { return connected() && !alice.added.empty() && !bob.added.empty(); }));
    CHECK(alice.added == std::vector{sound});
    CHECK(bob.added == std::vector{sound});
    CHECK_FALSE(watch_media(static_cast<sipua::SessionDescriptionHandler*>(nullptr), {}));
}
