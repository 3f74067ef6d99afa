// SPDX-License-Identifier: MIT
#include "trace/pcapng_writer.hpp"

#include "sample.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>

using namespace sipstrata;
using namespace sample;

namespace {

struct Block {
    std::uint32_t type;
    std::string body;
};

std::uint32_t le32(std::string_view text, std::size_t at) {
    std::uint32_t value;
    std::memcpy(&value, text.data() + at, 4);
    return value;
}
std::size_t be16(std::string_view text, std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(text[at])) << 8 |
           static_cast<unsigned char>(text[at + 1]);
}

std::vector<Block> blocks_of(const std::string& file) {
    std::vector<Block> blocks;
    for (std::size_t at = 0; at < file.size();) {
        std::uint32_t length = le32(file, at + 4);
        REQUIRE(length % 4 == 0);
        REQUIRE(at + length <= file.size());
        REQUIRE(le32(file, at + length - 4) == length);
        blocks.push_back({le32(file, at), file.substr(at + 8, length - 12)});
        at += length;
    }
    return blocks;
}

std::string packet_of(const Block& block) { return block.body.substr(20, le32(block.body, 12)); }

// Zero when the checksum inside is right (RFC 1071).
std::uint16_t sum(std::string_view text) {
    std::uint32_t total = 0;
    std::string padded(text);
    if (padded.size() % 2) padded += '\0';
    for (std::size_t i = 0; i < padded.size(); i += 2) total += static_cast<std::uint32_t>(be16(padded, i));
    while (total >> 16) total = (total & 0xffff) + (total >> 16);
    return static_cast<std::uint16_t>(~total);
}

std::vector<Block> written(const CapturedMessage& message) {
    std::ostringstream out;
    PcapngWriter(out).write(message);
    return blocks_of(out.str());
}

}  // namespace

TEST_CASE("a file has a section, an interface of raw IP, and a packet for each message") {
    auto blocks = written({.source = alice, .destination = proxy, .octets = invite});
    REQUIRE(blocks.size() == 3);
    CHECK(blocks[0].type == 0x0a0d0d0a);
    CHECK(blocks[1].type == 1);
    CHECK((le32(blocks[1].body, 0) & 0xffff) == 101);
    CHECK(blocks[2].type == 6);
}

TEST_CASE("a message becomes a UDP datagram with right addresses, ports, lengths and checksums") {
    for (std::string octets : {invite, invite + "x", std::string()}) {
        std::string packet = packet_of(written({.source = alice, .destination = bob, .octets = octets})[2]);
        CHECK(sum(packet.substr(0, 20)) == 0);
        CHECK(be16(packet, 2) == packet.size());
        CHECK(packet.substr(12, 8) == std::string("\xc0\0\x02\x01\xc0\0\x02\x03", 8));
        CHECK(be16(packet, 20) == 5060);
        CHECK(be16(packet, 22) == 49152);
        CHECK(be16(packet, 24) == octets.size() + 8);
        CHECK(packet.substr(28) == octets);
        std::string length{packet[24], packet[25]};
        CHECK(sum(packet.substr(12, 8) + std::string("\0\x11", 2) + length + packet.substr(20)) == 0);
    }
}

TEST_CASE("IPv6 packets have their checksum too (RFC 8200 §8.1)") {
    auto from = address("[2001:db8::1]:5060");
    auto to = address("[2001:db8::2]:5062");
    std::string packet = packet_of(written({.source = from, .destination = to, .octets = invite})[2]);
    CHECK(static_cast<unsigned char>(packet[0]) == 0x60);
    CHECK(be16(packet, 4) == invite.size() + 8);
    std::string length{packet[44], packet[45]};
    CHECK(sum(packet.substr(8, 32) + std::string("\0\x11", 2) + length + packet.substr(40)) == 0);
    CHECK(packet.substr(48) == invite);
}

TEST_CASE("a message that fits no datagram is cut and says so") {
    std::string octets = invite + std::string(200'000, 'x');
    auto blocks = written({.source = alice, .destination = bob, .transport = siptxn::Transport::tcp, .octets = octets});
    CHECK(packet_of(blocks[2]).size() == 65'535);
    CHECK(blocks[2].body.find("over tcp; cut, the message has " + std::to_string(octets.size()) + " octets") !=
          std::string::npos);
}
