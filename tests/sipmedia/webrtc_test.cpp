// SPDX-License-Identifier: MIT
#include "engine_pair.hpp"
#include "handler_pair.hpp"

#include <sipmedia/media.hpp>
#include <sipmedia/modifiers.hpp>
#include <sipmedia/rtp.hpp>
#include <sipmedia/video.hpp>
#include <sipmedia/webrtc.hpp>
#include <sipmsg/sdp/rtp.hpp>
#include <sipua/error.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace sipmedia;
using namespace sipmedia::test;
namespace sdp = sipmsg::sdp;

namespace {

// The address is left to the session's signaling, which runs on loopback.
WebRtcOptions call_options(bool with_video = true) {
    auto options = loopback(with_video);
    options.local_addresses.clear();
    return options;
}

sdp::Direction direction_of(const sdp::SessionDescription& description, std::size_t mline = 0) {
    return sdp::direction(description, description.media.at(mline));
}

sipua::Body sample(const std::string& name) {
    std::ifstream file(std::string(SDP_SAMPLES) + "/" + name);
    REQUIRE(file);
    return sdp_body({std::istreambuf_iterator<char>(file), {}});
}

std::uint64_t received(const sipua::MediaStatistics& figures) {
    std::uint64_t packets = 0;
    for (const auto& stream : figures.streams) packets += stream.packets_received;
    return packets;
}

}  // namespace

TEST_CASE("A call: offer, answer, hold, resume, and media that follows (RFC 3264 §8.4)") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(call_options()), webrtc(call_options()));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.offer.media.size() == 2);
    CHECK(direction_of(call.answer) == sdp::Direction::sendrecv);
    REQUIRE(call.media_flows());
    const auto figures = call.statistics(call.alice);
    CHECK(figures.streams.at(0).codec == "opus");
    CHECK(figures.streams.at(1).codec == "VP8");
    const auto first = call.offer.origin;
    CHECK(first.session_id == "2355");  // from the session's random number

    SUBCASE("the caller holds") {
        REQUIRE_FALSE(call.exchange(call.alice, call.bob, true));
        CHECK(direction_of(call.offer) == sdp::Direction::sendonly);
        CHECK(direction_of(call.answer) == sdp::Direction::recvonly);
        CHECK(call.offer.origin.session_id == first.session_id);
        CHECK(call.offer.origin.version == first.version + 1);
        const auto held = received(call.statistics(call.alice));
        const auto heard = received(call.statistics(call.bob));
        REQUIRE(call.run_until([&] { return received(call.statistics(call.bob)) > heard + 20; }));
        CHECK(received(call.statistics(call.alice)) == held);

        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        CHECK(direction_of(call.answer) == sdp::Direction::sendrecv);
        CHECK(call.offer.origin.version == first.version + 2);
        CHECK(call.media_flows());
    }
    SUBCASE("the callee holds, then both") {
        REQUIRE_FALSE(call.exchange(call.bob, call.alice, true));
        CHECK(direction_of(call.answer) == sdp::Direction::recvonly);
        REQUIRE_FALSE(call.exchange(call.alice, call.bob, true, true));
        CHECK(direction_of(call.answer) == sdp::Direction::inactive);
        const auto held = received(call.statistics(call.alice)) + received(call.statistics(call.bob));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob, false, true));
        CHECK(received(call.statistics(call.alice)) + received(call.statistics(call.bob)) <= held + 4);  // on their way
        REQUIRE_FALSE(call.exchange(call.bob, call.alice));
        CHECK(direction_of(call.answer) == sdp::Direction::sendrecv);
        CHECK(call.media_flows());
    }
    SUBCASE("a refused re-INVITE leaves everything as it was (RFC 3261 §14.1)") {
        REQUIRE(call.get(call.alice, true));
        call.alice.handler->rollback();
        CHECK(call.media_flows());
        REQUIRE_FALSE(call.exchange(call.bob, call.alice));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        CHECK(call.offer.origin.version > first.version + 1);  // the refused one had a number too
        CHECK(call.media_flows());
    }
    SUBCASE("an offer with fewer m-lines is refused and changes nothing (RFC 3264 §8)") {
        auto shorter = call.offer;
        shorter.media.pop_back();
        CHECK(call.set(call.bob, sdp_body(sdp::to_string(shorter))) == sipua::Errc::not_acceptable);
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        CHECK(call.media_flows());
    }
    CHECK_FALSE(call.alice.failed);
    CHECK_FALSE(call.bob.failed);

    call.alice.handler->close();
    CHECK(received(call.statistics(call.alice)) > 0);  // what was measured stays readable
    auto late = call.get(call.alice);
    REQUIRE_FALSE(late);
    CHECK(late.error() == asio::error::operation_aborted);
}

