// SPDX-License-Identifier: MIT
#include "engine_pair.hpp"
#include "handler_pair.hpp"

#include <sipmedia/events.hpp>
#include <sipmedia/modifiers.hpp>
#include <sipmedia/sdp_fragment.hpp>
#include <sipmedia/webrtc.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace sipmedia;
using namespace sipmedia::test;

namespace {

constexpr sipua::DescriptionOptions half{.takes_fragments = true};
constexpr sipua::DescriptionOptions full{.takes_fragments = true, .sends_fragments = true};

WebRtcOptions call_options() {
    auto options = loopback(false);
    options.local_addresses.clear();
    return options;
}

std::size_t candidates_of(const sipua::Body& body) {
    const auto description = parsed(body);
    return static_cast<std::size_t>(
        std::ranges::count(description.media.at(0).attributes, "candidate", &sipmsg::sdp::Attribute::name));
}

bool has_ended(const sipua::Body& body) { return body.content.find("a=end-of-candidates") != std::string::npos; }

/// As a host that has found nothing yet would have written it.
sipua::Body without_candidates(sipua::Body body) {
    auto description = parsed(body);
    for (auto& media : description.media) {
        sipmsg::sdp::remove(media.attributes, "candidate");
        sipmsg::sdp::remove(media.attributes, "end-of-candidates");
    }
    body.content = sipmsg::sdp::to_string(description);
    return body;
}

/// What a session does with what there is to send.
void carry_fragments(Party& from, Party& to, int& carried) {
    if (from.fragments == carried) return;
    carried = from.fragments;
    const auto body = from.handler->fragment();
    REQUIRE(body.content_type == sdp_fragment_type);
    CHECK(to.handler->take_fragment(body));
}

}  // namespace

TEST_CASE("Both ends trickle: descriptions without candidates, and media by those that follow (RFC 8838 §4)") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(call_options()), webrtc(call_options()));
    const auto offer = call.get(call.alice, full);
    REQUIRE(offer);
    CHECK(offers_trickle(parsed(*offer)));
    REQUIRE_FALSE(call.set(call.bob, without_candidates(*offer)));
    const auto answer = call.get(call.bob, full);
    REQUIRE(answer);
    REQUIRE_FALSE(call.set(call.alice, without_candidates(*answer)));
    // Host candidates may all have been there in time; they follow again, as a later one would.
    for (auto* side : {&call.alice, &call.bob}) ++side->fragments;
    int from_alice = 0, from_bob = 0;
    REQUIRE(call.run_until([&] {
        carry_fragments(call.alice, call.bob, from_alice);
        carry_fragments(call.bob, call.alice, from_bob);
        const auto alice = call.statistics(call.alice), bob = call.statistics(call.bob);
        return alice.streams.at(0).frames_decoded > 10 && bob.streams.at(0).frames_decoded > 10;
    }));
    CHECK(call.run_until([&] { return has_ended(call.alice.handler->fragment()); }));
    CHECK(call.run_until([&] { return has_ended(call.bob.handler->fragment()); }));
    CHECK_FALSE(call.alice.failed);
    CHECK_FALSE(call.bob.failed);
}

TEST_CASE("Half trickle: an offer says so and has all its candidates, its answer is ready before (RFC 8840 §5.1)") {
    if (lacks_plugins()) return;
    auto nowhere = call_options();
    nowhere.stun_server = "stun://127.0.0.1:9";  // nobody there: gathering goes on long after the host's candidates
    HandlerPair call(webrtc(call_options()), webrtc(nowhere));
    std::vector<GatheringState> gathering;
    REQUIRE(watch_media(call.bob.handler.get(),
                        {.on_gathering_state = [&](GatheringState state) { gathering.push_back(state); }}));
    const auto offer = call.get(call.alice, half);
    REQUIRE(offer);
    CHECK(offers_trickle(parsed(*offer)));
    CHECK(candidates_of(*offer) > 0);
    CHECK(has_ended(*offer));
    CHECK(call.alice.handler->fragment().empty());
    REQUIRE_FALSE(call.set(call.bob, *offer));
    const auto answer = call.get(call.bob, full);
    REQUIRE(answer);
    CHECK(std::ranges::count(gathering, GatheringState::complete) == 0);
    CHECK_FALSE(has_ended(*answer));
    REQUIRE_FALSE(call.set(call.alice, without_candidates(*answer)));
    int carried = -1;
    call.bob.fragments = 0;
    CHECK(call.run_until([&] {
        carry_fragments(call.bob, call.alice, carried);
        return call.statistics(call.alice).streams.at(0).frames_decoded > 10;
    }));
}

TEST_CASE("A peer that does not trickle gets all candidates, and so does a modifier") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(call_options()), webrtc(call_options()));
    const auto offer = call.get(call.alice);
    REQUIRE(offer);
    CHECK_FALSE(offers_trickle(parsed(*offer)));
    REQUIRE_FALSE(call.set(call.bob, *offer));
    const auto answer = call.get(call.bob, full);  // the session would, and the offer does not say so
    REQUIRE(answer);
    CHECK(candidates_of(*answer) > 0);
    CHECK(has_ended(*answer));
    CHECK(call.bob.handler->fragment().empty());

    HandlerPair changed(modified(webrtc(call_options()), {}), webrtc(call_options()));
    const auto whole = changed.get(changed.alice, full);
    REQUIRE(whole);
    CHECK(has_ended(*whole));
    CHECK_FALSE(offers_trickle(parsed(*whole)));
}

TEST_CASE("A fragment that comes before its description waits for it, and what is none is refused (RFC 8838 §11)") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(call_options()), webrtc(call_options()));
    const auto offer = call.get(call.alice, full);
    REQUIRE(offer);
    REQUIRE_FALSE(call.set(call.bob, without_candidates(*offer)));
    REQUIRE(call.run_until([&] { return has_ended(call.alice.handler->fragment()); }));
    CHECK(call.bob.handler->take_fragment(call.alice.handler->fragment()));  // he has not answered yet
    CHECK_FALSE(call.bob.handler->take_fragment({"application/sdp", call.alice.handler->fragment().content}));
    CHECK_FALSE(call.bob.handler->take_fragment({std::string(sdp_fragment_type), "nonsense"}));
    const auto answer = call.get(call.bob, full);
    REQUIRE(answer);
    // Alice gets no candidate at all: Bob's checks reach her.
    REQUIRE_FALSE(call.set(call.alice, without_candidates(*answer)));
    CHECK(call.media_flows(10, 0));
}
