// SPDX-License-Identifier: MIT
#include "parse/read_input.hpp"
#include "proxy/proxy.hpp"
#include "terminal_text.hpp"
#include "tls_flags.hpp"
#include "trace/trace_file.hpp"
#include "verbs.hpp"

#include <siptxn/endpoint.hpp>
#include <siptxn/masking.hpp>
#include <siptxn/net/asio_clock.hpp>
#include <siptxn/net/random.hpp>
#include <siptxn/net/wire.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace sipstrata {
namespace {

using siptxn::Transport;

struct ServeFlags {
    std::vector<std::string> udp, tcp, tls, ws, wss;
    std::vector<std::string> domains;
    TlsFlags security;
    std::string client_certificate = "none";
    std::string users;
    std::string trace;
    unsigned shortest_expires = 1;
    bool authenticate_calls = false;
    bool json = false;
    int verbosity = 0;
};

void add_listeners(std::vector<siptxn::Listener>& listeners, Transport transport,
                   const std::vector<std::string>& addresses) {
    for (const std::string& text : addresses) {
        auto address = siptxn::SocketAddress::parse(text, default_port(transport));
        if (!address)
            throw std::invalid_argument(fmt::format("--{} {}: not an IP address and port", to_string(transport), text));
        listeners.push_back({transport, *address});
    }
}

std::vector<siptxn::Listener> listeners_of(const ServeFlags& flags) {
    std::vector<siptxn::Listener> listeners;
    add_listeners(listeners, Transport::udp, flags.udp);
    add_listeners(listeners, Transport::tcp, flags.tcp);
    add_listeners(listeners, Transport::tls, flags.tls);
    add_listeners(listeners, Transport::ws, flags.ws);
    add_listeners(listeners, Transport::wss, flags.wss);
    if (!listeners.empty()) return listeners;
    add_listeners(listeners, Transport::udp, {"127.0.0.1:5060"});
    add_listeners(listeners, Transport::tcp, {"127.0.0.1:5060"});
    add_listeners(listeners, Transport::ws, {"127.0.0.1:8080"});
    return listeners;
}

siptxn::net::TlsOptions security_of(const ServeFlags& flags) {
    using siptxn::net::ClientCertificate;
    auto options = tls_options(flags.security);
    if (flags.client_certificate == "optional") options.client_certificate = ClientCertificate::optional;
    if (flags.client_certificate == "required") options.client_certificate = ClientCertificate::required;
    if (flags.verbosity == 0) return options;
    options.on_failure = [](const siptxn::net::TlsFailure& failure) {
        fmt::print(stderr, "{} {} {}: {}\n", to_string(failure.flow.transport), to_string(failure.flow.remote),
                   failure.accepted ? "is refused" : "failed", terminal_text(failure.reason));
    };
    return options;
}

/// The run of the verb: sockets, proxy, trace, signals. One thread.
class Serve {
public:
    explicit Serve(const ServeFlags& flags) : flags_(flags) {}

    ExitCode run() {
        ProxyOptions options{.domains = flags_.domains, .authenticate_calls = flags_.authenticate_calls};
        options.registrar.shortest_expires = flags_.shortest_expires;
        if (!read_accounts(options)) return ExitCode::usage;
        if (flags_.verbosity > 0) options.log = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };

        siptxn::net::WireOptions wire_options{.listen = listeners_of(flags_), .tls = security_of(flags_)};
        siptxn::LayerOptions layer_options;
        layer_options.check_addresses = false;  // Whom a proxy does not ask may be called what he likes.
        wire_options.limits.flows = layer_options.limits.flows = 16'384;
        auto wire = siptxn::net::make_wire(context_.get_executor(), wire_options);
        if (!wire) {
            fmt::print(stderr, "sipstrata: {}\n", wire.error().message);
            return ExitCode::usage;
        }
        auto clock = std::make_shared<siptxn::net::AsioClock>(context_.get_executor());
        auto endpoint = siptxn::Endpoint::create(*wire, clock, siptxn::net::system_random(), layer_options);
        start_trace(*endpoint);
        Proxy proxy(*endpoint, std::move(options));
        announce((*wire)->listeners());
        stop_on_signal(*endpoint);
        reload_on_signal(*wire);
        context_.run();
        say("stopped", R"({"event":"stopped"})");
        return ExitCode::success;
    }

private:
    bool read_accounts(ProxyOptions& options) const {
        if (flags_.users.empty()) return true;
        auto text = read_input(flags_.users);
        if (!text) return false;
        options.accounts = Accounts::parse(*text);
        return true;
    }

    void say(const std::string& text, const std::string& json) const {
        fmt::print("{}\n", flags_.json ? json : text);
        std::fflush(stdout);
    }

    // Whoever asked for port 0 reads here what it became.
    void announce(const std::vector<siptxn::Listener>& listeners) const {
        for (const auto& listener : listeners) {
            std::string transport(to_string(listener.transport)), address = to_string(listener.local);
            say(fmt::format("listening {} {}", transport, address),
                fmt::format(R"({{"event":"listening","transport":"{}","address":"{}"}})", transport, address));
        }
    }

