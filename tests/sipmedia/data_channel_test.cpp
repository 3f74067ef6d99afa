// SPDX-License-Identifier: MIT
#include "engine_pair.hpp"
#include "handler_pair.hpp"

#include <sipmedia/data_channel.hpp>
#include <sipmedia/events.hpp>
#include <sipmedia/gst_engine.hpp>
#include <sipmedia/media.hpp>
#include <sipmedia/modifiers.hpp>
#include <sipmedia/rtp.hpp>
#include <sipmedia/video.hpp>
#include <sipmedia/webrtc.hpp>

#include <sipdialog/negotiation.hpp>
#include <sipua/error.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace sipmedia;
using namespace sipmedia::test;
namespace sdp = sipmsg::sdp;

namespace {

WebRtcOptions with_data(bool with_sound = true) {
    auto options = loopback(false);
    options.local_addresses.clear();
    if (!with_sound) options.audio.reset();
    options.data_channel = DataChannelOptions{.label = "chat", .protocol = "x-test"};
    return options;
}

WebRtcOptions without_data() {
    auto options = with_data();
    options.data_channel.reset();
    return options;
}

/// One side's channel, and what it was told.
struct Side {
    explicit Side(const Party& party) : channel(data_channel_of(party.handler.get()).value()) {
        channel.watch({.on_open = [this] { ++opened; },
                       .on_message = [this](DataMessage message) { messages.push_back(std::move(message)); },
                       .on_close = [this](std::error_code reason) { closed.push_back(reason); }});
    }

    DataChannel channel;
    int opened = 0;
    std::vector<DataMessage> messages;
    std::vector<std::error_code> closed;

    [[nodiscard]] bool is_open() const { return channel.state() == DataState::open; }
};

/// Two parties with a data channel each.
struct DataCall : HandlerPair {
    DataCall(const WebRtcOptions& caller, const WebRtcOptions& callee) : HandlerPair(webrtc(caller), webrtc(callee)) {}

    Side here{alice}, there{bob};

    [[nodiscard]] bool opens() {
        return run_until([&] { return here.is_open() && there.is_open(); });
    }
    [[nodiscard]] std::error_code send(Side& from, DataMessage message) {
        std::optional<std::error_code> sent;
        from.channel.send(std::move(message), [&](std::error_code error) { sent = error; });
        REQUIRE(run_until([&] { return sent.has_value(); }));
        return *sent;
    }
    /// `text` is the next thing that `to` hears.
    [[nodiscard]] bool carries(Side& from, Side& to, const std::string& text) {
        to.messages.clear();
        if (send(from, DataMessage{text})) return false;
        return run_until([&] { return !to.messages.empty(); }) && to.messages == std::vector{DataMessage{text}};
    }
    [[nodiscard]] bool carries_both_ways() { return carries(here, there, "ping") && carries(there, here, "pong"); }
};

const sdp::MediaDescription& data_line(const sdp::SessionDescription& description) {
    const auto found = std::ranges::find(description.media, "application", &sdp::MediaDescription::kind);
    REQUIRE(found != description.media.end());
    return *found;
}

}  // namespace

