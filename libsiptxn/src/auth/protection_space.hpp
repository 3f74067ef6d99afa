// SPDX-License-Identifier: MIT
#pragma once

#include "auth/challenge.hpp"
#include "auth/username.hpp"

#include <siptxn/auth/client.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>

namespace siptxn::auth {

/// Strings in the order they came, the oldest forgotten beyond a bound.
class RecentTexts {
public:
    void add(std::string_view text, std::size_t limit);
    [[nodiscard]] bool contains(std::string_view text) const {
        return !text.empty() && known_.contains(std::string(text));
    }

private:
    std::unordered_set<std::string> known_;
    std::deque<std::string> order_;
};

/// A realm that challenged us: its latest challenge, how often its nonce was used, and for which requests its
/// credentials are sent unasked.
class ProtectionSpace {
public:
    explicit ProtectionSpace(const Challenge& challenge) : challenge_(challenge) {}

    [[nodiscard]] bool is(bool proxy, std::string_view realm) const {
        return challenge_.proxy == proxy && challenge_.realm == realm;
    }
    [[nodiscard]] const Challenge& challenge() const noexcept { return challenge_; }

    /// A new challenge; the count restarts when the nonce is another one.
    void renew(const Challenge& challenge);
    /// That request was challenged from here: others like it belong to the space as well.
    void cover(const RequestParts& request, const AnswererOptions& options);
    [[nodiscard]] bool covers(const RequestParts& request) const;

    /// The nonce for what follows; its count begins anew (RFC 7616 §3.5).
    void renew(std::string nonce);

    /// The next credentials, counted (RFC 7616 §3.4.5), and what they were made of.
    struct Answer {
        CredentialLine line;
        DigestTerms terms;
    };
    [[nodiscard]] Answer credentials(const Credentials& account, const RequestParts& request, Identifiers& identifiers);

    std::uint64_t last_used = 0;

private:
    [[nodiscard]] UsernameForm form_of(std::string_view username) const;

    Challenge challenge_;
    std::uint32_t count_ = 0;
    std::string session_cnonce_;  ///< the session variants keep theirs for the life of the nonce
    RecentTexts calls_;
    RecentTexts servers_;
    RecentTexts hosts_;
};

}  // namespace siptxn::auth
