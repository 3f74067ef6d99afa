// SPDX-License-Identifier: MIT
#include "serving.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <asio/steady_timer.hpp>

namespace sipstrata {

void add_serving_flags(CLI::App& app, ServingFlags& flags, const std::string& what) {
    app.add_flag("--register", flags.registering, "register first, and unregister on leaving");
    app.add_option("--registrar", flags.registrar, "a SIP URI; default: the domain of --from");
    app.add_option("--expires", flags.expires, "with --register: seconds asked for")->capture_default_str();
    app.add_option("--" + what, flags.count, "leave after that many " + what + "; default: never")->check(a_number);
}

void listen_by_default(sipua::UserAgentOptions& options) {
    if (options.listen.empty() && options.server.empty()) options.listen = {"udp:0.0.0.0:5060", "tcp:0.0.0.0:5060"};
}

asio::awaitable<ExitCode> Serving::run() {
    std::optional<sipua::Registerer> registerer;
    if (flags_.registering) {
        sipua::RegistererOptions options{.registrar = flags_.registrar,
                                         .expires = std::chrono::seconds(flags_.expires)};
        registerer.emplace(program_.agent(), std::move(options));
        auto error = co_await outcome([&] { return registerer->register_contact(); });
        if (error) co_return program_.fail("register", error);
        program_.say("registered " + flags_.from, {
                                                      {"event", "registered"},
                                                      {"uri",   flags_.from }
        });
    }
    for (auto& listener : program_.agent().stack().listeners()) {
        program_.say(
            fmt::format("listening {} {}", siptxn::to_string(listener.transport), siptxn::to_string(listener.local)),
            {
                {"event",     "listening"                          },
                {"transport", siptxn::to_string(listener.transport)},
                {"address",   siptxn::to_string(listener.local)    }
        });
    }
    while (!program_.interrupted() && !is_done()) co_await wait();
    co_return ExitCode::success;
}

asio::awaitable<void> Serving::wait() {
    asio::steady_timer never(program_.context(), asio::steady_timer::time_point::max());
    wake_ = [&never] { never.cancel(); };
    auto stopping = program_.agent().state_change().add_listener([&never](sipua::UserAgentState) { never.cancel(); });
    co_await outcome([&] { return never.async_wait(asio::use_awaitable); });
    program_.agent().state_change().remove_listener(stopping);
    wake_ = nullptr;
}

void Serving::done() {
    ++done_;
    if (is_done() && wake_) wake_();
}

}  // namespace sipstrata
