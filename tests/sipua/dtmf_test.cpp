// SPDX-License-Identifier: MIT
#include "world_play.hpp"
#include "wrapped_handler.hpp"

#include <doctest/doctest.h>

#include <memory>

using namespace std::chrono_literals;
using support::outcome;
using support::play;

namespace {

/// Takes tones in the media, or does not; otherwise signalling alone.
class ToneHandler final : public support::WrappedHandler {
public:
    ToneHandler(std::shared_ptr<sipua::SessionDescriptionHandler> inner, std::string& sent)
        : WrappedHandler(std::move(inner)), sent_(sent) {}
    bool send_dtmf(std::string_view tones, const sipua::DtmfOptions&) override {
        sent_ += tones;
        on_dtmf({.tone = '7', .in_media = true});  // the peer's, at the same moment
        return true;
    }

private:
    std::string& sent_;
};

/// Bob answers and writes down the tones he is told, and the INFOs.
struct Listening {
    std::vector<sipua::Dtmf> tones;
    std::vector<siptxn::TimePoint> times;
    int infos = 0;

    auto answer(sipua::sim::World& world) {
        return [this, &world](sipua::Invitation call) {
            sipua::SessionDelegate delegate;
            delegate.on_dtmf = [this, &world](const sipua::Dtmf& dtmf) {
                tones.push_back(dtmf);
                times.push_back(world.now());
            };
            delegate.on_info = [this](sipua::Info info) {
                ++infos;
                info.accept();
            };
            call.set_delegate(std::move(delegate));
            asio::co_spawn(world.executor(), keep(std::move(call)), asio::detached);
        };
    }
    static asio::awaitable<void> keep(sipua::Invitation call) {
        co_await call.accept();
        co_await call.ended();
    }
    [[nodiscard]] std::string text() const {
        std::string all;
        for (const auto& dtmf : tones) all += dtmf.tone;
        return all;
    }
};

}  // namespace

TEST_CASE("A relayed tone is read with its length, and what is malformed is refused") {
    auto five = sipua::parse_dtmf_relay("Signal=5\r\nDuration=160\r\n");
    REQUIRE(five);
    CHECK(five->tone == '5');
    CHECK(five->duration == 160ms);
    CHECK(sipua::parse_dtmf_relay("signal= d \nDuration = 99999")->tone == 'D');
    CHECK(sipua::parse_dtmf_relay("Signal=#")->duration == 250ms);
    for (std::string body : {"", "Signal=", "Signal=12\r\n", "Signal=x\r\n", "Duration=100\r\n",
                             "Signal=1\r\nDuration=1s\r\n", "Signal=1\r\nDuration=100000\r\n", "Signal=,\r\n"})
        CHECK_FALSE_MESSAGE(sipua::parse_dtmf_relay(body), body);
    CHECK(sipua::dtmf_relay(*five) == "Signal=5\r\nDuration=160\r\n");
}

TEST_CASE("Tones go as INFO requests, one after the other, when the media cannot carry them") {
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    Listening bob;
    sipua::UserAgentOptions options{.uri = "sip:bob@10.0.0.2"};
    options.delegate.on_invite = bob.answer(world);
    sipua::UserAgent callee(there, std::move(options));
    sipua::UserAgentOptions caller_options{.uri = "sip:alice@10.0.0.1"};
    sipua::UserAgent caller(here, std::move(caller_options));
    play(world, [&]() -> asio::awaitable<void> {
        co_await callee.start();
        co_await caller.start();
        sipua::Inviter call(caller, "sip:bob@10.0.0.2");
        CHECK(co_await outcome([&] { return call.send_dtmf("1"); }) == sipua::Errc::invalid_state);
        co_await call.invite();
        sipua::DtmfOptions slow;
        slow.duration = 10s;  // six seconds are the most
        slow.gap = 1s;
        bool second_done = false;
        call.send_dtmf("1,2", slow, [](std::error_code error) { CHECK_FALSE(error); });
        call.send_dtmf("#a", sipua::DtmfOptions{}, [&](std::error_code error) {
            CHECK_FALSE(error);
            second_done = true;
        });
        co_await caller.sleep(60s);
        CHECK(second_done);
        CHECK(bob.text() == "12#A");
        REQUIRE(bob.times.size() == 4);
        CHECK(bob.times[1] - bob.times[0] >= 9s);  // the tone, its gap, the pause
        CHECK(bob.times[1] - bob.times[0] < 10s);
        CHECK(bob.times[3] - bob.times[2] >= 170ms);
        CHECK(bob.tones[0].duration == 6s);
        CHECK_FALSE(bob.tones[0].in_media);
        CHECK_THROWS_AS(call.send_dtmf("1x"), std::invalid_argument);
        sipua::DtmfOptions media_only;
        media_only.way = sipua::DtmfOptions::Way::media;
        CHECK(co_await outcome([&] { return call.send_dtmf("1", media_only, asio::use_awaitable); }) ==
              sipua::Errc::media_failed);

        sipua::Body broken{"application/dtmf-relay", "Signal=77\r\n"};
        CHECK(co_await outcome([&] { return call.request("INFO", broken); }) == sipua::sip_error(480));
        sipua::Body other{"text/plain", "hello"};
        co_await call.request("INFO", other);
        CHECK(bob.text() == "12#A");
        CHECK(bob.infos == 1);

        std::error_code late;
        call.send_dtmf("123", sipua::DtmfOptions{}, [&](std::error_code error) { late = error; });
        co_await call.bye();
        co_await caller.sleep(1s);
        CHECK(late);
        co_await caller.stop();
        co_await callee.stop();
    });
}

TEST_CASE("Tones go in the media when it can, and those of the peer are told (RFC 4733)") {
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    Listening bob;
    sipua::UserAgentOptions options{.uri = "sip:bob@10.0.0.2"};
    options.delegate.on_invite = bob.answer(world);
    sipua::UserAgent callee(there, std::move(options));
    std::string sent, heard;
    sipua::UserAgentOptions caller_options{.uri = "sip:alice@10.0.0.1"};
    caller_options.media = [&, plain = sipua::signaling_only()](const sipua::SessionContext& context) {
        return std::make_shared<ToneHandler>(plain(context), sent);
    };
    sipua::UserAgent caller(here, std::move(caller_options));
    play(world, [&]() -> asio::awaitable<void> {
        co_await callee.start();
        co_await caller.start();
        sipua::Inviter call(caller, "sip:bob@10.0.0.2");
        sipua::SessionDelegate delegate;
        delegate.on_dtmf = [&](const sipua::Dtmf& dtmf) {
            CHECK(dtmf.in_media);
            heard += dtmf.tone;
        };
        call.set_delegate(std::move(delegate));
        co_await call.invite();
        const auto began = world.now();
        co_await call.send_dtmf("12,3");
        CHECK(world.now() - began >= 3 * 170ms + 2s);
        CHECK(sent == "12,3");
        CHECK(heard == "7");
        CHECK(bob.tones.empty());
        sipua::DtmfOptions by_info;
        by_info.way = sipua::DtmfOptions::Way::info;
        co_await call.send_dtmf("9", by_info, asio::use_awaitable);
        CHECK(bob.text() == "9");
        co_await call.bye();
        co_await caller.stop();
        co_await callee.stop();
    });
}