TEST_CASE("A data channel carries text and octets both ways, beside sound and alone (RFC 8831 §6.6)") {
    if (lacks_plugins()) return;
    for (const bool sound : {true, false})
        for (const auto bundle : {Bundle::none, Bundle::all}) {
            CAPTURE(sound);
            CAPTURE(bundle == Bundle::all);
            auto caller = with_data(sound);
            caller.bundle = bundle;
            DataCall call(caller, with_data(sound));
            CHECK(call.here.channel.state() == DataState::waiting);
            REQUIRE_FALSE(call.exchange(call.alice, call.bob));
            for (const auto* side : {&call.offer, &call.answer}) {
                const auto& line = data_line(*side);
                CHECK(side->media.size() == (sound ? 2 : 1));
                CHECK(line.protocol == "UDP/DTLS/SCTP");
                CHECK(line.formats == std::vector<std::string>{"webrtc-datachannel"});
                CHECK(sdp::value_of(line.attributes, "sctp-port") == "5000");
                CHECK(sdp::value_of(line.attributes, "max-message-size") == "65536");
                for (const auto* name : {"sendrecv", "sendonly", "recvonly", "inactive", "rtcp-mux"})
                    CHECK_FALSE(sdp::has(line.attributes, name));
                CHECK(sdp::has(line.attributes, "bundle-only") ==
                      (side == &call.offer && bundle == Bundle::all && sound));
            }
            REQUIRE(call.opens());
            CHECK(call.there.channel.label() == "chat");
            CHECK(call.there.channel.protocol() == "x-test");
            CHECK(call.here.channel.label() == "chat");
            CHECK(call.carries_both_ways());
            const DataMessage octets{std::string("\0\xff\r\n", 4), false};
            CHECK_FALSE(call.send(call.here, octets));
            CHECK_FALSE(call.send(call.there, octets));
            REQUIRE(call.run_until([&] { return call.there.messages.size() == 2 && call.here.messages.size() == 2; }));
            CHECK(call.there.messages[1] == octets);
            CHECK(call.here.messages[1] == octets);
            if (sound) CHECK(call.media_flows(5, 0));
            CHECK(call.here.opened == 1);
            CHECK(call.there.opened == 1);
            CHECK(call.here.closed.empty());
            CHECK_FALSE(call.alice.failed);
            CHECK_FALSE(call.bob.failed);
        }
}

TEST_CASE("Hold and resume leave a data channel as it is (RFC 8841 §9.2)") {
    if (lacks_plugins()) return;
    DataCall call(with_data(), with_data());
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.opens());
    const auto agreed = data_line(call.answer);
    const auto offered = data_line(call.offer);

    REQUIRE_FALSE(call.exchange(call.alice, call.bob, true));
    CHECK(sipdialog::is_hold(call.offer));
    CHECK(data_line(call.answer) == agreed);
    CHECK(call.carries_both_ways());
    REQUIRE_FALSE(call.exchange(call.bob, call.alice, true));
    auto answered = data_line(call.answer);
    CHECK(sdp::value_of(answered.attributes, "setup") == "active");
    sdp::set(answered.attributes, "setup", "actpass");
    CHECK(answered == offered);
    CHECK(call.carries_both_ways());
    REQUIRE_FALSE(call.exchange(call.bob, call.alice));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    CHECK(call.media_flows(5, 0));
    CHECK(call.carries_both_ways());
    CHECK(call.here.opened == 1);
    CHECK(call.here.closed.empty());
    CHECK(call.there.closed.empty());
}

