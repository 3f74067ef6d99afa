// SPDX-License-Identifier: MIT
#include "auth/protection_space.hpp"

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
    if (challenge.nonce != challenge_.nonce) {
        count_ = 0;
        session_cnonce_.clear();
    }
    challenge_ = challenge;
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

CredentialLine ProtectionSpace::credentials(const Credentials& account, const RequestParts& request,
                                            Identifiers& identifiers) {
    std::string secret = ha1_of(account, challenge_.algorithm, challenge_.realm);
    bool session = is_session(challenge_.algorithm);
    std::string cnonce = session && !session_cnonce_.empty() ? session_cnonce_ : identifiers.token(96);
    if (session) session_cnonce_ = cnonce;
    std::string nc = fmt::format("{:08x}", ++count_);
    DigestInput input{.algorithm = challenge_.algorithm,
                      .qop = challenge_.qop,
                      .ha1 = secret,
                      .nonce = challenge_.nonce,
                      .cnonce = cnonce,
                      .nc = nc,
                      .method = request.method,
                      .uri = request.uri,
                      .body = request.body};

    std::string value =
        fmt::format(R"(Digest username={}, realm={}, nonce={}, uri={}, response="{}")", sipmsg::quote(account.username),
                    sipmsg::quote(challenge_.realm), sipmsg::quote(challenge_.nonce), sipmsg::quote(request.uri),
                    digest_response(input));
    if (challenge_.algorithm_text) value += fmt::format(", algorithm={}", to_string(challenge_.algorithm));
    if (session || challenge_.qop != Qop::none) value += fmt::format(R"(, cnonce="{}")", cnonce);
    if (challenge_.opaque) value += fmt::format(", opaque={}", sipmsg::quote(*challenge_.opaque));
    if (challenge_.qop != Qop::none) value += fmt::format(", qop={}, nc={}", to_string(challenge_.qop), nc);
    return {challenge_.proxy ? sipmsg::Header::proxy_authorization : sipmsg::Header::authorization, std::move(value)};
}

}  // namespace siptxn::auth