TEST_CASE("A browser's H.264 is answered by the one of its formats that fits, alone (RFC 6184 §8.2.2)") {
    if (lacks_plugins() || lacks_h264()) return;
    auto options = call_options();
    options.video_codecs = {"H264"};
    HandlerPair call(webrtc(options), webrtc(options));
    REQUIRE_FALSE(call.set(call.bob, sample("chromium156-offer-av.sdp")));
    const auto answer = call.get(call.bob);
    REQUIRE(answer);
    const auto video = parsed(*answer).media.at(1);
    CHECK_FALSE(video.is_refused());
    CHECK(video.formats == std::vector<std::string>{"108"});
    CHECK(sdp::fmtp(video, 108) == "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f");
}

TEST_CASE("H.264 goes on when ICE restarts, and is held (RFC 6184, RFC 8839 §4.4.1)") {
    if (lacks_plugins() || lacks_h264()) return;
    auto options = call_options();
    options.video_codecs = {"H264"};
    HandlerPair call(webrtc(options), webrtc(call_options()));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.media_flows());
    REQUIRE_FALSE(call.exchange(call.bob, call.alice, true));
    CHECK(direction_of(call.answer, 1) == sdp::Direction::recvonly);
    REQUIRE_FALSE(call.exchange(call.bob, call.alice));
    CHECK(call.media_flows());
    REQUIRE_FALSE(call.restart(call.alice, call.bob));
    CHECK(call.media_flows());
    CHECK(call.statistics(call.bob).streams.at(1).codec == "H264");
}

TEST_CASE("ICE restarts from either side, by a fresh engine, and media goes on (RFC 8839 §4.4.1)") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(call_options()), webrtc(call_options()));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.media_flows());
    const auto text = [](const sdp::SessionDescription& description, std::string_view name, std::size_t mline = 0) {
        return std::string(sdp::inherited(description, description.media.at(mline), name).value_or(""));
    };
    const auto first = call.offer;
    const auto heard = call.statistics(call.bob);

    REQUIRE_FALSE(call.restart(call.alice, call.bob));
    CHECK(text(call.offer, "ice-ufrag") != text(first, "ice-ufrag"));
    CHECK(text(call.offer, "ice-pwd") != text(first, "ice-pwd"));
    CHECK(call.offer.origin.session_id == first.origin.session_id);
    CHECK(call.offer.origin.version == first.origin.version + 1);
    for (std::size_t i = 0; i < 2; ++i) CHECK(text(call.offer, "mid", i) == text(first, "mid", i));
    CHECK(call.media_flows());
    CHECK(received(call.statistics(call.bob)) > received(heard));  // what was counted before still counts

    const auto second = call.answer;  // Bob's
    REQUIRE_FALSE(call.restart(call.bob, call.alice));
    CHECK(text(call.offer, "ice-ufrag") != text(second, "ice-ufrag"));
    for (std::size_t i = 0; i < 2; ++i) CHECK(text(call.offer, "mid", i) == text(second, "mid", i));
    CHECK(call.media_flows());

    const auto third = call.answer;  // Alice's
    REQUIRE_FALSE(call.exchange(call.alice, call.bob, true));
    CHECK(text(call.offer, "ice-ufrag") == text(third, "ice-ufrag"));
    CHECK(direction_of(call.answer) == sdp::Direction::recvonly);
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    CHECK(call.media_flows());
    CHECK_FALSE(call.alice.failed);
    CHECK_FALSE(call.bob.failed);
}

