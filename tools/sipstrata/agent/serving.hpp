// SPDX-License-Identifier: MIT
#pragma once

#include "program.hpp"

#include <functional>
#include <optional>
#include <string>

namespace sipstrata {

/// The flags of verbs that wait for others to begin.
struct ServingFlags : AgentFlags {
    bool registering = false;
    std::string registrar;
    unsigned expires = 600;
    int count = 0;  ///< leave after that many; 0: never
};

/// `what`: "calls", "subscriptions", as --`what` names the limit.
void add_serving_flags(CLI::App& app, ServingFlags& flags, const std::string& what);
/// Listens on port 5060 when the flags name neither an address nor a server.
void listen_by_default(sipua::UserAgentOptions& options);

/// Is reachable until the flags' number is done or the user interrupts.
class Serving {
public:
    Serving(Program& program, const ServingFlags& flags) : program_(program), flags_(flags) {}

    /// Registers when asked to, says where it listens, and waits.
    asio::awaitable<ExitCode> run();
    /// One more is over.
    void done();

private:
    asio::awaitable<void> wait();
    [[nodiscard]] bool is_done() const { return flags_.count > 0 && done_ >= flags_.count; }

    Program& program_;
    const ServingFlags& flags_;
    int done_ = 0;
    std::move_only_function<void()> wake_;
};

}  // namespace sipstrata
