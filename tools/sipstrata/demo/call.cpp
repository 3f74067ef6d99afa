// SPDX-License-Identifier: MIT
#include "call.hpp"

#include "../proxy/proxy.hpp"
#include "../trace/ladder.hpp"
#include "../trace/trace_file.hpp"
#include "../trace/trace_log.hpp"

#include <sipua/sipua.hpp>

#include <siptxn/net/asio_clock.hpp>
#include <siptxn/net/random.hpp>
#include <siptxn/net/wire.hpp>

#include <fmt/format.h>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>

namespace sipstrata {
namespace {

using namespace std::chrono_literals;
using siptxn::Transport;

/// Registrar and proxy on ports that were free.
struct Server {
    explicit Server(asio::io_context& context, siptxn::Tracer tracer) {
        auto loopback = *siptxn::IpAddress::parse("127.0.0.1");
        siptxn::net::WireOptions options{
            .listen = {
                       {Transport::udp, {loopback, 0}}, {Transport::tcp, {loopback, 0}}, {Transport::ws, {loopback, 0}}}
        };
        auto wire = siptxn::net::make_wire(context.get_executor(), options);
        if (!wire) throw std::system_error(wire.error().code, wire.error().message);
        for (auto& listener : (*wire)->listeners()) addresses[listener.transport] = siptxn::to_string(listener.local);
        endpoint = siptxn::Endpoint::create(*wire, std::make_shared<siptxn::net::AsioClock>(context.get_executor()),
                                            siptxn::net::system_random());
        endpoint->set_tracer(std::move(tracer));
        proxy = std::make_unique<Proxy>(*endpoint, ProxyOptions{.domains = {"demo.invalid"}});
    }
    ~Server() {
        proxy.reset();
        endpoint->shutdown();
    }
    std::map<Transport, std::string> addresses;
    std::shared_ptr<siptxn::Endpoint> endpoint;
    std::unique_ptr<Proxy> proxy;
};

asio::awaitable<sipua::MediaStatistics> measure(asio::io_context& context, sipua::Session& session) {
    sipua::MediaStatistics figures;
    asio::steady_timer arrived(context, asio::steady_timer::time_point::max());
    session.statistics([&](sipua::MediaStatistics result) {
        figures = std::move(result);
        asio::post(context, [&arrived] { arrived.cancel(); });
    });
    try {
        co_await arrived.async_wait(asio::use_awaitable);
    } catch (const std::system_error&) {  // Cancelled: the figures are there.
    }
    co_return figures;
}

/// Audio in both directions, and pictures that were decoded.
bool flows(const sipua::MediaStatistics& figures) {
    auto good = [&](std::string_view kind, auto enough) {
        return std::ranges::any_of(figures.streams,
                                   [&](auto& stream) { return stream.kind == kind && enough(stream); });
    };
    return good("audio",
                [](auto& s) { return s.packets_received >= 25 && s.packets_sent >= 25 && s.frames_decoded > 0; }) &&
           good("video", [](auto& s) { return s.frames_decoded >= 5; });
}

class Demo {
public:
    explicit Demo(const DemoOptions& options) : options_(options), server_(context_, tracer("proxy")) {
        if (!options_.trace.empty()) file_ = std::make_unique<TraceFile>(options_.trace);
    }

    DemoResult run() {
        asio::co_spawn(context_, script(), [this](std::exception_ptr failure) {
            try {
                if (failure) std::rethrow_exception(failure);
            } catch (const std::exception& error) {
                result_.problem = stage_ + ": " + error.what();
            }
            over_ = true;
        });
        auto limit = std::chrono::steady_clock::now() + 60s;
        while (!over_ && std::chrono::steady_clock::now() < limit) context_.run_one_for(1s);
        if (!over_) result_.problem = stage_ + ": not over after 60 s";
        if (result_.problem.empty()) result_.problem = missing_message();
        draw();
        return std::move(result_);
    }

private:
    void stage(const std::string& what) {
        stage_ = what;
        options_.say(what);
    }

    siptxn::Tracer tracer(const std::string& who) {
        return [this, who](const siptxn::TraceMessage& message) {
            names_.insert_or_assign(message.flow.local, who);
            log_.add(message);
            if (file_ && who == "proxy") file_->write(message);
        };
    }