TEST_CASE(
    "Lines that share a transport do so on a fresh media path, whoever offers it, and those that join (RFC 9143 "
    "§7.2)") {
    if (lacks_plugins()) return;
    auto bundled = call_options(), on_request = call_options();
    bundled.bundle = Bundle::all;  // as browsers offer
    on_request.video_on_request = true;
    const auto group = [](const sdp::SessionDescription& description) {
        return std::string(sdp::value_of(description.attributes, "group").value_or(""));
    };
    const auto all = [](const sdp::SessionDescription& description) {
        std::string mids = "BUNDLE";
        for (const auto& media : description.media)
            mids.append(" ").append(sdp::value_of(media.attributes, "mid").value_or("?"));
        return mids;
    };
    SUBCASE("the callee restarts ICE") {
        HandlerPair call(webrtc(bundled), webrtc(call_options()));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        REQUIRE(group(call.answer) == all(call.answer));
        REQUIRE_FALSE(call.restart(call.bob, call.alice));
        CHECK(group(call.offer) == all(call.offer));
        CHECK(group(call.answer) == all(call.answer));
        CHECK(call.media_flows());
    }
    SUBCASE("the callee adds video") {
        HandlerPair call(webrtc(bundled), webrtc(on_request));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        REQUIRE(call.answer.media.at(1).is_refused());
        REQUIRE(add_video(call.bob.handler.get()));
        REQUIRE_FALSE(call.restart(call.bob, call.alice));
        CHECK(group(call.offer) == all(call.offer));
        CHECK(call.media_flows());
    }
    SUBCASE("nobody has grouped them") {
        HandlerPair call(webrtc(call_options()), webrtc(call_options()));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        REQUIRE_FALSE(call.restart(call.bob, call.alice));
        CHECK(group(call.offer).empty());
    }
}

TEST_CASE("A restart of ICE that is refused leaves the media path as it was (RFC 3261 §14.1)") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(call_options(false)), webrtc(call_options(false)));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.media_flows(10, 0));
    const auto offered = call.get(call.alice, sipua::DescriptionOptions{.restart = true});
    REQUIRE(offered);
    REQUIRE_FALSE(call.set(call.bob, *offered));
    call.bob.handler->rollback();
    call.alice.handler->rollback();
    CHECK(call.media_flows(10, 0));
    REQUIRE_FALSE(call.exchange(call.bob, call.alice));
    REQUIRE_FALSE(call.restart(call.alice, call.bob));
    CHECK(call.media_flows(10, 0));
    CHECK_FALSE(call.alice.failed);
    CHECK_FALSE(call.bob.failed);
}

TEST_CASE("Video is refused in an answer, and the call goes on with sound (RFC 3264 §6)") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(call_options()), webrtc(call_options(false)));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    CHECK(call.answer.media.at(1).is_refused());
    CHECK(call.media_flows(10, 0));
    REQUIRE_FALSE(call.exchange(call.bob, call.alice, true));
    REQUIRE_FALSE(call.exchange(call.bob, call.alice));
    CHECK(call.media_flows(10, 0));
}

