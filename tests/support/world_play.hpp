// SPDX-License-Identifier: MIT
#pragma once

// Runs coroutines in a simulated world, and a server in it that answers by a script.

#include "passing_wire.hpp"

#include <sipua/sim/world.hpp>
#include <sipua/sipua.hpp>

#include <siptxn/endpoint.hpp>

#include <doctest/doctest.h>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include <exception>
#include <functional>
#include <string>
#include <vector>

namespace support {

using namespace std::chrono_literals;

/// Runs the coroutine to its end, and the world until nothing waits in it (at most `limit` of virtual time).
inline void play(sipua::sim::World& world, std::function<asio::awaitable<void>()> coroutine,
                 siptxn::Duration limit = 1h) {
    bool finished = false;
    std::exception_ptr failure;
    asio::co_spawn(world.executor(), std::move(coroutine), [&](std::exception_ptr error) {
        failure = error;
        finished = true;
    });
    world.run(limit);
    if (failure) std::rethrow_exception(failure);
    REQUIRE(finished);
}

/// Awaits an operation and gives its error instead of throwing it.
template <class Operation>
asio::awaitable<std::error_code> outcome(Operation operation) {
    std::error_code error;
    try {
        co_await operation();
    } catch (const std::system_error& failure) {
        error = failure.code();
    }
    co_return error;
}

/// A host that answers every request with what a function says: status and headers.
class ScriptedServer : public siptxn::TransactionUser {
public:
    struct Answer {
        int status = 200;
        sipua::HeaderList headers;
        std::string content_type, body;
    };
    using Script = std::function<Answer(const sipmsg::Message&)>;

    /// `edit`: what is done to the octets of all it sends.
    ScriptedServer(sipua::sim::World& world, const std::string& ip, Script script, EditedWire::Edit edit = {})
        : script_(std::move(script)) {
        auto address = *siptxn::IpAddress::parse(ip);
        std::vector<siptxn::Listener> listeners{
            {siptxn::Transport::udp, {address, 5060}},
            {siptxn::Transport::tcp, {address, 5060}},
            {siptxn::Transport::tls, {address, 5061}}
        };
        auto wire = std::make_shared<EditedWire>(world.network().wire(address, listeners), std::move(edit));
        endpoint_ = siptxn::Endpoint::create(std::move(wire), world.network().clock(), world.network().random());
        endpoint_->attach(this);
    }
    ~ScriptedServer() override {
        endpoint_->attach(nullptr);
        endpoint_->shutdown();
    }

    std::vector<sipmsg::MessagePtr> requests;   ///< in the order they came; ACKs to 2xx too
    std::vector<sipmsg::MessagePtr> responses;  ///< to what send() sent

    void send(sipmsg::Message request, const siptxn::SendOptions& options = {}) {
        endpoint_->layer().send(std::move(request), options, endpoint_->now());
        endpoint_->wake();
    }
    [[nodiscard]] siptxn::Endpoint& endpoint() { return *endpoint_; }

    void on_event(const siptxn::Event& event) override {
        if (auto* ack = std::get_if<siptxn::AckReceived>(&event)) requests.push_back(ack->request);
        if (auto* response = std::get_if<siptxn::ResponseReceived>(&event)) responses.push_back(response->response);
        auto* received = std::get_if<siptxn::RequestReceived>(&event);
        if (!received) return;
        requests.push_back(received->request);
        auto answer = script_(*received->request);
        if (answer.status == 0) return;
        auto response = sipmsg::Message::response(received->request->view(), answer.status, "server-tag");
        for (auto& [name, value] : answer.headers) response.append(name, value);
        if (!answer.content_type.empty()) response.set_body(answer.content_type, answer.body);
        endpoint_->layer().respond(received->transaction, std::move(response), endpoint_->now());
    }

private:
    Script script_;
    std::shared_ptr<siptxn::Endpoint> endpoint_;
};

}  // namespace support
