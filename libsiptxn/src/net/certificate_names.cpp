// SPDX-License-Identifier: MIT
#include <siptxn/net/certificate_names.hpp>

#include <siptxn/dns_message.hpp>

#include <sipmsg/params.hpp>
#include <sipmsg/uri.hpp>

#include <algorithm>
#include <optional>

namespace siptxn::net {
namespace {

/// A host name as DNS compares it: the final dot of an absolute name says nothing more.
std::string_view without_final_dot(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return name;
}

bool same_name(std::string_view a, std::string_view b) {
    return sipmsg::iequals(without_final_dot(a), without_final_dot(b));
}

/// Letters, digits, hyphen, underscore and dots: what stands in a certificate was written by a stranger, and a NUL, a
/// wildcard or a space is part of no name.
bool is_host_name(std::string_view text) {
    auto is_of_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
    };
    return !text.empty() && !text.starts_with('.') && std::ranges::all_of(text, is_of_name);
}

/// The domain of `sip:domain`; a URI with a user names that user, `sips` is no identity.
std::optional<std::string> domain_of(std::string_view text) {
    auto uri = sipmsg::Uri::parse(text);
    if (!uri || !uri->is_sip() || uri->is_secure() || text.find('@') != text.npos) return std::nullopt;
    if (uri->host().kind != sipmsg::HostKind::name || !is_host_name(uri->host().text)) return std::nullopt;
    return canonical_name(uri->host().text);
}

/// `*.example.com` for `sip.example.com`, not for `example.com` or `a.b.example.com`; nor `*.com`.
bool matches_wildcard(std::string_view pattern, std::string_view host) {
    if (!pattern.starts_with("*.") || !is_host_name(pattern.substr(2))) return false;
    auto domain = pattern.substr(1);
    auto dot = host.find('.');
    return dot != 0 && dot != host.npos && domain.find('.', 1) != domain.npos && same_name(host.substr(dot), domain);
}

template <class T>
bool has(const std::vector<T>& list, const T& item) {
    return std::ranges::find(list, item) != list.end();
}

}  // namespace

std::vector<std::string> sip_domains(const CertificateNames& names) {
    std::vector<std::string> domains;
    for (const auto& uri : names.uris) {
        if (auto domain = domain_of(uri)) domains.push_back(*std::move(domain));
    }
    if (!domains.empty()) return domains;
    for (const auto& name : names.dns) {
        if (is_host_name(name)) domains.push_back(canonical_name(name));
    }
    if (domains.empty() && is_host_name(names.common_name)) domains.push_back(canonical_name(names.common_name));
    return domains;
}

bool proves_sip_domain(const CertificateNames& names, std::string_view domain) {
    return is_host_name(domain) && has(sip_domains(names), canonical_name(domain));
}

bool proves_web_host(const CertificateNames& names, std::string_view host) {
    if (!is_host_name(host)) return false;
    host = without_final_dot(host);
    return std::ranges::any_of(names.dns, [&](const std::string& name) {
        return (is_host_name(name) && same_name(name, host)) || matches_wildcard(without_final_dot(name), host);
    });
}

bool proves(const CertificateNames& names, Transport transport, std::string_view name) {
    if (auto ip = IpAddress::parse(name)) return has(names.ips, *ip);
    return is_websocket(transport) ? proves_web_host(names, name) : proves_sip_domain(names, name);
}

}  // namespace siptxn::net
