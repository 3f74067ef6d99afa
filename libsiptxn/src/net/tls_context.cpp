// SPDX-License-Identifier: MIT
#include "net/tls_context.hpp"

#include "net/tls_options.hpp"

#include <utility>

namespace siptxn::net {
namespace {

int server_verification(const TlsOptions& options) {
    switch (options.client_certificate) {
        case ClientCertificate::none: return SSL_VERIFY_NONE;
        case ClientCertificate::optional: return SSL_VERIFY_PEER;
        case ClientCertificate::required: return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    }
    return SSL_VERIFY_NONE;
}

bool trusts_system(const TlsOptions& options) {
    return options.trusted.is_empty() && options.trusted_directory.empty();
}

// Sessions are not resumed: connections live long, and a peer that is no longer trusted shall not come back by a
// ticket. Renegotiation is off, and a peer that ends without close_notify ends as one that sends FIN does: messages
// carry their length (RFC 3261 §18.3), so that nothing can be cut off unseen.
void prepare(SSL_CTX* context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_mode(context,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);
}

}  // namespace

TlsContext::TlsContext(const TlsOptions& options)
    : client_(asio::ssl::context::tls_client),
      server_(asio::ssl::context::tls_server),
      server_verification_(server_verification(options)),
      has_certificate_(!options.certificate.is_empty()),
      verifies_peers_(options.verify_peer),
      system_trust_is_due_(trusts_system(options)),
      on_failure_(options.on_failure) {}

std::expected<std::shared_ptr<TlsContext>, SetupError> TlsContext::make(const TlsOptions& options) {
    auto made = std::make_shared<TlsContext>(options);
    for (auto* context : {&made->client_, &made->server_}) {
        prepare(context->native_handle());
        if (auto error = apply(options, *context)) return std::unexpected(*std::move(error));
    }
    std::error_code ignored;
    if (made->system_trust_is_due_ && options.client_certificate != ClientCertificate::none)
        made->server_.set_default_verify_paths(ignored);
    return made;
}

Session TlsContext::new_session(bool accepted) {
    std::error_code ignored;
    if (!accepted && std::exchange(system_trust_is_due_, false)) client_.set_default_verify_paths(ignored);
    Session session(SSL_new((accepted ? server_ : client_).native_handle()));
    if (!session) return session;
    SSL_set_verify(session.get(), accepted ? server_verification_ : SSL_VERIFY_PEER, nullptr);
    accepted ? SSL_set_accept_state(session.get()) : SSL_set_connect_state(session.get());
    return session;
}

}  // namespace siptxn::net
