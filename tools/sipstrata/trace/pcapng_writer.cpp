// SPDX-License-Identifier: MIT
#include "pcapng_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace sipstrata {
namespace {

constexpr std::uint32_t section_header = 0x0a0d0d0a;
constexpr std::uint32_t interface_description = 1;
constexpr std::uint32_t enhanced_packet = 6;
constexpr std::uint16_t linktype_raw = 101;      // Packets begin with their IP header.
constexpr std::size_t longest_payload = 65'507;  // A UDP datagram in IPv4; IPv6 has 20 octets more, not used.

// Octets in the making. The file is little-endian, the packets big-endian.
class Block {
public:
    Block& le16(std::uint16_t v) { return byte(v).byte(v >> 8); }
    Block& le32(std::uint32_t v) {
        return le16(static_cast<std::uint16_t>(v)).le16(static_cast<std::uint16_t>(v >> 16));
    }
    Block& be16(std::size_t v) { return byte(static_cast<std::uint32_t>(v >> 8)).byte(static_cast<std::uint32_t>(v)); }
    Block& byte(std::uint32_t v) {
        octets_ += static_cast<char>(v & 0xff);
        return *this;
    }
    Block& text(std::string_view v) {
        octets_ += v;
        return *this;
    }
    Block& address(const siptxn::IpAddress& ip) {
        return text({reinterpret_cast<const char*>(ip.octets.data()), ip.is_v6() ? std::size_t{16} : std::size_t{4}});
    }
    Block& padded() {
        while (octets_.size() % 4 != 0) octets_ += '\0';
        return *this;
    }
    Block& option(std::uint16_t code, std::string_view value) {
        return le16(code).le16(static_cast<std::uint16_t>(value.size())).text(value).padded();
    }
    Block& end_of_options() { return le32(0); }
    void patch_be16(std::size_t at, std::uint16_t v) {
        octets_[at] = static_cast<char>(v >> 8);
        octets_[at + 1] = static_cast<char>(v & 0xff);
    }
    [[nodiscard]] const std::string& octets() const { return octets_; }

private:
    std::string octets_;
};

void write_block(std::ostream& out, std::uint32_t type, const std::string& body) {
    auto length = static_cast<std::uint32_t>(body.size() + 12);
    Block head;
    head.le32(type).le32(length);
    Block tail;
    tail.le32(length);
    out << head.octets() << body << tail.octets();
}

// The ones' complement sum of RFC 1071.
std::uint16_t checksum(std::string_view octets) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < octets.size(); ++i) {
        sum += static_cast<std::uint32_t>(static_cast<unsigned char>(octets[i])) << (i % 2 == 0 ? 8 : 0);
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(~sum);
}

// An IPv4 address inside IPv6 (RFC 4291 §2.5.5.2): for the odd pair of two families.
siptxn::IpAddress widened(const siptxn::IpAddress& ip) {
    if (ip.is_v6()) return ip;
    siptxn::IpAddress wide{.family = siptxn::IpAddress::Family::v6};
    wide.octets[10] = wide.octets[11] = 0xff;
    std::copy_n(ip.octets.begin(), 4, wide.octets.begin() + 12);
    return wide;
}

std::string udp_datagram(const CapturedMessage& message, const siptxn::IpAddress& from, const siptxn::IpAddress& to,
                         std::string_view payload) {
    std::size_t length = payload.size() + 8;
    Block pseudo;  // RFC 768, RFC 8200 §8.1
    pseudo.address(from).address(to).be16(0).be16(length).be16(0).be16(17);
    Block datagram;
    datagram.be16(message.source.port).be16(message.destination.port).be16(length).be16(0).text(payload);
    std::uint16_t sum = checksum(pseudo.octets() + datagram.octets());
    datagram.patch_be16(6, sum == 0 ? 0xffff : sum);
    return datagram.octets();
}

std::string ip_packet(const CapturedMessage& message, std::string_view payload) {
    bool v6 = message.source.ip.is_v6() || message.destination.ip.is_v6();
    auto from = v6 ? widened(message.source.ip) : message.source.ip;
    auto to = v6 ? widened(message.destination.ip) : message.destination.ip;
    std::string datagram = udp_datagram(message, from, to, payload);
    Block header;
    if (v6) {
        header.byte(0x60).byte(0).be16(0).be16(datagram.size()).byte(17).byte(64).address(from).address(to);
    } else {
        header.byte(0x45)
            .byte(0)
            .be16(datagram.size() + 20)
            .be16(0)
            .be16(0x4000)
            .byte(64)
            .byte(17)
            .be16(0)
            .address(from)
            .address(to);
        header.patch_be16(10, checksum(header.octets()));
    }
    return header.octets() + datagram;
}

}  // namespace

PcapngWriter::PcapngWriter(std::ostream& out) : out_(out) {
    Block section;
    section.le32(0x1a2b3c4d).le16(1).le16(0).le32(0xffffffff).le32(0xffffffff).option(4, "sipstrata").end_of_options();
    write_block(out_, section_header, section.octets());
    Block interface;
    interface.le16(linktype_raw).le16(0).le32(262'144).option(2, "sip").end_of_options();
    write_block(out_, interface_description, interface.octets());
}

void PcapngWriter::write(const CapturedMessage& message) {
    std::string_view payload = message.octets.substr(0, longest_payload);
    std::string packet = ip_packet(message, payload);
    auto micros = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(message.time.time_since_epoch()).count());
    auto size = static_cast<std::uint32_t>(packet.size());
    std::string comment = fmt::format("over {}", to_string(message.transport));
    if (payload.size() < message.octets.size())
        comment += fmt::format("; cut, the message has {} octets", message.octets.size());

    Block block;
    block.le32(0)
        .le32(static_cast<std::uint32_t>(micros >> 32))
        .le32(static_cast<std::uint32_t>(micros))
        .le32(size)
        .le32(size);
    block.text(packet).padded();
    Block direction;
    direction.le32(message.sent ? 2 : 1);
    block.option(1, comment).option(2, direction.octets()).end_of_options();
    write_block(out_, enhanced_packet, block.octets());
}

}  // namespace sipstrata
