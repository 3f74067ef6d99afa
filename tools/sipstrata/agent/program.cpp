// SPDX-License-Identifier: MIT
#include "program.hpp"

#include "../terminal_text.hpp"
#include "../trace/ladder.hpp"
#include "../trace/trace_file.hpp"
#include "../trace/trace_log.hpp"
#include "media.hpp"

#include <siptxn/error.hpp>

#include <fmt/format.h>
#include <asio/co_spawn.hpp>
#include <asio/signal_set.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace sipstrata {

struct Program::Signals {
    explicit Signals(asio::io_context& context) : set(context, SIGINT, SIGTERM) {}
    asio::signal_set set;
};

Program::Program(const AgentFlags& flags, const std::function<void(sipua::UserAgentOptions&)>& adapt) : flags_(flags) {
    auto options = agent_options(flags_);
    if (flags_.verbosity > 0) {
        options.log_level = flags_.verbosity > 1 ? sipua::LogLevel::message : sipua::LogLevel::info;
        options.log = [](const sipua::LogRecord& record) {
            fmt::print(stderr, "{}: {}\n", record.category, terminal_text(record.text));
        };
    }
    start_trace(options);
    if (adapt) adapt(options);
    agent_.emplace(context_.get_executor(), std::move(options));
    signals_ = std::make_unique<Signals>(context_);
}

Program::~Program() = default;

void Program::start_trace(sipua::UserAgentOptions& options) {
    if (!flags_.trace.empty()) trace_ = std::make_unique<TraceFile>(flags_.trace);
    if (flags_.ladder) log_ = std::make_unique<TraceLog>();
    if (!trace_ && !log_) return;
    options.tracer = [this](const siptxn::TraceMessage& message) {
        if (trace_) trace_->write(message);
        if (log_) log_->add(message);
    };
}

void Program::draw() const {
    if (!log_) return;
    std::vector<TraceRecord> records(log_->records().begin(), log_->records().end());
    fmt::print(stderr, "{}", draw_ladder(records));
}

void Program::wait_for_interrupt() {
    signals_->set.async_wait([this](std::error_code error, int) {
        if (error || !agent_) return;
        if (interrupted_) std::_Exit(static_cast<int>(ExitCode::interrupted));
        interrupted_ = true;
        wait_for_interrupt();
        agent_->stop([](std::error_code) {});
    });
}

ExitCode Program::run(std::function<asio::awaitable<ExitCode>()> work) {
    wait_for_interrupt();
    std::exception_ptr failure;
    bool over = false;
    asio::co_spawn(context_, whole(std::move(work)), [&](std::exception_ptr error) {
        failure = error;
        signals_->set.clear();  // The default action is back.
        agent_.reset();
        over = true;
    });
    while (!over) context_.run_one();
    context_.run_for(std::chrono::milliseconds(50));  // Lets the last messages leave.
    draw();
    if (failure) std::rethrow_exception(failure);
    return interrupted_ ? ExitCode::interrupted : code_;
}

asio::awaitable<void> Program::whole(std::function<asio::awaitable<ExitCode>()> work) {
    auto error = co_await outcome([this] { return agent_->start(); });
    if (error) {
        code_ = fail("connect", error);
        co_return;
    }
    code_ = co_await work();
    co_await agent_->stop();
}

void Program::say(const std::string& text, const nlohmann::ordered_json& json) const {
    if (flags_.quiet) return;
    if (flags_.json) {
        fmt::print("{}\n", json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    } else if (!text.empty()) {
        fmt::print("{}\n", text);
    }
    std::fflush(stdout);
}

void Program::say_with_media(const std::string& text, nlohmann::ordered_json json,
                             const sipua::MediaStatistics& statistics) const {
    for (auto& stream : statistics.streams) {
        json["media"].push_back({
            {"kind",             stream.kind            },
            {"codec",            stream.codec           },
            {"packets_sent",     stream.packets_sent    },
            {"packets_received", stream.packets_received},
            {"frames_decoded",   stream.frames_decoded  }
        });
    }
    auto lines = text + "\n" + media_report(statistics, "  ");
    lines.pop_back();
    say(lines, json);
}

void Program::say_events(sipua::SessionDelegate& delegate) const {
    delegate.on_remote_hold = [this](bool held) {
        say(held ? "held by the peer" : "resumed by the peer", {
                                                                   {"event", "remote_hold"},
                                                                   {"held",  held         }
        });
    };
    delegate.on_dtmf = [this](const sipua::Dtmf& dtmf) {
        say(fmt::format("dtmf {}", dtmf.tone),
            {
                {"event", "dtmf"       },
                {"tone",  std::string(1, dtmf.tone)},
                {"in_media",       dtmf.in_media          }
        });
    };
}

void Program::send_tones(sipua::Session& call) const {
    if (flags_.media.dtmf.empty()) return;
    call.send_dtmf(flags_.media.dtmf, sipua::DtmfOptions{}, [this](std::error_code error) {
        if (error && error != sipua::Errc::session_terminated) fail("dtmf", error);
    });
}

ExitCode Program::fail(const std::string& what, std::error_code error) const {
    if (flags_.json) {
        nlohmann::ordered_json json{
            {"ok",    false          },
            {"what",  what           },
            {"error", error.message()}
        };
        if (error.category() == sipua::sip_category()) json["status"] = error.value();
        say("", json);
    } else if (!flags_.quiet) {
        fmt::print(stderr, "{}: {}\n", what, error.message());
    }
    return exit_code_of(error, has_credentials(flags_));
}

ExitCode exit_code_of(std::error_code error, bool authenticated) {
    if (!error) return ExitCode::success;
    if (error.category() == sipua::sip_category()) {
        bool credentials = error.value() == 401 || error.value() == 407 || error.value() == 403;
        return credentials && authenticated ? ExitCode::authentication : ExitCode::refused;
    }
    if (error == siptxn::Errc::malformed) return ExitCode::protocol;
    if (error == sipua::Errc::not_acceptable || error == sipua::Errc::content_type) return ExitCode::refused;
    return ExitCode::no_answer;
}

}  // namespace sipstrata
