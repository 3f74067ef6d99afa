// SPDX-License-Identifier: MIT
#include "net/tls_names.hpp"

#include <fmt/format.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

namespace siptxn::net {
namespace {

constexpr std::size_t most_described = 4;

std::string_view octets_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::optional<IpAddress> address_of(std::string_view octets) {
    if (octets.size() != 4 && octets.size() != 16) return std::nullopt;
    IpAddress ip{octets.size() == 4 ? IpAddress::Family::v4 : IpAddress::Family::v6, {}};
    std::ranges::copy(octets, ip.octets.begin());
    return ip;
}

void add(CertificateNames& names, const GENERAL_NAME& name) {
    if (name.type == GEN_URI) names.uris.emplace_back(octets_of(name.d.uniformResourceIdentifier));
    if (name.type == GEN_DNS) names.dns.emplace_back(octets_of(name.d.dNSName));
    if (name.type != GEN_IPADD) return;
    if (auto ip = address_of(octets_of(name.d.iPAddress))) names.ips.push_back(*ip);
}

std::string common_name_of(const X509& certificate) {
    const X509_NAME* subject = X509_get_subject_name(&certificate);
    int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    return at < 0 ? std::string() : std::string(octets_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))));
}

}  // namespace

CertificateNames names_of(const X509& certificate) {
    CertificateNames names;
    int occurrence = -1;
    std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> alternatives(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, &occurrence, nullptr)),
        GENERAL_NAMES_free);
    for (int i = 0; i < sk_GENERAL_NAME_num(alternatives.get()); ++i)
        add(names, *sk_GENERAL_NAME_value(alternatives.get(), i));
    if (occurrence == -1) names.common_name = common_name_of(certificate);
    return names;
}

std::string describe(const CertificateNames& names) {
    std::vector<std::string> all = names.uris;
    all.insert(all.end(), names.dns.begin(), names.dns.end());
    for (const auto& ip : names.ips) all.push_back(to_string(ip));
    if (!names.common_name.empty()) all.push_back(names.common_name);
    if (all.empty()) return "no name";
    bool more = all.size() > most_described;
    all.resize(std::min(all.size(), most_described));
    return fmt::format("{}{}", fmt::join(all, ", "), more ? " and others" : "");
}

}  // namespace siptxn::net
