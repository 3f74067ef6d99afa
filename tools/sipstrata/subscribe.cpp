// SPDX-License-Identifier: MIT
#include "agent/notice.hpp"
#include "agent/program.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>
#include <optional>

namespace sipstrata {
namespace {

struct SubscribeFlags : AgentFlags {
    std::string target;
    std::string event = "presence";
    unsigned expires = 3600;
    bool poll = false;
    bool once = false;
    int count = 0;
    double keep = -1;
    std::string accept;
    std::string body;
    std::string content_type = "application/simple-filter+xml";
};

sipua::SubscriberOptions options_of(const SubscribeFlags& flags) {
    sipua::SubscriberOptions options;
    options.expires = std::chrono::seconds(flags.poll ? 0 : flags.expires);
    options.headers = extra_headers(flags);
    if (!flags.accept.empty()) options.headers.emplace_back("Accept", flags.accept);
    if (!flags.body.empty()) options.body = {flags.content_type, flags.body};
    options.transport = flags.transport;
    options.resubscribe = !flags.once;
    return options;
}

asio::awaitable<ExitCode> work(Program& program, const SubscribeFlags& flags) {
    auto options = options_of(flags);
    std::optional<sipua::Subscriber> watch;
    int heard = 0;
    options.delegate.on_notify = [&](sipua::Notification notification) {
        program.say(notice_text(notification.request()), notice_json(notification.request()));
        notification.accept();
        if (++heard == flags.count) watch->dispose();
    };
    watch.emplace(program.agent(), flags.target, flags.event, std::move(options));
    auto error = co_await outcome([&] { return watch->subscribe(); });
    if (error) co_return program.fail("subscribe", error);
    std::optional<sipua::Timer> limit;
    if (flags.keep >= 0) limit.emplace(program.agent(), seconds(flags.keep), [&] { watch->dispose(); });
    co_await outcome([&] { return watch->ended(); });
    auto cause = sipdialog::to_string(watch->end()->cause);
    nlohmann::ordered_json json{
        {"event",  "ended"             },
        {"cause",  cause               },
        {"reason", watch->end()->reason}
    };
    program.say(fmt::format("ended: {} {}", cause, watch->end()->reason), json);
    bool good = watch->end()->cause == sipdialog::SubscriptionEndCause::terminated ||
                watch->end()->cause == sipdialog::SubscriptionEndCause::unsubscribed;
    co_return good ? ExitCode::success : ExitCode::no_answer;
}

std::function<ExitCode()> setup(CLI::App& app) {
    auto flags = std::make_shared<SubscribeFlags>();
    app.add_option("TARGET", flags->target, "a SIP URI")->required();
    app.add_option("EVENT", flags->event, "the event package: presence, message-summary, dialog, reg ...")
        ->capture_default_str();
    app.add_option("--expires", flags->expires, "seconds asked for")->capture_default_str();
    app.add_flag("--poll", flags->poll, "ask for the state once (Expires: 0)");
    app.add_flag("--once", flags->once, "leave when the notifier ends it, even if it wants us to subscribe anew");
    app.add_option("--count", flags->count, "leave after that many NOTIFYs; default: never")->check(a_number);
    app.add_option("--keep", flags->keep, "leave after that many seconds; default: never")->check(a_time);
    app.add_option("--accept", flags->accept, "the types of state we take, an Accept value");
    app.add_option("--body", flags->body, "of the SUBSCRIBE: a filter");
    app.add_option("--content-type", flags->content_type, "of --body")->capture_default_str();
    add_agent_flags(app, *flags);
    return [flags] {
        Program program(*flags);
        return program.run([&] { return work(program, *flags); });
    };
}

}  // namespace

const Verb subscribe_verb = {
    "subscribe", "Subscribe to an event package and print what is notified (RFC 6665)",
    "  sipstrata subscribe sip:bob@127.0.0.1:5070 presence --bind 127.0.0.1:0 --count 1\n"
    "  sipstrata subscribe sip:alice@example.com message-summary --poll --password-file secret\n"
    "Exit codes: 0 subscribed and ended as asked or by the notifier, 1 refused, 3 no answer or lost, 4 credentials\n"
    "refused, 130 interrupted.",
    &setup};

}  // namespace sipstrata
