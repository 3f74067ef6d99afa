// SPDX-License-Identifier: MIT
#include "auth/protection_space.hpp"

#include "auth/username.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace siptxn::auth {
namespace {

constexpr std::size_t most_destinations = 64;

std::string host_of(std::string_view uri) {
    auto parsed = sipmsg::Uri::parse(uri);
    if (!parsed) return {};
    std::string host(parsed->host().text);
    std::ranges::transform(host, host.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return host;
}

}  // namespace

void RecentTexts::add(std::string_view text, std::size_t limit) {
    if (text.empty() || !known_.emplace(text).second) return;
    order_.emplace_back(text);
    if (order_.size() <= limit) return;
    known_.erase(order_.front());
    order_.pop_front();
}

void ProtectionSpace::renew(const Challenge& challenge) {
    renew(challenge.nonce);
    challenge_ = challenge;
}

void ProtectionSpace::renew(std::string nonce) {
    if (nonce == challenge_.nonce) return;
    challenge_.nonce = std::move(nonce);
    count_ = 0;
    session_cnonce_.clear();
}

void ProtectionSpace::cover(const RequestParts& request, const AnswererOptions& options) {
    calls_.add(request.call_id, options.calls);
    servers_.add(request.server, most_destinations);
    if (!challenge_.proxy) hosts_.add(host_of(request.uri), most_destinations);
}

bool ProtectionSpace::covers(const RequestParts& request) const {
    return calls_.contains(request.call_id) || servers_.contains(request.server) ||
           (!challenge_.proxy && hosts_.contains(host_of(request.uri)));
}

UsernameForm ProtectionSpace::form_of(std::string_view username) const {
    if (challenge_.userhash) return UsernameForm::hashed;
    const bool ascii = std::ranges::none_of(username, [](unsigned char c) { return c > 0x7e; });
    return challenge_.utf8 && !ascii ? UsernameForm::extended : UsernameForm::plain;
}

ProtectionSpace::Answer ProtectionSpace::credentials(const Credentials& account, const RequestParts& request,
                                                     Identifiers& identifiers) {
    const auto algorithm = challenge_.algorithm;
    const auto qop = challenge_.qop;
    const bool session = is_session(algorithm);
    const std::string secret = ha1_of(account, algorithm, challenge_.realm);
    DigestTerms terms{.algorithm = algorithm,
                      .qop = qop,
                      .nonce = challenge_.nonce,
                      .cnonce = session && !session_cnonce_.empty() ? session_cnonce_ : identifiers.token(96),
                      .nc = fmt::format("{:08x}", ++count_),
                      .uri = std::string(request.uri)};
    if (session) session_cnonce_ = terms.cnonce;
    const auto response = digest_response(terms, secret, request.method, request.body);

    const auto name = username_parameters(form_of(account.username), algorithm, account.username, challenge_.realm);
    std::string value =
        fmt::format(R"(Digest {}, realm={}, nonce={}, uri={}, response="{}")", name, sipmsg::quote(challenge_.realm),
                    sipmsg::quote(terms.nonce), sipmsg::quote(terms.uri), response);
    if (challenge_.algorithm_text) value += fmt::format(", algorithm={}", to_string(algorithm));
    if (session || qop != Qop::none) value += fmt::format(R"(, cnonce="{}")", terms.cnonce);
    if (challenge_.opaque) value += fmt::format(", opaque={}", sipmsg::quote(*challenge_.opaque));
    if (qop != Qop::none) value += fmt::format(", qop={}, nc={}", to_string(qop), terms.nc);
    const auto header = challenge_.proxy ? sipmsg::Header::proxy_authorization : sipmsg::Header::authorization;
    return {
        {header, std::move(value)},
        std::move(terms)
    };
}

}  // namespace siptxn::auth
