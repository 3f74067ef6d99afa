// SPDX-License-Identifier: MIT
#include "agent/media.hpp"
#include "agent/program.hpp"
#include "demo/call.hpp"
#include "terminal_text.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace sipstrata {
namespace {

struct DemoFlags {
    DemoOptions options;
    std::string media = "test";
    bool verbose = false;
};

void print_figures(const char* who, const sipua::MediaStatistics& statistics) {
    fmt::print("{}\n{}", who, media_report(statistics, "  "));
}

ExitCode run_demo(const DemoFlags& flags) {
    auto options = flags.options;
    options.media = make_media({.media = flags.media});
    options.moves_media = flags.media != "none";
    options.say = [](const std::string& line) {
        fmt::print("{}\n", line);
        std::fflush(stdout);
    };
    if (flags.verbose) {
        options.log = [](const sipua::LogRecord& record) {
            fmt::print(stderr, "{}: {}\n", record.category, terminal_text(record.text));
        };
    }
    auto result = run_demo_call(options);
    fmt::print("\n{}\n", result.ladder);
    print_figures("Alice", result.alice);
    print_figures("Bob", result.bob);
    if (!result.problem.empty()) {
        fmt::print("FAILED: {}\n", result.problem);
        return ExitCode::refused;
    }
    fmt::print("OK\n");
    return ExitCode::success;
}

std::function<ExitCode()> setup(CLI::App& app) {
    auto flags = std::make_shared<DemoFlags>();
    app.add_option("--media", flags->media, "test: WebRTC with a tone and a test picture; none: signalling alone")
        ->check(CLI::IsMember({"none", "test"}))
        ->capture_default_str();
    app.add_flag("-v", flags->verbose, "say what the agents report, on stderr");
    app.add_option("--trace", flags->options.trace, "write every message to this pcapng file");
    app.add_option("--width", flags->options.width, "columns of the ladder")
        ->capture_default_str()
        ->check(CLI::Range(60, 400));
    return [flags] { return run_demo(*flags); };
}

}  // namespace

const Verb demo_verb = {
    "demo", "A registrar, a proxy, two phones and a WebRTC call between them, all on this machine",
    "  sipstrata demo\n"
    "  sipstrata demo --media none --trace demo.pcapng\n"
    "Exit codes: 0 the call went as it should, media both ways included; 1 it did not, and the reason is said.",
    &setup};

}  // namespace sipstrata
