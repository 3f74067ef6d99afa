// SPDX-License-Identifier: MIT
#pragma once

// SRTP keys inside the description: a=crypto of RFC 4568. Pure. A key is a secret: nothing here writes one anywhere but
// into the attribute it belongs to, and no error text holds one.

#include <sipmsg/sdp/sdp.hpp>
#include <sipmsg/sdp/security.hpp>

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace sipmedia {

/// The suites of RFC 4568 §6.2 that we offer and take, by preference. Both use one key size; "32" shortens the tag of
/// RTP, never that of RTCP.
enum class SrtpSuite : std::uint8_t { aes_cm_128_hmac_sha1_80, aes_cm_128_hmac_sha1_32 };
/// "AES_CM_128_HMAC_SHA1_80".
[[nodiscard]] std::string_view to_string(SrtpSuite suite) noexcept;
[[nodiscard]] std::optional<SrtpSuite> srtp_suite_from(std::string_view name) noexcept;

/// Master key (16 octets) and salt (14 octets) of what one side sends. RFC 4568 §6.1.
struct SrtpKey {
    SrtpSuite suite = SrtpSuite::aes_cm_128_hmac_sha1_80;
    std::array<std::uint8_t, 30> octets{};

    friend bool operator==(const SrtpKey&, const SrtpKey&) = default;
};

/// A crypto attribute that can be used.
struct CryptoLine {
    std::uint32_t tag = 1;
    SrtpKey key;

    friend bool operator==(const CryptoLine&, const CryptoLine&) = default;
};

/// Takes an attribute apart, or says why it cannot be used: an unknown suite, several keys or a master key identifier,
/// a key of another length, session parameters that must be obeyed and are not known (RFC 4568 §6.3).
[[nodiscard]] std::expected<CryptoLine, std::string_view> read_crypto(const sipmsg::sdp::Crypto& crypto);
/// The first attribute of an offered m-line that can be used. RFC 4568 §5.1.2.
[[nodiscard]] std::optional<CryptoLine> choose_crypto(const sipmsg::sdp::MediaDescription& offered);
/// The attribute's value: "1 AES_CM_128_HMAC_SHA1_80 inline:...". It holds the key.
[[nodiscard]] std::string crypto_value(const CryptoLine& line);

}  // namespace sipmedia