TEST_CASE("A data channel that the peer refuses or does not offer is told, and sound goes on (RFC 3264 §6)") {
    if (lacks_plugins()) return;
    const auto is_told = [](const Side& side) {
        return side.closed == std::vector{make_error_code(Errc::no_data_channel)} &&
               side.channel.state() == DataState::closed;
    };
    SUBCASE("the answer refuses it") {
        HandlerPair call(webrtc(with_data()), webrtc(without_data()));
        Side here(call.alice);
        CHECK_FALSE(data_channel_of(call.bob.handler.get()));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        CHECK(data_line(call.answer).is_refused());
        REQUIRE(call.run_until([&] { return !here.closed.empty(); }));
        CHECK(is_told(here));
        CHECK(call.media_flows(5, 0));
        REQUIRE_FALSE(call.exchange(call.bob, call.alice, true));
        REQUIRE_FALSE(call.exchange(call.bob, call.alice));
        CHECK(data_line(call.answer).is_refused());
        CHECK(call.media_flows(5, 0));
        CHECK(is_told(here));  // once
    }
    SUBCASE("the offer has none") {
        HandlerPair call(webrtc(without_data()), webrtc(with_data()));
        Side there(call.bob);
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        REQUIRE(call.run_until([&] { return !there.closed.empty(); }));
        CHECK(is_told(there));
        CHECK(call.media_flows(5, 0));
    }
    SUBCASE("ours are offered by the peer alone") {
        auto only_taken = with_data();
        only_taken.data_channel->offer = false;
        DataCall call(only_taken, only_taken);
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        CHECK(call.offer.media.size() == 1);
        REQUIRE(call.run_until([&] { return !call.here.closed.empty() && !call.there.closed.empty(); }));
        CHECK(is_told(call.here));
        CHECK(is_told(call.there));

        DataCall other(with_data(), only_taken);
        REQUIRE_FALSE(other.exchange(other.alice, other.bob));
        REQUIRE(other.opens());
        REQUIRE_FALSE(other.restart(other.bob, other.alice));  // now he must offer it: the line keeps its place
        CHECK_FALSE(data_line(other.offer).is_refused());
        REQUIRE(other.run_until([&] { return other.here.opened == 2 && other.there.opened == 2; }));
        CHECK(other.carries_both_ways());
    }
    SUBCASE("it was all there was: 488") {
        HandlerPair call(webrtc(with_data(false)), webrtc(without_data()));
        CHECK(call.exchange(call.alice, call.bob) == sipua::Errc::not_acceptable);
        HandlerPair other(webrtc(without_data()), webrtc(with_data(false)));
        CHECK(other.exchange(other.alice, other.bob) == sipua::Errc::not_acceptable);
    }
    SUBCASE("a later answer takes it away (RFC 3264 §8.2)") {
        DataCall call(with_data(), with_data());
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        REQUIRE(call.opens());
        auto offered = call.get(call.alice);
        REQUIRE(offered);
        REQUIRE_FALSE(call.set(call.bob, *offered));
        const auto answered = call.get(call.bob);
        REQUIRE(answered);
        auto answer = parsed(*answered);
        answer.media.at(1).port = 0;
        REQUIRE_FALSE(call.set(call.alice, sdp_body(sdp::to_string(answer))));
        REQUIRE(call.run_until([&] { return !call.here.closed.empty(); }));
        CHECK(is_told(call.here));
        CHECK(call.media_flows(5, 0));
    }
}

TEST_CASE("The longest message arrives whole, and what cannot be sent is said (RFC 8841 §6.1)") {
    if (lacks_plugins()) return;
    DataCall call(with_data(false), with_data(false));
    CHECK(call.send(call.here, DataMessage{"too early"}) == Errc::invalid_state);
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.opens());
    std::string longest(65'536, 'x');
    for (std::size_t i = 0; i < longest.size(); ++i) longest[i] = static_cast<char>('a' + i % 26);
    CHECK(call.carries(call.here, call.there, longest));
    CHECK(call.carries(call.there, call.here, longest));
    CHECK(call.send(call.here, DataMessage{longest + 'x'}) == std::errc::message_size);
    CHECK(call.send(call.here, DataMessage{longest + 'x', false}) == std::errc::message_size);
    CHECK(call.send(call.here, DataMessage{""}) == std::errc::invalid_argument);
    CHECK(call.send(call.here, DataMessage{"", false}) == std::errc::invalid_argument);
    CHECK(call.send(call.here, DataMessage{std::string("a\0b", 3)}) == std::errc::invalid_argument);
    CHECK(call.carries_both_ways());
}

TEST_CASE("A peer that takes only short messages gets no longer ones (RFC 8841 §6.1)") {
    if (lacks_plugins()) return;
    DataCall call(with_data(false), with_data(false));
    const auto offered = call.get(call.alice);
    REQUIRE(offered);
    auto offer = parsed(*offered);
    sdp::set(offer.media.at(0).attributes, "max-message-size", "1000");
    REQUIRE_FALSE(call.set(call.bob, sdp_body(sdp::to_string(offer))));
    const auto answered = call.get(call.bob);
    REQUIRE(answered);
    REQUIRE_FALSE(call.set(call.alice, *answered));
    REQUIRE(call.opens());
    CHECK(call.send(call.there, DataMessage{std::string(1001, 'x')}) == std::errc::message_size);
    CHECK(call.carries(call.there, call.here, std::string(1000, 'x')));
    CHECK(call.carries(call.here, call.there, std::string(2000, 'x')));
}

