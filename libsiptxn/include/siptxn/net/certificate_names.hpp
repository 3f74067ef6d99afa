// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/address.hpp>
#include <siptxn/flow.hpp>

#include <string>
#include <string_view>
#include <vector>

// What a certificate says its holder is called, and whether that is who was wanted. Pure.

namespace siptxn::net {

/// The names in a certificate, as they stand there.
struct CertificateNames {
    std::vector<std::string> uris;  ///< of subjectAltName, as the next two
    std::vector<std::string> dns;
    std::vector<IpAddress> ips;
    std::string common_name;  ///< empty when there is a subjectAltName, whatever it holds (RFC 5922 §7.1)
};

/// The SIP domains that a certificate proves: hosts of `sip:` URIs without a user, else the DNS names, else the common
/// name (RFC 5922 §7.1). In lower case.
[[nodiscard]] std::vector<std::string> sip_domains(const CertificateNames& names);

/// Whether the certificate is for this SIP domain: equal as a whole, without case; a wildcard equals nothing (RFC 5922
/// §7.2).
[[nodiscard]] bool proves_sip_domain(const CertificateNames& names, std::string_view domain);

/// Whether the certificate is for this HTTPS host: a DNS name of subjectAltName, where a first label `*` stands for one
/// label (RFC 6125 §6.4).
[[nodiscard]] bool proves_web_host(const CertificateNames& names, std::string_view host);

/// The rule for that transport: of HTTPS for WSS (RFC 7118), of SIP domains for TLS. A numeric `name`, with or without
/// brackets, needs its address among the IP addresses of subjectAltName.
[[nodiscard]] bool proves(const CertificateNames& names, Transport transport, std::string_view name);

}  // namespace siptxn::net
