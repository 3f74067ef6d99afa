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

/// The same credentials by somebody who knows the password and, when there is one, that nonce.
std::string completed(const sipmsg::AuthValue& value, const std::optional<std::string>& nonce, std::string_view body) {
    std::string text = "Authorization: Digest ";
    std::string name = value.get("username").value_or("bob"), uri = value.get("uri").value_or("sip:biloxi.com");
    std::string used = nonce ? *nonce : value.get("nonce").value_or("");
    const auto algorithm = algorithm_of(value.get("algorithm").value_or("MD5")).value_or(Algorithm::md5);
    const auto cnonce = value.get("cnonce").value_or(""), nc = value.get("nc").value_or("");
    const auto qop = value.get("qop");
    const auto protection = !qop ? Qop::none : sipmsg::iequals(*qop, "auth") ? Qop::auth : Qop::auth_int;
    const auto a1 = ha1(algorithm, name, realm, "zanzibar");
    const auto response = digest_response({.algorithm = algorithm,
                                           .qop = protection,
                                           .ha1 = a1,
                                           .nonce = used,
                                           .cnonce = cnonce,
                                           .nc = nc,
                                           .method = "REGISTER",
                                           .uri = uri,
                                           .body = body});
    text += "username=" + sipmsg::quote(name) + ", realm=" + sipmsg::quote(realm) + ", nonce=" + sipmsg::quote(used);
    text += ", uri=" + sipmsg::quote(uri) + ", response=\"" + response + "\", cnonce=" + sipmsg::quote(cnonce);
    text += ", algorithm=" + sipmsg::quote(value.get("algorithm").value_or("MD5"));
    if (qop) text += ", qop=" + sipmsg::quote(*qop) + ", nc=" + sipmsg::quote(nc);
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
                        .nonces = (data[0] & 4) != 0 ? 1U : 16U
    });
    for (const bool proxy : {false, true})
        fuzz::require(server.verify(*request, proxy, realm, &only_bob, now).verdict != Verdict::accepted);

    const auto first = request->raw(sipmsg::Header::authorization);
    const auto value = first ? sipmsg::AuthValue::parse(*first) : std::unexpected(sipmsg::ParseError{});
    if (!value || !value->is_digest()) return 0;
    std::optional<std::string> nonce;
    if ((data[0] & 8) == 0) nonce = sipmsg::AuthValue::parse(server.challenge(realm, now).front())->get("nonce");
    const auto known = request_with(completed(*value, nonce, {}));
    const auto again = sipmsg::parse(known);
    if (!again) return 0;
    const auto result = server.verify(*again, false, realm, &only_bob, now);
    fuzz::require(result.verdict != Verdict::missing &&
                  (result.verdict == Verdict::accepted) != result.username.empty());
    fuzz::require(result.verdict != Verdict::accepted || (nonce && result.username == "bob"));
    const auto repeated = server.verify(*again, false, realm, &only_bob, now).verdict;
    fuzz::require(repeated == (result.verdict == Verdict::accepted ? Verdict::stale : result.verdict));
    return 0;
}
