// SPDX-License-Identifier: MIT
#include <siptxn/auth/client.hpp>

#include "auth/challenge.hpp"
#include "auth/protection_space.hpp"
#include "one_line.hpp"

#include <algorithm>
#include <list>
#include <stdexcept>

namespace siptxn::auth {
namespace {

void check(const std::vector<Credentials>& credentials) {
    for (const Credentials& one : credentials) {
        if (!is_one_line(one.username)) throw std::invalid_argument("a digest username must not contain CR, LF or NUL");
    }
}

}  // namespace

struct Answerer::State {
    std::vector<Credentials> credentials;
    AnswererOptions options;
    std::list<ProtectionSpace> spaces;
    std::uint64_t uses = 0;

    auto find(bool proxy, std::string_view realm) {
        return std::ranges::find_if(spaces, [&](const ProtectionSpace& space) { return space.is(proxy, realm); });
    }
    ProtectionSpace& learn(const Challenge& challenge, const RequestParts& request) {
        auto space = find(challenge.proxy, challenge.realm);
        if (space == spaces.end()) {
            if (spaces.size() >= options.spaces)
                spaces.erase(std::ranges::min_element(spaces, {}, &ProtectionSpace::last_used));
            space = spaces.emplace(spaces.end(), challenge);
        }
        space->renew(challenge);
        space->cover(request, options);
        space->last_used = ++uses;
        return *space;
    }
    void forget(bool proxy, std::string_view realm) {
        if (auto space = find(proxy, realm); space != spaces.end()) spaces.erase(space);
    }
    std::optional<CredentialLine> line(ProtectionSpace& space, const RequestParts& request,
                                       RequestAttempts::Attempt& attempt, Identifiers& identifiers) {
        const Credentials* account = find_credentials(credentials, space.challenge().realm);
        if (!account) return std::nullopt;
        space.last_used = ++uses;
        auto answer = space.credentials(*account, request, identifiers);
        attempt.terms = std::move(answer.terms);
        return std::move(answer.line);
    }

