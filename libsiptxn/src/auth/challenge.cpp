// SPDX-License-Identifier: MIT
#include "auth/challenge.hpp"

#include <algorithm>

namespace siptxn::auth {
namespace {

constexpr std::size_t longest_parameter = 4096;  // A nonce of 60 KB is an attack, not a nonce.
constexpr std::size_t most_challenges = 32;

// The strongest form of protection both sides know; an empty list is the form without qop.
std::optional<Qop> choose_qop(const std::optional<std::string>& offered, bool prefer_auth_int) {
    if (!offered) return Qop::none;
    bool auth = false;
    bool auth_int = false;
    for (std::size_t at = 0; at <= offered->size();) {
        auto end = std::min(offered->find(',', at), offered->size());
        std::string_view word(offered->data() + at, end - at);
        while (!word.empty() && (word.front() == ' ' || word.front() == '\t')) word.remove_prefix(1);
        while (!word.empty() && (word.back() == ' ' || word.back() == '\t')) word.remove_suffix(1);
        auth = auth || sipmsg::iequals(word, "auth");
        auth_int = auth_int || sipmsg::iequals(word, "auth-int");
        at = end + 1;
    }
    if (auth_int && (prefer_auth_int || !auth)) return Qop::auth_int;
    if (auth) return Qop::auth;
    return std::nullopt;
}

bool better(const Challenge& candidate, const Challenge& chosen, Preference preference) {
    return preference == Preference::strongest && candidate.algorithm > chosen.algorithm;
}

struct Collector {
    const std::vector<Credentials>& credentials;
    const AnswererOptions& options;
    Demands demands;
    std::size_t seen = 0;

    void refuse(AuthError error) { demands.unanswerable.push_back(std::move(error)); }

    void add(const sipmsg::AuthValue& value, bool proxy) {
        auto challenge = read_challenge(value, proxy, options);
        if (!challenge) return refuse(std::move(challenge.error()));
        const Credentials* account = find_credentials(credentials, challenge->realm);
        if (!account || ha1_of(*account, challenge->algorithm, challenge->realm).empty())
            return refuse({AuthErrc::no_credentials, challenge->realm});
        auto same = std::ranges::find_if(demands.challenges, [&](const Challenge& other) {
            return other.proxy == proxy && other.realm == challenge->realm;
        });
        if (same == demands.challenges.end())
            demands.challenges.push_back(std::move(*challenge));
        else if (better(*challenge, *same, options.preference))
            *same = std::move(*challenge);
    }

    // A broken challenge hides those behind it in its line, not those of other lines.
    void add_line(std::string_view rest, bool proxy) {
        while (!rest.empty() && ++seen <= most_challenges) {
            auto value = sipmsg::AuthValue::parse_item(rest);
            if (!value) return refuse({AuthErrc::malformed, {}});
            add(*value, proxy);
        }
    }

    template <class Header>
    void add_all(const sipmsg::MessageView& response, bool proxy) {
        for (const auto& field : response.fields()) {
            if (field.id != Header::id) continue;
            add_line(response.value(field), proxy);
        }
    }
};

}  // namespace

bool may_be_echoed(std::string_view text) {
    return text.size() <= longest_parameter &&
           std::ranges::none_of(text, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

const Credentials* find_credentials(const std::vector<Credentials>& all, std::string_view realm) {
    auto own = std::ranges::find(all, realm, &Credentials::realm);
    if (own == all.end()) own = std::ranges::find(all, std::string_view(), &Credentials::realm);
    return own == all.end() ? nullptr : &*own;
}

std::string ha1_of(const Credentials& credentials, Algorithm algorithm, std::string_view realm) {
    if (credentials.ha1.empty()) return ha1(algorithm, credentials.username, realm, credentials.password);
    for (const Ha1& known : credentials.ha1) {
        if (hash_of(known.algorithm) != hash_of(algorithm)) continue;
        std::string hex = known.hex;
        std::ranges::transform(hex, hex.begin(),
                               [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
        return hex;
    }
    return {};
}

std::expected<Challenge, AuthError> read_challenge(const sipmsg::AuthValue& value, bool proxy,
                                                   const AnswererOptions& options) {
    auto fail = [](AuthErrc code, std::string realm = {}) {
        return std::unexpected(AuthError{code, std::move(realm)});
    };
    if (!value.is_digest()) return fail(AuthErrc::unsupported_scheme);
    auto realm = value.get("realm");
    auto nonce = value.get("nonce");
    if (!realm || !nonce || !may_be_echoed(*realm) || !may_be_echoed(*nonce)) return fail(AuthErrc::malformed);

    Challenge challenge;
    challenge.proxy = proxy;
    challenge.realm = std::move(*realm);
    challenge.nonce = std::move(*nonce);
    challenge.opaque = value.get("opaque");
    if (challenge.opaque && !may_be_echoed(*challenge.opaque)) return fail(AuthErrc::malformed, challenge.realm);
    challenge.algorithm_text = value.get("algorithm");
    auto algorithm = challenge.algorithm_text ? algorithm_of(*challenge.algorithm_text) : Algorithm::md5;
    if (!algorithm || hash_of(*algorithm) < hash_of(options.weakest))
        return fail(AuthErrc::unsupported_algorithm, challenge.realm);
    challenge.algorithm = *algorithm;
    auto qop = choose_qop(value.get("qop"), options.prefer_auth_int);
    if (!qop) return fail(AuthErrc::unsupported_qop, challenge.realm);
    challenge.qop = *qop;
    auto says = [&](std::string_view name, std::string_view word) {
        return sipmsg::iequals(value.get(name).value_or(""), word);
    };
    challenge.stale = says("stale", "true");
    challenge.userhash = says("userhash", "true");
    challenge.utf8 = says("charset", "UTF-8");
    return challenge;
}

Demands read_demands(const sipmsg::MessageView& response, const std::vector<Credentials>& credentials,
                     const AnswererOptions& options) {
    Collector collector{credentials, options, {}, 0};
    collector.add_all<sipmsg::WwwAuthenticate>(response, false);
    collector.add_all<sipmsg::ProxyAuthenticate>(response, true);
    return std::move(collector.demands);
}

}  // namespace siptxn::auth
