// SPDX-License-Identifier: MIT
#include "agent/program.hpp"
#include "agent/timed.hpp"
#include "terminal_text.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

namespace sipstrata {
namespace {

struct PublishFlags : AgentFlags {
    std::string event;
    std::string state;
    std::string target;
    std::string content_type = "text/plain";
    unsigned expires = 3600;
    double keep = 0;
    bool leave = false;
    std::vector<std::string> changes;
};

void say(Program& program, const sipua::Publisher& publisher) {
    auto tag = terminal_text(publisher.entity_tag());
    auto expires = publisher.response() ? publisher.response()->raw(sipmsg::Header::expires).value_or("") : "";
    nlohmann::ordered_json json{
        {"ok",      true                                                     },
        {"status",  publisher.response() ? publisher.response()->status() : 0},
        {"etag",    tag                                                      },
        {"expires", std::string(expires)                                     }
    };
    program.say(fmt::format("{}: {}", to_string(publisher.state()), tag), json);
}

asio::awaitable<ExitCode> work(Program& program, const PublishFlags& flags) {
    sipua::PublisherOptions options{.expires = std::chrono::seconds(flags.expires),
                                    .content_type = flags.content_type,
                                    .headers = extra_headers(flags),
                                    .transport = flags.transport,
                                    .unpublish_on_close = !flags.leave};
    auto target = flags.target.empty() ? program.agent().uri() : flags.target;
    auto changes = parse_timed(flags.changes, "--change");
    sipua::Publisher publisher(program.agent(), target, flags.event, std::move(options));
    auto error = co_await outcome([&] { return publisher.publish(flags.state); });
    if (error) co_return program.fail("publish", error);
    say(program, publisher);
    double now = 0;
    for (auto& change : changes) {
        auto span = seconds(change.at - std::exchange(now, change.at));
        if (co_await outcome([&] { return program.agent().sleep(span); })) co_return ExitCode::interrupted;
        error = co_await outcome([&] { return publisher.publish(change.what); });
        if (error) co_return program.fail("publish", error);
        say(program, publisher);
    }
    auto rest = seconds(flags.keep - now);
    if (flags.keep > now) co_await outcome([&] { return program.agent().sleep(rest); });
    if (flags.leave || program.interrupted()) co_return ExitCode::success;
    error = co_await outcome([&] { return publisher.unpublish(); });
    if (error) co_return program.fail("unpublish", error);
    say(program, publisher);
    co_return ExitCode::success;
}

std::function<ExitCode()> setup(CLI::App& app) {
    auto flags = std::make_shared<PublishFlags>();
    app.add_option("EVENT", flags->event, "the event package: presence ...")->required();
    app.add_option("STATE", flags->state, "the state to publish")->required();
    app.add_option("--target", flags->target, "whose state, a SIP URI; default: --from");
    app.add_option("--content-type", flags->content_type, "of the state")->capture_default_str();
    app.add_option("--expires", flags->expires, "seconds asked for")->capture_default_str();
    app.add_option("--keep", flags->keep, "keep it published that many seconds, refreshing")->check(a_time);
    app.add_option("--change", flags->changes, "TEXT@SECONDS: another state, so long after the first; may be repeated")
        ->allow_extra_args(false);
    app.add_flag("--leave", flags->leave, "do not remove the state at the end");
    add_agent_flags(app, *flags);
    return [flags] {
        Program program(*flags);
        return program.run([&] { return work(program, *flags); });
    };
}

}  // namespace

const Verb publish_verb = {
    "publish", "Publish event state, keep it, and remove it at the end (RFC 3903)",
    "  sipstrata publish presence open --from sip:alice@example.com --proxy sip:127.0.0.1:5060 --keep 60\n"
    "  sipstrata publish presence open --from sip:alice@example.com --change closed@10 --keep 20\n"
    "Exit codes: 0 published, 1 refused, 3 no answer, 4 credentials refused, 130 interrupted.",
    &setup};

}  // namespace sipstrata
