// SPDX-License-Identifier: MIT
#pragma once

// Who connects, and with which keys: setup and connection (RFC 4145), fingerprint (RFC 8122), crypto (RFC 4568).

#include <sipmsg/sdp/sdp.hpp>
#include <sipmsg/sdp/typed.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipmsg::sdp {

/// a=setup. RFC 4145; with DTLS, RFC 5763 §5: who sends the ClientHello.
enum class Setup : std::uint8_t { active, passive, actpass, holdconn };

[[nodiscard]] std::string_view to_string(Setup setup) noexcept;
[[nodiscard]] std::optional<Setup> setup_from(std::string_view value) noexcept;
/// Of the media line, else of the session.
[[nodiscard]] std::optional<Setup> setup(const SessionDescription& description, const MediaDescription& media) noexcept;

/// "a=fingerprint:sha-256 12:DF:3E:...".
struct Fingerprint {
    static constexpr std::string_view name = "fingerprint";
    std::string_view hash;   ///< "sha-256"; compares without case
    std::string_view bytes;  ///< pairs of hexadecimal digits, colons between

    [[nodiscard]] std::vector<std::uint8_t> octets() const;
    /// Same hash function and same octets, in any case.
    [[nodiscard]] bool matches(const Fingerprint& other) const noexcept;
    [[nodiscard]] static std::optional<Fingerprint> parse(std::string_view value);
    friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};
[[nodiscard]] std::string to_string(const Fingerprint& fingerprint);
/// Those of the media line; when it has none, those of the session.
[[nodiscard]] std::vector<Fingerprint> fingerprints(const SessionDescription& description,
                                                    const MediaDescription& media);

/// "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:...|2^20|1:4 UNENCRYPTED_SRTCP". The keys are secrets: not for a log.
struct Crypto {
    static constexpr std::string_view name = "crypto";
    std::uint32_t tag = 1;  ///< at most nine digits
    std::string_view suite;
    std::vector<std::string_view> keys;        ///< "inline:..." each, separated by ';' in the text
    std::vector<std::string_view> parameters;  ///< session parameters

    [[nodiscard]] static std::optional<Crypto> parse(std::string_view value);
    friend bool operator==(const Crypto&, const Crypto&) = default;
};
[[nodiscard]] std::string to_string(const Crypto& crypto);

}  // namespace sipmsg::sdp