TEST_CASE("The queue of a data channel is bounded: a send waits for room, and all arrive in order") {
    if (lacks_plugins()) return;
    auto narrow = with_data(false);
    narrow.data_channel->capacity = 0;  // the least there is
    DataCall call(narrow, with_data(false));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.opens());

    // Nobody runs the executor meanwhile, so at most one waits; and SCTP is not that fast.
    std::vector<std::error_code> results(200, make_error_code(Errc::engine_failure));
    std::size_t completed = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
        call.here.channel.send(std::to_string(i) + std::string(30'000, '.'), [&, i](std::error_code error) {
            results[i] = error;
            ++completed;
        });
        REQUIRE(call.here.channel.queued() <= 131'072);
    }
    REQUIRE(call.run_until([&] { return completed == results.size(); }));
    const auto taken = static_cast<std::size_t>(std::ranges::count(results, std::error_code()));
    const auto refused = static_cast<std::size_t>(std::ranges::count(results, make_error_code(Errc::invalid_state)));
    CHECK(taken >= 5);  // four fit, and one waits for room
    CHECK(refused > 0);
    CHECK(taken + refused == results.size());
    REQUIRE(call.run_until([&] { return call.there.messages.size() == taken; }));
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < results.size(); ++i)
        if (!results[i]) expected.push_back(std::to_string(i) + std::string(30'000, '.'));
    CHECK(std::ranges::equal(call.there.messages, expected, {}, &DataMessage::content));
    CHECK(call.carries_both_ways());
}

TEST_CASE("A channel is closed when its messages come faster than they are taken") {
    if (lacks_plugins()) return;
    auto wide = with_data(false);
    wide.data_channel->capacity = std::size_t{64} << 20;
    DataCall call(wide, with_data(false));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.opens());
    const std::string message(65'536, '.');
    constexpr std::size_t sent = 400;  // 25 MiB
    for (std::size_t i = 0; i < sent; ++i) call.here.channel.send(message, [](std::error_code) {});
    // Nobody runs the executor, so nothing is taken, while SCTP carries them over.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (call.here.channel.queued() > 0 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    REQUIRE(call.here.channel.queued() == 0);
    REQUIRE(call.run_until([&] { return !call.there.closed.empty() && !call.here.closed.empty(); }));
    CHECK(call.there.closed == std::vector{std::make_error_code(std::errc::no_buffer_space)});
    CHECK(call.here.closed == std::vector{std::error_code()});
    CHECK(call.there.messages.size() <= 256);  // 16 MiB
    CHECK(call.there.messages.size() > 200);
}

TEST_CASE("A send that waits ends with its cancellation, and with the channel") {
    if (lacks_plugins()) return;
    DataCall call(with_data(false), with_data(false));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.opens());
    // More than SCTP takes at once: what it holds back must not hold back the end, either.
    std::size_t completed = 0;
    std::vector<std::error_code> results;
    for (int i = 0; i < 400; ++i)
        call.here.channel.send(std::string(60'000, 'x'), [&](std::error_code error) {
            ++completed;
            results.push_back(error);
        });
    call.alice.handler->close();
    REQUIRE(call.run_until([&] { return completed == 400; }));
    CHECK(std::ranges::count(results, asio::error::operation_aborted) <= 1);
    CHECK(call.here.channel.state() == DataState::closed);
    CHECK(call.here.closed.empty());  // the session is over: nothing is told
    CHECK(call.send(call.here, DataMessage{"late"}) == Errc::invalid_state);
    call.here.channel.close();
    wait_for_teardown();
}

