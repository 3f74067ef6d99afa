// SPDX-License-Identifier: MIT
#include "engine_pair.hpp"
#include "handler_pair.hpp"
#include "sdp_samples.hpp"

#include <sipmedia/sdp_adapter.hpp>
#include <sipmedia/webrtc.hpp>

#include <doctest/doctest.h>

#include <array>
#include <stdexcept>

using namespace sipmedia;
using namespace sipmedia::test;
using namespace std::chrono_literals;
namespace sdp = sipmsg::sdp;

namespace {

using Interval = std::optional<std::chrono::milliseconds>;

SessionDescription parsed_sample(const std::string& name) {
    auto description = sdp::parse(sdp_sample(name));
    REQUIRE(description);
    return *std::move(description);
}

SessionDescription with_session_line(const std::string& name, const std::string& line) {
    auto text = sdp_sample(name);
    text.insert(text.find("m="), line + "\r\n");
    auto description = sdp::parse(text);
    REQUIRE(description);
    return *std::move(description);
}

Interval wish_in(const std::string& lines) { return ice_pacing(with_session_line("chromium156-offer-av", lines)); }

WebRtcOptions paced(std::chrono::milliseconds interval) {
    auto options = loopback(false);
    options.ice_pacing = interval;
    return options;
}

}  // namespace

TEST_CASE(
    "The interval of checks is read as up to ten digits, and no peer makes us wait longer than a second "
    "(RFC 8839 §5.5)") {
    CHECK(wish_in("a=ice-pacing:50") == 50ms);
    CHECK(wish_in("a=ice-pacing:0") == 0ms);
    CHECK(wish_in("a=ice-pacing:0000000020") == 20ms);
    CHECK(wish_in("a=ice-pacing:1000") == 1s);
    CHECK(wish_in("a=ice-pacing:1001") == 1s);
    CHECK(wish_in("a=ice-pacing:9999999999") == 1s);
    for (const auto* hostile :
         {"a=ice-pacing:-5", "a=ice-pacing:+5", "a=ice-pacing: 5", "a=ice-pacing:5ms", "a=ice-pacing:soon",
          "a=ice-pacing:", "a=ice-pacing", "a=ice-pacing:5.5", "a=ice-pacing:10000000000",
          "a=ice-pacing:99999999999999999999999999", "a=Ice-Pacing:5"}) {
        CAPTURE(hostile);
        CHECK_FALSE(wish_in(hostile));
    }
}

TEST_CASE("Of several intervals of checks the longest counts, and one m-line has no say (RFC 8839 §5.5)") {
    CHECK(wish_in("a=ice-pacing:20\r\na=ice-pacing:30") == 30ms);
    CHECK(wish_in("a=ice-pacing:30\r\na=ice-pacing:20\r\na=ice-pacing:never") == 30ms);
    auto misplaced = parsed_sample("chromium156-offer-av");
    set(misplaced.media[0].attributes, "ice-pacing", "40");
    CHECK_FALSE(ice_pacing(misplaced));
}

TEST_CASE("The longer of both intervals of checks holds, and none before both have said one (RFC 8445 §14.2)") {
    CHECK(agreed_ice_pacing(5ms, 20ms) == 20ms);
    CHECK(agreed_ice_pacing(20ms, 5ms) == 20ms);
    CHECK(agreed_ice_pacing(5ms, 0ms) == 5ms);
    CHECK_FALSE(agreed_ice_pacing(5ms, std::nullopt));
    CHECK_FALSE(agreed_ice_pacing(std::nullopt, 5ms));
    CHECK_FALSE(agreed_ice_pacing(std::nullopt, std::nullopt));
}

