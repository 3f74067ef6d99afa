// SPDX-License-Identifier: MIT
#pragma once

#include "certificates.hpp"
#include "net/loop.hpp"
#include "sim/recorder.hpp"

#include <siptxn/net/tls.hpp>

#include <memory>
#include <string>
#include <vector>

/// One authority for all tests of a run.
inline const TestAuthority& authority() {
    static const TestAuthority instance;
    return instance;
}

/// Shows this certificate, and trusts our authority.
inline siptxn::net::TlsOptions showing(const TestCertificate& own) {
    return {.certificate = {.text = own.certificate},
            .private_key = {.text = own.private_key},
            .trusted = {.text = authority().certificate()}};
}

inline siptxn::net::TlsOptions named(std::vector<std::string> names) {
    return showing(authority().issue({"a test", std::move(names)}));
}

inline siptxn::net::TlsOptions on_loopback() { return named({"IP:127.0.0.1", "IP:::1"}); }

/// Shows none, and trusts our authority.
inline siptxn::net::TlsOptions trusting() { return {.trusted = {.text = authority().certificate()}}; }

/// A listening wire and one that connects to it, with what each was told.
struct TlsPair {
    explicit TlsPair(siptxn::net::TlsOptions of_server, siptxn::net::TlsOptions of_client = trusting(),
                     siptxn::Transport t = siptxn::Transport::tls, siptxn::net::WireOptions options = {})
        : transport(t) {
        server = make(std::move(of_server), refused_by_server, {transport}, options);
        client = make(std::move(of_client), refused_by_client, {}, options);
        server->attach(&at_server);
        client->attach(&at_client);
    }
    std::shared_ptr<siptxn::net::SocketWire> make(siptxn::net::TlsOptions tls,
                                                  std::vector<siptxn::net::TlsFailure>& refused,
                                                  const std::vector<siptxn::Transport>& transports,
                                                  siptxn::net::WireOptions options) {
        tls.on_failure = [&refused](const auto& failure) { refused.push_back(failure); };
        options.tls = std::move(tls);
        return loop.wire(transports, std::move(options));
    }
    siptxn::SocketAddress address() const { return server->listeners()[0].local; }
    siptxn::FlowId open(std::string_view name) {
        auto id = client->new_flow_id();
        client->open(id, transport, address(), name);
        return id;
    }
    /// Opens, and says what became of it; success is no error.
    std::error_code result_of_opening(std::string_view name) {
        auto opened = at_client.opened.size(), failed = at_client.failed.size();
        open(name);
        loop.until([&] { return at_client.opened.size() > opened || at_client.failed.size() > failed; });
        if (at_client.failed.size() > failed) return at_client.failed.back().error;
        return at_client.opened.size() > opened ? std::error_code() : std::make_error_code(std::errc::timed_out);
    }
    /// Opens on both sides; the flows of client and server.
    bool connects(std::string_view name) {
        auto before = at_server.opened.size();
        return !result_of_opening(name) && loop.until([&] { return at_server.opened.size() > before; });
    }
    bool server_refuses() {
        return loop.until([&] { return !refused_by_server.empty(); });
    }

    Loop loop;
    siptxn::Transport transport;
    Recorder at_server, at_client;
    std::vector<siptxn::net::TlsFailure> refused_by_server, refused_by_client;
    std::shared_ptr<siptxn::net::SocketWire> server, client;
};
