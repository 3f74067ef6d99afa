// SPDX-License-Identifier: MIT
// Challenges that a client gets: header lines of a 401, whatever is in them. What is answered is answered right, in
// credentials that read back, and after some rounds no more. The first octet chooses what the client is willing to do.
#include "require.hpp"

#include <siptxn/auth/client.hpp>

#include <sipmsg/sipmsg.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace siptxn;
using namespace siptxn::auth;

constexpr std::string_view username = "a \"l\\\xc3\xaf";
constexpr std::string_view password = "zanzibar";
constexpr std::string_view request =
    "MESSAGE sip:bob@biloxi.com SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
    "To: <sip:bob@biloxi.com>\r\nCall-ID: c\r\nCSeq: 1 MESSAGE\r\nContent-Length: 2\r\n\r\nhi";

const RequestParts parts{
    .method = "MESSAGE", .uri = "sip:bob@biloxi.com", .body = "hi", .call_id = "c", .server = "edge"};

/// What a server that knows the password works out itself.
bool is_right(const sipmsg::AuthValue& value) {
    const auto algorithm = algorithm_of(value.get("algorithm").value_or("MD5"));
    const auto qop = value.get("qop").value_or("");
    if (!algorithm) return false;
    const auto realm = value.get("realm").value_or(""), nonce = value.get("nonce").value_or("");
    const auto cnonce = value.get("cnonce").value_or(""), nc = value.get("nc").value_or("");
    const auto secret = ha1(*algorithm, username, realm, password);
    const bool hashed = value.get("userhash") == "true", extended = value.get("username*").has_value();
    const auto name = value.get(extended ? "username*" : "username");
    fuzz::require(name == (hashed     ? hash_username(*algorithm, username, realm)
                           : extended ? "UTF-8''a%20%22l%5C%C3%AF"
                                      : std::string(username)));
    return value.get("uri") == parts.uri &&
           value.get("response") == digest_response({.algorithm = *algorithm,
                                                     .qop = qop.empty()     ? Qop::none
                                                            : qop == "auth" ? Qop::auth
                                                                            : Qop::auth_int,
                                                     .ha1 = secret,
                                                     .nonce = nonce,
                                                     .cnonce = cnonce,
                                                     .nc = nc,
                                                     .method = parts.method,
                                                     .uri = parts.uri,
                                                     .body = parts.body});
}

void check(const std::vector<CredentialLine>& lines) {
    auto message = *sipmsg::Message::parse(std::string(request));
    auth::apply(message, lines);
    const std::string octets = message.octets();
    const auto read = sipmsg::parse(octets);
    fuzz::require(read.has_value());
    std::size_t found = 0;
    for (const auto& field : read->fields()) {
        if (field.id != sipmsg::Header::authorization && field.id != sipmsg::Header::proxy_authorization) continue;
        const auto value = sipmsg::AuthValue::parse(read->value(field));
        fuzz::require(value && value->is_digest() && is_right(*value));
        ++found;
    }
    fuzz::require(found == lines.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    std::string text = "SIP/2.0 401 Unauthorized\r\n";
    text.append(reinterpret_cast<const char*>(data) + 1, size - 1).append("\r\n\r\n");
    const auto response = sipmsg::parse(text);
    if (!response) return 0;
    const AnswererOptions options{.preference = (data[0] & 1) != 0 ? Preference::topmost : Preference::strongest,
                                  .weakest = (data[0] & 2) != 0 ? Algorithm::sha256 : Algorithm::md5,
                                  .prefer_auth_int = (data[0] & 4) != 0,
                                  .spaces = (data[0] & 8) != 0 ? 1U : 32U};
    Answerer client(
        {
            {.username = std::string(username), .password = std::string(password)}
    },
        options);
    Identifiers identifiers(seeded_random(1));
    RequestAttempts attempts;
    std::size_t rounds = 0;
    while (auto lines = client.answer(*response, parts, attempts, identifiers)) {
        fuzz::require(++rounds <= options.rounds && !lines->empty());
        check(*lines);
    }
    fuzz::require(client.learn(*response, attempts) != ServerProof::right);  // none of them knows the password
    RequestAttempts fresh;
    check(client.preemptive(parts, fresh, identifiers));
    if (auto lines = client.answer(*response, parts, fresh, identifiers)) check(*lines);
    return 0;
}
