// SPDX-License-Identifier: MIT
// The agent's connection to its server: opened, lost, and opened anew.
#include "agent.hpp"

#include <sipmsg/uri.hpp>

#include <utility>

namespace sipua {

void Agent::enter(TransportState state) {
    if (transport_state_ == state) return;
    transport_state_ = state;
    transport_state_change_.emit(state);
}

// A name is looked up, and connected to, with the first request.
bool Agent::connects() const {
    auto server = sipmsg::Uri::parse(options_.server);
    return server && server_transport_ && *server_transport_ != siptxn::Transport::udp &&
           siptxn::IpAddress::parse(server->host().text);
}

TransportState Agent::transport_state() const { return connects() ? transport_state_ : TransportState::connected; }

void Agent::reconnect(Completion done) {
    if (state_ == UserAgentState::stopped || is_stopping()) return done(Errc::invalid_state);
    if (is_connected()) return done({});
    starting_.push_back(std::move(done));
    if (server_flow_ == siptxn::FlowId::none) connect();
}

void Agent::connect() {
    core_->clock().cancel(std::exchange(reconnect_timer_, siptxn::TimerId::none));
    auto server = sipmsg::Uri::parse(options_.server);
    siptxn::SocketAddress remote{*siptxn::IpAddress::parse(server->host().text),
                                 server->port().value_or(siptxn::default_port(*server_transport_))};
    server_flow_ = core_->transactions().open(*server_transport_, remote, server->host().text, core_->now());
    core_->changed();
    enter(TransportState::connecting);
}

// The first attempt after a loss is made at once.
void Agent::reconnect_later() {
    if (attempts_left_ <= 0 || state_ == UserAgentState::stopped || is_stopping()) return;
    const bool first = attempts_left_-- == options_.reconnection_attempts;
    const auto when = core_->now() + (first ? Duration::zero() : options_.reconnection_delay);
    reconnect_timer_ = core_->clock().schedule(when, [weak = weak_from_this()] {
        auto self = weak.lock();
        if (self && self->server_flow_ == siptxn::FlowId::none && self->state_ == UserAgentState::started)
            self->connect();
    });
}

bool Agent::lose_connection(std::error_code error) {
    if (server_flow_ == siptxn::FlowId::none || transport_state_ != TransportState::connected) return false;
    core_->transactions().close(std::exchange(server_flow_, siptxn::FlowId::none));
    reconnect_later();
    core_->changed();
    enter(TransportState::disconnected);
    if (auto delegate = delegate_; delegate->on_disconnect) delegate->on_disconnect(error);
    return true;
}

void Agent::flow_opened(const siptxn::Flow& flow) {
    if (flow.id != server_flow_ || is_stopping()) return;
    attempts_left_ = options_.reconnection_attempts;
    enter(TransportState::connected);
    finish_start({});
    if (auto delegate = delegate_; delegate->on_connect) delegate->on_connect();
}

void Agent::flow_closed(const siptxn::Flow& flow, std::error_code error) {
    for (auto& weak : std::vector(activities_)) {
        if (auto activity = weak.lock()) activity->flow_closed(flow);
    }
    if (flow.id != server_flow_) return;
    if (!error) error = siptxn::Errc::closed;  // another's will: the connection was shared
    server_flow_ = siptxn::FlowId::none;
    const bool was_connected = transport_state_ == TransportState::connected;
    reconnect_later();
    enter(TransportState::disconnected);
    if (!starting_.empty()) return finish_start(error);
    if (auto delegate = delegate_; was_connected && delegate->on_disconnect) delegate->on_disconnect(error);
}

}  // namespace sipua
