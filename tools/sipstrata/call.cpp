// SPDX-License-Identifier: MIT
#include "agent/deeds.hpp"
#include "agent/program.hpp"
#include "terminal_text.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/steady_timer.hpp>

#include <algorithm>
#include <memory>

namespace sipstrata {
namespace {

struct CallFlags : AgentFlags {
    std::string target;
    double hangup_after = 5;
    double ring_timeout = 0;
    int redirects = 0;
    bool early_media = false;
    bool offer_in_prack = false;
    bool late_offer = false;
    bool anonymous = false;
    std::vector<std::string> deeds;
    int repeat = 1;
    int concurrency = 1;
};

/// Calls the target as often as asked for, several at a time.
class Calling {
public:
    Calling(Program& program, const CallFlags& flags) : program_(program), flags_(flags), left_(flags.repeat) {}

    asio::awaitable<ExitCode> run() {
        asio::steady_timer finished(program_.context(), asio::steady_timer::time_point::max());
        int lanes = std::min(flags_.concurrency, flags_.repeat);
        open_ = lanes;
        for (int i = 0; i < lanes; ++i) {
            asio::co_spawn(program_.context(), lane(), [this, &finished](std::exception_ptr error) {
                if (error) failure_ = error;
                if (--open_ == 0) finished.cancel();
            });
        }
        co_await outcome([&] { return finished.async_wait(asio::use_awaitable); });
        if (failure_) std::rethrow_exception(failure_);
        if (flags_.repeat > 1)
            program_.say(fmt::format("{} calls: {} good, {} failed", good_ + bad_, good_, bad_),
                         {
                             {"calls",  good_ + bad_},
                             {"good",   good_       },
                             {"failed", bad_        }
            });
        co_return worst_;
    }

private:
    asio::awaitable<void> lane() {
        while (left_ > 0 && !program_.interrupted()) {
            --left_;
            auto code = co_await one_call();
            (code == ExitCode::success ? good_ : bad_) += 1;
            worst_ = std::max(worst_, code);
        }
    }

    asio::awaitable<ExitCode> one_call() {
        auto& agent = program_.agent();
        sipua::InviterOptions options{.headers = extra_headers(flags_),
                                      .anonymous = flags_.anonymous,
                                      .without_sdp = flags_.late_offer,
                                      .early_media = flags_.early_media,
                                      .offer_in_prack = flags_.offer_in_prack,
                                      .ring_timeout = seconds(flags_.ring_timeout),
                                      .max_redirects = flags_.redirects,
                                      .transport = flags_.transport};
        program_.say_events(options.delegate);
        if (flags_.repeat == 1) {
            options.delegate.on_progress = [this](const sipmsg::Message& response) {
                program_.say(fmt::format("{} {}", response.status(), terminal_text(response.reason())),
                             {
                                 {"event",  "progress"       },
                                 {"status", response.status()}
                });
            };
        }
        sipua::Inviter call(agent, flags_.target, std::move(options));
        auto error = co_await outcome([&] { return call.invite(); });
        if (error) co_return program_.fail("call", error);
        if (flags_.repeat == 1)
            program_.say(
                "answered",
                {
                    {"event",   "answered"               },
                    {"call_id", call.call_id()           },
                    {"status",  call.response()->status()}
            });
        auto finish_tape = record_call(call, program_.context().get_executor(), flags_.media.record);
        play_into_call(call, program_.context().get_executor(), flags_.media.play);
        program_.send_tones(call);
        const auto code = co_await talk(call);
        if (auto failed = co_await finish_tape()) co_return program_.fail("record", failed);
        co_return code;
    }

    asio::awaitable<ExitCode> talk(sipua::Inviter& call) {
        Doing doing(program_, call, flags_.deeds);
        if (flags_.hangup_after > 0) {
            sipua::Timer limit(program_.agent(), seconds(flags_.hangup_after),
                               [&call] { call.bye([](std::error_code) {}); });
            co_await outcome([&] { return call.ended(); });
        } else {
            co_await outcome([&] { return call.bye(); });
        }
        report(call);
        auto* end = call.end();
        bool normal =
            end && (end->cause == sipdialog::EndCause::local_bye || end->cause == sipdialog::EndCause::remote_bye);
        if (!normal) co_return program_.fail("call", sipua::Errc::session_terminated);
        co_return ExitCode::success;
    }

    void report(sipua::Inviter& call) {
        if (flags_.repeat > 1) return;
        call.statistics([this](const sipua::MediaStatistics& statistics) {
            nlohmann::ordered_json json{
                {"event", "ended"},
                {"ok",    true   }
            };
            program_.say_with_media("ended", json, statistics);
        });
    }

    Program& program_;
    const CallFlags& flags_;
    int left_;
    int open_ = 0;
    int good_ = 0;
    int bad_ = 0;
    ExitCode worst_ = ExitCode::success;
    std::exception_ptr failure_;
};

std::function<ExitCode()> setup(CLI::App& app) {
    auto flags = std::make_shared<CallFlags>();
    app.add_option("TARGET", flags->target, "a SIP URI")->required();
    app.add_flag("--anonymous", flags->anonymous, "hide who we are from the callee, not from the first hop (RFC 3325)");
    app.add_option("--hangup-after", flags->hangup_after, "seconds from answer to BYE")
        ->capture_default_str()
        ->check(a_time);
    app.add_option("--ring-timeout", flags->ring_timeout, "give up when nobody answered for so many seconds; 0: never")
        ->check(a_time);
    app.add_option("--redirects", flags->redirects, "follow so many Contacts of 3xx answers; 0: a 3xx ends the call")
        ->check(a_number);
    app.add_flag("--early-media", flags->early_media, "let media begin with the first description of the callee");
    app.add_flag("--late-offer", flags->late_offer, "no offer in the INVITE: the callee makes it");
    app.add_flag("--offer-in-prack", flags->offer_in_prack,
                 "with --early-media: offer anew in the PRACK of that description")
        ->needs("--early-media");
    add_deeds_flag(app, flags->deeds);
    add_session_flags(app, *flags);
    app.add_option("--repeat", flags->repeat, "call that often, one after the other")
        ->capture_default_str()
        ->check(a_count);
    app.add_option("--concurrency", flags->concurrency, "with --repeat: how many calls at a time")
        ->capture_default_str()
        ->check(a_count);
    add_media_flags(app, flags->media);
    add_agent_flags(app, *flags);
    return [flags] {
        Program program(*flags);
        Calling calling(program, *flags);
        return program.run([&] { return calling.run(); });
    };
}

}  // namespace

const Verb call_verb = {
    "call", "Call someone, and hang up after a while",
    "  sipstrata call sip:bob@127.0.0.1:5070 --media none --hangup-after 2\n"
    "  sipstrata call sip:bob@example.com --from sip:alice@example.com --proxy 'sip:127.0.0.1:5060;transport=tcp' "
    "--media test\n"
    "  sipstrata call sip:service@127.0.0.1:5070 --media none --hangup-after 0 --repeat 1000\n"
    "  sipstrata call sip:bob@127.0.0.1:5070 --do hold@1 --do resume@2 --do info:text/plain:hello@3\n"
    "Exit codes: 0 the call ended normally, 1 refused, 3 no answer, 4 credentials refused, 130 interrupted.",
    &setup};

}  // namespace sipstrata
