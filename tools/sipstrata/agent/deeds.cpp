// SPDX-License-Identifier: MIT
#include "deeds.hpp"

#include "media.hpp"
#include "texts.hpp"
#include "timed.hpp"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include <array>
#include <functional>
#include <stdexcept>
#include <utility>

namespace sipstrata {
namespace {

using Done = std::move_only_function<void(std::error_code)>;

/// Where it is done. Whoever waits for something else than the call looks whether that is still there.
struct Stage {
    Program& program;
    sipua::Session& call;
    Texts* texts;  ///< of its data channel; null: it has none
    std::weak_ptr<void> alive;
};

/// Something that can be done in a call: `name` or `name:ARGUMENT`.
struct Deed {
    std::string_view name;
    std::string_view argument;  ///< what it wants, for --help; empty: nothing
    void (*run)(const Stage& stage, const std::string& argument, Done done);
    bool (*accepts)(std::string_view argument) = [](std::string_view) { return true; };
};

// TYPE:BODY; without a type plain text.
sipua::Body body_of(const std::string& argument) {
    auto colon = argument.find(':');
    if (colon == std::string::npos) return {"text/plain", argument};
    return {argument.substr(0, colon), argument.substr(colon + 1)};
}

void hold(const Stage& stage, const std::string&, Done done) { stage.call.hold(std::move(done)); }
void resume(const Stage& stage, const std::string&, Done done) { stage.call.resume(std::move(done)); }
void reinvite(const Stage& stage, const std::string& argument, Done done) {
    stage.call.is_on_hold() ? hold(stage, argument, std::move(done)) : resume(stage, argument, std::move(done));
}
void restart(const Stage& stage, const std::string&, Done done) { stage.call.restart_media(std::move(done)); }
void video(const Stage& stage, const std::string& argument, Done done) {
    if (!add_picture(stage.call)) return done(std::make_error_code(std::errc::not_supported));
    restart(stage, argument, std::move(done));
}
void text(const Stage& stage, const std::string& text, Done done) {
    if (!stage.texts) return done(std::make_error_code(std::errc::not_connected));
    stage.texts->send(text, std::move(done));
}
void update(const Stage& stage, const std::string&, Done done) { stage.call.update(std::move(done)); }
void bye(const Stage& stage, const std::string&, Done done) { stage.call.bye(std::move(done)); }
void info(const Stage& stage, const std::string& argument, Done done) {
    stage.call.request("INFO", body_of(argument), std::move(done));
}
void message(const Stage& stage, const std::string& argument, Done done) {
    stage.call.request("MESSAGE", sipua::Body{"text/plain", argument}, std::move(done));
}

void dtmf(const Stage& stage, const std::string& tones, Done done) {
    stage.call.send_dtmf(tones, sipua::DtmfOptions{}, std::move(done));
}
void refer(const Stage& stage, const std::string& target, Done done) {
    stage.call.refer(target, sipua::ReferOptions{}, std::move(done));
}

// The target is asked first, and the peer's call takes the place of ours (RFC 5589 §7).
asio::awaitable<void> connect(Stage stage, std::shared_ptr<sipua::Inviter> consultation, Done done) {
    auto error = co_await outcome([&] { return stage.call.hold(); });
    if (!error) error = co_await outcome([&] { return consultation->invite(); });
    if (!error && stage.alive.expired()) error = sipua::Errc::session_terminated;
    if (!error) error = co_await outcome([&] { return stage.call.refer(*consultation); });
    if (!error) co_await outcome([&] { return consultation->ended(); });
    done(error);
}
void attended(const Stage& stage, const std::string& target, Done done) {
    auto consultation = std::make_shared<sipua::Inviter>(stage.program.agent(), target);
    asio::co_spawn(stage.program.context(), connect(stage, std::move(consultation), std::move(done)), asio::detached);
}
bool is_sip_uri(std::string_view text) {
    auto uri = sipmsg::Uri::parse(text);
    return uri && uri->is_sip();
}
bool is_uri(std::string_view text) { return sipmsg::Uri::parse(text).has_value(); }

// clang-format off
constexpr auto all = std::to_array<Deed>({
    {"hold",     "",          &hold                  },
    {"resume",   "",          &resume                },
    {"reinvite", "",          &reinvite              },
    {"restart",  "",          &restart               },
    {"video",    "",          &video                 },
    {"update",   "",          &update                },
    {"dtmf",     "TONES",     &dtmf,  &sipua::is_dtmf},
    {"info",     "TYPE:BODY", &info                  },
    {"message",  "TEXT",      &message               },
    {"text",     "TEXT",      &text                  },
    {"refer",    "URI",       &refer, &is_uri        },
    {"attended", "URI",       &attended, &is_sip_uri },
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
            return std::string(wrong.what()).substr(std::string_view("--do: ").size());  // CLI11 names it, too
        }
        return std::string();
    };
    app.add_option("--do", deeds, "WHAT@SECONDS after the answer; may be repeated: " + forms())
        ->allow_extra_args(false)
        ->check(check);
}

Doing::Doing(Program& program, sipua::Session& call, const std::vector<std::string>& deeds)
    : texts_(texts_of(call, program)) {
    const Stage stage{program, call, texts_.get(), alive_};
    for (auto& [at, deed, argument] : plan(deeds)) {
        auto finish = [&program, deed = deed](std::error_code error) { report(program, deed->name, error); };
        auto begin = [stage, deed = deed, argument = std::move(argument), finish] {
            deed->run(stage, argument, finish);
        };
        timers_.emplace_back(program.agent(), seconds(at), std::move(begin));
    }
}

}  // namespace sipstrata