TEST_CASE("Either side closes a data channel for good, and both hear it once (RFC 8831 §6.7)") {
    if (lacks_plugins()) return;
    for (const bool caller_closes : {true, false}) {
        CAPTURE(caller_closes);
        DataCall call(with_data(), with_data());
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        REQUIRE(call.opens());
        REQUIRE(call.carries_both_ways());
        auto& closer = caller_closes ? call.here : call.there;
        auto& other = caller_closes ? call.there : call.here;
        closer.channel.close();
        closer.channel.close();
        CHECK(closer.closed.empty());
        CHECK(closer.channel.state() == DataState::closed);
        REQUIRE(call.run_until([&] { return !closer.closed.empty() && !other.closed.empty(); }));
        CHECK(closer.closed == std::vector{std::error_code()});
        CHECK(other.closed == std::vector{std::error_code()});
        CHECK(other.channel.state() == DataState::closed);
        CHECK(call.send(other, DataMessage{"too late"}) == Errc::invalid_state);
        CHECK(call.media_flows(5, 0));
        REQUIRE_FALSE(call.restart(call.alice, call.bob));
        CHECK(call.media_flows(20, 0));
        CHECK(call.here.opened == 1);
        CHECK(call.there.opened == 1);
    }
}

TEST_CASE("A fresh media path closes a data channel and opens another (RFC 8839 §4.4.1)") {
    if (lacks_plugins()) return;
    bool sound = true;
    SUBCASE("beside sound") {}
    SUBCASE("alone") { sound = false; }
    DataCall call(with_data(sound), with_data(sound));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.opens());
    REQUIRE(call.carries_both_ways());
    for (auto* from : {&call.alice, &call.bob}) {
        const auto times = call.here.opened;
        REQUIRE_FALSE(call.restart(*from, from == &call.alice ? call.bob : call.alice));
        REQUIRE(call.run_until([&] { return call.here.opened == times + 1 && call.there.opened == times + 1; }));
        CHECK(call.here.closed.size() == static_cast<std::size_t>(times));
        CHECK(call.here.closed.back());
        CHECK(call.carries_both_ways());
    }
    if (sound) CHECK(call.media_flows(5, 0));
    const auto offered = call.get(call.alice, sipua::DescriptionOptions{.restart = true});
    REQUIRE(offered);
    call.alice.handler->rollback();  // refused: the channel that there is stays
    CHECK(call.here.is_open());
    CHECK(call.carries_both_ways());
}

TEST_CASE("ICE is told as connected with a data channel alone, and without one that was refused") {
    if (lacks_plugins()) return;
    WebRtcOptions caller = with_data(), callee = with_data(false);
    SUBCASE("alone") { caller = with_data(false); }
    SUBCASE("the sound is refused") {}
    SUBCASE("the data is refused") { callee = without_data(); }
    SUBCASE("the data is refused, and shares a transport") {
        callee = without_data();
        caller.bundle = Bundle::all;
    }
    HandlerPair call(webrtc(caller), webrtc(callee));
    std::vector<GatheringState> gathering;
    std::array<std::vector<IceState>, 2> ice;
    for (const bool here : {true, false}) {
        MediaDelegate delegate;
        if (here) delegate.on_gathering_state = [&](GatheringState state) { gathering.push_back(state); };
        delegate.on_ice_state = [&, here](IceState state) { ice[here].push_back(state); };
        REQUIRE(watch_media((here ? call.alice : call.bob).handler.get(), std::move(delegate)));
    }
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    CHECK(std::ranges::count(gathering, GatheringState::complete) == 1);
    REQUIRE(call.run_until([&] {
        return std::ranges::all_of(ice, [](const auto& told) {
            return !told.empty() && (told.back() == IceState::connected || told.back() == IceState::completed);
        });
    }));
    for (const auto& told : ice) CHECK(std::ranges::count(told, IceState::failed) == 0);
    const auto streams = call.statistics(call.alice).streams.size();
    CHECK(streams == (callee.audio ? 1 : 0));
}

