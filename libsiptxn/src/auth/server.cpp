// SPDX-License-Identifier: MIT
#include <siptxn/auth/server.hpp>

#include "auth/challenge.hpp"
#include "auth/nonce.hpp"

#include <sipmsg/message_view.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace siptxn::auth {
namespace {

// The parameters of RFC 7616 §3.4, taken apart and complete.
struct Answer {
    std::string username;
    std::string nonce;
    std::string uri;
    std::string response;
    std::string cnonce;
    std::string nc;
    std::uint32_t count = 1;  // Without qop there is no count: the nonce is good for one use.
    Algorithm algorithm = Algorithm::md5;
    bool known_algorithm = true;
    Qop qop = Qop::none;
};

std::optional<Answer> read_answer(const sipmsg::AuthValue& value) {
    auto username = value.get("username");
    auto nonce = value.get("nonce");
    auto uri = value.get("uri");
    auto response = value.get("response");
    if (!username || !nonce || !uri || !response) return std::nullopt;
    Answer answer{.username = *username, .nonce = *nonce, .uri = *uri, .response = *response};
    std::ranges::transform(answer.response, answer.response.begin(),
                           [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
    if (auto text = value.get("algorithm")) {
        auto algorithm = algorithm_of(*text);
        answer.known_algorithm = algorithm.has_value();
        answer.algorithm = algorithm.value_or(Algorithm::md5);
    }
    answer.cnonce = value.get("cnonce").value_or("");
    if (auto qop = value.get("qop")) {
        if (sipmsg::iequals(*qop, "auth"))
            answer.qop = Qop::auth;
        else if (sipmsg::iequals(*qop, "auth-int"))
            answer.qop = Qop::auth_int;
        else
            return std::nullopt;
        answer.nc = value.get("nc").value_or("");
        const char* end = answer.nc.data() + answer.nc.size();
        auto [stop, error] = std::from_chars(answer.nc.data(), end, answer.count, 16);
        if (answer.nc.size() != 8 || error != std::errc() || stop != end || answer.cnonce.empty()) return std::nullopt;
    }
    return answer;
}

bool same_uri(std::string_view digest_uri, std::string_view wanted) {
    if (digest_uri == wanted) return true;
    auto a = sipmsg::Uri::parse(digest_uri);
    auto b = sipmsg::Uri::parse(wanted);
    return a && b && equivalent(*a, *b);
}

}  // namespace

struct Verifier::State {
    VerifierOptions options;
    NonceMint mint;
    NonceCounts counts;

    bool offered(const Answer& answer) const {
        if (!answer.known_algorithm ||
            std::ranges::find(options.algorithms, answer.algorithm) == options.algorithms.end())
            return false;
        if (answer.qop == Qop::none) return !options.require_qop;
        return answer.qop == Qop::auth || options.auth_int;
    }

    // An unknown user has a password nobody can guess, so that both cost the same.
    std::string secret_of(const Answer& answer, std::string_view realm, const AccountLookup& lookup,
                          bool& known) const {
        auto account = lookup ? lookup(answer.username, realm) : std::nullopt;
        known = account.has_value();
        std::string nobody = ha1(answer.algorithm, answer.username, realm, mint.secret());
        if (!account) return nobody;
        account->username = answer.username;
        std::string own = ha1_of(*account, answer.algorithm, realm);
        if (own.empty()) known = false;
        return own.empty() ? nobody : own;
    }
};

Verifier::Verifier(std::string secret, const VerifierOptions& options) {
    if (secret.size() < 16) throw std::invalid_argument("the secret of a digest verifier needs 16 octets or more");
    state_ = std::make_unique<State>(options, NonceMint(std::move(secret)),
                                     NonceCounts(options.nonces, options.nonce_lifetime));
}
Verifier::~Verifier() = default;
Verifier::Verifier(Verifier&&) noexcept = default;
Verifier& Verifier::operator=(Verifier&&) noexcept = default;

std::vector<std::string> Verifier::challenge(std::string_view realm, TimePoint now, bool stale) {
    std::string nonce = state_->mint.make(realm, now);
    std::vector<std::string> values;
    for (Algorithm algorithm : state_->options.algorithms) {
        values.push_back(fmt::format(R"(Digest realm={}, nonce="{}", algorithm={}, qop="{}"{})", sipmsg::quote(realm),
                                     nonce, to_string(algorithm), state_->options.auth_int ? "auth,auth-int" : "auth",
                                     stale ? ", stale=true" : ""));
    }
    return values;
}

Verification Verifier::verify(const sipmsg::AuthValue& credentials, const VerifiedParts& request,
                              std::string_view realm, const AccountLookup& lookup, TimePoint now) {
    if (!credentials.is_digest()) return {Verdict::missing, {}};
    auto claimed_realm = credentials.get("realm");
    if (!claimed_realm) return {Verdict::malformed, {}};
    if (*claimed_realm != realm) return {Verdict::missing, {}};
    auto answer = read_answer(credentials);
    if (!answer) return {Verdict::malformed, {}};
    if (!state_->offered(*answer)) return {Verdict::refused, {}};

    bool known = false;
    std::string secret = state_->secret_of(*answer, realm, lookup, known);
    std::string expected = digest_response({.algorithm = answer->algorithm,
                                            .qop = answer->qop,
                                            .ha1 = secret,
                                            .nonce = answer->nonce,
                                            .cnonce = answer->cnonce,
                                            .nc = answer->nc,
                                            .method = request.method,
                                            .uri = answer->uri,
                                            .body = request.body});
    bool right = equal_in_constant_time(expected, answer->response);
    if (!right || !known) return {Verdict::refused, {}};
    if (!request.uri.empty() && !same_uri(answer->uri, request.uri)) return {Verdict::refused, {}};
    auto nonce = state_->mint.read(answer->nonce, realm);
    if (!nonce || !state_->counts.use(*nonce, answer->count, now)) return {Verdict::stale, {}};
    return {Verdict::accepted, std::move(answer->username)};
}

Verification Verifier::verify(const sipmsg::MessageView& request, bool proxy, std::string_view realm,
                              const AccountLookup& lookup, TimePoint now) {
    auto wanted = proxy ? sipmsg::Header::proxy_authorization : sipmsg::Header::authorization;
    Verification result;
    for (const auto& field : request.fields()) {
        if (field.id != wanted) continue;
        auto value = sipmsg::AuthValue::parse(request.value(field));
        result = value ? verify(*value, {.method = request.method_text(), .body = request.body(), .uri = {}}, realm,
                                lookup, now)
                       : Verification{Verdict::malformed, {}};
        if (result.verdict != Verdict::missing) break;
    }
    return result;
}

}  // namespace siptxn::auth
