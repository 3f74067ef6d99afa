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
    bool ended_early = false;   ///< the session was gone before bye()
    siptxn::TimePoint decided;  ///< when invite() completed
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
    result.decided = alice.now();
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

    Storm(std::uint64_t seed, double rate)
        : world(seed), here(world.stack("10.0.0.1")), there(world.stack("10.0.0.2")) {
        world.network().impair(
            {.delay_min = 1ms, .delay_max = 80ms, .loss = rate, .duplication = rate, .reordering = rate});
        sipua::UserAgentOptions callee{.uri = "sip:bob@10.0.0.2"};
        callee.delegate.on_invite = [this](sipua::Invitation call) {
            asio::co_spawn(world.executor(), serve(std::move(call)), asio::detached);
        };
        sipua::UserAgent bob(there, std::move(callee));
        sipua::UserAgentOptions caller{.uri = "sip:alice@10.0.0.1"};
        sipua::UserAgent alice(here, std::move(caller));
        bob.start([](std::error_code) {});
        alice.start([](std::error_code) {});
        asio::co_spawn(world.executor(), one_call(alice, result), asio::detached);
        world.run(1h);
    }

    /// The agents are gone by now: lets what they still had to send come to its end.
    ~Storm() { world.run(1h); }

    [[nodiscard]] bool is_empty() const {
        return here.sessions() + there.sessions() + here.transactions() + there.transactions() == 0;
    }
    /// Datagrams that got through: from that host, of that start line and method, sent before `until`.
    [[nodiscard]] auto arrived(const siptxn::IpAddress& from, std::string_view start, std::string_view cseq,
                               siptxn::TimePoint until = siptxn::TimePoint::max()) {
        return std::ranges::count_if(world.network().log(), [&](auto& datagram) {
            return datagram->from.ip == from && datagram->delivered > 0 && datagram->sent < until &&
                   datagram->start_line().starts_with(start) && datagram->octets->find(cseq) != std::string::npos;
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

namespace {

/// Whether the wire's log excuses a call that failed: what should have been repeated never got through.
bool is_excused(Storm& storm) {
    if (!storm.result.invite) return storm.arrived(alice_ip, "ACK", "ACK") == 0;  // RFC 3261 §13.3.1.4
    auto until = storm.result.decided;
    if (storm.arrived(bob_ip, "SIP/2.0 200", "INVITE", until) > 0) return false;
    if (storm.arrived(bob_ip, "SIP/2.0 180", "INVITE", until) == 0) return storm.result.invite == siptxn::Errc::timeout;
    // After a provisional the callee's BYE ends it, or else progress_timeout.
    return storm.arrived(bob_ip, "BYE", "BYE", until) > 0 || storm.result.invite == sipua::sip_error(487);
}

/// What the callee keeps when no BYE reaches it, which only a session timer could find out (RFC 4028 §1).
bool is_residue_excused(Storm& storm) {
    return storm.here.sessions() + storm.here.transactions() + storm.there.transactions() == 0 &&
           storm.arrived(alice_ip, "BYE", "BYE") == 0 && storm.arrived(alice_ip, "ACK", "ACK") > 0;
}

/// Runs the seeds at that rate; the number of calls that failed, each of them excused by the log.
int failures_at(double rate, std::uint64_t seeds) {
    int failures = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        Storm storm(seed, rate);
        CAPTURE(seed);
        REQUIRE(storm.result.finished);
        CHECK((storm.is_empty() || is_residue_excused(storm)));
        if (!storm.result.invite && !storm.result.ended_early) continue;
        ++failures;
        CHECK_MESSAGE(is_excused(storm), storm.result.invite.message());
    }
    MESSAGE("calls that failed at " << rate * 100 << " %: " << failures << " of " << seeds);
    return failures;
}

}  // namespace

TEST_CASE("1000 seeds: with 30 % a call fails only when every retransmission was lost, and nothing remains") {
    CHECK(failures_at(0.30, 1000) < 5);  // 0.3^7 of the INVITEs never arrive
}

TEST_CASE("200 seeds: with 60 % calls do fail, each for the reason the log shows, and nothing remains") {
    CHECK(failures_at(0.60, 200) > 0);
}
