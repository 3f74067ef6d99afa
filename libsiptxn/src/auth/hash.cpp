// SPDX-License-Identifier: MIT
#include <siptxn/auth/hash.hpp>

#include <sipmsg/params.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <memory>
#include <span>

namespace siptxn::auth {
namespace {

constexpr std::array<std::string_view, 6> names{"MD5",          "MD5-sess",    "SHA-256",
                                                "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"};

const EVP_MD* function_of(Algorithm algorithm) {
    switch (hash_of(algorithm)) {
        case Algorithm::sha256: return EVP_sha256();
        case Algorithm::sha512_256: return EVP_sha512_256();
        default: return EVP_md5();
    }
}

std::string hex(std::span<const unsigned char> octets) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * octets.size());
    for (unsigned char octet : octets) {
        text += digits[octet >> 4];
        text += digits[octet & 15];
    }
    return text;
}

}  // namespace

std::string_view to_string(Algorithm algorithm) noexcept { return names[static_cast<std::size_t>(algorithm)]; }

std::optional<Algorithm> algorithm_of(std::string_view text) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (sipmsg::iequals(names[i], text)) return static_cast<Algorithm>(i);
    }
    return std::nullopt;
}

std::string_view to_string(Qop qop) noexcept {
    switch (qop) {
        case Qop::auth: return "auth";
        case Qop::auth_int: return "auth-int";
        case Qop::none: break;
    }
    return "";
}

std::string hash(Algorithm algorithm, std::initializer_list<std::string_view> parts) {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    if (!context || EVP_DigestInit_ex(context.get(), function_of(algorithm), nullptr) != 1) return {};
    bool first = true;
    for (std::string_view part : parts) {
        if (!first) EVP_DigestUpdate(context.get(), ":", 1);
        first = false;
        EVP_DigestUpdate(context.get(), part.data(), part.size());
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> value;
    unsigned int length = 0;
    if (EVP_DigestFinal_ex(context.get(), value.data(), &length) != 1) return {};
    return hex(std::span(value).first(length));
}

std::string ha1(Algorithm algorithm, std::string_view username, std::string_view realm, std::string_view password) {
    return hash(algorithm, {username, realm, password});
}

std::string hash_username(Algorithm algorithm, std::string_view username, std::string_view realm) {
    return hash(algorithm, {username, realm});
}

std::string digest_response(const DigestInput& input) {
    // RFC 7616 §3.4.2: the session variants bind A1 to the nonce pair.
    std::string a1 = is_session(input.algorithm) ? hash(input.algorithm, {input.ha1, input.nonce, input.cnonce})
                                                 : std::string(input.ha1);
    // RFC 7616 §3.4.3: the body counts with auth-int only.
    std::string a2 = input.qop == Qop::auth_int
                         ? hash(input.algorithm, {input.method, input.uri, hash(input.algorithm, {input.body})})
                         : hash(input.algorithm, {input.method, input.uri});
    if (a1.empty() || a2.empty()) return {};
    if (input.qop == Qop::none) return hash(input.algorithm, {a1, input.nonce, a2});
    return hash(input.algorithm, {a1, input.nonce, input.nc, input.cnonce, to_string(input.qop), a2});
}

std::string digest_response(const DigestTerms& terms, std::string_view ha1, std::string_view method,
                            std::string_view body) {
    return digest_response({.algorithm = terms.algorithm,
                            .qop = terms.qop,
                            .ha1 = ha1,
                            .nonce = terms.nonce,
                            .cnonce = terms.cnonce,
                            .nc = terms.nc,
                            .method = method,
                            .uri = terms.uri,
                            .body = body});
}

// As the response value, with an empty method in A2.
std::string digest_rspauth(const DigestTerms& terms, std::string_view ha1, std::string_view body) {
    return digest_response(terms, ha1, {}, body);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
    return !a.empty() && a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace siptxn::auth
