// SPDX-License-Identifier: MIT
#include "agent/deeds.hpp"
#include "agent/program.hpp"
#include "agent/serving.hpp"
#include "terminal_text.hpp"
#include "verbs.hpp"

#include <CLI/CLI.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include <memory>
#include <optional>

namespace sipstrata {
namespace {

struct AnswerFlags : ServingFlags {
    int reject = 0;
    int ring = 180;
    int early = 0;
    double answer_after = 0;
    std::vector<std::string> deeds;
    double hangup_after = -1;
    std::vector<std::string> redirect;
    bool follow = false;
};

/// Answers every call, each in a coroutine of its own.
class Answering {
public:
    Answering(Program& program, const AnswerFlags& flags)
        : program_(program), flags_(flags), serving_(program, flags) {}

    asio::awaitable<ExitCode> run() { return serving_.run(); }
    void take(sipua::Invitation call) {
        if (!flags_.redirect.empty()) return redirect(call);
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

private:
    void redirect(sipua::Invitation& call) {
        sipua::HeaderList contacts;
        for (auto& uri : flags_.redirect) contacts.emplace_back("Contact", "<" + uri + ">");
        call.reject(302, contacts);
        serving_.done();
    }

    asio::awaitable<void> serve(sipua::Invitation call) {
        auto caller = terminal_text(call.remote_identity());
        sipua::SessionDelegate delegate;
        program_.say_events(delegate);
        call.set_delegate(std::move(delegate));
        auto error = co_await prepare(call);
        if (!error) error = co_await outcome([&] { return call.accept(); });
        if (error) {
            program_.fail("answer " + caller, error);
        } else {
            if (flags_.verbosity > 0 || flags_.json)
                program_.say("answered " + caller,
                             {
                                 {"event",   "answered"    },
                                 {"from",    caller        },
                                 {"call_id", call.call_id()}
                });
            auto finish_tape = record_call(call, program_.context().get_executor(), flags_.media.record);
            play_into_call(call, program_.context().get_executor(), flags_.media.play);
            program_.send_tones(call);
            co_await until_end(call);
            report(call, caller);
            if (auto failed = co_await finish_tape()) program_.fail("record", failed);
        }
        serving_.done();
    }

    // What the caller hears before the answer, each reliably if both sides can.
    asio::awaitable<std::error_code> prepare(sipua::Invitation& call) {
        for (int status : {flags_.ring, flags_.early}) {
            if (status == 0) continue;
            sipua::InvitationProgressOptions options{.status = status, .rel100 = status == flags_.early};
            auto error = co_await outcome([&] { return call.progress(options); });
            if (error) co_return error;
        }
        if (flags_.answer_after > 0) {
            auto wait = seconds(flags_.answer_after);
            co_await outcome([&] { return program_.agent().sleep(wait); });
        }
        co_return std::error_code();
    }

    asio::awaitable<void> until_end(sipua::Invitation& call) {
        Doing doing(program_, call, flags_.deeds);
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
    Serving serving_;
};

std::function<ExitCode()> setup(CLI::App& app) {
    auto flags = std::make_shared<AnswerFlags>();
    app.add_option("--reject", flags->reject, "refuse every call with this status")->check(CLI::Range(300, 699));
    app.add_option("--redirect", flags->redirect, "send every caller to this URI with 302; may be repeated")
        ->allow_extra_args(false)
        ->check(a_uri);
    app.add_flag("--follow", flags->follow, "call where a REFER points; else it gets 603");
    app.add_option("--ring", flags->ring, "the first provisional status; 0: none")
        ->capture_default_str()
        ->check(CLI::Range(101, 199) | CLI::IsMember({0}));
    app.add_option("--early", flags->early,
                   "then send this provisional status, reliably if the caller can; 183 begins the media early")
        ->check(CLI::Range(101, 199));
    app.add_option("--hangup-after", flags->hangup_after,
                   "hang up that many seconds after answering; default: wait for the caller")
        ->check(a_time);
    app.add_option("--answer-after", flags->answer_after, "let it ring for so many seconds")->check(a_time);
    add_deeds_flag(app, flags->deeds);
    add_session_flags(app, *flags);
    add_serving_flags(app, *flags, "calls");
    add_media_flags(app, flags->media);
    add_agent_flags(app, *flags);
    return [flags] {
        std::unique_ptr<Answering> answering;
        Program program(*flags, [&](sipua::UserAgentOptions& options) {
            listen_by_default(options);
            options.follow_referrals = flags->follow;
            options.send_initial_provisional_response = false;
            options.delegate.on_message = [&](sipua::Message message) {
                auto from = terminal_text(message.request().raw(sipmsg::Header::from).value_or(""));
                answering->report_message(from, std::string(message.content()));
                message.accept();
            };
            options.delegate.on_invite = [&](sipua::Invitation call) { answering->take(std::move(call)); };
        });
        answering = std::make_unique<Answering>(program, *flags);
        return program.run([&] { return answering->run(); });
    };
}

}  // namespace

const Verb answer_verb = {
    "answer", "Answer every call",
    "  sipstrata answer --bind 127.0.0.1:5070 --media none\n"
    "  sipstrata answer --register --from sip:bob@example.com --proxy ws://127.0.0.1:8080 --media test\n"
    "  sipstrata answer --bind 127.0.0.1:5070 --reject 486\n"
    "  sipstrata answer --bind 127.0.0.1:5070 --100rel required --early 183 --answer-after 5\n"
    "Exit codes: 0 done, 3 could not register, 130 interrupted.",
    &setup};

}  // namespace sipstrata
