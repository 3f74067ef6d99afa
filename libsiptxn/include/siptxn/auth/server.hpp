// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/auth/client.hpp>
#include <siptxn/auth/hash.hpp>
#include <siptxn/time.hpp>

#include <sipmsg/header/auth.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace siptxn::auth {

/// The account behind a username, or nullopt. `realm` of the result is not looked at.
using AccountLookup = std::function<std::optional<Credentials>(std::string_view username, std::string_view realm)>;
/// The account whose name has that hash_username(), or nullopt: a server keeps its names by their hashes.
using HashedLookup =
    std::function<std::optional<Credentials>(std::string_view hash, Algorithm algorithm, std::string_view realm)>;

struct VerifierOptions {
    std::vector<Algorithm> algorithms{Algorithm::sha256,
                                      Algorithm::md5};  ///< one challenge each, in this order (RFC 8760 §2.3)
    bool auth_int = true;                               ///< offer and accept auth-int next to auth
    bool require_qop = false;        ///< refuse the form without qop, whose nonces are good for one request only
    Duration nonce_lifetime = 5min;  ///< older ones are stale
    std::size_t nonces = 65'536;     ///< nonces whose counts are kept; the oldest are stale then
    bool utf8 = false;               ///< say charset="UTF-8": names beyond ASCII come as username* (RFC 7616 §4)
    HashedLookup find_hashed = {};   ///< set: ask for hashed names (RFC 7616 §3.4.4)
};

/// What to do with a request.
enum class Verdict : std::uint8_t {
    accepted,
    missing,    ///< no credentials for this realm: challenge
    stale,      ///< right, but the nonce is old or its count was used before: challenge with stale=true
    refused,    ///< unknown user or wrong digest: challenge anew, or 403
    malformed,  ///< credentials without what RFC 7616 §3.4 demands: 400
};

struct Verification {
    Verdict verdict = Verdict::missing;
    std::string username;  ///< set when accepted, as all below
    DigestTerms terms = {};
    std::string ha1 = {};  ///< secret
};

/// The parts of a request that credentials cover. Views, used during the call only.
struct VerifiedParts {
    std::string_view method;
    std::string_view body;
    std::string_view uri;  ///< when not empty, the digest-uri must be equivalent to it
};

/// Challenges and verifies without keeping state for those who never prove themselves: nonces are signed and carry
/// their time (RFC 7616 §5.4). Pure: the secret and `now` come from outside. One thread at a time.
class Verifier {
public:
    /// `secret`: 16 octets of chance or more, of this Verifier alone: two with the same one would take each other's
    /// nonces, and so each request once more. Throws std::invalid_argument when it is shorter.
    explicit Verifier(std::string secret, const VerifierOptions& options = {});
    ~Verifier();
    Verifier(Verifier&&) noexcept;
    Verifier& operator=(Verifier&&) noexcept;

    /// Values for WWW-Authenticate or Proxy-Authenticate, one line each.
    [[nodiscard]] std::vector<std::string> challenge(std::string_view realm, TimePoint now, bool stale = false);

    /// Checks the Authorization (`proxy`: Proxy-Authorization) lines of a request for that realm. An unknown user costs
    /// the same work as a known one. The digest-uri is not compared with the Request-URI, which proxies on the way may
    /// have changed: VerifiedParts::uri demands it. Not for ACK and CANCEL, which cannot be challenged; an ACK repeats
    /// the INVITE's credentials, count and all (RFC 3261 §22.1).
    [[nodiscard]] Verification verify(const sipmsg::MessageView& request, bool proxy, std::string_view realm,
                                      const AccountLookup& lookup, TimePoint now);
    /// The same for one parsed value.
    [[nodiscard]] Verification verify(const sipmsg::AuthValue& credentials, const VerifiedParts& request,
                                      std::string_view realm, const AccountLookup& lookup, TimePoint now);

    /// The value of Authentication-Info, or Proxy-Authentication-Info (RFC 7615), for the response to a request that
    /// was accepted, whose body this is: the proof that we know the secret as well, and the next nonce when that one is
    /// good for no more, or past half of its life. RFC 7616 §3.5. Empty for what was not accepted.
    [[nodiscard]] std::string authentication_info(const Verification& accepted, std::string_view realm,
                                                  std::string_view body, TimePoint now);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace siptxn::auth
