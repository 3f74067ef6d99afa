// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

/// A certificate and its key, in PEM.
struct TestCertificate {
    std::string certificate;
    std::string private_key;
};

struct CertificateWish {
    std::string common_name = "test";
    std::vector<std::string> names;  ///< "DNS:example.com", "URI:sip:example.com", "IP:127.0.0.1"
    long valid_from = -3'600;        ///< seconds from now
    long valid_to = 86'400;
};

/// An authority of our own, made anew in each run; keys are P-256.
class TestAuthority {
public:
    explicit TestAuthority(const CertificateWish& wish = {.common_name = "test authority", .names = {}});
    [[nodiscard]] TestCertificate issue(const CertificateWish& wish) const;
    /// For whom to trust.
    [[nodiscard]] const std::string& certificate() const { return pem_; }

private:
    std::shared_ptr<EVP_PKEY> key_;
    std::shared_ptr<X509> certificate_;
    std::string pem_;
};

/// Signed with its own key.
[[nodiscard]] TestCertificate self_signed(const CertificateWish& wish);
