// SPDX-License-Identifier: MIT
#pragma once

// ES256 (ECDSA over P-256 with SHA-256) for Identity headers, by OpenSSL. RFC 8225 §8; RFC 7518 §3.4.

#include <sipua/identity.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sipua {

/// Throws std::invalid_argument when the PEM text holds no private key on P-256.
[[nodiscard]] PassportSigner es256_signer(std::string_view private_key_pem);

/// Gets what stands at the URI of an Identity header: certificates in PEM, the signer's first, those that vouch for it
/// behind; nothing when they cannot be had. The URI came from the network: look at its scheme and host before you fetch
/// it, and keep what you fetched. `done` is called once, from any thread.
using CertificateSource =
    std::function<void(const std::string& uri, std::function<void(std::optional<std::string>)> done)>;

struct Es256Checking {
    CertificateSource certificates;
    /// Certificates in PEM of the authorities that may vouch for signers. Empty: whatever the source gives is trusted,
    /// if its time has come and is not over.
    std::string authorities;
};

/// Throws std::invalid_argument when there is no source, or `authorities` cannot be read. Which numbers a certificate
/// may speak for (RFC 8226 §9) is not looked at.
[[nodiscard]] PassportVerifier es256_verifier(Es256Checking checking);

}  // namespace sipua
