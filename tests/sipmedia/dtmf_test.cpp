// SPDX-License-Identifier: MIT
#include <sipmedia/dtmf.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sipmedia;
using std::chrono::milliseconds;

namespace {

/// Packets of 20 ms pass by; what the sender makes of them.
std::vector<std::optional<EventPacket>> run(DtmfSender& sender, int packets, std::uint32_t& timestamp, unsigned units) {
    std::vector<std::optional<EventPacket>> list;
    for (int i = 0; i < packets; ++i, timestamp += units) list.push_back(sender.replace(timestamp));
    return list;
}

unsigned duration_of(const EventPacket& packet) { return packet.payload[2] * 256u + packet.payload[3]; }
bool is_end(const EventPacket& packet) { return packet.payload[1] & 0x80; }

}  // namespace

TEST_CASE("Tones and events are the same sixteen (RFC 4733 §3.2)") {
    for (std::uint8_t event = 0; event < 16; ++event) CHECK(event_of(*tone_of(event)) == event);
    CHECK(event_of('d') == 15);
    CHECK_FALSE(event_of('E'));
    CHECK_FALSE(event_of(','));
    CHECK_FALSE(tone_of(16));
}

TEST_CASE("A tone takes the place of packets: one marker, a growing duration, three ends (RFC 4733 §2.5.1)") {
    DtmfSender sender(8000, milliseconds(20));
    std::uint32_t timestamp = 0xFFFFFF00;  // it wraps inside
    CHECK_FALSE(sender.replace(timestamp));
    REQUIRE(sender.queue("5", milliseconds(100), milliseconds(60)));
    const auto sent = run(sender, 12, timestamp, 160);
    for (int i = 0; i < 7; ++i) {
        CAPTURE(i);
        REQUIRE(sent[i]);
        CHECK(sent[i]->marker == (i == 0));
        CHECK(sent[i]->timestamp == 0xFFFFFF00);
        CHECK(sent[i]->payload[0] == 5);
        CHECK(duration_of(*sent[i]) == static_cast<unsigned>(160 * std::min(i + 1, 5)));
        CHECK(is_end(*sent[i]) == (i >= 4));
    }
    CHECK_FALSE(sent[7]);
    CHECK(sender.is_idle());
}

TEST_CASE("Between tones there is a gap, and a comma is two seconds of sound") {
    DtmfSender sender(8000, milliseconds(20));
    std::uint32_t timestamp = 1000;
    REQUIRE(sender.queue("1,2", milliseconds(60), milliseconds(100)));
    const auto sent = run(sender, 200, timestamp, 160);
    std::vector<int> begins;
    for (int i = 0; i < 200; ++i)
        if (sent[i] && sent[i]->marker) begins.push_back(i);
    REQUIRE(begins.size() == 2);
    CHECK(begins[0] == 0);
    CHECK(begins[1] == 5 + 5 + 100);  // three packets and two more ends; the gap; the pause
    CHECK(sender.is_idle());
}

TEST_CASE("Events of a slower clock than the sound has its timestamps, and durations of their own (RFC 4733 §2.1)") {
    DtmfSender sender(48000, milliseconds(20), 8000);
    std::uint32_t timestamp = 5000;
    REQUIRE(sender.queue("1", milliseconds(100), milliseconds(50)));
    const auto sent = run(sender, 10, timestamp, 960);
    for (std::size_t i = 0; i < 5; ++i) {
        REQUIRE(sent[i]);
        CHECK(sent[i]->timestamp == 5000);
        CHECK(duration_of(*sent[i]) == 160 * (i + 1));
    }
    CHECK(is_end(*sent[4]));

    REQUIRE(sender.queue("2", milliseconds(9000), milliseconds(50)));
    unsigned long total = 0;
    for (const auto& packet : run(sender, 500, timestamp, 960))
        if (packet && packet->payload[0] == 2) total = packet->timestamp + 6 * duration_of(*packet);
    CHECK(total - 14600 == 9000 * 48);  // in two segments
}

TEST_CASE("A long tone of a fast clock is cut into segments that follow each other (RFC 4733 §2.5.1.3)") {
    DtmfSender sender(48000, milliseconds(20));
    DtmfReceiver receiver;
    std::uint32_t timestamp = 77;
    REQUIRE(sender.queue("9", milliseconds(3000), milliseconds(50)));
    const auto sent = run(sender, 200, timestamp, 960);
    std::string heard;
    unsigned total = 0, segments = 0;
    for (const auto& packet : sent) {
        if (!packet) continue;
        if (auto tone = receiver.receive(packet->timestamp, packet->payload)) heard += *tone;
        total = packet->timestamp + duration_of(*packet) - 77;
        segments = (packet->timestamp - 77) / 0xFFFF + 1;
    }
    CHECK(heard == "9");
    CHECK(segments == 3);
    CHECK(total >= 3000 * 48);
    CHECK(total < 3100 * 48);
}

TEST_CASE("What is no tone queues nothing, and what waits can be taken back") {
    DtmfSender sender(8000, milliseconds(20));
    CHECK_FALSE(sender.queue("12x", milliseconds(100), milliseconds(50)));
    CHECK(sender.is_idle());
    REQUIRE(sender.queue("12", milliseconds(40), milliseconds(50)));
    std::uint32_t timestamp = 0;
    REQUIRE(sender.replace(timestamp));
    sender.clear();
    timestamp += 160;
    const auto sent = run(sender, 50, timestamp, 160);
    CHECK(is_end(*sent[0]));
    for (const auto& packet : sent) CHECK_FALSE((packet && packet->payload[0] == 2));
    CHECK(sender.is_idle());
}

TEST_CASE("Each tone is heard once, whatever is lost, repeated or late (RFC 4733 §2.5.2)") {
    DtmfSender sender(8000, milliseconds(20));
    REQUIRE(sender.queue("112#", milliseconds(80), milliseconds(60)));
    std::uint32_t timestamp = 0xFFFFF000;
    std::vector<EventPacket> packets;
    for (const auto& packet : run(sender, 80, timestamp, 160))
        if (packet) packets.push_back(*packet);
    REQUIRE(packets.size() == 4 * 6);
    auto hear = [](const std::vector<EventPacket>& list) {
        DtmfReceiver receiver;
        std::string heard;
        for (const auto& packet : list)
            if (auto tone = receiver.receive(packet.timestamp, packet.payload)) heard += *tone;
        return heard;
    };
    CHECK(hear(packets) == "112#");
    for (unsigned lost = 1; lost < 63; ++lost) {  // any but all of each tone's six packets
        CAPTURE(lost);
        std::vector<EventPacket> left;
        for (std::size_t i = 0; i < packets.size(); ++i)
            if (!(lost >> i % 6 & 1)) left.push_back(packets[i]);
        CHECK(hear(left) == "112#");
    }
    auto late = packets;
    std::swap(late[5], late[6]);  // the last end of the first tone comes after the second has begun
    CHECK(hear(late) == "112#");
}

TEST_CASE("Events that are no tones, and what is too short, are not heard") {
    DtmfReceiver receiver;
    CHECK_FALSE(receiver.receive(0, std::vector<std::uint8_t>{16, 10, 0, 160}));
    CHECK_FALSE(receiver.receive(160, std::vector<std::uint8_t>{5, 10, 0}));
    CHECK_FALSE(receiver.receive(160, {}));
    CHECK(receiver.receive(320, std::vector<std::uint8_t>{5, 10, 0, 160}) == '5');
}