TEST_CASE("Video is added to a call by either side, and sound goes on (RFC 3264 §8.1)") {
    if (lacks_plugins()) return;
    auto on_request = call_options();
    on_request.video_on_request = true;
    const auto mid = [](const sdp::SessionDescription& description, std::size_t mline) {
        return std::string(sdp::value_of(description.media.at(mline).attributes, "mid").value_or(""));
    };
    SUBCASE("the peer takes it") {
        HandlerPair call(webrtc(on_request), webrtc(call_options()));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        CHECK(call.offer.media.size() == 1);
        REQUIRE(call.media_flows(10, 0));
        const auto first = call.offer;

        REQUIRE(add_video(call.alice.handler.get()));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob, true));
        CHECK(call.offer.media.size() == 1);  // hold needs no fresh path
        REQUIRE_FALSE(call.restart(call.alice, call.bob));
        REQUIRE(call.answer.media.size() == 2);
        CHECK_FALSE(call.answer.media[1].is_refused());
        CHECK(mid(call.offer, 0) == mid(first, 0));
        CHECK(mid(call.offer, 1) != mid(first, 0));
        CHECK(call.media_flows());
        REQUIRE_FALSE(call.exchange(call.bob, call.alice, true));
        REQUIRE_FALSE(call.exchange(call.bob, call.alice));
        CHECK(call.media_flows());
        CHECK_FALSE(call.alice.failed);
        CHECK_FALSE(call.bob.failed);
    }
    SUBCASE("the peer refuses it, and adds it later in the same place (RFC 3264 §8.1)") {
        HandlerPair call(webrtc(on_request), webrtc(on_request));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        REQUIRE(add_video(call.alice.handler.get()));
        REQUIRE_FALSE(call.restart(call.alice, call.bob));
        REQUIRE(call.answer.media.size() == 2);
        CHECK(call.answer.media[1].is_refused());
        CHECK(call.media_flows(10, 0));
        const auto refused = mid(call.offer, 1);

        REQUIRE_FALSE(call.restart(call.bob, call.alice));  // still without
        REQUIRE(call.offer.media.size() == 2);
        CHECK(call.offer.media[1].is_refused());
        CHECK(call.media_flows(10, 0));

        REQUIRE(add_video(call.bob.handler.get()));
        REQUIRE_FALSE(call.restart(call.bob, call.alice));
        REQUIRE(call.answer.media.size() == 2);
        CHECK_FALSE(call.answer.media[1].is_refused());
        CHECK(mid(call.offer, 1) != refused);
        CHECK(call.media_flows());
    }
    SUBCASE("the re-INVITE is refused, and leaves the call as it was (RFC 3261 §14.1)") {
        HandlerPair call(webrtc(on_request), webrtc(call_options()));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        REQUIRE(add_video(call.alice.handler.get()));
        REQUIRE(call.get(call.alice, sipua::DescriptionOptions{.restart = true}));
        call.alice.handler->rollback();
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        CHECK(call.offer.media.size() == 1);
        CHECK(call.media_flows(10, 0));
    }
}

TEST_CASE("Video is not added where there is nothing to show, or no WebRTC") {
    if (lacks_plugins()) return;
    asio::io_context io;
    const sipua::SessionContext context{.executor = io.get_executor()};
    CHECK_FALSE(add_video(webrtc(call_options(false))(context).get()));
    CHECK_FALSE(add_video(rtp()(context).get()));
    CHECK_FALSE(add_video(static_cast<sipua::SessionDescriptionHandler*>(nullptr)));
    CHECK(add_video(modified(webrtc(call_options()), {})(context).get()));
    MediaOptions options;
    options.webrtc = call_options();
    CHECK(add_video(media(options)(context).get()));
}

TEST_CASE("A call that begins on hold sends no media until it is resumed") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(call_options(false)), webrtc(call_options(false)));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob, true));
    CHECK(direction_of(call.answer) == sdp::Direction::recvonly);
    REQUIRE(call.run_until([&] { return received(call.statistics(call.bob)) > 10; }));
    CHECK(received(call.statistics(call.alice)) == 0);
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    CHECK(call.media_flows(10, 0));
}

TEST_CASE("Media of a peer with another certificate than it promised fails the session (RFC 5763 §5)") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(call_options(false)), webrtc(call_options(false)));
    auto offered = call.get(call.alice);
    REQUIRE(offered);
    auto& text = offered->content;
    auto at = text.find("a=fingerprint:sha-256 ");
    REQUIRE(at != text.npos);
    auto& digit = text[at + 22];
    digit = digit == '0' ? '1' : '0';
    REQUIRE_FALSE(call.set(call.bob, *offered));
    auto answered = call.get(call.bob);
    REQUIRE(answered);
    REQUIRE_FALSE(call.set(call.alice, *answered));
    REQUIRE(call.run_until([&] { return call.bob.failed.has_value(); }));
    CHECK(*call.bob.failed == Errc::fingerprint_mismatch);
    CHECK(received(call.statistics(call.bob)) == 0);
}

