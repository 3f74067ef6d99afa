// SPDX-License-Identifier: MIT
#include <sipua/stack.hpp>

#include "core.hpp"
#include "listener.hpp"

#include <siptxn/net/asio_clock.hpp>
#include <siptxn/net/random.hpp>
#include <siptxn/net/wire.hpp>

#include <fmt/format.h>
#include <asio/io_context.hpp>
#include <asio/strand.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace sipua {
namespace {

/// What is wrong stands in the message already; std::system_error appends the code's own words.
[[noreturn]] void refuse(const siptxn::net::SetupError& error) {
    if (error.code == std::errc::invalid_argument) throw std::invalid_argument(error.message);
    auto ending = ": " + error.code.message();
    bool repeats = error.message.ends_with(ending);
    throw std::system_error(error.code, error.message.substr(0, error.message.size() - repeats * ending.size()));
}

/// With a hook that logs failed handshakes, unless there is one. `log` takes a level, a category and a text.
template <class Log>
siptxn::net::TlsOptions logged(siptxn::net::TlsOptions tls, Log log) {
    if (tls.on_failure) return tls;
    tls.on_failure = [log = std::move(log)](const siptxn::net::TlsFailure& failure) {
        log(LogLevel::warning, "transport",
            fmt::format("{} {} {}: {}", to_string(failure.flow.transport), failure.accepted ? "from" : "to",
                        to_string(failure.flow.remote), failure.reason));
    };
    return tls;
}

std::shared_ptr<siptxn::Endpoint> open_endpoint(const asio::any_io_executor& executor, const StackOptions& options) {
    auto log = [sink = options.log, limit = options.log_level](LogLevel level, const char* category,
                                                               const std::string& text) {
        if (sink && level <= limit) sink({level, category, text});
    };
    siptxn::net::WireOptions wire_options{.tls = logged(options.tls, log), .limits = options.layer.limits};
    for (auto& text : options.listen) wire_options.listen.push_back(parse_listener(text));
    auto wire = siptxn::net::make_wire(executor, wire_options);
    if (!wire) refuse(wire.error());
    auto clock = std::make_shared<siptxn::net::AsioClock>(executor);
    return siptxn::Endpoint::create(std::move(*wire), std::move(clock), siptxn::net::system_random(), options.layer);
}

/// Its copies need no memory of their own on the usual executor: each operation takes some.
asio::any_io_executor strand_on(const asio::any_io_executor& executor) {
    if (const auto* plain = executor.target<asio::io_context::executor_type>()) return asio::make_strand(*plain);
    return asio::make_strand(executor);
}

}  // namespace

Stack::Stack(asio::any_io_executor executor, const StackOptions& options) {
    const auto strand = strand_on(executor);
    core_ = std::make_shared<Core>(strand, open_endpoint(strand, options), options);
    core_->attach();
}

Stack::Stack(asio::any_io_executor executor, std::shared_ptr<siptxn::Endpoint> endpoint, const StackOptions& options)
    : core_(std::make_shared<Core>(std::move(executor), std::move(endpoint), options)) {
    core_->attach();
}

void Stack::reload_tls(const siptxn::net::TlsOptions& tls) {
    auto* wire = dynamic_cast<siptxn::net::SocketWire*>(&endpoint().wire());
    if (!wire) throw std::logic_error("this stack has no sockets");
    auto log = [weak = std::weak_ptr(core_)](LogLevel level, const char* category, const std::string& text) {
        if (auto core = weak.lock()) core->log(level, category, text);
    };
    if (auto done = wire->reload_tls(logged(tls, log)); !done) refuse(done.error());
}

asio::any_io_executor Stack::executor() const { return core_->executor(); }
siptxn::Endpoint& Stack::endpoint() const { return core_->endpoint(); }
std::vector<siptxn::Listener> Stack::listeners() const { return core_->endpoint().wire().listeners(); }
std::size_t Stack::sessions() const { return core_->sessions(); }
std::size_t Stack::transactions() const { return core_->transactions().transactions(); }

}  // namespace sipua
