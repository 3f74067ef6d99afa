// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sipmedia {

/// A self-signed DTLS certificate for one engine, ECDSA P-256. A fresh one for each: calls cannot be linked by it,
/// and a peer sees that a new engine is a new DTLS association.
struct Certificate {
    std::string pem;          ///< certificate and private key: never to a log
    std::string fingerprint;  ///< SHA-256 of the DER, as RFC 8122 §5 writes it: "AB:CD:..."
};

/// Takes about a millisecond; nothing only when OpenSSL has no randomness or memory.
[[nodiscard]] std::optional<Certificate> make_certificate();

/// The first certificate in PEM text, as DER; empty when there is none.
[[nodiscard]] std::vector<std::uint8_t> der_of_pem(std::string_view pem);

/// A fingerprint as an SDP writes it (RFC 8122 §5): "sha-256", "AB:CD:...".
struct Fingerprint {
    std::string algorithm;  ///< lower case
    std::string value;      ///< upper case

    friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// Reads the value of an `a=fingerprint` attribute; nothing when it is malformed or the hash is too weak to trust.
[[nodiscard]] std::optional<Fingerprint> parse_fingerprint(std::string_view attribute);

/// Hashes the certificate with `algorithm` ("sha-256", "sha-384", "sha-512"); empty for any other.
[[nodiscard]] std::string fingerprint_of(std::span<const std::uint8_t> der, std::string_view algorithm);

}  // namespace sipmedia
