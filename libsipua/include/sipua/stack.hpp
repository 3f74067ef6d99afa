// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/log.hpp>

#include <sipdialog/dialog_layer.hpp>
#include <sipdialog/session_timer.hpp>
#include <sipdialog/subscription_layer.hpp>

#include <siptxn/endpoint.hpp>
#include <siptxn/net/tls.hpp>

#include <asio/any_io_executor.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace sipua {

class Core;

/// Where a stack listens and what it may use.
struct StackOptions {
    /// "udp:127.0.0.1:5060", "tcp:[::1]:0", "tls:0.0.0.0:5061", "ws:0.0.0.0:8080", "wss:0.0.0.0:443". Empty: sockets
    /// are opened for sending when they are needed.
    std::vector<std::string> listen;
    /// Our certificate, which TLS and WSS listeners must have, and whom to trust. Failed handshakes go to `log`, unless
    /// this has an on_failure.
    siptxn::net::TlsOptions tls;
    /// A ringing phone says so once a minute, or proxies give up on it (RFC 3261 §13.3.1.1).
    siptxn::LayerOptions layer{.refresh_provisionals = std::chrono::minutes(1)};
    /// Of every session (RFC 4028). What a peer asks for is done whatever stands here; a session that nobody refreshes
    /// ends with EndCause::expired.
    sipdialog::SessionTimerOptions session_timer;
    /// Calls at once, of all agents, and what one of them may hold.
    sipdialog::DialogLimits dialog_limits;
    sipdialog::SubscriptionLimits subscription_limits;
    LogSink log;
    LogLevel log_level = LogLevel::info;
    siptxn::Tracer tracer;
};

/// One endpoint with its dialogs, on one strand; several user agents may share it. Copies are handles of the same
/// stack; it lives as long as the last handle or agent. Make it once, then give it to agents.
class Stack {
public:
    /// Binds sockets. Throws std::system_error when an address cannot be bound or a file not be opened,
    /// std::invalid_argument when an address, a certificate or a key cannot be understood.
    Stack(asio::any_io_executor executor, const StackOptions& options);
    /// Over any wire and clock (siptxn/sim); everything runs on `executor`, which must be the wire's.
    Stack(asio::any_io_executor executor, std::shared_ptr<siptxn::Endpoint> endpoint, const StackOptions& options);

    /// Renewed certificates for connections that begin from now on; those that stand live on. Throws as the constructor
    /// does, and then the old ones stay; std::logic_error in a simulation. On the stack's executor.
    void reload_tls(const siptxn::net::TlsOptions& tls);

    [[nodiscard]] asio::any_io_executor executor() const;
    [[nodiscard]] siptxn::Endpoint& endpoint() const;
    /// As bound, with real ports.
    [[nodiscard]] std::vector<siptxn::Listener> listeners() const;
    /// Sessions that are not over yet.
    [[nodiscard]] std::size_t sessions() const;
    /// Transactions that are not over yet.
    [[nodiscard]] std::size_t transactions() const;

    explicit Stack(std::shared_ptr<Core> core) noexcept : core_(std::move(core)) {}
    [[nodiscard]] const std::shared_ptr<Core>& core() const noexcept { return core_; }

private:
    std::shared_ptr<Core> core_;
};

}  // namespace sipua
