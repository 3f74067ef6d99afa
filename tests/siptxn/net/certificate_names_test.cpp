// SPDX-License-Identifier: MIT
#include <siptxn/net/certificate_names.hpp>

#include <doctest/doctest.h>

using namespace siptxn;
using net::CertificateNames;
using net::proves;
using net::sip_domains;
using Names = std::vector<std::string>;

namespace {

bool is_for(const CertificateNames& names, std::string_view domain) { return net::proves_sip_domain(names, domain); }

}  // namespace

TEST_CASE("a certificate's SIP domains are the hosts of its sip URIs, without users (RFC 5922 §7.1)") {
    CertificateNames names{
        .uris = {"sip:Example.COM",        "SIP:b.example.com;transport=tls", "sip:alice@example.net", "sips:example.org",
                 "https://example.edu", "sip:192.0.2.1", "nonsense"},
        .dns = {"ignored.example.com"}
    };
    CHECK(sip_domains(names) == Names{"example.com", "b.example.com"});
    CHECK(is_for(names, "example.com"));
    CHECK(is_for(names, "B.EXAMPLE.com."));
    CHECK_FALSE(is_for(names, "example.net"));
    CHECK_FALSE(is_for(names, "ignored.example.com"));
}

TEST_CASE("without such a URI the DNS names count, and the common name only without alternatives (RFC 5922 §7.1)") {
    CertificateNames names{
        .uris = {"sip:alice@example.net"},
          .dns = { "example.com",      "sip.example.com"}
    };
    CHECK(sip_domains(names) == Names{"example.com", "sip.example.com"});
    CHECK(sip_domains({.common_name = "Example.com"}) == Names{"example.com"});
    CHECK(sip_domains({.dns = {"a.example.com"}, .common_name = "b.example.com"}) == Names{"a.example.com"});
    CHECK(sip_domains({.common_name = "Example Company"}).empty());
}

TEST_CASE("SIP domains are equal as a whole, without case, and wildcards are nothing (RFC 5922 §7.2)") {
    CertificateNames names{
        .dns = {"example.com", "*.wild.example.com", ".dotted.example.com"}
    };
    CHECK(is_for(names, "EXAMPLE.com"));
    CHECK_FALSE(is_for(names, "sip.example.com"));
    CHECK_FALSE(is_for(names, "com"));
    CHECK_FALSE(is_for(names, "a.wild.example.com"));
    CHECK_FALSE(is_for(names, "*.wild.example.com"));
    CHECK_FALSE(is_for(names, "a.dotted.example.com"));
    CHECK_FALSE(is_for(names, ""));
}

TEST_CASE("a name with a NUL, a space or a control octet is no name") {
    std::string cut("example.com\0.evil.example", 25);
    CHECK(sip_domains({
                          .dns = {cut, "example .com", "exam\nple.com"}
    })
              .empty());
    CHECK(sip_domains({.uris = {"sip:" + cut}}).empty());
    CHECK_FALSE(is_for({.common_name = cut}, "example.com"));
    CHECK_FALSE(net::proves_web_host({.dns = {cut}}, "example.com"));
}

TEST_CASE("a web host may be matched by a wildcard for its first label alone (RFC 6125 §6.4)") {
    CertificateNames names{
        .dns = {"edge.example.com", "*.web.example.com", "f*.example.com", "*.com", "*"}
    };
    CHECK(net::proves_web_host(names, "Edge.Example.com"));
    CHECK(net::proves_web_host(names, "a.web.example.com"));
    CHECK_FALSE(net::proves_web_host(names, "web.example.com"));
    CHECK_FALSE(net::proves_web_host(names, "a.b.web.example.com"));
    CHECK_FALSE(net::proves_web_host(names, "foo.example.com"));
    CHECK_FALSE(net::proves_web_host(names, "example.com"));
    CHECK_FALSE(net::proves_web_host(names, "com"));
    CHECK_FALSE(net::proves_web_host({.common_name = "edge.example.com"}, "edge.example.com"));
    CHECK_FALSE(net::proves_web_host({.uris = {"sip:edge.example.com"}}, "edge.example.com"));
}

TEST_CASE("an address needs an address in the certificate, and each transport has its rule") {
    CertificateNames names{
        .dns = {"192.0.2.1",                    "*.example.com"                 },
        .ips = {*IpAddress::parse("192.0.2.7"), *IpAddress::parse("2001:db8::7")}
    };
    CHECK(proves(names, Transport::tls, "192.0.2.7"));
    CHECK(proves(names, Transport::wss, "[2001:db8::7]"));
    CHECK(proves(names, Transport::tls, "2001:DB8:0::7"));
    CHECK_FALSE(proves(names, Transport::tls, "192.0.2.1"));
    CHECK(proves(names, Transport::wss, "a.example.com"));
    CHECK_FALSE(proves(names, Transport::tls, "a.example.com"));
}
