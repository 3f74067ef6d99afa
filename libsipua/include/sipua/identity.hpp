// SPDX-License-Identifier: MIT
#pragma once

// Who calls, signed by somebody whose word counts: Identity headers made and checked. RFC 8224. Signing and verifying
// are functions of the program; those for ES256 with OpenSSL stand in sipua/es256.hpp.

#include <sipua/passport.hpp>

#include <sipmsg/message.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipua {

/// Signs that text: the signature's octets, for ES256 64 of them (RFC 8225 §6). Empty: it could not.
using PassportSigner = std::function<std::string(std::string_view input)>;

/// What of ours is signed, and how.
struct IdentitySigning {
    PassportSigner sign;        ///< absent: nothing is
    std::string info;           ///< the URI of the certificate; SIP's "info" and the token's "x5u"
    std::string alg = "ES256";  ///< what `sign` does
    std::string ppt;            ///< as in Passport; likewise the claims
    std::vector<std::pair<std::string, std::string>> claims;
};

/// What came of an Identity header.
enum class IdentityVerdict {
    valid,
    absent,       ///< there is none
    stale,        ///< made too long ago, or not yet
    bad_info,     ///< its certificate could not be had
    unsupported,  ///< its certificate is none that we trust, or its algorithm unknown
    invalid,      ///< it speaks of another call, or its signature is not that certificate's
};
[[nodiscard]] std::string_view to_string(IdentityVerdict verdict) noexcept;
/// The status and phrase that refuse such a request: 428, 403, 436, 437, 438 (RFC 8224 §6.2.2); 0 for `valid`. An empty
/// phrase is the registered one.
[[nodiscard]] std::pair<int, std::string_view> refusal_of(IdentityVerdict verdict) noexcept;

/// Fetches the certificate of `token.passport.x5u` and checks the signature: valid, bad_info, unsupported or invalid.
/// `done` is called once, at once or later, from any thread.
using PassportVerifier = std::function<void(const SignedPassport& token, std::function<void(IdentityVerdict)> done)>;

/// What of peers' is checked, and how.
struct IdentityChecking {
    PassportVerifier verify;             ///< absent: nothing is
    bool required = false;               ///< a request without Identity gets 428
    std::chrono::seconds freshness{60};  ///< how old, or how early, the token may be
};

struct IdentityResult {
    IdentityVerdict verdict = IdentityVerdict::absent;
    std::optional<Passport> passport;  ///< what the token says; to be believed when the verdict is `valid`
};

/// What a token says of this request: From, To and the fingerprints of its session description; URIs that are telephone
/// numbers as such (RFC 8224 §8.3, §8.5). Nothing when From or To cannot be read.
[[nodiscard]] std::optional<Passport> passport_of(const sipmsg::Message& request, std::int64_t iat);

/// Gives the request a Date, and the Identity header instead of those it has. False, and no such header, when it could
/// not be signed.
bool sign_identity(sipmsg::Message& request, const IdentitySigning& signing, std::chrono::system_clock::time_point now);

/// Compares the request with its first Identity header that can be read, full or compact (RFC 8224 §4.1), then asks the
/// verifier. `done` is called once, from where the verifier calls.
void check_identity(const sipmsg::Message& request, const IdentityChecking& checking,
                    std::chrono::system_clock::time_point now, std::function<void(IdentityResult)> done);

}  // namespace sipua