TEST_CASE("A body is refused by its type with 415, by its content with 488 (RFC 3261 §21.4.13, §21.4.26)") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(call_options()), webrtc(call_options()));
    CHECK(call.bob.handler->has_description("Application/SDP ; charset=utf-8"));
    CHECK_FALSE(call.bob.handler->has_description("application/sdpx"));
    CHECK(call.set(call.bob, {"text/plain", "hello"}) == sipua::Errc::content_type);
    CHECK(call.set(call.bob, sdp_body("hello")) == sipua::Errc::not_acceptable);
    CHECK(call.set(call.bob, sdp_body("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                                      "m=audio 4000 RTP/AVP 0 8\r\n")) == sipua::Errc::not_acceptable);
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    CHECK(call.media_flows());
}

TEST_CASE(
    "Offers of Chromium, Firefox and baresip are answered line by line with their payload numbers (RFC 3264 §6.1)") {
    if (lacks_plugins()) return;
    for (std::string name :
         {"chromium156-offer-av.sdp", "chromium156-offer-audio.sdp", "chromium156-offer-audio-datachannel.sdp",
          "firefox153-offer-av.sdp", "firefox153-offer-audio.sdp", "baresip10-offer-av-nobundle.sdp"}) {
        CAPTURE(name);
        HandlerPair call(webrtc(call_options()), webrtc(call_options()));
        const auto offer = parsed(sample(name));
        REQUIRE_FALSE(call.set(call.bob, sample(name)));
        auto answered = call.get(call.bob);
        REQUIRE(answered);
        const auto answer = parsed(*answered);
        REQUIRE(answer.media.size() == offer.media.size());
        for (std::size_t i = 0; i < offer.media.size(); ++i) {
            const auto& line = answer.media[i];
            CAPTURE(i);
            CHECK(line.kind == offer.media[i].kind);
            CHECK(line.is_refused() == (line.kind == "application"));
            if (line.is_refused()) continue;
            CHECK(line.port != 9);
            CHECK(std::ranges::count(offer.media[i].formats, line.formats.at(0)) == 1);
            const bool bundled = sdp::has(answer.attributes, "group");
            CHECK(bundled == sdp::has(offer.attributes, "group"));
            if (i == 0 || !bundled) CHECK(sdp::has(line.attributes, "candidate"));
        }
    }
}

TEST_CASE("A first offer that was rolled back is made anew") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(call_options(false)), webrtc(call_options(false)));
    REQUIRE(call.get(call.alice));
    call.alice.handler->rollback();
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    CHECK(call.media_flows(10, 0));
}

TEST_CASE("An offer is made when signaling is stable, an answer for an offer, and else neither (RFC 3264 §4)") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(call_options(false)), webrtc(call_options(false)));
    for (const bool later : {false, true}) {
        CAPTURE(later);
        const auto offered = call.get(call.alice);
        REQUIRE(offered);
        const auto second = call.get(call.alice);
        REQUIRE_FALSE(second);
        CHECK(second.error() == Errc::invalid_state);
        REQUIRE_FALSE(call.set(call.bob, *offered));
        const auto answered = call.get(call.bob);
        REQUIRE(answered);
        CHECK(direction_of(parsed(*answered)) == sdp::Direction::sendrecv);
        REQUIRE_FALSE(call.set(call.alice, *answered));  // the refused call did no harm
    }
    CHECK(call.media_flows(10, 0));
}

TEST_CASE("Closing and destroying a handler completes what is pending, exactly once") {
    if (lacks_plugins()) return;
    for (bool destroy : {false, true}) {
        HandlerPair call(webrtc(call_options()), webrtc(call_options()));
        int completions = 0;
        call.alice.handler->get_description({}, [&](HandlerPair::Description made) {
            ++completions;
            REQUIRE_FALSE(made);
            CHECK(made.error() == asio::error::operation_aborted);
        });
        call.alice.handler->close();
        call.alice.handler->close();
        if (destroy) call.alice.handler.reset();
        REQUIRE(call.run_until([&] { return completions > 0; }));
        call.io.poll();
        CHECK(completions == 1);
    }
}

TEST_CASE("A handler may be destroyed inside its own completion and in the middle of a call") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(call_options()), webrtc(call_options()));
    bool done = false;
    call.bob.handler->get_description({}, [&](auto) {
        call.bob.handler.reset();
        done = true;
    });
    CHECK(call.run_until([&] { return done; }));

    HandlerPair other(webrtc(call_options()), webrtc(call_options()));
    REQUIRE_FALSE(other.exchange(other.alice, other.bob));
    REQUIRE(other.media_flows(2, 1));
    other.bob.handler.reset();
    CHECK(other.run_until([&, sent = std::uint64_t{0}]() mutable {
        return ++sent > 5 && !other.statistics(other.alice).streams.empty();
    }));
}
