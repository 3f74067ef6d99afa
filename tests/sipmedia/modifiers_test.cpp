// SPDX-License-Identifier: MIT
#include "handler_pair.hpp"
#include "sdp_samples.hpp"

#include <sipmedia/modifiers.hpp>
#include <sipmsg/sdp/rtp.hpp>
#include <sipua/signaling_only.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace sipmedia;
using namespace sipmedia::test;
namespace sdp = sipmsg::sdp;

namespace {

sdp::SessionDescription sample(const std::string& name) {
    auto parsed = sdp::parse(sdp_sample(name));
    REQUIRE(parsed);
    return *parsed;
}

sdp::SessionDescription lines(const std::string& text) {
    auto parsed = sdp::parse("v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n" + text);
    REQUIRE(parsed);
    return *parsed;
}

std::string printed(const sdp::SessionDescription& description) {
    auto text = sdp::to_string(description);
    return text.substr(text.find("t=0 0\r\n") + 7);
}

}  // namespace

TEST_CASE("Candidates over TCP are taken out, and no others") {
    auto description = lines(
        "m=audio 5000 RTP/AVP 0\r\n"
        "a=candidate:1 1 UDP 2130706431 192.0.2.7 5000 typ host\r\n"
        "a=candidate:2 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active\r\n"
        "a=candidate:3 1 TCP 1518280447 192.0.2.7 9 typ host tcptype active\r\n");
    CHECK(printed(strip_tcp_candidates(description)) ==
          "m=audio 5000 RTP/AVP 0\r\na=candidate:1 1 UDP 2130706431 192.0.2.7 5000 typ host\r\n");
}

TEST_CASE("A payload is taken out with all that is said of it") {
    auto description = lines(
        "m=audio 5000 RTP/AVP 9 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
        "m=video 6000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack pli\r\n");
    CHECK(printed(strip_telephone_event(description)).starts_with("m=audio 5000 RTP/AVP 9 0\r\nm=video"));
    CHECK(printed(strip_g722(description)).starts_with("m=audio 5000 RTP/AVP 0 101\r\n"));
    CHECK(printed(strip_rtp_payload("vp8")(description)).ends_with("m=video 0 RTP/AVP 96\r\n"));
    CHECK(strip_rtp_payload("H264")(description) == description);
    const auto chromium = strip_telephone_event(sample("chromium156-offer-av"));
    for (const auto& map : sdp::rtpmaps(chromium.media.at(0))) CHECK(map.encoding != "telephone-event");
}

TEST_CASE("Video is taken out, and out of its BUNDLE group (RFC 9143 §7)") {
    const auto before = sample("chromium156-offer-av");
    const auto after = strip_video(before);
    CHECK(after.media.size() == before.media.size() - 1);
    CHECK(after.media.at(0) == before.media.at(0));
    CHECK(sdp::value_of(before.attributes, "group") == "BUNDLE 0 1");
    CHECK(sdp::value_of(after.attributes, "group") == "BUNDLE 0");
}

TEST_CASE("Lines get mids that nobody has, and imageattr goes") {
    auto description = lines(
        "m=audio 5000 RTP/AVP 0\r\nm=video 6000 RTP/AVP 34\r\na=mid:0\r\na=imageattr:34 send *\r\n"
        "m=audio 7000 RTP/AVP 0\r\n");
    CHECK(printed(add_mid_lines(strip_image_attributes(description))) ==
          "m=audio 5000 RTP/AVP 0\r\na=mid:1\r\nm=video 6000 RTP/AVP 34\r\na=mid:0\r\nm=audio 7000 RTP/AVP "
          "0\r\na=mid:2\r\n");
}

TEST_CASE("Hold rewrites each direction, and an absent one (RFC 3264 §8.4)") {
    auto description = lines(
        "m=audio 5000 RTP/AVP 0\r\nm=audio 5002 RTP/AVP 0\r\na=sendrecv\r\nm=audio 5004 RTP/AVP 0\r\n"
        "a=recvonly\r\nm=audio 5006 RTP/AVP 0\r\na=sendonly\r\nm=audio 5008 RTP/AVP 0\r\na=inactive\r\n");
    const auto held = hold_modifier(description);
    std::vector<sdp::Direction> directions;
    for (const auto& media : held.media) directions.push_back(sdp::direction(held, media));
    using enum sdp::Direction;
    CHECK(directions == std::vector{sendonly, sendonly, inactive, sendonly, inactive});
}

TEST_CASE("Modifiers chain from left to right, on what is sent and on what is received") {
    std::string order;
    auto note = [&order](char name, bool empty = false) {
        return [&order, name, empty](sdp::SessionDescription description) {
            order += name;
            if (empty) description.media.clear();
            return description;
        };
    };
    auto plain = sipua::signaling_only();
    Modifiers of_alice;
    of_alice.local = {note('1'), strip_telephone_event, note('2')};
    of_alice.remote = {note('3'), note('4')};
    HandlerPair call(modified(plain, of_alice), plain);
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    CHECK(order == "1234");
    for (const auto& map : sdp::rtpmaps(call.answer.media.at(0))) CHECK(map.encoding != "telephone-event");

    Modifiers emptied;
    emptied.local = {note('5', true)};
    emptied.remote = {note('6', true)};
    HandlerPair other(modified(plain, emptied), plain);
    CHECK(other.get(other.alice).error() == std::errc::bad_message);
    other.alice.handler->rollback();
    auto offered = other.get(other.bob);
    REQUIRE(offered);
    CHECK(other.set(other.alice, *offered) == std::errc::bad_message);
}
