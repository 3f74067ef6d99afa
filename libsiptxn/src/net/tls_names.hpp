// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/net/certificate_names.hpp>

#include <openssl/x509.h>

#include <string>

namespace siptxn::net {

[[nodiscard]] CertificateNames names_of(const X509& certificate);
/// The first few of them, for people.
[[nodiscard]] std::string describe(const CertificateNames& names);

}  // namespace siptxn::net
