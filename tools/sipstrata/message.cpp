// SPDX-License-Identifier: MIT
#include "agent/program.hpp"
#include "terminal_text.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <iostream>
#include <iterator>
#include <memory>

namespace sipstrata {
namespace {

struct MessageFlags : AgentFlags {
    std::string target;
    std::string text;
    std::string content_type = "text/plain";
};

asio::awaitable<ExitCode> work(Program& program, const MessageFlags& flags) {
    sipua::MessagerOptions options{.headers = extra_headers(flags), .transport = flags.transport};
    std::string text = flags.text == "-" ? std::string(std::istreambuf_iterator<char>(std::cin), {}) : flags.text;
    sipua::Messager messager(program.agent(), flags.target, std::move(text), flags.content_type, std::move(options));
    auto error = co_await outcome([&] { return messager.message(); });
    if (error) co_return program.fail("message", error);
    int status = messager.response()->status();
    nlohmann::ordered_json json{
        {"ok",     true  },
        {"status", status}
    };
    program.say(fmt::format("delivered: {} {}", status, terminal_text(messager.response()->reason())), json);
    co_return ExitCode::success;
}

std::function<ExitCode()> setup(CLI::App& app) {
    auto flags = std::make_shared<MessageFlags>();
    app.add_option("TARGET", flags->target, "a SIP URI")->required();
    app.add_option("TEXT", flags->text, "the text; - reads standard input")->required();
    app.add_option("--content-type", flags->content_type, "of the text")->capture_default_str();
    add_agent_flags(app, *flags);
    return [flags] {
        Program program(*flags);
        return program.run([&] { return work(program, *flags); });
    };
}

}  // namespace

const Verb message_verb = {
    "message", "Send a text message (RFC 3428)",
    "  sipstrata message sip:bob@127.0.0.1:5070 'Watson, come here.' --from sip:alice@example.com\n"
    "Exit codes: 0 delivered, 1 refused, 3 no answer, 4 credentials refused.",
    &setup};

}  // namespace sipstrata
