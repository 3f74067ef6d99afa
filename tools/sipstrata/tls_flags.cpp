// SPDX-License-Identifier: MIT
#include "tls_flags.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>

namespace sipstrata {

void add_tls_flags(CLI::App& app, TlsFlags& flags) {
    auto* certificate = app.add_option("--tls-cert", flags.certificate, "our certificate and its chain, a PEM file");
    auto* key = app.add_option("--tls-key", flags.key, "its private key, a PEM file, not encrypted");
    certificate->needs(key);
    key->needs(certificate);
    app.add_option(
        "--tls-ca", flags.trusted,
        "a PEM file of issuers to trust, or a directory as `openssl rehash` makes it; default: the system's");
    app.add_flag("--tls-insecure", flags.insecure,
                 "DANGER: take any certificate of anyone; whoever is in between reads along");
}

siptxn::net::TlsOptions tls_options(const TlsFlags& flags) {
    siptxn::net::TlsOptions options{
        .certificate = {.file = flags.certificate}, .private_key = {.file = flags.key}, .verify_peer = !flags.insecure};
    (std::filesystem::is_directory(flags.trusted) ? options.trusted_directory : options.trusted.file) = flags.trusted;
    return options;
}

}  // namespace sipstrata
