// SPDX-License-Identifier: MIT
// Credentials that a server gets: header lines of a request, whatever is in them. Nobody gets in without the password;
// whoever has it gets in once with the same nonce and count. The first octet says what the user of those lines knows.
#include "require.hpp"

#include <siptxn/auth/server.hpp>

#include <sipmsg/sipmsg.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace siptxn;
using namespace siptxn::auth;

constexpr std::string_view realm = "biloxi.com";
const std::string secret = "0123456789abcdef0123456789abcdef";

std::optional<Credentials> only_bob(std::string_view username, std::string_view) {
    if (username != "bob") return std::nullopt;
    return Credentials{.username = "bob", .password = "zanzibar"};
}

std::string request_with(std::string_view lines) {
    std::string text = "REGISTER sip:biloxi.com SIP/2.0\r\n";
    return text.append(lines).append("\r\n\r\n");
}

std::optional<Credentials> only_bob_hashed(std::string_view hash, Algorithm algorithm, std::string_view of) {
    return hash == hash_username(algorithm, "bob", of) ? only_bob("bob", of) : std::nullopt;
}

/// A parameter on one line; "" when it is not there.
std::string text_of(const sipmsg::AuthValue& value, std::string_view name) {
    return sipmsg::unfold(value.get(name).value_or(""));
}

/// The parameters that name the user, and who that is.
std::pair<std::string, std::string> names_of(const sipmsg::AuthValue& value) {
    constexpr std::string_view token = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-.!%*_+`'~";
    const auto extended = text_of(value, "username*"), plain = text_of(value, "username");
    if (!extended.empty() && extended.find_first_not_of(token) == extended.npos)
        return {"username*=" + extended, "bob"};
    const bool hashed = sipmsg::iequals(text_of(value, "userhash"), "true");
    return {"username=" + sipmsg::quote(plain) + (hashed ? ", userhash=true" : ""), hashed ? "bob" : plain};
}

/// The same credentials by somebody who knows the password and, when there is one, that nonce.
std::string completed(const sipmsg::AuthValue& value, const std::optional<std::string>& nonce) {
    const auto [names, user] = names_of(value);
    const auto uri = text_of(value, "uri"), cnonce = text_of(value, "cnonce"), nc = text_of(value, "nc");
    const auto qop = text_of(value, "qop"), used = nonce ? *nonce : text_of(value, "nonce");
    const auto algorithm = algorithm_of(text_of(value, "algorithm")).value_or(Algorithm::md5);
    const auto a1 = ha1(algorithm, user, realm, "zanzibar");
    const auto response = digest_response({.algorithm = algorithm,
                                           .qop = qop.empty()                    ? Qop::none
                                                  : sipmsg::iequals(qop, "auth") ? Qop::auth
                                                                                 : Qop::auth_int,
                                           .ha1 = a1,
                                           .nonce = used,
                                           .cnonce = cnonce,
                                           .nc = nc,
                                           .method = "REGISTER",
                                           .uri = uri});
    std::string text = "Authorization: Digest " + names + ", realm=" + sipmsg::quote(realm);
    text += ", nonce=" + sipmsg::quote(used) + ", uri=" + sipmsg::quote(uri) + ", response=" + sipmsg::quote(response);
    text += ", cnonce=" + sipmsg::quote(cnonce) + ", algorithm=" + std::string(to_string(algorithm));
    if (!qop.empty()) text += ", qop=" + sipmsg::quote(qop) + ", nc=" + sipmsg::quote(nc);
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const auto text = request_with({reinterpret_cast<const char*>(data) + 1, size - 1});
    const auto request = sipmsg::parse(text);
    if (!request) return 0;
    const TimePoint now(1000s);
    Verifier server(secret,
                    {
                        .algorithms = {Algorithm::sha512_256, Algorithm::sha256, Algorithm::md5_sess, Algorithm::md5},
                        .auth_int = (data[0] & 1) == 0,
                        .require_qop = (data[0] & 2) != 0,
                        .nonces = (data[0] & 4) != 0 ? 1U : 16U,
                        .utf8 = true,
                        .find_hashed = &only_bob_hashed
    });
    for (const bool proxy : {false, true})
        fuzz::require(server.verify(*request, proxy, realm, &only_bob, now).verdict != Verdict::accepted);

    const auto first = request->raw(sipmsg::Header::authorization);
    const auto value = first ? sipmsg::AuthValue::parse(*first) : std::unexpected(sipmsg::ParseError{});
    if (!value || !value->is_digest()) return 0;
    std::optional<std::string> nonce;
    if ((data[0] & 8) == 0) nonce = sipmsg::AuthValue::parse(server.challenge(realm, now).front())->get("nonce");
    const auto known = request_with(completed(*value, nonce));
    const auto again = sipmsg::parse(known);
    if (!again) return 0;
    const auto result = server.verify(*again, false, realm, &only_bob, now);
    fuzz::require(result.verdict != Verdict::missing &&
                  (result.verdict == Verdict::accepted) != result.username.empty());
    fuzz::require(result.verdict != Verdict::accepted || (nonce && result.username == "bob"));
    if (result.verdict == Verdict::accepted) {
        const auto info =
            "SIP/2.0 200 OK\r\nAuthentication-Info: " + server.authentication_info(result, realm, "x", now) +
            "\r\n\r\nx";
        const auto answer = sipmsg::parse(info);
        const auto read = answer ? answer->top<sipmsg::AuthenticationInfo>() : std::unexpected(answer.error());
        fuzz::require(read && read->rspauth() == digest_rspauth(result.terms, result.ha1, "x"));
        fuzz::require(result.terms.qop == Qop::none || read->cnonce() == result.terms.cnonce);
    }
    const auto repeated = server.verify(*again, false, realm, &only_bob, now).verdict;
    fuzz::require(repeated == (result.verdict == Verdict::accepted ? Verdict::stale : result.verdict));
    return 0;
}
