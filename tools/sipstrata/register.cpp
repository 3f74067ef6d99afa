// SPDX-License-Identifier: MIT
#include "agent/program.hpp"
#include "terminal_text.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <memory>

namespace sipstrata {
namespace {

struct RegisterFlags : AgentFlags {
    std::string registrar;
    unsigned expires = 600;
    bool unregister = false;
    bool fetch = false;
    bool all = false;
    int reg_id = 0;
    double keep = 0;
};

asio::awaitable<ExitCode> work(Program& program, const RegisterFlags& flags) {
    sipua::RegistererOptions options{.registrar = flags.registrar,
                                     .expires = std::chrono::seconds(flags.expires),
                                     .headers = extra_headers(flags),
                                     .reg_id = flags.reg_id};
    sipua::Registerer registerer(program.agent(), std::move(options));
    auto error = co_await outcome([&] {
        if (flags.fetch) return registerer.query();
        if (flags.unregister) return flags.all ? registerer.unregister_all() : registerer.unregister();
        return registerer.register_contact();
    });
    if (error) co_return program.fail("register", error);
    auto contacts = registerer.contacts();
    nlohmann::ordered_json json{
        {"ok",         true                                  },
        {"registered", !flags.unregister && !contacts.empty()},
        {"contacts",   contacts                              }
    };
    if (auto gruu = registerer.pub_gruu(); !gruu.empty()) json["pub_gruu"] = gruu;
    auto list = terminal_text(fmt::format("{}", fmt::join(contacts, ", ")));
    program.say(flags.unregister ? "unregistered" : contacts.empty() ? "not registered" : "registered: " + list, json);
    if (flags.keep > 0) {
        auto span = seconds(flags.keep);
        co_await outcome([&] { return program.agent().sleep(span); });
    }
    co_return ExitCode::success;
}

std::function<ExitCode()> setup(CLI::App& app) {
    auto flags = std::make_shared<RegisterFlags>();
    app.add_option("REGISTRAR", flags->registrar, "a SIP URI; default: the domain of --from");
    app.add_option("--expires", flags->expires, "seconds asked for")->capture_default_str();
    app.add_flag("--unregister", flags->unregister, "take the binding back instead");
    app.add_flag("--fetch", flags->fetch, "ask for the bindings, and change none")->excludes("--unregister");
    app.add_flag("--all", flags->all, "with --unregister: the bindings of others, too")->needs("--unregister");
    app.add_option("--reg-id", flags->reg_id, "one of several ways to this device (RFC 5626), from 1; see --instance")
        ->check(CLI::Range(1, 0x7fffffff));
    app.add_option("--instance", flags->instance, "the UUID of this device; default: another one each time");
    app.add_option("--keep", flags->keep, "stay registered that many seconds, refreshing, before leaving")
        ->check(a_time);
    add_agent_flags(app, *flags);
    return [flags] {
        Program program(*flags);
        return program.run([&] { return work(program, *flags); });
    };
}

}  // namespace

const Verb register_verb = {
    "register", "Bind our contact at a registrar, and take it back on leaving",
    "  sipstrata register --from sip:alice@127.0.0.1:5060 --keep 60\n"
    "  sipstrata register sip:127.0.0.1:5060 --from sip:alice@example.com --proxy ws://127.0.0.1:8080\n"
    "Exit codes: 0 registered, 1 refused, 3 no answer, 4 credentials refused.",
    &setup};

}  // namespace sipstrata