TEST_CASE("Video is added beside a data channel, whose line keeps its place and mid (RFC 8829 §5.2.2)") {
    if (lacks_plugins()) return;
    auto caller = with_data();
    caller.video = test_pattern();
    caller.video_on_request = true;
    auto callee = with_data();
    callee.video = test_pattern();
    DataCall call(caller, callee);
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.opens());
    const auto first = call.offer;
    REQUIRE(add_video(call.alice.handler.get()));
    REQUIRE_FALSE(call.restart(call.alice, call.bob));
    REQUIRE(call.answer.media.size() == 3);
    CHECK(call.offer.media[1].kind == "application");
    CHECK(call.offer.media[2].kind == "video");
    for (std::size_t i = 0; i < 2; ++i)
        CHECK(sdp::value_of(call.offer.media[i].attributes, "mid") == sdp::value_of(first.media[i].attributes, "mid"));
    CHECK(call.media_flows());
    REQUIRE(call.run_until([&] { return call.here.opened == 2 && call.there.opened == 2; }));
    CHECK(call.carries_both_ways());

    REQUIRE_FALSE(call.exchange(call.alice, call.bob, true));  // the gates are those of sound and video
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    CHECK(call.media_flows());
    REQUIRE_FALSE(call.restart(call.bob, call.alice));
    CHECK(call.offer.media[2].kind == "video");
    CHECK(call.media_flows());
    REQUIRE(call.opens());
    CHECK(call.carries_both_ways());
    CHECK_FALSE(call.alice.failed);
    CHECK_FALSE(call.bob.failed);
}

TEST_CASE("Nothing is opened towards a certificate that was not promised (RFC 8842 §5.4)") {
    if (lacks_plugins()) return;
    for (const bool sound : {true, false}) {
        DataCall call(with_data(sound), with_data(sound));
        auto offered = call.get(call.alice);
        REQUIRE(offered);
        auto offer = parsed(*offered);
        for (auto& media : offer.media) {
            std::string text(sdp::value_of(media.attributes, "fingerprint").value());
            text.back() = text.back() == '0' ? '1' : '0';
            sdp::set(media.attributes, "fingerprint", text);
        }
        REQUIRE_FALSE(call.set(call.bob, sdp_body(sdp::to_string(offer))));
        auto answered = call.get(call.bob);
        REQUIRE(answered);
        REQUIRE_FALSE(call.set(call.alice, *answered));
        REQUIRE(call.run_until([&] { return call.bob.failed.has_value(); }));
        CHECK(*call.bob.failed == Errc::fingerprint_mismatch);
        CHECK(call.there.opened == 0);
        CHECK(call.there.messages.empty());
    }
}

TEST_CASE("Sessions with a data channel may be destroyed after any step") {
    if (lacks_plugins()) return;
    bool reached = false;
    for (int steps = 0; !reached; steps += 1 + steps / 4) {
        HandlerPair call(webrtc(with_data(steps % 3 != 0)), webrtc(with_data(steps % 3 != 0)));
        std::optional<Side> here(call.alice), there(call.bob);
        int left = steps;
        auto gone = [&] { return left-- <= 0; };
        std::optional<HandlerPair::Description> offered, answered;
        call.alice.handler->get_description({}, [&](auto made) { offered = std::move(made); });
        (void)call.run_until([&] { return gone() || offered; });
        if (offered && *offered && !call.set(call.bob, **offered)) {
            call.bob.handler->get_description({}, [&](auto made) { answered = std::move(made); });
            (void)call.run_until([&] { return gone() || answered; });
        }
        if (answered && *answered) call.alice.handler->set_description(**answered, {}, [](std::error_code) {});
        std::vector<Side*> silent{&*here, &*there};
        (void)call.run_until([&] {
            std::erase_if(silent, [](Side* side) {
                if (!side->is_open()) return false;
                side->channel.send(std::string(1000, 'x'), [](std::error_code) {});
                return true;
            });
            return gone();
        });
        reached = !here->messages.empty() && !there->messages.empty();
        REQUIRE(steps < 5000);
        auto& first = steps % 2 ? call.alice : call.bob;
        if (steps % 4 < 2) first.handler->close();
        first.handler.reset();
        call.io.poll();
        here->channel.close();
        there->channel.close();
        call.io.poll();
        call.alice.handler.reset();
        call.bob.handler.reset();
        call.io.poll();
    }
    wait_for_teardown();
}

