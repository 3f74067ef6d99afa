// SPDX-License-Identifier: MIT
// A process whose file descriptors come to an end: GLib would end it.
#include "engine_pair.hpp"
#include "handler_pair.hpp"

#include <sipmedia/error.hpp>
#include <sipmedia/rtp.hpp>
#include <sipmedia/webrtc.hpp>
#include <sipua/error.hpp>

#include <doctest/doctest.h>

#include <sys/resource.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <memory>
#include <vector>

using namespace sipmedia;
using namespace sipmedia::test;

namespace {

/// Leaves this process so many descriptors more than it has.
class Shortage {
public:
    explicit Shortage(std::size_t left) {
        getrlimit(RLIMIT_NOFILE, &before_);
        const std::filesystem::directory_iterator all("/proc/self/fd");
        auto now = before_;
        now.rlim_cur = static_cast<rlim_t>(std::distance(begin(all), end(all))) + left;
        setrlimit(RLIMIT_NOFILE, &now);
    }
    ~Shortage() { setrlimit(RLIMIT_NOFILE, &before_); }
    Shortage(const Shortage&) = delete;
    Shortage& operator=(const Shortage&) = delete;

private:
    rlimit before_{};
};

constexpr std::size_t enough = 100, too_few = 40;  // for one engine, with what others need

}  // namespace

TEST_CASE("Where descriptors run short a call gets 503, and the ones that stand go on (RFC 3261 §21.5.4)") {
    if (lacks_plugins()) return;
    WebRtcOptions browser = loopback();
    RtpOptions phone;
    phone.local_address = "127.0.0.1";
    for (const auto& factory : {webrtc(browser), rtp(phone)}) {
        HandlerPair call(factory, factory);
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        CHECK(call.media_flows(5, 0));
        {
            const Shortage shortage(too_few);
            HandlerPair further(factory, factory);
            const auto refused = further.get(further.alice);
            REQUIRE_FALSE(refused);
            CHECK(refused.error() == sipua::sip_error(503));
            CHECK(call.media_flows(10, 0));
        }
        const Shortage none(enough);
        HandlerPair further(factory, factory);
        CHECK(further.get(further.alice));
    }
}

TEST_CASE("Engines that still open their descriptors are reckoned with") {
    if (lacks_plugins()) return;
    constexpr int asked = 40;
    const Shortage shortage(enough);
    EnginePair pair;
    std::vector<std::unique_ptr<Endpoint>> crowd;
    for (int i = 0; i < asked; ++i) crowd.push_back(std::make_unique<Endpoint>(pair.io, loopback()));
    for (auto& each : crowd) each->create_offer();
    const auto is_answered = [](const auto& each) { return each->description.has_value(); };
    REQUIRE(pair.run_until([&] { return std::ranges::all_of(crowd, is_answered); }));
    const auto is_made = [](const auto& each) { return each->description->has_value(); };
    const auto is_refused = [&](const auto& each) {
        return !is_made(each) && each->description->error().code == Errc::overloaded;
    };
    const auto made = std::ranges::count_if(crowd, is_made);
    CHECK(made > 0);
    CHECK(made + std::ranges::count_if(crowd, is_refused) == asked);
}
