// SPDX-License-Identifier: MIT
// BUNDLE groups in an order that webrtcbin does not take, and with a first line that is refused.
#include "engine_pair.hpp"
#include "handler_pair.hpp"

#include <sipmedia/sdp_adapter.hpp>
#include <sipmedia/webrtc.hpp>

#include <sipmsg/sdp/rtp.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace sipmedia;
using namespace sipmedia::test;
namespace sdp = sipmsg::sdp;

namespace {

WebRtcOptions bundled(bool with_video = true) {
    auto options = loopback(with_video);
    options.bundle = Bundle::all;
    return options;
}

std::string mid_of(const sdp::MediaDescription& media) {
    return std::string(sdp::value_of(media.attributes, "mid").value_or(""));
}

std::string group_of(const SessionDescription& description) {
    return std::string(sdp::value_of(description.attributes, "group").value_or(""));
}

/// The offer of a session with sound and a data channel.
SessionDescription offer_with_data(HandlerPair& call) { return parsed(call.get(call.alice).value()); }

}  // namespace

TEST_CASE(
    "An offer whose data channel is first in its group, or in its lines, is answered in its order (RFC 9143 §7.3)") {
    if (lacks_plugins()) return;
    auto options = bundled(false);
    options.data_channel = DataChannelOptions{};
    HandlerPair call(webrtc(options), webrtc(options));
    auto offer = offer_with_data(call);
    const auto sound = mid_of(offer.media.at(0)), data = mid_of(offer.media.at(1));
    SUBCASE("in its lines") { std::swap(offer.media[0], offer.media[1]); }
    SUBCASE("in the group") { sdp::set(offer.attributes, "group", "BUNDLE " + data + " " + sound); }
    SUBCASE("in both") {
        std::swap(offer.media[0], offer.media[1]);
        sdp::set(offer.attributes, "group", "BUNDLE " + data + " " + sound);
    }
    SUBCASE("in both, where we have no data channel") {
        call.bob = Party(call.io, webrtc(bundled(false)), false);
        std::swap(offer.media[0], offer.media[1]);
    }
    REQUIRE_FALSE(call.set(call.bob, sdp_body(sdp::to_string(offer))));
    const auto body = call.get(call.bob);
    REQUIRE(body);
    const auto answer = parsed(*body);
    REQUIRE(answer.media.size() == 2);
    std::vector<std::string> accepted;
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(answer.media[i].kind == offer.media[i].kind);
        CHECK(mid_of(answer.media[i]) == mid_of(offer.media[i]));
        if (!answer.media[i].is_refused()) accepted.push_back(mid_of(answer.media[i]));
    }
    REQUIRE_FALSE(accepted.empty());
    CHECK(group_of(answer).starts_with("BUNDLE " + accepted.front()));
    for (const auto& media : answer.media)  // the candidates stand in the first line of the group alone
        CHECK(sdp::has(media.attributes, "candidate") == (mid_of(media) == accepted.front()));
}

TEST_CASE("Lines go to the engine with sound and pictures first, and come back where they were") {
    SessionDescription offer;
    offer.media = {
        {.kind = "application",              .port = 9, .protocol = "UDP/DTLS/SCTP", .formats = {"webrtc-datachannel"}},
        {.kind = "audio", .port = 0         },
        {.kind = "video",                         .port = 9                        }
    };
    for (std::size_t i = 0; i < 3; ++i) sdp::set(offer.media[i].attributes, "mid", std::to_string(i));
    sdp::set(offer.attributes, "group", "BUNDLE 0 2");
    const Normalized normalized{
        .description = offer, .lines = {{.usable = true}, {}, {.usable = true}}
    };
    const auto places = engine_places(normalized);
    CHECK(places == std::vector<std::size_t>{2, 0, 1});
    const auto ordered = in_engine_order(offer, places);
    CHECK(ordered.media.at(0).kind == "video");
    CHECK(group_of(ordered) == "BUNDLE 2 0");
    CHECK(in_session_order(ordered, places) == offer);
}

TEST_CASE("An engine refuses a group that begins with a data channel, which webrtcbin would not survive") {
    if (lacks_plugins()) return;
    auto options = bundled(false);
    options.data_channel = DataChannelOptions{};
    HandlerPair call(webrtc(options), webrtc(options));
    auto offer = offer_with_data(call);
    std::swap(offer.media[0], offer.media[1]);
    EnginePair pair;
    pair.bob.accept_offer(sdp::to_string(offer));
    REQUIRE(pair.run_until([&] { return pair.bob.description.has_value(); }));
    REQUIRE_FALSE(pair.bob.description->has_value());
    CHECK(pair.bob.description->error().code == Errc::not_acceptable);
}

TEST_CASE("Pictures flow in a group whose first line, the sound, is refused (RFC 9143 §7.3.3)") {
    if (lacks_plugins()) return;
    auto theirs = bundled();
    bool offered = true;
    SUBCASE("by the answer") { theirs.audio.reset(); }
    SUBCASE("by the offer already") { offered = false; }
    EnginePair pair(bundled(), theirs);
    const auto without_sound = [&](std::string text) {
        auto description = sdp::parse(text).value();
        if (offered || description.media.at(0).is_refused()) return text;
        description.media.at(0).port = 0;
        sdp::set(description.attributes, "group", "BUNDLE " + mid_of(description.media.at(1)));
        return sdp::to_string(description);
    };
    REQUIRE(pair.exchange(without_sound));
    const auto answer = sdp::parse(pair.bob.description->value()).value();
    CHECK(answer.media.at(0).is_refused());
    CHECK(group_of(answer) == "BUNDLE " + mid_of(answer.media.at(1)));
    REQUIRE(pair.run_until([&] { return pair.alice.is_connected() && pair.bob.is_connected(); }));
    for (std::size_t i = 0; i < 2; ++i) {
        pair.alice.engine->set_gate(i, {});
        pair.bob.engine->set_gate(i, {});
    }
    CHECK(pair.run_until([&] { return !pair.alice.flowing.empty() && !pair.bob.flowing.empty(); }));
    CHECK(pair.alice.flowing == std::vector<std::size_t>{1});
    CHECK(pair.statistics(pair.alice).lines.at(0).packets_sent == 0);
    CHECK_FALSE(pair.statistics(pair.alice).lines.at(0).active);
}
