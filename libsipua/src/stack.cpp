// SPDX-License-Identifier: MIT
#include <sipua/stack.hpp>

#include "core.hpp"
#include "listener.hpp"

#include <siptxn/net/asio_clock.hpp>
#include <siptxn/net/random.hpp>
#include <siptxn/net/wire.hpp>

#include <fmt/format.h>
#include <asio/strand.hpp>

#include <stdexcept>
#include <string>

namespace sipua {
namespace {

/// What is wrong stands in the message already; std::system_error appends the code's own words.
[[noreturn]] void refuse(const siptxn::net::SetupError& error) {
    if (error.code == std::errc::invalid_argument) throw std::invalid_argument(error.message);
    auto ending = ": " + error.code.message();
    bool repeats = error.message.ends_with(ending);
    throw std::system_error(error.code, error.message.substr(0, error.message.size() - repeats * ending.size()));
}

siptxn::net::TlsOptions logged_tls(const StackOptions& options) {
    auto tls = options.tls;
    if (tls.on_failure || !options.log || options.log_level < LogLevel::warning) return tls;
    tls.on_failure = [log = options.log](const siptxn::net::TlsFailure& failure) {
        auto text = fmt::format("{} {} {}: {}", to_string(failure.flow.transport), failure.accepted ? "from" : "to",
                                to_string(failure.flow.remote), failure.reason);
        log({LogLevel::warning, "transport", text});
    };
    return tls;
}

std::shared_ptr<siptxn::Endpoint> open_endpoint(const asio::any_io_executor& executor, const StackOptions& options) {
    siptxn::net::WireOptions wire_options{.tls = logged_tls(options), .limits = options.layer.limits};
    for (auto& text : options.listen) wire_options.listen.push_back(parse_listener(text));
    auto wire = siptxn::net::make_wire(executor, wire_options);
    if (!wire) refuse(wire.error());
    auto clock = std::make_shared<siptxn::net::AsioClock>(executor);
    return siptxn::Endpoint::create(std::move(*wire), std::move(clock), siptxn::net::system_random(), options.layer);
}

}  // namespace

Stack::Stack(asio::any_io_executor executor, const StackOptions& options) {
    asio::any_io_executor strand = asio::make_strand(std::move(executor));
    core_ = std::make_shared<Core>(strand, open_endpoint(strand, options), options);
    core_->attach();
}

Stack::Stack(asio::any_io_executor executor, std::shared_ptr<siptxn::Endpoint> endpoint, const StackOptions& options)
    : core_(std::make_shared<Core>(std::move(executor), std::move(endpoint), options)) {
    core_->attach();
}

asio::any_io_executor Stack::executor() const { return core_->executor(); }
siptxn::Endpoint& Stack::endpoint() const { return core_->endpoint(); }
std::vector<siptxn::Listener> Stack::listeners() const { return core_->endpoint().wire().listeners(); }
std::size_t Stack::sessions() const { return core_->sessions(); }
std::size_t Stack::transactions() const { return core_->transactions().transactions(); }

}  // namespace sipua
