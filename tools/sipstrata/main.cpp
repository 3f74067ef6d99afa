// SPDX-License-Identifier: MIT
#include "verbs.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sipstrata {
namespace {

const Verb* const verbs[] = {
    &parse_verb,  &serve_verb,   &register_verb, &call_verb,    &answer_verb, &message_verb, &subscribe_verb,
    &notify_verb, &publish_verb, &refer_verb,    &options_verb, &auth_verb,   &demo_verb,
};

int run(int argc, char** argv) {
    CLI::App app("A SIP toolkit: look at messages, run a registrar and proxy, register, call and answer.", "sipstrata");
    app.set_version_flag("--version", "sipstrata " SIPSTRATA_VERSION);
    app.require_subcommand(1);
    app.fallthrough(false);
    std::function<ExitCode()> chosen;
    for (const Verb* verb : verbs) {
        CLI::App* flags = app.add_subcommand(verb->name, verb->summary);
        flags->footer(std::string("Examples:\n") + verb->examples);
        flags->final_callback([&chosen, work = verb->setup(*flags)] { chosen = work; });
    }
    const auto is_asked = [&](const Verb* verb) { return std::string_view(verb->name) == argv[1]; };
    if (argc > 1 && *argv[1] != '-' && std::ranges::none_of(verbs, is_asked))
        throw std::invalid_argument(std::string("no such verb: ") + argv[1] + "; sipstrata --help lists them");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::usage);
    }
    return static_cast<int>(chosen());
}

}  // namespace
}  // namespace sipstrata

int main(int argc, char** argv) try { return sipstrata::run(argc, argv); } catch (const std::exception& error) {
    std::cerr << "sipstrata: " << error.what() << '\n';
    return static_cast<int>(sipstrata::ExitCode::usage);
}
