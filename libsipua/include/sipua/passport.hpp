// SPDX-License-Identifier: MIT
#pragma once

// The token that an Identity header carries: a PASSporT, as a value. RFC 8225; RFC 8224 §4.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipua {

/// One side of a call: telephone numbers as digits alone, and URIs.
struct PassportParty {
    std::vector<std::string> tn;
    std::vector<std::string> uri;
    friend bool operator==(const PassportParty&, const PassportParty&) = default;
};

/// The fingerprint of a key that the session description promises.
struct KeyDigest {
    std::string alg;  ///< "sha-256"
    std::string dig;  ///< hexadecimal digits in upper case, no colons
    friend auto operator<=>(const KeyDigest&, const KeyDigest&) = default;
};

/// Who calls whom, when, and with which keys. RFC 8225 §5.
struct Passport {
    std::string alg = "ES256";
    std::string ppt;  ///< the extension it belongs to: "shaken"; empty: none
    std::string x5u;  ///< where its certificate is
    PassportParty orig;
    PassportParty dest;
    std::int64_t iat = 0;        ///< seconds since 1970
    std::vector<KeyDigest> mky;  ///< sorted
    /// Further claims whose values are strings: "attest" and "origid" of ppt "shaken" (RFC 8588 §4).
    std::vector<std::pair<std::string, std::string>> claims;
    friend bool operator==(const Passport&, const Passport&) = default;
};

/// What is signed: header and payload in base64url with a dot between; keys sorted, no white space (RFC 8225 §9).
/// Throws std::invalid_argument for text that is not UTF-8.
[[nodiscard]] std::string signing_input(const Passport& passport);

struct SignedPassport {
    Passport passport;
    std::string input;      ///< what was signed, as it came
    std::string signature;  ///< octets
};

/// "header.payload.signature" in base64url, of 16 KiB at most. The error says what is wrong. No claim is believed yet:
/// that takes a verifier.
[[nodiscard]] std::expected<SignedPassport, std::string> read_passport(std::string_view token);

/// base64url without padding (RFC 7515 §2).
[[nodiscard]] std::string base64url(std::string_view octets);
/// Nothing for text that is not base64url.
[[nodiscard]] std::optional<std::string> read_base64url(std::string_view text);

}  // namespace sipua
