// SPDX-License-Identifier: MIT
#include <siptxn/auth/server.hpp>

#include "auth/challenge.hpp"
#include "auth/nonce.hpp"
#include "auth/username.hpp"

#include <sipmsg/message_view.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace siptxn::auth {
namespace {

// The parameters of RFC 7616 §3.4, taken apart and complete.
struct Answer {
    ReadUsername user;
    DigestTerms terms;
    std::string response;
    std::uint32_t count = 1;  // Without qop there is no count: the nonce is good for one use.
    bool known_algorithm = true;
};

std::optional<Answer> read_answer(const sipmsg::AuthValue& value) {
    auto user = read_username(value);
    auto nonce = value.get("nonce");
    auto uri = value.get("uri");
    auto response = value.get("response");
    if (!user || !nonce || !uri || !response) return std::nullopt;
    Answer answer{.user = std::move(*user), .response = std::move(*response)};
    auto& terms = answer.terms;
    terms.nonce = std::move(*nonce);
    terms.uri = std::move(*uri);
    std::ranges::transform(answer.response, answer.response.begin(),
                           [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
    if (auto text = value.get("algorithm")) {
        auto algorithm = algorithm_of(*text);
        answer.known_algorithm = algorithm.has_value();
        terms.algorithm = algorithm.value_or(Algorithm::md5);
    }
    terms.cnonce = value.get("cnonce").value_or("");
    if (!may_be_echoed(terms.cnonce)) return std::nullopt;  // authentication_info() does
    if (auto qop = value.get("qop")) {
        if (sipmsg::iequals(*qop, "auth"))
            terms.qop = Qop::auth;
        else if (sipmsg::iequals(*qop, "auth-int"))
            terms.qop = Qop::auth_int;
        else
            return std::nullopt;
        terms.nc = value.get("nc").value_or("");
        const char* end = terms.nc.data() + terms.nc.size();
        auto [stop, error] = std::from_chars(terms.nc.data(), end, answer.count, 16);
        if (terms.nc.size() != 8 || error != std::errc() || stop != end || terms.cnonce.empty()) return std::nullopt;
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
        const auto& terms = answer.terms;
        if (!answer.known_algorithm ||
            std::ranges::find(options.algorithms, terms.algorithm) == options.algorithms.end())
            return false;
        if (terms.qop == Qop::none) return !options.require_qop;
        return terms.qop == Qop::auth || options.auth_int;
    }

    // With the name that H(A1) is made of.
    std::optional<Credentials> account_of(const Answer& answer, std::string_view realm,
                                          const AccountLookup& lookup) const {
        const auto& [name, hashed] = answer.user;
        if (hashed)
            return options.find_hashed ? options.find_hashed(name, answer.terms.algorithm, realm) : std::nullopt;
        auto account = lookup ? lookup(name, realm) : std::nullopt;
        if (account) account->username = name;
        return account;
    }

    // An unknown user has a password nobody can guess, so that both cost the same.
    std::string secret_of(const Answer& answer, std::string_view realm, std::optional<Credentials>& account) const {
        const auto algorithm = answer.terms.algorithm;
        std::string nobody = ha1(algorithm, answer.user.text, realm, mint.secret());
        if (!account) return nobody;
        std::string own = ha1_of(*account, algorithm, realm);
        if (own.empty()) account.reset();
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
        values.push_back(fmt::format(
            R"(Digest realm={}, nonce="{}", algorithm={}, qop="{}"{}{}{})", sipmsg::quote(realm), nonce,
            to_string(algorithm), state_->options.auth_int ? "auth,auth-int" : "auth", stale ? ", stale=true" : "",
            state_->options.utf8 ? R"(, charset="UTF-8")" : "", state_->options.find_hashed ? ", userhash=true" : ""));
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

    auto& terms = answer->terms;
    auto account = state_->account_of(*answer, realm, lookup);
    std::string secret = state_->secret_of(*answer, realm, account);
    std::string expected = digest_response(terms, secret, request.method, request.body);
    bool right = equal_in_constant_time(expected, answer->response);
    if (!right || !account) return {Verdict::refused, {}};
    if (!request.uri.empty() && !same_uri(terms.uri, request.uri)) return {Verdict::refused, {}};
    auto nonce = state_->mint.read(terms.nonce, realm);
    if (!nonce || !state_->counts.use(*nonce, answer->count, now)) return {Verdict::stale, {}};
    return {Verdict::accepted, std::move(account->username), std::move(terms), std::move(secret)};
}

std::string Verifier::authentication_info(const Verification& accepted, std::string_view realm, std::string_view body,
                                          TimePoint now) {
    if (accepted.verdict != Verdict::accepted) return {};
    const auto& terms = accepted.terms;
    std::string value = fmt::format(R"(rspauth="{}")", digest_rspauth(terms, accepted.ha1, body));
    if (terms.qop != Qop::none)
        value += fmt::format(", qop={}, cnonce={}, nc={}", to_string(terms.qop), sipmsg::quote(terms.cnonce), terms.nc);
    const auto nonce = state_->mint.read(terms.nonce, realm);
    const bool ages = !nonce || now - nonce->made > state_->options.nonce_lifetime / 2;
    if (ages || terms.qop == Qop::none) value += fmt::format(R"(, nextnonce="{}")", state_->mint.make(realm, now));
    return value;
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
