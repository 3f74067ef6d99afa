// SPDX-License-Identifier: MIT
#include "agent/program.hpp"
#include "agent/serving.hpp"
#include "agent/timed.hpp"
#include "terminal_text.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include <memory>
#include <vector>

namespace sipstrata {
namespace {

struct NotifyFlags : ServingFlags {
    std::string event = "presence";
    std::string state;
    std::string content_type = "text/plain";
    double pending = -1;
    std::vector<std::string> changes;
    std::string terminate;
    double retry_after = -1;
    int reject = 0;
};

/// Serves every subscription, each in a coroutine of its own.
class Notifying {
public:
    Notifying(Program& program, const NotifyFlags& flags)
        : program_(program), flags_(flags), serving_(program, flags), changes_(parse_timed(flags.changes, "--change")) {
        if (!flags.terminate.empty()) end_ = parse_timed(flags.terminate, "--terminate");
    }

    asio::awaitable<ExitCode> run() { return serving_.run(); }
    void take(sipua::Notifier notifier) {
        auto from = terminal_text(notifier.request().raw(sipmsg::Header::from).value_or(""));
        say("subscribe", from, notifier.event());
        if (notifier.event() != flags_.event) {
            notifier.reject(489, {
                                     {"Allow-Events", flags_.event}
            });
        } else if (flags_.reject) {
            notifier.reject(flags_.reject);
        } else {
            return asio::co_spawn(program_.context(), serve(std::move(notifier), from), asio::detached);
        }
        serving_.done();
    }

private:
    asio::awaitable<void> serve(sipua::Notifier notifier, std::string from) {
        sipua::NotifierDelegate delegate;
        delegate.on_refresh = [this, from](const sipmsg::Message&) { say("refresh", from, flags_.event); };
        notifier.set_delegate(std::move(delegate));
        std::vector<std::unique_ptr<sipua::Timer>> timers;
        auto later = [&](double delay, std::move_only_function<void()> work) {
            timers.push_back(std::make_unique<sipua::Timer>(program_.agent(), seconds(delay), std::move(work)));
        };
        bool pending = flags_.pending >= 0;
        notifier.accept(body(flags_.state), pending ? sipua::NotifierState::pending : sipua::NotifierState::active);
        if (pending) later(flags_.pending, [&] { notifier.notify(body(flags_.state)); });
        for (auto& change : changes_) later(change.at, [&] { notifier.notify(body(change.what)); });
        if (end_) later(end_->at, [&] { notifier.terminate(end_->what, {}, retry_after()); });
        co_await outcome([&] { return notifier.ended(); });
        auto& end = *notifier.end();
        say("ended", from, std::string(sipdialog::to_string(end.cause)) + (end.reason.empty() ? "" : " ") + end.reason);
        serving_.done();
    }

    [[nodiscard]] sipua::Body body(const std::string& text) const {
        if (text.empty()) return {};
        return {flags_.content_type, text};
    }
    [[nodiscard]] std::optional<siptxn::Duration> retry_after() const {
        if (flags_.retry_after < 0) return std::nullopt;
        return seconds(flags_.retry_after);
    }
    void say(const char* event, const std::string& from, const std::string& detail) const {
        program_.say(fmt::format("{} {} {}", event, from, terminal_text(detail)),
                     {
                         {"event",  event },
                         {"from",   from  },
                         {"detail", detail}
        });
    }

    Program& program_;
    const NotifyFlags& flags_;
    Serving serving_;
    std::vector<Timed> changes_;
    std::optional<Timed> end_;
};

std::function<ExitCode()> setup(CLI::App& app) {
    auto flags = std::make_shared<NotifyFlags>();
    app.add_option("EVENT", flags->event, "the event package; a SUBSCRIBE to another gets 489")->capture_default_str();
    app.add_option("--state", flags->state, "the body of the first NOTIFY; default: none");
    app.add_option("--content-type", flags->content_type, "of the state")->capture_default_str();
    app.add_option("--pending", flags->pending, "say 'pending' first, and 'active' that many seconds later");
    app.add_option("--change", flags->changes,
                   "TEXT@SECONDS: another state, so long after the SUBSCRIBE; may be repeated")
        ->allow_extra_args(false);
    app.add_option("--terminate", flags->terminate,
                   "REASON@SECONDS: end the subscription with noresource, rejected, deactivated ...");
    app.add_option("--retry-after", flags->retry_after, "seconds, told with --terminate");
    app.add_option("--reject", flags->reject, "refuse every SUBSCRIBE with this status")->check(CLI::Range(400, 699));
    add_serving_flags(app, *flags, "subscriptions");
    add_agent_flags(app, *flags);
    return [flags] {
        std::unique_ptr<Notifying> notifying;
        Program program(*flags, [&](sipua::UserAgentOptions& options) {
            listen_by_default(options);
            options.delegate.on_subscribe = [&](sipua::Notifier notifier) { notifying->take(std::move(notifier)); };
        });
        notifying = std::make_unique<Notifying>(program, *flags);
        return program.run([&] { return notifying->run(); });
    };
}

}  // namespace

const Verb notify_verb = {
    "notify", "Be a notifier: take subscriptions and tell them a state (RFC 6665)",
    "  sipstrata notify presence --bind 127.0.0.1:5070 --state open --change closed@10\n"
    "  sipstrata notify message-summary --bind 127.0.0.1:5070 --pending 5 --terminate noresource@60\n"
    "Exit codes: 0 done, 3 could not register, 130 interrupted.",
    &setup};

}  // namespace sipstrata
