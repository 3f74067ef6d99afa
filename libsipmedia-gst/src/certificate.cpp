// SPDX-License-Identifier: MIT
#include "certificate.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <memory>

namespace sipmedia {
namespace {

struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Free>;
using X509Ptr = std::unique_ptr<X509, Free>;
using BioPtr = std::unique_ptr<BIO, Free>;

constexpr long one_day = 24 * 60 * 60;  // seconds

bool set_serial(X509* certificate) {
    std::uint64_t serial = 0;
    if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) return false;
    return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1;
}

// The name says nothing about the user: RFC 8827 §6.5 asks that certificates do not identify.
bool set_names(X509* certificate) {
    auto* name = X509_get_subject_name(certificate);
    const auto* common_name = reinterpret_cast<const unsigned char*>("WebRTC");
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
           X509_set_issuer_name(certificate, name) == 1;
}

X509Ptr self_signed(EVP_PKEY* key) {
    X509Ptr certificate(X509_new());
    auto* raw = certificate.get();
    if (!raw || X509_set_version(raw, 2) != 1 || !set_serial(raw) || !set_names(raw)) return nullptr;
    X509_gmtime_adj(X509_getm_notBefore(raw), -one_day);
    X509_gmtime_adj(X509_getm_notAfter(raw), 30 * one_day);
    if (X509_set_pubkey(raw, key) != 1 || X509_sign(raw, key, EVP_sha256()) == 0) return nullptr;
    return certificate;
}

std::vector<std::uint8_t> der_of(X509* certificate) {
    std::vector<std::uint8_t> der;
    if (auto size = i2d_X509(certificate, nullptr); size > 0) {
        der.resize(static_cast<std::size_t>(size));
        auto* out = der.data();
        i2d_X509(certificate, &out);
    }
    return der;
}

std::string text_in(BIO* bio) {
    char* data = nullptr;
    auto size = BIO_get_mem_data(bio, &data);
    return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

// RFC 8122 §5 forbids MD5 and MD2; SHA-1 no longer proves anything.
const EVP_MD* digest_named(std::string_view algorithm) {
    if (algorithm == "sha-256") return EVP_sha256();
    if (algorithm == "sha-384") return EVP_sha384();
    if (algorithm == "sha-512") return EVP_sha512();
    return nullptr;
}

}  // namespace

std::optional<Certificate> make_certificate() {
    KeyPtr key(EVP_EC_gen("P-256"));
    if (!key) return std::nullopt;
    auto certificate = self_signed(key.get());
    BioPtr text(BIO_new(BIO_s_mem()));
    if (!certificate || !text) return std::nullopt;
    if (PEM_write_bio_X509(text.get(), certificate.get()) != 1) return std::nullopt;
    if (PEM_write_bio_PrivateKey(text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return std::nullopt;
    return Certificate{text_in(text.get()), fingerprint_of(der_of(certificate.get()), "sha-256")};
}

std::vector<std::uint8_t> der_of_pem(std::string_view pem) {
    BioPtr text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!text) return {};
    X509Ptr certificate(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
    return certificate ? der_of(certificate.get()) : std::vector<std::uint8_t>{};
}

std::optional<Fingerprint> parse_fingerprint(std::string_view attribute) {
    auto space = attribute.find(' ');
    if (space == attribute.npos) return std::nullopt;
    Fingerprint found{std::string(attribute.substr(0, space)), std::string(attribute.substr(space + 1))};
    std::ranges::transform(found.algorithm, found.algorithm.begin(), lower);
    std::ranges::transform(found.value, found.value.begin(), upper);
    const auto* digest = digest_named(found.algorithm);
    if (!digest || found.value.size() != static_cast<std::size_t>(EVP_MD_get_size(digest)) * 3 - 1) return std::nullopt;
    return found;
}

std::string fingerprint_of(std::span<const std::uint8_t> der, std::string_view algorithm) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
    unsigned size = 0;
    const auto* digest = digest_named(algorithm);
    if (!digest || EVP_Digest(der.data(), der.size(), hash.data(), &size, digest, nullptr) != 1) return {};
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        if (i) text += ':';
        text += digits[hash[i] >> 4];
        text += digits[hash[i] & 15];
    }
    return text;
}

}  // namespace sipmedia
