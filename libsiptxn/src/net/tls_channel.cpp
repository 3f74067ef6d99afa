// SPDX-License-Identifier: MIT
#include "net/tls_channel.hpp"

#include "net/tls_bio.hpp"
#include "net/tls_failure.hpp"
#include "net/tls_names.hpp"

#include <siptxn/error.hpp>

#include <fmt/format.h>
#include <openssl/err.h>

#include <new>
#include <string_view>
#include <utility>

namespace siptxn::net {
namespace {

/// What WebSocket begins as (RFC 7301 §6); SIP itself names no protocol here.
constexpr unsigned char http_protocol[] = "\x08http/1.1";
constexpr unsigned http_protocol_size = sizeof http_protocol - 1;

}  // namespace

TlsChannel::TlsChannel(asio::ip::tcp::socket& socket, TlsContext& context, const Flow& flow, bool accepted,
                       std::string name)
    : Channel(socket),
      session_(context.new_session(accepted)),
      transport_(flow.transport),
      accepted_(accepted),
      verifies_peer_(context.verifies_peers()),
      name_(name.empty() ? to_string(flow.remote.ip) : std::move(name)) {
    BIO* bio = session_ ? make_bio(socket) : nullptr;
    if (!bio) throw std::bad_alloc();
    SSL_set_bio(session_.get(), bio, bio);
    SSL_set_app_data(session_.get(), this);
    SSL_set_verify(session_.get(), SSL_get_verify_mode(session_.get()), verify);
    if (!accepted_) announce_name();
    if (!accepted_ && transport_ == Transport::wss)
        SSL_set_alpn_protos(session_.get(), http_protocol, http_protocol_size);
}

// An address is no server name (RFC 6066 §3).
void TlsChannel::announce_name() {
    std::string host = name_.ends_with('.') ? name_.substr(0, name_.size() - 1) : name_;
    if (!IpAddress::parse(host)) SSL_set_tlsext_host_name(session_.get(), host.c_str());
}

// The chain is good, or OpenSSL has found a fault in it; the name is asked for last, at the peer's own certificate.
int TlsChannel::verify(int passed, X509_STORE_CTX* chain) {
    auto* session = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* self = static_cast<TlsChannel*>(SSL_get_app_data(session));
    if (!self->verifies_peer_) return 1;
    return passed && (self->accepted_ || X509_STORE_CTX_get_error_depth(chain) > 0 || self->verify_name(chain));
}

bool TlsChannel::verify_name(X509_STORE_CTX* chain) {
    auto names = names_of(*X509_STORE_CTX_get_current_cert(chain));
    if (proves(names, transport_, name_)) return true;
    reason_ = fmt::format("the certificate is not for {}, but for {}", name_, describe(names));
    X509_STORE_CTX_set_error(chain, X509_V_ERR_HOSTNAME_MISMATCH);
    return false;
}

void TlsChannel::shake_hands(std::error_code& error) {
    ERR_clear_error();
    error = outcome(SSL_do_handshake(session_.get()));
    if (error == asio::error::eof) error = Errc::tls_failed;
    secured_ = !error;
}

std::size_t TlsChannel::read(std::span<char> into, std::error_code& error) {
    ERR_clear_error();
    std::size_t size = 0;
    error = outcome(SSL_read_ex(session_.get(), into.data(), into.size(), &size));
    if (error == asio::error::eof) SSL_shutdown(session_.get());  // close_notify asks for one
    return size;
}

std::size_t TlsChannel::write(std::span<const asio::const_buffer> pieces, std::error_code& error) {
    ERR_clear_error();
    std::size_t size = 0;
    error = outcome(SSL_write_ex(session_.get(), pieces.front().data(), pieces.front().size(), &size));
    return size;
}

void TlsChannel::shutdown(std::error_code& error) {
    ERR_clear_error();
    if (secured_ && !broken_) {
        error = SSL_shutdown(session_.get()) < 0 ? outcome(-1) : std::error_code();
        if (must_wait(error)) return;
    }
    Channel::shutdown(error);
}

std::error_code TlsChannel::outcome(int result) {
    auto kind = SSL_get_error(session_.get(), result);
    waits_to_write_ = kind == SSL_ERROR_WANT_WRITE;
    if (kind == SSL_ERROR_NONE) return {};
    if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) return asio::error::would_block;
    if (kind == SSL_ERROR_ZERO_RETURN) return asio::error::eof;
    broken_ = true;
    if (kind == SSL_ERROR_SYSCALL) return Errc::transport;
    auto fault = take_fault(session_.get());
    if (reason_.empty()) reason_ = std::move(fault.reason);
    return fault.code;
}

std::optional<CertificateNames> TlsChannel::peer_names() const {
    const X509* certificate = secured_ && verifies_peer_ ? SSL_get0_peer_certificate(session_.get()) : nullptr;
    if (!certificate) return std::nullopt;
    return names_of(*certificate);
}

}  // namespace siptxn::net
