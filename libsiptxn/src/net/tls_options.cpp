// SPDX-License-Identifier: MIT
#include "net/tls_options.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <asio/buffer.hpp>

#include <cerrno>
#include <expected>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace siptxn::net {
namespace {

using Fault = std::optional<SetupError>;
using asio::ssl::context;

SetupError fault(std::error_code code, std::string_view where, std::string_view what) {
    return {code, fmt::format("{}: {}", where, what)};
}

SetupError bad_value(std::string_view where, std::string_view what) {
    return fault(std::make_error_code(std::errc::invalid_argument), where, what);
}

/// The octets of a Pem, overwritten at the end: they may be a key.
class Secret {
public:
    explicit Secret(std::string octets) : octets_(std::move(octets)) {}
    ~Secret() { OPENSSL_cleanse(octets_.data(), octets_.size()); }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    asio::const_buffer buffer() const { return asio::buffer(octets_); }

private:
    std::string octets_;
};

std::string name_of(const Pem& pem, std::string_view option) {
    return pem.text.empty() ? pem.file : std::string(option);
}

std::expected<std::string, SetupError> read_file(const std::string& name) {
    std::error_code error;
    if (std::filesystem::is_directory(name, error)) {
        error = std::make_error_code(std::errc::is_a_directory);
        return std::unexpected(fault(error, name, error.message()));
    }
    errno = 0;
    std::ifstream file(name, std::ios::binary);
    error.assign(errno ? errno : EIO, std::system_category());
    if (file) return std::string{std::istreambuf_iterator<char>(file), {}};
    return std::unexpected(fault(error, name, error.message()));
}

/// Hands the octets to `use`, whose failure is `complaint` about the file, or about the option that held the text.
template <class Use>
Fault use_pem(const Pem& pem, std::string_view option, std::string_view complaint, Use use) {
    if (pem.is_empty()) return std::nullopt;
    auto octets = pem.text.empty() ? read_file(pem.file) : std::expected<std::string, SetupError>(pem.text);
    if (!octets) return octets.error();
    Secret secret(*std::move(octets));
    std::error_code error;
    use(secret.buffer(), error);
    ERR_clear_error();
    if (!error) return std::nullopt;
    return bad_value(name_of(pem, option), complaint);
}

Fault set_protocol(const TlsOptions& options, context& into) {
    SSL_CTX* handle = into.native_handle();
    SSL_CTX_set_min_proto_version(handle,
                                  options.minimum_version == TlsVersion::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
    if (!options.ciphers.empty() && SSL_CTX_set_cipher_list(handle, options.ciphers.c_str()) != 1)
        return bad_value("ciphers", "no cipher of TLS 1.2 that OpenSSL has");
    if (!options.cipher_suites.empty() && SSL_CTX_set_ciphersuites(handle, options.cipher_suites.c_str()) != 1)
        return bad_value("cipher_suites", "no cipher suite of TLS 1.3 that OpenSSL has");
    return std::nullopt;
}

Fault set_certificate(const TlsOptions& options, context& into) {
    return use_pem(options.certificate, "certificate", "no certificate in PEM that OpenSSL takes",
                   [&](auto octets, auto& error) { into.use_certificate_chain(octets, error); });
}

// Without this an encrypted key would ask on the terminal.
int no_password(char*, int, int, void*) { return 0; }

Fault set_private_key(const TlsOptions& options, context& into) {
    if (options.certificate.is_empty() != options.private_key.is_empty()) {
        return bad_value(options.certificate.is_empty() ? "private_key" : name_of(options.certificate, "certificate"),
                         options.certificate.is_empty() ? "without a certificate" : "without its private key");
    }
    SSL_CTX_set_default_passwd_cb(into.native_handle(), no_password);
    return use_pem(options.private_key, "private_key", "no key in PEM, encrypted, or not the certificate's",
                   [&](auto octets, auto& error) { into.use_private_key(octets, context::pem, error); });
}

Fault set_trust(const TlsOptions& options, context& into) {
    const auto& directory = options.trusted_directory;
    std::error_code error;
    if (!directory.empty() && !std::filesystem::is_directory(directory, error))
        return bad_value(directory, error ? error.message() : "not a directory");
    if (!directory.empty()) into.add_verify_path(directory, error);
    return use_pem(options.trusted, "trusted", "no certificates in PEM",
                   [&](auto octets, auto& wrong) { into.add_certificate_authority(octets, wrong); });
}

}  // namespace

std::optional<SetupError> apply(const TlsOptions& options, context& into) {
    for (auto* step : {set_protocol, set_certificate, set_private_key, set_trust}) {
        if (auto fault = step(options, into)) return fault;
    }
    return std::nullopt;
}

}  // namespace siptxn::net
