// SPDX-License-Identifier: MIT
#include "agent/program.hpp"
#include "terminal_text.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/steady_timer.hpp>

#include <memory>
#include <optional>

namespace sipstrata {
namespace {

struct AnswerFlags : AgentFlags {
    bool registering = false;
    std::string registrar;
    int reject = 0;
    int early = 0;
    double hangup_after = -1;
    int calls = 0;
};

/// Answers every call, each in a coroutine of its own.
class Answering {
public:
    Answering(Program& program, const AnswerFlags& flags) : program_(program), flags_(flags) {}

    void take(sipua::Invitation call) {
        if (flags_.reject) return call.reject(flags_.reject);
        asio::co_spawn(program_.context(), serve(std::move(call)), asio::detached);
    }
    void report_message(const std::string& from, const std::string& text) {
        program_.say("message from " + from + ": " + terminal_text(text),
                     {
                         {"event", "message"},
                         {"from",  from     },
                         {"text",  text     }
        });
    }
    [[nodiscard]] bool is_done() const { return flags_.calls > 0 && ended_ >= flags_.calls; }
    void wait(std::move_only_function<void()> done) { done_ = std::move(done); }
    [[nodiscard]] int answered() const { return answered_; }

private:
    asio::awaitable<void> serve(sipua::Invitation call) {
        auto caller = terminal_text(call.remote_identity());
        if (flags_.early) call.progress(flags_.early);
        auto error = co_await outcome([&] { return call.accept(); });
        if (error) {
            program_.fail("answer " + caller, error);
        } else {
            ++answered_;
            if (flags_.verbosity > 0 || flags_.json)
                program_.say("answered " + caller,
                             {
                                 {"event",   "answered"    },
                                 {"from",    caller        },
                                 {"call_id", call.call_id()}
                });
            co_await until_end(call);
            report(call, caller);
        }
        ++ended_;
        if (is_done() && done_) done_();
    }

    asio::awaitable<void> until_end(sipua::Invitation& call) {
        std::optional<sipua::Timer> limit;
        if (flags_.hangup_after >= 0) {
            limit.emplace(program_.agent(), seconds(flags_.hangup_after),
                          [&call] { call.bye([](std::error_code) {}); });
        }
        co_await outcome([&] { return call.ended(); });
    }

    void report(sipua::Invitation& call, const std::string& caller) {
        call.statistics([this, caller](const sipua::MediaStatistics& statistics) {
            if (flags_.verbosity == 0 && !flags_.json && statistics.streams.empty()) return;
            nlohmann::ordered_json json{
                {"event", "ended"},
                {"from",  caller }
            };
            program_.say_with_media("ended " + caller, json, statistics);
        });
    }

    Program& program_;
    const AnswerFlags& flags_;
    int answered_ = 0;
    int ended_ = 0;
    std::move_only_function<void()> done_;
};

asio::awaitable<ExitCode> work(Program& program, const AnswerFlags& flags, Answering& answering) {
    std::optional<sipua::Registerer> registerer;
    if (flags.registering) {
        sipua::RegistererOptions options{.registrar = flags.registrar};
        registerer.emplace(program.agent(), std::move(options));
        auto error = co_await outcome([&] { return registerer->register_contact(); });
        if (error) co_return program.fail("register", error);
        program.say("registered " + flags.from, {
                                                    {"event", "registered"},
                                                    {"uri",   flags.from  }
        });
    }
    for (auto& listener : program.agent().stack().listeners()) {
        program.say(
            fmt::format("listening {} {}", siptxn::to_string(listener.transport), siptxn::to_string(listener.local)),
            {
                {"event",     "listening"                          },
                {"transport", siptxn::to_string(listener.transport)},
                {"address",   siptxn::to_string(listener.local)    }
        });
    }
    while (!program.interrupted() && !answering.is_done()) {
        asio::steady_timer never(program.context(), asio::steady_timer::time_point::max());
        answering.wait([&never] { never.cancel(); });
        auto stopping =
            program.agent().state_change().add_listener([&never](sipua::UserAgentState) { never.cancel(); });
        co_await outcome([&] { return never.async_wait(asio::use_awaitable); });
        program.agent().state_change().remove_listener(stopping);
        answering.wait(nullptr);
    }
    co_return ExitCode::success;
}

std::function<ExitCode()> setup(CLI::App& app) {
    auto flags = std::make_shared<AnswerFlags>();
    app.add_flag("--register", flags->registering, "register first, and unregister on leaving");
    app.add_option("--registrar", flags->registrar, "a SIP URI; default: the domain of --from");
    app.add_option("--reject", flags->reject, "refuse every call with this status")->check(CLI::Range(300, 699));
    app.add_option("--early", flags->early, "send this provisional status before answering")
        ->check(CLI::Range(101, 199));
    app.add_option("--hangup-after", flags->hangup_after,
                   "hang up that many seconds after answering; default: wait for the caller");
    app.add_option("--calls", flags->calls, "leave after that many calls; default: never");
    add_media_flag(app, *flags);
    add_agent_flags(app, *flags);
    return [flags] {
        std::unique_ptr<Answering> answering;
        Program program(*flags, [&](sipua::UserAgentOptions& options) {
            if (options.listen.empty() && options.server.empty())
                options.listen = {"udp:0.0.0.0:5060", "tcp:0.0.0.0:5060"};
            options.delegate.on_message = [&](sipua::Message message) {
                auto from = terminal_text(message.request().raw(sipmsg::Header::from).value_or(""));
                answering->report_message(from, std::string(message.content()));
                message.accept();
            };
            options.delegate.on_invite = [&](sipua::Invitation call) { answering->take(std::move(call)); };
        });
        answering = std::make_unique<Answering>(program, *flags);
        return program.run([&] { return work(program, *flags, *answering); });
    };
}

}  // namespace

const Verb answer_verb = {
    "answer", "Answer every call",
    "  sipstrata answer --bind 127.0.0.1:5070 --media none\n"
    "  sipstrata answer --register --from sip:bob@example.com --proxy ws://127.0.0.1:8080 --media test\n"
    "  sipstrata answer --bind 127.0.0.1:5070 --reject 486\n"
    "Exit codes: 0 done, 3 could not register, 130 interrupted.",
    &setup};

}  // namespace sipstrata