    sipua::UserAgent agent(const std::string& user, Transport transport, sipua::UserAgentDelegate delegate = {}) {
        sipua::UserAgentOptions options;
        options.uri = "sip:" + user + "@demo.invalid";
        options.server =
            fmt::format("sip:{};transport={}", server_.addresses.at(transport), siptxn::to_string(transport));
        options.media = options_.media;
        options.delegate = std::move(delegate);
        options.tracer = tracer(user);
        options.log = options_.log;
        return sipua::UserAgent(context_.get_executor(), std::move(options));
    }

    asio::awaitable<void> script() {
        sipua::UserAgentDelegate answering;
        answering.on_invite = [this](sipua::Invitation call) {
            answered_.emplace(std::move(call));
            answered_->accept([](std::error_code) {});
        };
        stage("Bob registers over WebSocket");
        auto bob = agent("bob", Transport::ws, std::move(answering));
        co_await bob.start();
        sipua::Registerer bob_registerer(bob);
        co_await bob_registerer.register_contact();
        stage("Alice registers over TCP");
        auto alice = agent("alice", Transport::tcp);
        co_await alice.start();
        sipua::Registerer alice_registerer(alice);
        co_await alice_registerer.register_contact();
        co_await talk(alice);
        stage("both unregister");
        co_await alice.stop();
        co_await bob.stop();
        answered_.reset();
    }

    asio::awaitable<void> talk(sipua::UserAgent& alice) {
        stage("Alice calls Bob");
        sipua::InviterOptions options{.ring_timeout = 20s};
        sipua::Inviter call(alice, "sip:bob@demo.invalid", std::move(options));
        co_await call.invite();
        stage("media flows");
        co_await until_media_flows(alice, call);
        stage("Alice holds");
        co_await call.hold();
        co_await alice.sleep(300ms);
        stage("Alice resumes");
        co_await call.resume();
        co_await alice.sleep(700ms);
        result_.alice = co_await measure(context_, call);
        result_.bob = co_await measure(context_, *answered_);
        stage("Alice hangs up");
        co_await call.bye();
    }

    asio::awaitable<void> until_media_flows(sipua::UserAgent& alice, sipua::Inviter& call) {
        if (!options_.moves_media) co_return;
        for (int tries = 0; tries < 200; ++tries) {
            co_await alice.sleep(100ms);
            if (call.state() != sipua::SessionState::established || !answered_)
                throw std::runtime_error("the call ended too early");
            auto ours = co_await measure(context_, call), theirs = co_await measure(context_, *answered_);
            if (flows(ours) && flows(theirs)) co_return;
        }
        throw std::runtime_error("no audio, or no decoded video, in one direction or both after 20 s");
    }

    // The ladder must show the whole story.
    [[nodiscard]] std::string missing_message() const {
        auto count = [&](std::string_view start, std::string_view method) {
            return std::ranges::count_if(
                log_.records(), [&](auto& r) { return r.start_line.starts_with(start) && r.cseq_method == method; });
        };
        if (count("REGISTER", "REGISTER") < 2) return "a REGISTER is missing";
        if (count("SIP/2.0 180", "INVITE") < 1) return "the INVITE had no provisional response";
        if (count("INVITE", "INVITE") < 6) return "the INVITE, the hold and the resume did not all pass the proxy";
        if (count("ACK", "ACK") < 6) return "an ACK is missing";
        if (count("BYE", "BYE") < 2) return "the BYE is missing";
        return {};
    }

    void draw() {
        LadderOptions ladder{.width = options_.width};
        for (const char* who : {"alice", "proxy", "bob"}) {
            for (auto& [address, name] : names_) {
                if (name == who) ladder.names.push_back({address, name});
            }
        }
        std::vector<TraceRecord> records(log_.records().begin(), log_.records().end());
        result_.ladder = draw_ladder(records, ladder);
    }

    const DemoOptions& options_;
    asio::io_context context_{1};
    TraceLog log_;
    std::unique_ptr<TraceFile> file_;
    std::map<siptxn::SocketAddress, std::string> names_;
    Server server_;
    std::optional<sipua::Invitation> answered_;
    DemoResult result_;
    std::string stage_;
    bool over_ = false;
};

}  // namespace

DemoResult run_demo_call(const DemoOptions& options) {
    Demo demo(options);
    return demo.run();
}

}  // namespace sipstrata
