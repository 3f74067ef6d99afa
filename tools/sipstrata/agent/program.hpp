// SPDX-License-Identifier: MIT
#pragma once

#include "../exit_code.hpp"
#include "flags.hpp"

#include <sipua/sipua.hpp>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>
#include <system_error>

namespace sipstrata {

class TraceFile;
class TraceLog;

/// The run of one verb that has a user agent: its loop, its output, Ctrl-C. One thread.
class Program {
public:
    /// Throws what agent_options() throws, and std::system_error when an address cannot be bound. `adapt` may change
    /// the agent's options first.
    explicit Program(const AgentFlags& flags, const std::function<void(sipua::UserAgentOptions&)>& adapt = {});
    ~Program();

    [[nodiscard]] sipua::UserAgent& agent() { return *agent_; }
    [[nodiscard]] const AgentFlags& flags() const { return flags_; }
    [[nodiscard]] asio::io_context& context() { return context_; }
    [[nodiscard]] bool interrupted() const { return interrupted_; }

    /// Starts the agent, runs `work`, stops the agent. The first Ctrl-C stops the agent, which hangs up and
    /// unregisters; `work` then sees its operations end. A second one leaves at once.
    ExitCode run(std::function<asio::awaitable<ExitCode>()> work);

    /// One line for people, or one object for programs.
    void say(const std::string& text, const nlohmann::ordered_json& json) const;
    /// The same with what the media did: further lines, or a member "media".
    void say_with_media(const std::string& text, nlohmann::ordered_json json,
                        const sipua::MediaStatistics& statistics) const;
    /// Says what the peer does in the call: tones, hold.
    void say_events(sipua::SessionDelegate& delegate) const;
    /// Sends the tones of the flags once the call stands, and says when they could not be sent.
    void send_tones(sipua::Session& call) const;
    /// Reports a failure of `what` and says which exit code it is.
    ExitCode fail(const std::string& what, std::error_code error) const;

private:
    asio::awaitable<void> whole(std::function<asio::awaitable<ExitCode>()> work);
    void wait_for_interrupt();
    void start_trace(sipua::UserAgentOptions& options);
    void draw() const;

    AgentFlags flags_;
    asio::io_context context_{1};
    std::unique_ptr<TraceFile> trace_;
    std::unique_ptr<TraceLog> log_;
    std::optional<sipua::UserAgent> agent_;
    bool interrupted_ = false;
    ExitCode code_ = ExitCode::success;
    struct Signals;
    std::unique_ptr<Signals> signals_;
};

/// The exit code for the way an operation failed. `authenticated`: credentials were configured.
[[nodiscard]] ExitCode exit_code_of(std::error_code error, bool authenticated);

/// Awaits an operation and gives its error instead of throwing it.
template <class Operation>
asio::awaitable<std::error_code> outcome(Operation operation) {
    std::error_code error;
    try {
        co_await operation();
    } catch (const std::system_error& failure) {
        error = failure.code();
    }
    co_return error;
}

}  // namespace sipstrata
