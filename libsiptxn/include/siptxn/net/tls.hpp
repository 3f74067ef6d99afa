// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/flow.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <system_error>

namespace siptxn::net {

/// PEM: as text, or the file it stands in. The text wins when there are both.
struct Pem {
    std::string file;
    std::string text;
    [[nodiscard]] bool is_empty() const noexcept { return file.empty() && text.empty(); }
};

enum class TlsVersion : std::uint8_t { tls_1_2, tls_1_3 };

/// What our listeners want of their clients (mutual TLS). A certificate that a client shows must be a good one.
enum class ClientCertificate : std::uint8_t { none, optional, required };

/// A handshake, of ours or of a peer that connected, that came to nothing.
struct TlsFailure {
    Flow flow;
    bool accepted = false;
    std::error_code error;
    std::string reason;  ///< in words, for a log; may quote names of the peer's certificate, which the peer chose
};

/// TLS of a wire: who we are, whom we trust. Keys are read once, kept by OpenSSL only, and stand in no message.
struct TlsOptions {
    /// Ours, followed by its chain. TLS and WSS listeners must have one; connections of ours show it to peers that ask.
    Pem certificate;
    Pem private_key;  ///< of `certificate`, not encrypted
    /// Issuers whose certificates are good. Both empty: the system's.
    Pem trusted;
    std::string trusted_directory;  ///< of such certificates, named by hash as `openssl rehash` does
    ClientCertificate client_certificate = ClientCertificate::none;
    /// DANGER. `false` takes any certificate, of anyone, for any name: who stands between us and the peer reads and
    /// changes everything, passwords included. For laboratories.
    bool verify_peer = true;
    TlsVersion minimum_version = TlsVersion::tls_1_2;
    std::string ciphers;        ///< for TLS 1.2, as OpenSSL writes lists; empty: OpenSSL's default
    std::string cipher_suites;  ///< for TLS 1.3, likewise
    /// Told of each failed handshake, from the wire's loop; most peers that fail are told to nobody else.
    std::function<void(const TlsFailure&)> on_failure;
};

}  // namespace siptxn::net
