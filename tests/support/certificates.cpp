// SPDX-License-Identifier: MIT
#include "certificates.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;

void check(bool good) {
    if (!good) throw std::runtime_error("OpenSSL made no certificate");
}

Key make_key() {
    Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    check(key != nullptr);
    return key;
}

template <class Write>
std::string pem_of(Write write) {
    std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
    check(write(bio.get()) == 1);
    char* data = nullptr;
    auto size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(const Certificate& certificate) {
    return pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); });
}

std::string pem_of(const Key& key) {
    return pem_of(
        [&](BIO* bio) { return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

void set_extension(X509& certificate, X509* issuer, int id, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer ? issuer : &certificate, &certificate, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()), X509_EXTENSION_free);
    check(extension && X509_add_ext(&certificate, extension.get(), -1) == 1);
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ",") + name;
    return text;
}

Certificate unsigned_certificate(const CertificateWish& wish, const Key& key) {
    static long serial = 0;
    Certificate certificate(X509_new(), X509_free);
    check(certificate != nullptr);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wish.valid_from);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wish.valid_to);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wish.common_name.data()),
                               static_cast<int>(wish.common_name.size()), -1, 0);
    check(X509_set_pubkey(certificate.get(), key.get()) == 1);
    return certificate;
}

void sign(const Certificate& certificate, const Certificate& issuer, const Key& key) {
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get()));
    check(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
}

}  // namespace

TestAuthority::TestAuthority(const CertificateWish& wish)
    : key_(make_key()), certificate_(unsigned_certificate(wish, key_)) {
    set_extension(*certificate_, nullptr, NID_basic_constraints, "critical,CA:TRUE");
    set_extension(*certificate_, nullptr, NID_subject_key_identifier, "hash");
    sign(certificate_, certificate_, key_);
    pem_ = pem_of(certificate_);
}

TestCertificate TestAuthority::issue(const CertificateWish& wish) const {
    auto key = make_key();
    auto certificate = unsigned_certificate(wish, key);
    if (!wish.names.empty()) set_extension(*certificate, certificate_.get(), NID_subject_alt_name, joined(wish.names));
    sign(certificate, certificate_, key_);
    return {pem_of(certificate), pem_of(key)};
}

TestCertificate self_signed(const CertificateWish& wish) {
    auto key = make_key();
    auto certificate = unsigned_certificate(wish, key);
    if (!wish.names.empty()) set_extension(*certificate, nullptr, NID_subject_alt_name, joined(wish.names));
    sign(certificate, certificate, key);
    return {pem_of(certificate), pem_of(key)};
}
