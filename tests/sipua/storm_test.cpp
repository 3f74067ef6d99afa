// SPDX-License-Identifier: MIT
#include "world_play.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace std::chrono_literals;
using support::outcome;

namespace {

const auto alice_ip = *siptxn::IpAddress::parse("10.0.0.1");
const auto bob_ip = *siptxn::IpAddress::parse("10.0.0.2");

/// What one call came to, as the caller saw it.
struct Outcome {
    bool finished = false;
    std::error_code invite;
    bool ended_early = false;  ///< the session was gone before bye()
};

asio::awaitable<void> serve(sipua::Invitation call) {
    try {
        co_await call.accept();
        co_await call.ended();
    } catch (const std::system_error&) {  // The caller gave up, or the ACK never came: its end is checked elsewhere.
    }
}

asio::awaitable<void> one_call(sipua::UserAgent& alice, Outcome& result) {
    sipua::Inviter call(alice, "sip:bob@10.0.0.2");
    result.invite = co_await outcome([&] { return call.invite(); });
    if (!result.invite) {
        co_await alice.sleep(3s);
        result.ended_early = call.state() != sipua::SessionState::established;
        if (!result.ended_early) (void)co_await outcome([&] { return call.bye(); });
    }
    result.finished = true;
}

/// A call through a network that loses, doubles and reorders; the world is run until nothing waits.
struct Storm {
    sipua::sim::World world;
    sipua::Stack here, there;
    Outcome result;

    Storm(std::uint64_t seed, double rate) : world(seed), here(world.stack("10.0.0.1")), there(world.stack("10.0.0.2")) {
        world.network().impair({.delay_min = 1ms, .delay_max = 80ms, .loss = rate, .duplication = rate, .reordering = rate});
        sipua::UserAgentOptions callee{.uri = "sip:bob@10.0.0.2"};
        callee.delegate.on_invite = [this](sipua::Invitation call) { asio::co_spawn(world.executor(), serve(std::move(call)), asio::detached); };
        sipua::UserAgent bob(there, std::move(callee));
        sipua::UserAgentOptions caller{.uri = "sip:alice@10.0.0.1"};
        sipua::UserAgent alice(here, std::move(caller));
        bob.start([](std::error_code) {});
        alice.start([](std::error_code) {});
        asio::co_spawn(world.executor(), one_call(alice, result), asio::detached);
        world.run(1h);
    }

    [[nodiscard]] bool is_empty() const {
        return here.sessions() + there.sessions() + here.transactions() + there.transactions() == 0;
    }
    [[nodiscard]] auto arrived(const siptxn::IpAddress& from, std::string_view start, std::string_view cseq) {
        return std::ranges::count_if(world.network().log(), [&](auto& datagram) {
            return datagram->from.ip == from && datagram->delivered > 0 && datagram->start_line().starts_with(start) &&
                   datagram->octets->find(cseq) != std::string::npos;
        });
    }
};

}  // namespace

TEST_CASE("1000 seeds: with 10 % lost, doubled and reordered every call succeeds, and nothing remains") {
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        Storm storm(seed, 0.10);
        CAPTURE(seed);
        REQUIRE(storm.result.finished);
        CHECK_MESSAGE(!storm.result.invite, storm.result.invite.message());
        CHECK_FALSE(storm.result.ended_early);
        CHECK(storm.is_empty());
    }
}

TEST_CASE("1000 seeds: with 30 % a call fails only when every retransmission was lost, and nothing remains") {
    int failures = 0;
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        Storm storm(seed, 0.30);
        CAPTURE(seed);
        REQUIRE(storm.result.finished);
        CHECK(storm.is_empty());
        if (storm.result.invite) {
            ++failures;
            // No INVITE arrived, or no response to one did; or 1xx did and no 2xx, which the callee repeated until its own time-out.
            CHECK(storm.result.invite == siptxn::Errc::timeout);
            auto finals = storm.arrived(bob_ip, "SIP/2.0 200", "INVITE");
            CHECK(finals == 0);
        } else if (storm.result.ended_early) {
            ++failures;
            CHECK(storm.arrived(alice_ip, "ACK", "ACK") == 0);  // RFC 3261 §13.3.1.4
        }
    }
    MESSAGE("calls that failed at 30 %: " << failures);
    CHECK(failures < 50);
}
