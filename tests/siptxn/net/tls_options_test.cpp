// SPDX-License-Identifier: MIT
#include "net/tls_rig.hpp"

#include <siptxn/error.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <unistd.h>

using namespace siptxn;

namespace {

/// A file for the length of a test.
class TestFile {
public:
    explicit TestFile(std::string_view content)
        : path_(std::filesystem::temp_directory_path() /
                ("siptxn-" + std::to_string(getpid()) + "-" + std::to_string(++count_) + ".pem")) {
        std::ofstream(path_) << content;
    }
    ~TestFile() { std::filesystem::remove(path_); }
    TestFile(const TestFile&) = delete;
    TestFile& operator=(const TestFile&) = delete;
    std::string path() const { return path_.string(); }

private:
    static inline int count_ = 0;
    std::filesystem::path path_;
};

std::string complaint(const net::TlsOptions& tls) {
    Loop loop;
    net::WireOptions options;
    options.listen = {
        {Transport::tls, any_loopback}
    };
    options.tls = tls;
    auto wire = net::make_wire(loop.context.get_executor(), options);
    return wire ? "" : wire.error().message;
}

}  // namespace

TEST_CASE("certificate, key and issuers may come from files; what is wrong with one is said with its name") {
    auto own = authority().issue({"a test", {"IP:127.0.0.1"}});
    TestFile certificate(own.certificate), key(own.private_key), trust(authority().certificate());
    TestFile other_key(authority().issue({}).private_key), junk("no PEM at all");
    net::TlsOptions good{.certificate = {.file = certificate.path()},
                         .private_key = {.file = key.path()},
                         .trusted = {.file = trust.path()}};
    TlsPair pair(good, good);
    CHECK_FALSE(pair.result_of_opening("127.0.0.1"));

    CHECK(complaint({}) == "a TLS listener needs a certificate and its private key");
    auto bad = good;
    bad.certificate.file = "/does/not/exist.pem";
    CHECK(complaint(bad) == "/does/not/exist.pem: No such file or directory");
    bad.certificate.file = junk.path();
    CHECK(complaint(bad) == junk.path() + ": no certificate in PEM that OpenSSL takes");
    bad = good;
    bad.private_key.file = other_key.path();
    CHECK(complaint(bad) == other_key.path() + ": no key in PEM, encrypted, or not the certificate's");
    bad.private_key.file = "/";
    CHECK(complaint(bad) == "/: Is a directory");
    bad.private_key = {};
    CHECK(complaint(bad) == certificate.path() + ": without its private key");
    bad = good;
    bad.trusted.file = junk.path();
    CHECK(complaint(bad) == junk.path() + ": no certificates in PEM");
    bad = good;
    bad.trusted_directory = junk.path();
    CHECK(complaint(bad) == junk.path() + ": not a directory");
    bad = good;
    bad.ciphers = "NO-SUCH-CIPHER";
    CHECK(complaint(bad) == "ciphers: no cipher of TLS 1.2 that OpenSSL has");
    bad = good;
    bad.private_key = {.text = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"};
    CHECK(complaint(bad) == "private_key: no key in PEM, encrypted, or not the certificate's");
}

TEST_CASE("reloaded certificates serve new connections, and those that stand live on") {
    TlsPair pair(named({"DNS:old.example"}));
    REQUIRE(pair.connects("old.example"));
    REQUIRE(pair.server->reload_tls(named({"DNS:new.example"})));
    CHECK(pair.result_of_opening("old.example") == Errc::tls_wrong_name);
    REQUIRE(pair.connects("new.example"));
    pair.client->send(pair.at_client.opened[0].flow, octets_of("still here"));
    CHECK(pair.loop.until([&] { return pair.at_server.streams[pair.at_server.opened[0].flow.id] == "still here"; }));
}

TEST_CASE("a reload that is wrong is refused and changes nothing") {
    TlsPair pair(named({"DNS:old.example"}));
    auto wrong = named({"DNS:new.example"});
    wrong.private_key.text = "nonsense";
    auto result = pair.server->reload_tls(wrong);
    REQUIRE_FALSE(result);
    CHECK(result.error().message.starts_with("private_key: "));
    CHECK_FALSE(pair.server->reload_tls(trusting()));
    CHECK(pair.connects("old.example"));
}

TEST_CASE("a minimum version is kept on both sides") {
    auto modern = trusting();
    modern.minimum_version = net::TlsVersion::tls_1_3;
    TlsPair pair(named({"DNS:example.com"}), modern);
    CHECK(pair.connects("example.com"));
    auto limited = named({"DNS:example.com"});
    limited.cipher_suites = "TLS_AES_128_GCM_SHA256";
    modern.cipher_suites = "TLS_AES_256_GCM_SHA384";
    TlsPair apart(limited, modern);
    CHECK(apart.result_of_opening("example.com") == Errc::tls_failed);
}