TEST_CASE("A peer's description reaches the engine with one interval of checks, or none (RFC 8839 §5.5)") {
    const auto handed_on = [](const std::string& lines) {
        const auto normalized = normalize_offer(with_session_line("chromium156-offer-av", lines));
        REQUIRE(normalized);
        std::vector<std::string> values;
        for (const auto& attribute : normalized->description.attributes)
            if (attribute.name == "ice-pacing") values.emplace_back(attribute.text());
        return values;
    };
    CHECK(handed_on("a=x-none") == std::vector<std::string>{});
    CHECK(handed_on("a=ice-pacing:soon") == std::vector<std::string>{});
    CHECK(handed_on("a=ice-pacing:7\r\na=ice-pacing:9\r\na=ice-pacing:-1") == std::vector<std::string>{"9"});
    CHECK(handed_on("a=ice-pacing:4000000000") == std::vector<std::string>{"1000"});
}

TEST_CASE("Our answer names an interval of checks only where the offer does (RFC 8839 §5.5)") {
    auto made = parsed_sample("webrtcbin122-answer-to-chromium-av-raw");
    set_ice_pacing(made, 5ms);
    const auto answer_to = [&](const SessionDescription& offer) {
        const auto normalized = normalize_offer(offer);
        REQUIRE(normalized);
        return ice_pacing(finish_answer(made, offer, *normalized, {.session_id = "1"}));
    };
    CHECK(answer_to(with_session_line("chromium156-offer-av", "a=ice-pacing:50")) == 5ms);
    CHECK_FALSE(answer_to(parsed_sample("chromium156-offer-av")));
}

TEST_CASE("Offer and answer say how often each side wishes to check, also when ICE restarts (RFC 8839 §5.5)") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(paced(5ms)), webrtc(paced(30ms)));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    CHECK(ice_pacing(call.offer) == 5ms);
    CHECK(ice_pacing(call.answer) == 30ms);
    REQUIRE_FALSE(call.exchange(call.bob, call.alice, true));  // a hold: from what was agreed
    CHECK(ice_pacing(call.offer) == 30ms);
    CHECK(ice_pacing(call.answer) == 5ms);
    REQUIRE_FALSE(call.restart(call.alice, call.bob));
    CHECK(ice_pacing(call.offer) == 5ms);
    CHECK(ice_pacing(call.answer) == 30ms);
    CHECK(call.media_flows(10, 0));
}

TEST_CASE("A side that says nothing of its checks is called, and answered, as ever (RFC 8839 §5.5)") {
    if (lacks_plugins()) return;
    HandlerPair silent_caller(webrtc(paced(0ms)), webrtc(paced(5ms)));
    REQUIRE_FALSE(silent_caller.exchange(silent_caller.alice, silent_caller.bob));
    CHECK_FALSE(ice_pacing(silent_caller.offer));
    CHECK_FALSE(ice_pacing(silent_caller.answer));
    CHECK(silent_caller.media_flows(10, 0));
    HandlerPair silent_callee(webrtc(paced(5ms)), webrtc(paced(0ms)));
    REQUIRE_FALSE(silent_callee.exchange(silent_callee.alice, silent_callee.bob));
    CHECK(ice_pacing(silent_callee.offer) == 5ms);
    CHECK_FALSE(ice_pacing(silent_callee.answer));
    CHECK(silent_callee.media_flows(10, 0));
}

// Begun first, and connected last: each of its checks waits so long.
TEST_CASE("Checks are sent as often as the slower side wishes (RFC 8445 §14.2)") {
    if (lacks_plugins()) return;
    const auto connected = [](EnginePair& pair) { return pair.alice.is_connected() && pair.bob.is_connected(); };
    for (const auto& [caller, callee] : {
             std::pair{5ms,   400ms},
             std::pair{400ms, 5ms  }
    }) {
        EnginePair slow(paced(caller), paced(callee)), quick(paced(5ms), paced(5ms));
        REQUIRE(slow.exchange());
        REQUIRE(quick.exchange());
        REQUIRE(quick.run_until([&] {
            slow.io.poll();
            return connected(quick);
        }));
        CHECK_FALSE(connected(slow));
        CHECK(slow.run_until([&] { return connected(slow); }));
    }
}

TEST_CASE("An interval of checks that no peer would take is refused (RFC 8445 §14.2)") {
    if (lacks_plugins()) return;
    for (const auto interval : {-5ms, 1ms, 4ms, 1001ms})
        CHECK_THROWS_AS((void)webrtc(paced(interval)), std::invalid_argument);
}
