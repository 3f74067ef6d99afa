// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/net/setup_error.hpp>
#include <siptxn/net/tls.hpp>

#include <asio/ssl/context.hpp>

#include <expected>
#include <functional>
#include <memory>

namespace siptxn::net {

struct SessionEnd {
    void operator()(SSL* session) const { SSL_free(session); }
};
using Session = std::unique_ptr<SSL, SessionEnd>;

/// TlsOptions, read and found good: what the TLS sessions of a wire begin with. Sessions outlive it.
class TlsContext {
public:
    [[nodiscard]] static std::expected<std::shared_ptr<TlsContext>, SetupError> make(const TlsOptions& options);
    explicit TlsContext(const TlsOptions& options);

    /// nullptr: no memory.
    [[nodiscard]] Session new_session(bool accepted);
    [[nodiscard]] bool has_certificate() const { return has_certificate_; }
    [[nodiscard]] bool verifies_peers() const { return verifies_peers_; }
    void note_failure(const TlsFailure& failure) const {
        if (on_failure_) on_failure_(failure);
    }

private:
    asio::ssl::context client_, server_;
    int server_verification_;
    bool has_certificate_;
    bool verifies_peers_;
    bool system_trust_is_due_;  ///< the system's issuers are many: read for the first session of ours
    std::function<void(const TlsFailure&)> on_failure_;
};

}  // namespace siptxn::net
