// SPDX-License-Identifier: MIT
#include <sipmedia/sdes.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmedia;
using sipmsg::sdp::Crypto;

namespace {

constexpr std::string_view key = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";  // of RFC 4568 §6.1

std::string with(std::string_view rest) { return "1 AES_CM_128_HMAC_SHA1_80 " + std::string(rest); }

std::expected<CryptoLine, std::string_view> read(const std::string& value) {
    auto crypto = Crypto::parse(value);
    if (!crypto) return std::unexpected("malformed");
    return read_crypto(*crypto);
}

}  // namespace

TEST_CASE("A crypto attribute gives its tag, suite and thirty octets of key and salt (RFC 4568 §6.1)") {
    auto line = read("7 AES_CM_128_HMAC_SHA1_32 inline:" + std::string(key));
    REQUIRE(line);
    CHECK(line->tag == 7);
    CHECK(line->key.suite == SrtpSuite::aes_cm_128_hmac_sha1_32);
    CHECK(std::string(line->key.octets.begin(), line->key.octets.end()) == "wDfvg&T+)xG7@fb5jU,RaA}\\|p0%*#");
    CHECK(crypto_value(*line) == "7 AES_CM_128_HMAC_SHA1_32 inline:" + std::string(key));
}

TEST_CASE("A lifetime is read and may be a power of two, a key identifier is not for us (RFC 4568 §6.1)") {
    for (std::string rest : {"|2^20", "|2^48", "|1048576", "|281474976710656"})
        CHECK_MESSAGE(read(with("inline:" + std::string(key) + rest)), rest);
    for (std::string rest : {"|2^20|1:4", "|1:4", "|2^49", "|2^", "|", "|0", "|x", "|281474976710657"})
        CHECK_FALSE_MESSAGE(read(with("inline:" + std::string(key) + rest)), rest);
}

TEST_CASE("Session parameters that must be obeyed refuse a line, advice does not (RFC 4568 §6.3)") {
    const auto base = with("inline:" + std::string(key));
    for (std::string parameter : {"WSH=64", "KDR=0", "-FOO", "-FOO=1 WSH=128"})
        CHECK_MESSAGE(read(base + " " + parameter), parameter);
    for (std::string parameter :
         {"UNENCRYPTED_SRTP", "UNENCRYPTED_SRTCP", "UNAUTHENTICATED_SRTP", "KDR=1", "FEC_ORDER=FEC_SRTP", "FOO"})
        CHECK_FALSE_MESSAGE(read(base + " " + parameter), parameter);
}

TEST_CASE("Keys of another length, form or number are refused, and no reason holds a key (RFC 4568 §6.1)") {
    for (std::string value :
         {with("inline:" + std::string(key.substr(4))), with("inline:" + std::string(key) + "AAAA"), with("inline:"),
          with("inline:!" + std::string(key.substr(1))), with("uri:" + std::string(key)),
          with("inline:" + std::string(key) + ";inline:" + std::string(key)),
          "1 F8_128_HMAC_SHA1_80 inline:" + std::string(key), "1 AES_256_CM_HMAC_SHA1_80 inline:" + std::string(key)}) {
        CAPTURE(value);
        auto line = read(value);
        REQUIRE_FALSE(line);
        CHECK(line.error().find("d0Rm") == std::string_view::npos);
    }
}

TEST_CASE("The first usable line of an offer is chosen, whatever stands before it (RFC 4568 §5.1.2)") {
    sipmsg::sdp::MediaDescription media{.kind = "audio", .port = 4000, .protocol = "RTP/SAVP", .formats = {"0"}};
    CHECK_FALSE(choose_crypto(media));
    add(media.attributes, "crypto", "1 AES_192_CM_HMAC_SHA1_80 inline:" + std::string(key));
    add(media.attributes, "crypto", "nonsense");
    CHECK_FALSE(choose_crypto(media));
    add(media.attributes, "crypto", "3 AES_CM_128_HMAC_SHA1_32 inline:" + std::string(key));
    add(media.attributes, "crypto", "4 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(key));
    REQUIRE(choose_crypto(media));
    CHECK(choose_crypto(media)->tag == 3);
}
