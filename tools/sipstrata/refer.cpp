// SPDX-License-Identifier: MIT
#include "agent/program.hpp"
#include "terminal_text.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <asio/steady_timer.hpp>
#include <sipmsg/owned_uri.hpp>
#include <sipmsg/status.hpp>

#include <memory>

namespace sipstrata {
namespace {

struct ReferFlags : AgentFlags {
    std::string target;
    std::string refer_to;
    bool in_call = false;
    bool attended = false;
    bool no_subscription = false;
    double wait = 180;
};

/// Sends one REFER and hears what comes of it.
class Referring {
public:
    Referring(Program& program, const ReferFlags& flags)
        : program_(program), flags_(flags), over_(program.context(), asio::steady_timer::time_point::max()) {}

    asio::awaitable<ExitCode> run() {
        if (flags_.attended) return transfer_attended();
        return flags_.in_call ? transfer() : refer();
    }

private:
    asio::awaitable<ExitCode> refer() {
        sipua::Referrer referrer(program_.agent(), target(), flags_.refer_to, options());
        auto error = co_await outcome([&] { return referrer.refer(); });
        co_return co_await conclude(error, referrer.response());
    }

    asio::awaitable<ExitCode> transfer() {
        sipua::Inviter call(program_.agent(), flags_.target, call_options());
        auto error = co_await outcome([&] { return call.invite(); });
        if (error) co_return program_.fail("call " + flags_.target, error);
        auto wishes = options();
        error = co_await outcome([&] { return call.refer(flags_.refer_to, std::move(wishes), asio::use_awaitable); });
        auto code = co_await conclude(error, nullptr);
        co_await outcome([&] { return call.bye(); });
        co_return code;
    }

    asio::awaitable<ExitCode> transfer_attended() {
        sipua::Inviter call(program_.agent(), flags_.target, call_options());
        sipua::Inviter consultation(program_.agent(), flags_.refer_to, call_options());
        auto error = co_await outcome([&] { return call.invite(); });
        if (error) co_return program_.fail("call " + flags_.target, error);
        error = co_await outcome([&] { return consultation.invite(); });
        if (error) co_return program_.fail("call " + flags_.refer_to, error);
        auto wishes = options();
        error = co_await outcome([&] { return call.refer(consultation, std::move(wishes), asio::use_awaitable); });
        auto code = co_await conclude(error, nullptr);
        for (auto* one : {&call, &consultation}) co_await outcome([&] { return one->bye(); });
        co_return code;
    }

    /// The flag's transport, unless the target names one.
    [[nodiscard]] std::string target() const {
        auto uri = sipmsg::OwnedUri::parse(flags_.target);
        if (!uri || !uri->view().is_sip() || flags_.transport.empty()) return flags_.target;
        if (!uri->has_param("transport")) uri->set_param("transport", flags_.transport);
        return uri->text();
    }

    [[nodiscard]] sipua::InviterOptions call_options() const {
        sipua::InviterOptions options;
        options.transport = flags_.transport;
        return options;
    }

    sipua::ReferOptions options() {
        sipua::ReferOptions options{.headers = extra_headers(flags_), .subscription = !flags_.no_subscription};
        options.on_progress = [this](int status, bool last) {
            if (status != 0) status_ = status;
            program_.say(fmt::format("progress: {} {}", status, sipmsg::reason_phrase(status)),
                         {
                             {"event",  "progress"},
                             {"status", status    },
                             {"last",   last      }
            });
            if (last) finish();
        };
        return options;
    }

    void finish() {
        heard_ = true;
        over_.cancel();
    }

    asio::awaitable<ExitCode> conclude(std::error_code error, sipmsg::MessagePtr response) {
        if (error) co_return program_.fail("refer", error);
        program_.say("accepted", {
                                     {"event",  "accepted"                         },
                                     {"status", response ? response->status() : 202}
        });
        if (flags_.no_subscription) co_return ExitCode::success;
        sipua::Timer limit(program_.agent(), seconds(flags_.wait), [this] { over_.cancel(); });
        auto stopping = program_.agent().state_change().add_listener([this](sipua::UserAgentState) { over_.cancel(); });
        if (!heard_ && !program_.interrupted()) co_await outcome([&] { return over_.async_wait(asio::use_awaitable); });
        program_.agent().state_change().remove_listener(stopping);
        if (!heard_) co_return ExitCode::no_answer;
        co_return sipmsg::is_success(status_) ? ExitCode::success : ExitCode::refused;
    }

    Program& program_;
    const ReferFlags& flags_;
    asio::steady_timer over_;
    int status_ = 0;
    bool heard_ = false;
};

std::function<ExitCode()> setup(CLI::App& app) {
    auto flags = std::make_shared<ReferFlags>();
    app.add_option("TARGET", flags->target, "who shall call, a SIP URI")->required();
    app.add_option("REFER_TO", flags->refer_to, "whom, a URI; its headers and ;method= say how")->required();
    app.add_flag("--in-call", flags->in_call, "call TARGET first and refer it inside that call: a blind transfer");
    app.add_flag("--attended", flags->attended, "call both first, then connect them: an attended transfer");
    app.add_flag("--no-subscription", flags->no_subscription, "ask for no NOTIFYs (RFC 4488)");
    app.add_option("--wait", flags->wait, "seconds to wait for the last NOTIFY")->capture_default_str()->check(a_time);
    add_agent_flags(app, *flags);
    return [flags] {
        Program program(*flags);
        Referring referring(program, *flags);
        return program.run([&] { return referring.run(); });
    };
}

}  // namespace

const Verb refer_verb = {
    "refer", "Ask somebody to call somebody else, and hear what comes of it (RFC 3515)",
    "  sipstrata refer sip:bob@127.0.0.1:5070 sip:carol@127.0.0.1:5080 --bind 127.0.0.1:0\n"
    "  sipstrata refer sip:bob@127.0.0.1:5070 sip:carol@127.0.0.1:5080 --bind 127.0.0.1:0 --attended\n"
    "Exit codes: 0 the referred call was answered, 1 refused (the REFER or the call), 3 no answer, 4 credentials "
    "refused.",
    &setup};

}  // namespace sipstrata
