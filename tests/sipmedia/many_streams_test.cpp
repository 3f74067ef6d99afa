// SPDX-License-Identifier: MIT
// A peer that begins one stream after another.
#include "handler_pair.hpp"

#include <sipmedia/rtp.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <asio/ip/udp.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <iterator>

using namespace sipmedia;
using namespace sipmedia::test;
using asio::ip::udp;

namespace {

bool lacks_rtp() {
    const auto missing = missing_elements(RtpOptions{});
    for (const auto& name : missing) MESSAGE("skipped: no GStreamer element " << name);
    return !missing.empty();
}

std::ptrdiff_t threads() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator());
}

/// Bob in a call with a peer that writes each of its packets by hand.
class Stranger {
public:
    Stranger() {
        REQUIRE_FALSE(
            call_.set(call_.bob, sdp_body(fmt::format("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n"
                                                      "c=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {} RTP/AVP 0\r\n",
                                                      socket_.local_endpoint().port()))));
        const auto answer = call_.get(call_.bob);
        REQUIRE(answer);
        bob_ = {asio::ip::address_v4::loopback(), parsed(*answer).media.at(0).port};
    }

    /// A packet of 20 ms.
    void say(std::uint32_t ssrc) {
        std::array<std::uint8_t, 172> packet{0x80, 0};
        packet[2] = static_cast<std::uint8_t>(said_ >> 8);
        packet[3] = static_cast<std::uint8_t>(said_);
        for (std::size_t i = 0; i < 4; ++i) {
            packet[4 + i] = static_cast<std::uint8_t>(said_ * 160 >> (24 - 8 * i));
            packet[8 + i] = static_cast<std::uint8_t>(ssrc >> (24 - 8 * i));
        }
        ++said_;
        socket_.send_to(asio::buffer(packet), bob_);
    }
    /// Goes on until something of that has come through.
    [[nodiscard]] bool is_heard(std::uint32_t ssrc) {
        const auto before = received();
        return call_.run_until([&] {
            say(ssrc);
            return received() > before;
        });
    }
    [[nodiscard]] std::uint64_t received() { return call_.statistics(call_.bob).streams.at(0).packets_received; }

private:
    HandlerPair call_{rtp(options()), rtp(options())};  // without Alice
    udp::socket socket_{call_.io, udp::endpoint(asio::ip::address_v4::loopback(), 0)};
    udp::endpoint bob_;
    std::uint32_t said_ = 0;

    static RtpOptions options() {
        RtpOptions options{.codecs = {"PCMU"}};
        options.latency = std::chrono::milliseconds(20);
        options.local_address = "127.0.0.1";
        return options;
    }
};

}  // namespace

TEST_CASE(
    "The newest stream is heard, however many came before it, and what they brought stays counted (RFC 3550 §8)") {
    if (lacks_rtp()) return;
    Stranger peer;
    std::uint64_t before = 0;
    for (std::uint32_t ssrc = 1; ssrc <= 7; ++ssrc) {
        CAPTURE(ssrc);
        REQUIRE(peer.is_heard(ssrc));
        CHECK(peer.received() > before);
        before = peer.received();
    }
}

TEST_CASE("Streams above their limit cost no threads, and those that are there go on (RFC 3550 §8)") {
    if (lacks_rtp()) return;
    constexpr std::uint32_t limit = 16, streams = 200;
    Stranger peer;
    for (std::uint32_t ssrc = 1; ssrc <= limit; ++ssrc) REQUIRE(peer.is_heard(ssrc));
    const auto before = threads();
    for (std::uint32_t ssrc = limit + 1; ssrc <= streams; ++ssrc)
        for (int i = 0; i < 4; ++i) peer.say(ssrc);
    REQUIRE(peer.is_heard(limit));  // behind all of them
    CHECK(threads() < before + limit);
}
