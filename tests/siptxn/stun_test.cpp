// SPDX-License-Identifier: MIT
#include <siptxn/stun.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace siptxn;

namespace {

std::string from_hex(std::string_view hex) {
    std::string octets;
    for (std::size_t i = 0; i + 1 < hex.size(); ++i) {
        if (hex[i] == ' ') continue;
        octets += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
        ++i;
    }
    return octets;
}

constexpr StunMessage::Transaction transaction = {0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34,
                                                  0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae};

// RFC 5769 §2.2 and §2.3.
const std::string response_v4 = from_hex(
    "0101003c 2112a442 b7e7a701bc34d686fa87dfae 8022000b 7465737420766563746f7220 00200008 0001a147e112a643 "
    "00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7 80280004 c07d4c96");
const std::string response_v6 = from_hex(
    "01010048 2112a442 b7e7a701bc34d686fa87dfae 8022000b 7465737420766563746f7220 00200014 "
    "0002a1470113a9faa5d3f179bc25f4b5bed2b9d9 00080014 a382954e4be67bf11784c97c8292c275bfe3ed41 80280004 c8fb0b4c");

}  // namespace

TEST_CASE("stun: the responses of RFC 5769 give their addresses (RFC 8489 §14.2)") {
    auto v4 = read_stun(response_v4);
    REQUIRE(v4);
    CHECK(v4->kind == StunMessage::Kind::success);
    CHECK(v4->transaction == transaction);
    CHECK(to_string(*v4->mapped) == "192.0.2.1:32853");
    CHECK(v4->unknown.empty());
    auto v6 = read_stun(response_v6);
    REQUIRE(v6);
    CHECK(to_string(*v6->mapped) == "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
}

TEST_CASE("stun: what is written reads back (RFC 8489 §5)") {
    auto request = read_stun(write_binding_request(transaction));
    REQUIRE(request);
    CHECK(request->kind == StunMessage::Kind::request);
    CHECK(request->transaction == transaction);
    for (auto text : {"192.0.2.1:5060", "[2001:db8::1]:65535"}) {
        auto source = SocketAddress::parse(text);
        CHECK(read_stun(write_binding_success(transaction, *source))->mapped == source);
    }
    StunMessage strange{
        .transaction = transaction, .unknown = {0x0003, 0x0024, 0x7fff}
    };
    auto refusal = write_binding_refusal(strange);
    CHECK(read_stun(refusal)->kind == StunMessage::Kind::error);
    CHECK(read_stun(refusal)->code == 420);
    CHECK(refusal.substr(28) == from_hex("000a0006 0003 0024 7fff 0000"));
}

TEST_CASE("stun: an attribute one must understand and does not is named (RFC 8489 §6.3.1)") {
    auto request =
        read_stun(from_hex("00010010 2112a442 b7e7a701bc34d686fa87dfae 00030004 00000006 80aa0002 01020000"));
    REQUIRE(request);
    CHECK(request->unknown == std::vector<std::uint16_t>{0x0003});
}

TEST_CASE("stun: no cut, longer or lying message is read, and nothing past its end (RFC 8489 §5)") {
    for (const auto& whole : {response_v4, response_v6}) {
        for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(read_stun(whole.substr(0, size)));
        CHECK_FALSE(read_stun(whole + '\0'));
        for (std::size_t at : {0U, 1U, 4U, 7U, 22U, 23U, 38U, 39U, 41U}) {
            auto broken = whole;
            broken[at] = static_cast<char>(broken[at] ^ 0x55);
            CAPTURE(at);
            CHECK_FALSE(read_stun(broken));
        }
    }
}

TEST_CASE("stun: SIP never begins as STUN does (RFC 5626 §8)") {
    CHECK(is_stun(response_v4));
    CHECK(is_stun(write_binding_request(transaction)));
    for (auto text : {"", "\r\n\r\n", "OPTIONS sip:a SIP/2.0\r\n", "SIP/2.0 200 OK\r\n"}) CHECK_FALSE(is_stun(text));
}
