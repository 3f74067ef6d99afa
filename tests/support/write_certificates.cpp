// SPDX-License-Identifier: MIT
// Usage: write_certificates DIRECTORY. Files for tests that are no C++: an authority (ca.pem), what it says of
// 127.0.0.1 (cert.pem, key.pem) and of another name (other.pem, other-key.pem), all made anew.
#include "certificates.hpp"

#include <filesystem>
#include <fstream>
#include <string>

namespace {

void write(const std::filesystem::path& path, const std::string& content) { std::ofstream(path) << content; }

void write(const std::filesystem::path& certificate, const std::filesystem::path& key, const TestCertificate& issued) {
    write(certificate, issued.certificate);
    write(key, issued.private_key);
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    std::filesystem::path directory = arguments[1];
    TestAuthority authority;
    write(directory / "ca.pem", authority.certificate());
    write(directory / "cert.pem", directory / "key.pem", authority.issue({"loopback", {"IP:127.0.0.1"}}));
    write(directory / "other.pem", directory / "other-key.pem", authority.issue({"other", {"DNS:other.example"}}));
}
