// SPDX-License-Identifier: MIT
#include <sipua/es256.hpp>

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <memory>
#include <stdexcept>
#include <vector>

namespace sipua {
namespace {

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Certificates = std::vector<Certificate>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>>;
using Store = std::unique_ptr<X509_STORE, Deleter<X509_STORE_free>>;
using Context = std::unique_ptr<X509_STORE_CTX, Deleter<X509_STORE_CTX_free>>;

constexpr int half = 32;  // octets of each of the two numbers

const unsigned char* octets(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Bio reader(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

bool is_p256(EVP_PKEY* key) {
    char name[32] = {};
    std::size_t size = 0;
    return key && EVP_PKEY_get_group_name(key, name, sizeof name, &size) == 1 &&
           std::string_view(name, size) == "prime256v1";
}

// OpenSSL signs in DER; a token has the two numbers side by side (RFC 7518 §3.4).
std::string plain_signature(std::string_view der) {
    const auto* at = octets(der);
    Signature pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    std::string plain(2 * half, '\0');
    auto* out = reinterpret_cast<unsigned char*>(plain.data());
    if (!pair || BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, half) != half ||
        BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + half, half) != half)
        return {};
    return plain;
}

std::string der_signature(std::string_view plain) {
    Signature pair(ECDSA_SIG_new());
    if (!pair || plain.size() != 2 * half) return {};
    auto* r = BN_bin2bn(octets(plain), half, nullptr);
    auto* s = BN_bin2bn(octets(plain) + half, half, nullptr);
    if (!r || !s || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    unsigned char* out = nullptr;
    int size = i2d_ECDSA_SIG(pair.get(), &out);
    if (size <= 0) return {};
    std::string der(reinterpret_cast<char*>(out), static_cast<std::size_t>(size));
    OPENSSL_free(out);
    return der;
}

std::string sign(EVP_PKEY* key, std::string_view input) {
    Digest context(EVP_MD_CTX_new());
    std::size_t size = 0;
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, octets(input), input.size()) != 1)
        return {};
    std::string der(size, '\0');
    auto* out = reinterpret_cast<unsigned char*>(der.data());
    if (EVP_DigestSign(context.get(), out, &size, octets(input), input.size()) != 1) return {};
    der.resize(size);
    return plain_signature(der);
}

bool verifies(EVP_PKEY* key, std::string_view input, std::string_view signature) {
    auto der = der_signature(signature);
    Digest context(EVP_MD_CTX_new());
    return !der.empty() && context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), octets(der), der.size(), octets(input), input.size()) == 1;
}

Certificates read_certificates(std::string_view pem) {
    Certificates all;
    auto bio = reader(pem);
    while (Certificate one{bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr})
        all.push_back(std::move(one));
    ERR_clear_error();  // the end of the text counts as one
    return all;
}

// Signed by one of them, through what came along, at the time the token was made.
bool is_vouched_for(const Certificates& chain, const Certificates& authorities, std::int64_t at) {
    Store store(X509_STORE_new());
    Context context(X509_STORE_CTX_new());
    if (!store || !context) return false;
    // The authorities; without them what came is its own.
    const auto& trusted = authorities.empty() ? chain : authorities;
    for (const auto& one : trusted) X509_STORE_add_cert(store.get(), one.get());
    std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) { sk_X509_free(stack); })> others(
        sk_X509_new_null());
    for (const auto& one : chain) sk_X509_push(others.get(), one.get());
    if (X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(), others.get()) != 1) return false;
    auto* wish = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(wish, static_cast<std::time_t>(at));
    if (authorities.empty()) X509_VERIFY_PARAM_set_flags(wish, X509_V_FLAG_PARTIAL_CHAIN);
    return X509_verify_cert(context.get()) == 1;
}

IdentityVerdict check(const SignedPassport& token, const Certificates& chain, const Certificates& authorities) {
    if (chain.empty()) return IdentityVerdict::bad_info;
    auto* key = X509_get0_pubkey(chain.front().get());
    if (!is_p256(key) || !is_vouched_for(chain, authorities, token.passport.iat)) return IdentityVerdict::unsupported;
    return verifies(key, token.input, token.signature) ? IdentityVerdict::valid : IdentityVerdict::invalid;
}

}  // namespace

PassportSigner es256_signer(std::string_view private_key_pem) {
    auto bio = reader(private_key_pem);
    // A key with a password is refused: nobody is asked at a terminal.
    auto no_password = [](char*, int, int, void*) { return -1; };
    std::shared_ptr<EVP_PKEY> key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, +no_password, nullptr) : nullptr,
                                  EVP_PKEY_free);
    ERR_clear_error();
    if (!is_p256(key.get())) throw std::invalid_argument("no private key on P-256 in PEM");
    return [key](std::string_view input) { return sign(key.get(), input); };
}

PassportVerifier es256_verifier(Es256Checking checking) {
    if (!checking.certificates) throw std::invalid_argument("no source of certificates");
    auto authorities = std::make_shared<const Certificates>(read_certificates(checking.authorities));
    if (authorities->empty() && !checking.authorities.empty())
        throw std::invalid_argument("no certificate in PEM among the authorities");
    return [source = std::move(checking.certificates), authorities](const SignedPassport& token,
                                                                    std::function<void(IdentityVerdict)> done) {
        if (token.passport.alg != "ES256") return done(IdentityVerdict::unsupported);
        source(token.passport.x5u, [token, authorities, done](const std::optional<std::string>& pem) {
            done(pem ? check(token, read_certificates(*pem), *authorities) : IdentityVerdict::bad_info);
        });
    };
}

}  // namespace sipua
