// SPDX-License-Identifier: MIT
#include <sipua/user_agent.hpp>

#include "agent.hpp"
#include "pending.hpp"

#include <asio/error.hpp>

namespace sipua {

std::string_view to_string(UserAgentState state) noexcept {
    return state == UserAgentState::started ? "started" : "stopped";
}

std::string_view to_string(TransportState state) noexcept {
    switch (state) {
        case TransportState::disconnected: return "disconnected";
        case TransportState::connecting: return "connecting";
        case TransportState::connected: return "connected";
        case TransportState::disconnecting: return "disconnecting";
    }
    return "";
}

namespace {

Stack own_stack(const asio::any_io_executor& executor, const UserAgentOptions& options) {
    StackOptions stack;
    stack.listen = options.listen;
    stack.tls = options.tls;
    stack.log = options.log;
    stack.log_level = options.log_level;
    stack.tracer = options.tracer;
    stack.layer.timers = options.timers;
    stack.layer.keep_alive = options.keep_alive;
    stack.session_timer = options.session_timer;
    return Stack(executor, stack);
}

}  // namespace

UserAgent::UserAgent(asio::any_io_executor executor, UserAgentOptions options) {
    auto stack = own_stack(executor, options);
    agent_ = std::make_shared<Agent>(stack.core(), std::move(options));
}

UserAgent::UserAgent(const Stack& stack, UserAgentOptions options)
    : agent_(std::make_shared<Agent>(stack.core(), std::move(options))) {}

UserAgent::UserAgent(UserAgent&&) noexcept = default;

UserAgent& UserAgent::operator=(UserAgent&& other) noexcept {
    std::swap(agent_, other.agent_);
    return *this;
}

UserAgent::~UserAgent() {
    if (!agent_) return;
    Core& core = agent_->core();
    core.run([agent = std::move(agent_)] { agent->drop(); });
}

TransportState UserAgent::transport_state() const { return agent_->transport_state(); }
Emitter<TransportState>& UserAgent::transport_state_change() { return agent_->transport_state_change(); }
UserAgentState UserAgent::state() const { return agent_->state(); }
Emitter<UserAgentState>& UserAgent::state_change() { return agent_->state_change(); }
const std::string& UserAgent::uri() const { return agent_->options().uri; }
Stack UserAgent::stack() const { return Stack(agent_->shared_core()); }
asio::any_io_executor UserAgent::executor() const { return agent_->core().executor(); }
siptxn::TimePoint UserAgent::now() const { return agent_->core().now(); }

CancelFunction UserAgent::do_start(const std::shared_ptr<Agent>& agent, Completion done) {
    auto pending = Pending::make(std::move(done));
    agent->core().run([agent, pending] { agent->start(pending->completion()); });
    return abandon(agent->core(), pending);
}

CancelFunction UserAgent::do_stop(const std::shared_ptr<Agent>& agent, Completion done) {
    auto pending = Pending::make(std::move(done));
    agent->core().run([agent, pending] { agent->stop(pending->completion()); });
    return abandon(agent->core(), pending);
}

CancelFunction UserAgent::do_reconnect(const std::shared_ptr<Agent>& agent, Completion done) {
    auto pending = Pending::make(std::move(done));
    agent->core().run([agent, pending] { agent->reconnect(pending->completion()); });
    return abandon(agent->core(), pending);
}

CancelFunction UserAgent::do_sleep(const std::shared_ptr<Agent>& agent, Duration duration, Completion done) {
    auto pending = Pending::make(std::move(done));
    agent->core().run([agent, pending, duration] { agent->sleep(duration, pending); });
    return [agent, weak = std::weak_ptr(pending)] {
        agent->core().run([agent, weak] {
            auto held = weak.lock();
            if (!held) return;
            agent->core().clock().cancel(held->timer);
            held->finish(asio::error::operation_aborted);
        });
    };
}

}  // namespace sipua