    ServerProof proof_of(const sipmsg::AuthInfoValue& info, const RequestAttempts::Attempt& attempt,
                         std::string_view body) const {
        const auto proof = info.rspauth();
        const Credentials* account = find_credentials(credentials, attempt.realm);
        if (!proof || !account) return ServerProof::absent;
        const auto expected =
            digest_rspauth(attempt.terms, ha1_of(*account, attempt.terms.algorithm, attempt.realm), body);
        return equal_in_constant_time(expected, *proof) ? ServerProof::right : ServerProof::wrong;
    }
};

Answerer::Answerer(std::vector<Credentials> credentials, const AnswererOptions& options)
    : state_(std::make_unique<State>()) {
    state_->options = options;
    set_credentials(std::move(credentials));
}
Answerer::~Answerer() = default;
Answerer::Answerer(Answerer&&) noexcept = default;
Answerer& Answerer::operator=(Answerer&&) noexcept = default;

void Answerer::set_credentials(std::vector<Credentials> credentials) {
    check(credentials);
    state_->credentials = std::move(credentials);
    state_->spaces.clear();
}

bool Answerer::has_credentials() const noexcept { return !state_->credentials.empty(); }

std::vector<CredentialLine> Answerer::preemptive(const RequestParts& request, RequestAttempts& attempts,
                                                 Identifiers& identifiers) {
    std::vector<CredentialLine> lines;
    for (ProtectionSpace& space : state_->spaces) {
        if (!space.covers(request)) continue;
        const Challenge& challenge = space.challenge();
        RequestAttempts::Attempt attempt{challenge.proxy, challenge.realm, challenge.nonce};
        auto line = state_->line(space, request, attempt, identifiers);
        if (!line) continue;
        space.cover(request, state_->options);
        attempts.attempts_.push_back(std::move(attempt));
        lines.push_back(std::move(*line));
    }
    return lines;
}

std::expected<std::vector<CredentialLine>, AuthError> Answerer::answer(const sipmsg::MessageView& response,
                                                                       const RequestParts& request,
                                                                       RequestAttempts& attempts,
                                                                       Identifiers& identifiers) {
    if (++attempts.rounds_ > state_->options.rounds) return std::unexpected(AuthError{AuthErrc::too_many_rounds, {}});
    Demands demands = read_demands(response, state_->credentials, state_->options);

    bool answered = false;
    std::optional<AuthError> refusal;
    for (const Challenge& challenge : demands.challenges) {
        auto& known = attempts.attempts_;
        auto attempt = std::ranges::find_if(
            known, [&](const auto& one) { return one.proxy == challenge.proxy && one.realm == challenge.realm; });
        // One answer; a second when the server says that only the nonce was at fault. A nonce that was refused is never
        // tried again.
        if (attempt == known.end()) {
            attempt = known.insert(attempt, {challenge.proxy, challenge.realm, challenge.nonce});
        } else if (challenge.nonce == attempt->nonce || attempt->answers > 1 ||
                   (attempt->answers == 1 && !challenge.stale)) {
            state_->forget(challenge.proxy, challenge.realm);
            refusal = AuthError{AuthErrc::refused, challenge.realm};
            continue;
        }
        attempt->nonce = challenge.nonce;
        ++attempt->answers;
        state_->learn(challenge, request);
        answered = true;
    }
    if (!answered) {
        if (refusal) return std::unexpected(std::move(*refusal));
        if (demands.unanswerable.empty()) return std::unexpected(AuthError{AuthErrc::no_challenge, {}});
        return std::unexpected(std::move(demands.unanswerable.front()));
    }

    std::vector<CredentialLine> lines;
    for (auto& attempt : attempts.attempts_) {
        auto space = state_->find(attempt.proxy, attempt.realm);
        if (space == state_->spaces.end()) continue;
        if (auto line = state_->line(*space, request, attempt, identifiers)) lines.push_back(std::move(*line));
    }
    return lines;
}

// RFC 7616 §3.5: no realm is named; the cnonce is that of the request, which tells whose it is.
const RequestAttempts::Attempt* RequestAttempts::find(bool proxy, const std::optional<std::string>& cnonce) const {
    const Attempt* found = nullptr;
    for (const auto& attempt : attempts_) {
        if (attempt.proxy != proxy) continue;
        if (cnonce && *cnonce == attempt.terms.cnonce) return &attempt;
        if (!cnonce && found) return nullptr;
        if (!cnonce) found = &attempt;
    }
    return found;
}

ServerProof Answerer::learn(const sipmsg::MessageView& response, const RequestAttempts& attempts) {
    auto proof = ServerProof::absent;
    auto take = [&](const auto& info, bool proxy) {
        const auto* attempt = info ? attempts.find(proxy, info->cnonce()) : nullptr;
        if (!attempt) return;
        const auto found = state_->proof_of(*info, *attempt, response.body());
        proof = std::max(proof, found);
        const auto space = state_->find(proxy, attempt->realm);
        const auto next = info->nextnonce();
        if (found != ServerProof::wrong && space != state_->spaces.end() && next && may_be_echoed(*next))
            space->renew(*next);
    };
    take(response.top<sipmsg::AuthenticationInfo>(), false);
    take(response.top<sipmsg::ProxyAuthenticationInfo>(), true);
    return proof;
}

void apply(sipmsg::Message& request, const std::vector<CredentialLine>& lines) {
    request.remove(sipmsg::Header::authorization);
    request.remove(sipmsg::Header::proxy_authorization);
    for (const CredentialLine& line : lines) request.append(line.header, line.value);
}

std::string_view to_string(AuthErrc code) noexcept {
    switch (code) {
        case AuthErrc::no_challenge: return "the response has no challenge";
        case AuthErrc::malformed: return "the challenge is malformed";
        case AuthErrc::unsupported_scheme: return "the challenge is not Digest";
        case AuthErrc::unsupported_algorithm: return "the digest algorithm is unknown or too weak";
        case AuthErrc::unsupported_qop: return "the quality of protection is unknown";
        case AuthErrc::no_credentials: return "there are no credentials for the realm";
        case AuthErrc::refused: return "the credentials were refused";
        case AuthErrc::too_many_rounds: return "the request was challenged too often";
    }
    return "";
}

}  // namespace siptxn::auth
