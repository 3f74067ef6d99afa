// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/net/tls.hpp>

#include <CLI/App.hpp>

#include <string>

namespace sipstrata {

/// The flags of whoever speaks TLS, as server or client.
struct TlsFlags {
    std::string certificate;
    std::string key;
    std::string trusted;  ///< a file or a directory
    bool insecure = false;
};

void add_tls_flags(CLI::App& app, TlsFlags& flags);
[[nodiscard]] siptxn::net::TlsOptions tls_options(const TlsFlags& flags);

}  // namespace sipstrata
