// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/auth/client.hpp>

#include <sipmsg/header/auth.hpp>

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace siptxn::auth {

/// One digest challenge that can be answered, taken apart.
struct Challenge {
    bool proxy = false;
    std::string realm;
    std::string nonce;
    std::optional<std::string> opaque;
    std::optional<std::string> algorithm_text;  ///< as sent; absent means MD5
    Algorithm algorithm = Algorithm::md5;
    Qop qop = Qop::none;
    bool stale = false;
    bool userhash = false;  ///< the name goes hashed (RFC 7616 §3.4.4)
    bool utf8 = false;      ///< charset="UTF-8": names beyond ASCII go as username* (RFC 7616 §3.4, §4)
};

/// The credentials for a realm: its own entry, else the one for every realm; nullptr when there is none.
[[nodiscard]] const Credentials* find_credentials(const std::vector<Credentials>& all, std::string_view realm);
/// Whether a text of the network may stand in what we send.
[[nodiscard]] bool may_be_echoed(std::string_view text);
/// H(A1) of the credentials for that algorithm and realm; empty when they have only HA1s of other algorithms.
[[nodiscard]] std::string ha1_of(const Credentials& credentials, Algorithm algorithm, std::string_view realm);

/// Reads one challenge; the error says why it cannot be answered.
[[nodiscard]] std::expected<Challenge, AuthError> read_challenge(const sipmsg::AuthValue& value, bool proxy,
                                                                 const AnswererOptions& options);

/// What a response asks for: one challenge for each realm, by preference, out of those that can be answered; for a
/// realm without one, the reason. In the order the realms appear.
struct Demands {
    std::vector<Challenge> challenges;
    std::vector<AuthError> unanswerable;
};
[[nodiscard]] Demands read_demands(const sipmsg::MessageView& response, const std::vector<Credentials>& credentials,
                                   const AnswererOptions& options);

}  // namespace siptxn::auth
