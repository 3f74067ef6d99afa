// SPDX-License-Identifier: MIT
#include "agent/program.hpp"
#include "terminal_text.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace sipstrata {
namespace {

struct OptionsFlags : AgentFlags {
    std::string target;
    int count = 1;
    double interval = 1;
};

double milliseconds(siptxn::Duration span) { return std::chrono::duration<double, std::milli>(span).count(); }

asio::awaitable<ExitCode> work(Program& program, const OptionsFlags& flags) {
    auto& agent = program.agent();
    ExitCode worst = ExitCode::success;
    double total = 0;
    int answered = 0;
    for (int i = 0; i < flags.count && !program.interrupted(); ++i) {
        if (i > 0) co_await outcome([&] { return agent.sleep(seconds(flags.interval)); });
        sipua::MessagerOptions options{.headers = extra_headers(flags), .transport = flags.transport};
        sipua::Body nothing;
        sipua::Requester ping(agent, "OPTIONS", flags.target, nothing, std::move(options));
        auto begun = agent.now();
        auto error = co_await outcome([&] { return ping.send(); });
        double ms = milliseconds(agent.now() - begun);
        if (!ping.response()) {
            worst = std::max(worst, program.fail("options", error));
            continue;
        }
        ++answered;
        total += ms;
        int status = ping.response()->status();
        nlohmann::ordered_json json{
            {"ok",            !error},
            {"status",        status},
            {"round_trip_ms", ms    }
        };
        if (auto allow = ping.response()->raw(sipmsg::Header::allow)) json["allow"] = *allow;
        program.say(fmt::format("{} {} in {:.2f} ms", status, terminal_text(ping.response()->reason()), ms), json);
        if (error) worst = std::max(worst, exit_code_of(error, has_credentials(flags)));
    }
    if (flags.count > 1 && answered > 0 && !flags.json)
        program.say(fmt::format("{} of {} answered, {:.2f} ms on average", answered, flags.count, total / answered),
                    {});
    co_return worst;
}

std::function<ExitCode()> setup(CLI::App& app) {
    auto flags = std::make_shared<OptionsFlags>();
    app.add_option("TARGET", flags->target, "a SIP URI")->required();
    app.add_option("-c,--count", flags->count, "how often")->capture_default_str()->check(a_count);
    app.add_option("--interval", flags->interval, "seconds between")->capture_default_str()->check(a_time);
    add_agent_flags(app, *flags);
    return [flags] {
        Program program(*flags);
        return program.run([&] { return work(program, *flags); });
    };
}

}  // namespace

const Verb options_verb = {"options", "Ask whether someone is there, and how long the answer takes",
                           "  sipstrata options sip:127.0.0.1:5060\n"
                           "  sipstrata options sip:bob@127.0.0.1:5070 --transport tcp --count 5 --json\n"
                           "Exit codes: 0 answered 2xx, 1 answered otherwise, 3 no answer.",
                           &setup};

}  // namespace sipstrata
