// SPDX-License-Identifier: MIT
#include "deeds.hpp"

#include "timed.hpp"

#include <array>
#include <functional>
#include <stdexcept>
#include <utility>

namespace sipstrata {
namespace {

using Done = std::move_only_function<void(std::error_code)>;

/// Something that can be done in a call: `name` or `name:ARGUMENT`.
struct Deed {
    std::string_view name;
    std::string_view argument;  ///< what it wants, for --help; empty: nothing
    void (*run)(sipua::Session& call, const std::string& argument, Done done);
    bool (*accepts)(std::string_view argument) = [](std::string_view) { return true; };
};

// TYPE:BODY; without a type plain text.
sipua::Body body_of(const std::string& argument) {
    auto colon = argument.find(':');
    if (colon == std::string::npos) return {"text/plain", argument};
    return {argument.substr(0, colon), argument.substr(colon + 1)};
}

void hold(sipua::Session& call, const std::string&, Done done) { call.hold(std::move(done)); }
void resume(sipua::Session& call, const std::string&, Done done) { call.resume(std::move(done)); }
void reinvite(sipua::Session& call, const std::string& argument, Done done) {
    call.is_on_hold() ? hold(call, argument, std::move(done)) : resume(call, argument, std::move(done));
}
void restart(sipua::Session& call, const std::string&, Done done) { call.restart_media(std::move(done)); }
void update(sipua::Session& call, const std::string&, Done done) { call.update(std::move(done)); }
void bye(sipua::Session& call, const std::string&, Done done) { call.bye(std::move(done)); }
void info(sipua::Session& call, const std::string& argument, Done done) {
    call.request("INFO", body_of(argument), std::move(done));
}
void message(sipua::Session& call, const std::string& argument, Done done) {
    call.request("MESSAGE", sipua::Body{"text/plain", argument}, std::move(done));
}

void dtmf(sipua::Session& call, const std::string& tones, Done done) {
    call.send_dtmf(tones, sipua::DtmfOptions{}, std::move(done));
}
void refer(sipua::Session& call, const std::string& target, Done done) {
    call.refer(target, sipua::ReferOptions{}, std::move(done));
}
bool is_uri(std::string_view text) { return sipmsg::Uri::parse(text).has_value(); }

// clang-format off
constexpr auto all = std::to_array<Deed>({
    {"hold",     "",          &hold                  },
    {"resume",   "",          &resume                },
    {"reinvite", "",          &reinvite              },
    {"restart",  "",          &restart               },
    {"update",   "",          &update                },
    {"dtmf",     "TONES",     &dtmf,  &sipua::is_dtmf},
    {"info",     "TYPE:BODY", &info                  },
    {"message",  "TEXT",      &message               },
    {"refer",    "URI",       &refer, &is_uri        },
    {"bye",      "",          &bye                   },
});
// clang-format on

const Deed& deed_of(std::string_view name, bool with_argument) {
    for (const auto& deed : all)
        if (deed.name == name && deed.argument.empty() != with_argument) return deed;
    throw std::invalid_argument("--do: cannot do " + std::string(name));
}

struct Planned {
    double at;
    const Deed* deed;
    std::string argument;
};

std::vector<Planned> plan(const std::vector<std::string>& texts) {
    std::vector<Planned> planned;
    for (const auto& timed : parse_timed(texts, "--do")) {
        auto colon = timed.what.find(':');
        bool with_argument = colon != std::string::npos;
        const auto& deed = deed_of(std::string_view(timed.what).substr(0, colon), with_argument);
        auto argument = with_argument ? timed.what.substr(colon + 1) : "";
        if (!deed.accepts(argument))
            throw std::invalid_argument("--do: not " + std::string(deed.argument) + ": " + argument);
        planned.push_back({timed.at, &deed, std::move(argument)});
    }
    return planned;
}

std::string forms() {
    std::string text;
    for (const auto& deed : all) {
        text.append(text.empty() ? "" : ", ").append(deed.name);
        if (!deed.argument.empty()) text.append(":").append(deed.argument);
    }
    return text;
}

void report(const Program& program, std::string_view name, std::error_code error) {
    auto text = std::string(name) + (error ? ": " + error.message() : ": done");
    nlohmann::ordered_json json{
        {"event", "did"            },
        {"what",  std::string(name)},
        {"ok",    !error           }
    };
    if (error) json["error"] = error.message();
    program.say(text, json);
}

}  // namespace

void add_deeds_flag(CLI::App& app, std::vector<std::string>& deeds) {
    auto check = [](const std::string& text) {
        try {
            (void)plan({text});
        } catch (const std::invalid_argument& wrong) {
            return std::string(wrong.what());
        }
        return std::string();
    };
    app.add_option("--do", deeds, "WHAT@SECONDS after the answer; may be repeated: " + forms())
        ->allow_extra_args(false)
        ->check(check);
}

Doing::Doing(Program& program, sipua::Session& call, const std::vector<std::string>& deeds) {
    for (auto& [at, deed, argument] : plan(deeds)) {
        auto finish = [&program, deed = deed](std::error_code error) { report(program, deed->name, error); };
        auto begin = [&call, deed = deed, argument = std::move(argument), finish] {
            deed->run(call, argument, finish);
        };
        timers_.emplace_back(program.agent(), seconds(at), std::move(begin));
    }
}

}  // namespace sipstrata