TEST_CASE("A session may end, and its delegate be replaced, inside each event of its data channel") {
    if (lacks_plugins()) return;
    for (const int event : {0, 1, 2}) {
        CAPTURE(event);
        HandlerPair call(webrtc(with_data(false)), webrtc(with_data(false)));
        Side here(call.alice);
        auto channel = data_channel_of(call.bob.handler.get()).value();
        bool ended = false;
        const auto end = [&] {
            channel.watch({});
            call.bob.handler.reset();
            ended = true;
        };
        DataChannelDelegate delegate;
        if (event == 0) delegate.on_open = end;
        if (event == 1) delegate.on_message = [end](const DataMessage&) { end(); };
        if (event == 2) delegate.on_close = [end](std::error_code) { end(); };
        channel.watch(std::move(delegate));
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        REQUIRE(call.run_until([&] { return here.is_open(); }));
        here.channel.send(std::string("hello"), [](std::error_code) {});
        if (event == 2) here.channel.close();
        CHECK(call.run_until([&] { return ended; }));
        CHECK(channel.state() == DataState::closed);
    }
}

TEST_CASE("A data channel is found through the handlers that stand before it, and not where there is none") {
    if (lacks_plugins()) return;
    MediaOptions both;
    both.webrtc = with_data();
    HandlerPair call(media(both), modified(webrtc(with_data()), {}));
    Side here(call.alice), there(call.bob);
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.run_until([&] { return here.is_open() && there.is_open(); }));

    MediaOptions plain = both;
    plain.offer = Security::none;
    HandlerPair other(media(plain), media(both));
    Side caller(other.alice), callee(other.bob);
    REQUIRE_FALSE(other.exchange(other.alice, other.bob));
    REQUIRE(other.run_until([&] { return !caller.closed.empty() && !callee.closed.empty(); }));
    CHECK(caller.closed.front() == Errc::no_data_channel);

    const sipua::SessionContext context{.executor = call.io.get_executor()};
    CHECK_FALSE(data_channel_of(rtp()(context).get()));
    CHECK_FALSE(data_channel_of(webrtc(without_data())(context).get()));
    CHECK_FALSE(data_channel_of(static_cast<sipua::SessionDescriptionHandler*>(nullptr)));
}

TEST_CASE("Options that contradict each other are refused when the media is made") {
    if (lacks_plugins()) return;
    auto nothing = without_data();
    nothing.audio.reset();
    CHECK_THROWS_AS((void)webrtc(nothing), std::invalid_argument);
    auto changed = [](auto change) {
        auto options = with_data();
        change(*options.data_channel);
        return options;
    };
    using std::chrono::milliseconds;
    CHECK_THROWS_AS((void)webrtc(changed([](auto& data) {
                        data.max_retransmits = 1;
                        data.max_lifetime = milliseconds(1);
                    })),
                    std::invalid_argument);
    CHECK_THROWS_AS((void)webrtc(changed([](auto& data) { data.max_lifetime = milliseconds(65'536); })),
                    std::invalid_argument);
    CHECK_THROWS_AS((void)webrtc(changed([](auto& data) { data.label = std::string("a\0b", 3); })),
                    std::invalid_argument);
    CHECK_THROWS_AS((void)webrtc(changed([](auto& data) { data.protocol = std::string(65'536, 'x'); })),
                    std::invalid_argument);
    DataCall call(changed([](auto& data) {
                      data.ordered = false;
                      data.max_retransmits = 3;
                  }),
                  changed([](auto& data) { data.max_lifetime = milliseconds(200); }));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.opens());
    CHECK(call.carries_both_ways());
}