    void start_trace(siptxn::Endpoint& endpoint) {
        if (!flags_.trace.empty()) file_ = std::make_unique<TraceFile>(flags_.trace);
        if (!file_ && flags_.verbosity < 2) return;
        endpoint.set_tracer([this](const siptxn::TraceMessage& message) {
            if (file_) file_->write(message);
            if (flags_.verbosity > 1) print_message(message);
        });
    }

    static void print_message(const siptxn::TraceMessage& message) {
        fmt::print(stderr, "{} {} {} {}\n", message.sent ? ">>>" : "<<<", to_string(message.flow.transport),
                   to_string(message.flow.remote), message.sent ? "sent" : "received");
        std::string masked = siptxn::mask_credentials(message.octets);
        for (std::size_t at = 0; at < masked.size();) {
            auto end = std::min(masked.find('\n', at), masked.size());
            auto length = end - at - (end > at && masked[end - 1] == '\r' ? 1 : 0);
            fmt::print(stderr, "    {}\n", terminal_text(std::string_view(masked).substr(at, length)));
            at = end + 1;
        }
    }

    void stop_on_signal(siptxn::Endpoint& endpoint) {
        signals_.async_wait([this, &endpoint](std::error_code error, int) {
            if (error) return;
            endpoint.shutdown();
            context_.stop();
        });
    }

    // A renewed certificate is taken without losing a connection; a bad one is not taken.
    void reload_on_signal(const std::shared_ptr<siptxn::net::SocketWire>& wire) {
        hang_up_.async_wait([this, weak = std::weak_ptr(wire)](std::error_code error, int) {
            auto held = weak.lock();
            if (error || !held) return;
            if (auto done = held->reload_tls(security_of(flags_)); !done)
                fmt::print(stderr, "sipstrata: {}; the old ones stay\n", done.error().message);
            else
                say("reloaded", R"({"event":"reloaded"})");
            reload_on_signal(held);
        });
    }

    const ServeFlags& flags_;
    asio::io_context context_{1};
    asio::signal_set signals_{context_, SIGINT, SIGTERM};
    asio::signal_set hang_up_{context_, SIGHUP};
    std::unique_ptr<TraceFile> file_;
};

std::function<ExitCode()> setup(CLI::App& app) {
    auto flags = std::make_shared<ServeFlags>();
    app.add_option("--udp", flags->udp, "IP:PORT to listen on, repeatable; port 0 takes a free one")
        ->allow_extra_args(false);
    app.add_option("--tcp", flags->tcp, "the same for TCP")->allow_extra_args(false);
    app.add_option("--tls", flags->tls, "the same for TLS; needs --tls-cert")->allow_extra_args(false);
    app.add_option("--ws", flags->ws, "the same for WebSocket (RFC 7118)")->allow_extra_args(false);
    app.add_option("--wss", flags->wss, "the same for secure WebSocket; needs --tls-cert")->allow_extra_args(false);
    add_tls_flags(app, flags->security);
    app.add_option("--tls-clients", flags->client_certificate,
                   "certificates of TLS clients: none, optional or required")
        ->check(CLI::IsMember({"none", "optional", "required"}))
        ->capture_default_str();
    app.add_option(
        "--domain", flags->domains,
        "a name of the domain served, repeatable; the first is the realm. The addresses listened on always count");
    app.add_option("--users", flags->users,
                   "file of name:password lines; REGISTER then needs digest credentials. - reads standard input");
    app.add_flag("--auth-calls", flags->authenticate_calls, "ask our users for credentials outside REGISTER, too (407)")
        ->needs("--users");
    app.add_option("--min-expires", flags->shortest_expires, "shortest registration in seconds; less gets 423");
    app.add_option("--trace", flags->trace, "write all messages, credentials masked, to a pcapng FILE");
    app.add_flag("-v", flags->verbosity, "say what is done, on stderr; twice: every message");
    app.add_flag("--json", flags->json, "print events as JSON, one object a line");
    return [flags] { return Serve(*flags).run(); };
}

}  // namespace

const Verb serve_verb = {
    "serve", "Run a registrar and stateful proxy over UDP, TCP, TLS and WebSocket",
    "  sipstrata serve                     # 127.0.0.1: UDP and TCP 5060, WebSocket 8080\n"
    "  sipstrata serve --udp 0.0.0.0:5060 --domain example.com -v\n"
    "  echo alice:secret | sipstrata serve --udp 127.0.0.1:0 --users - --trace calls.pcapng\n"
    "  sipstrata serve --tls 0.0.0.0:5061 --wss 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem\n"
    "Prints `listening TRANSPORT IP:PORT` for each address. Ctrl-C stops it; SIGHUP reads certificate\n"
    "and key again.\n",
    &setup};

}  // namespace sipstrata
