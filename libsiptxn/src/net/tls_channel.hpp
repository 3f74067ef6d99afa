// SPDX-License-Identifier: MIT
#pragma once

#include "net/channel.hpp"
#include "net/tls_context.hpp"

#include <siptxn/flow.hpp>

#include <memory>
#include <string>

namespace siptxn::net {

/// TLS over the socket of a connection. Connections of ours take a certificate only for the name they were opened for:
/// the SIP domain (RFC 5922 §7), or for WSS the host.
class TlsChannel final : public Channel {
public:
    /// `name` is the domain before resolution; an empty one means the address itself.
    TlsChannel(asio::ip::tcp::socket& socket, TlsContext& context, const Flow& flow, bool accepted, std::string name);

    void shake_hands(std::error_code& error) override;
    std::size_t read(std::span<char> into, std::error_code& error) override;
    std::size_t write(std::span<const asio::const_buffer> pieces, std::error_code& error) override;
    void shutdown(std::error_code& error) override;
    [[nodiscard]] bool waits_to_write() const override { return waits_to_write_; }
    [[nodiscard]] std::string reason() const override { return reason_; }
    [[nodiscard]] std::optional<CertificateNames> peer_names() const override;

private:
    static int verify(int passed, X509_STORE_CTX* chain);
    bool verify_name(X509_STORE_CTX* chain);
    void announce_name();
    std::error_code outcome(int result);

    Session session_;
    Transport transport_;
    bool accepted_;
    bool verifies_peer_;
    std::string name_;
    std::string reason_;
    bool secured_ = false;
    bool broken_ = false;  ///< OpenSSL wants no further call
    bool waits_to_write_ = false;
};

}  // namespace siptxn::net
