// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/endpoint.hpp>

#include <sipmsg/message.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// A request that stands on its own, to be sent by a TransactionLayer.
inline sipmsg::Message request_of(std::string_view method, std::string_view uri, std::string_view call_id) {
    auto request = sipmsg::Message::request(method, uri);
    request.append(sipmsg::Header::max_forwards, "70");
    request.append(sipmsg::Header::from, "<sip:alice@example.com>;tag=alice");
    request.append(sipmsg::Header::to, "<" + std::string(uri) + ">");
    request.append(sipmsg::Header::call_id, call_id);
    request.append(sipmsg::Header::cseq, "1 " + std::string(method));
    return request;
}

/// Sends requests, and keeps what became of each.
class Caller final : public siptxn::TransactionUser {
public:
    explicit Caller(std::shared_ptr<siptxn::Endpoint> e) : endpoint(std::move(e)) { endpoint->attach(this); }
    ~Caller() override {
        if (endpoint) endpoint->attach(nullptr);
    }

    siptxn::ClientId send(std::string_view method, std::string_view uri, std::string_view call_id) {
        auto id = endpoint->layer().send(request_of(method, uri, call_id), {}, endpoint->now());
        call_ids[id] = call_id;
        endpoint->wake();
        return id;
    }
    void on_event(const siptxn::Event& event) override {
        if (auto* response = std::get_if<siptxn::ResponseReceived>(&event)) {
            auto status = response->response->status();
            if (status >= 200) finals[response->transaction].push_back(status);
            if (status < 200) ++provisionals[response->transaction];
        }
        if (auto* failed = std::get_if<siptxn::RequestFailed>(&event)) failures[failed->transaction] = failed->error;
        if (auto* ended = std::get_if<siptxn::ClientEnded>(&event)) ++ends[ended->transaction];
        if (auto* opened = std::get_if<siptxn::FlowOpened>(&event)) flows.push_back(opened->flow);
        if (auto* closed = std::get_if<siptxn::FlowClosed>(&event)) closed_flows.push_back(closed->flow);
        if (when_event) when_event(event);
    }

    std::shared_ptr<siptxn::Endpoint> endpoint;
    std::map<siptxn::ClientId, std::string> call_ids;
    std::map<siptxn::ClientId, std::vector<int>> finals;
    std::map<siptxn::ClientId, int> provisionals;
    std::map<siptxn::ClientId, std::error_code> failures;
    std::map<siptxn::ClientId, int> ends;
    std::vector<siptxn::Flow> flows, closed_flows;
    std::function<void(const siptxn::Event&)> when_event;
};

/// Answers 200 to everything, and rings and is busy for an INVITE.
class Answerer final : public siptxn::TransactionUser {
public:
    explicit Answerer(std::shared_ptr<siptxn::Endpoint> e) : endpoint(std::move(e)) { endpoint->attach(this); }
    ~Answerer() override {
        if (endpoint) endpoint->attach(nullptr);
    }

    void on_event(const siptxn::Event& event) override {
        if (auto* received = std::get_if<siptxn::RequestReceived>(&event)) answer(*received);
        if (std::holds_alternative<siptxn::ServerEnded>(event)) ++ended;
    }
    void answer(const siptxn::RequestReceived& received) {
        ++requests;
        const auto& request = received.request->view();
        auto& layer = endpoint->layer();
        auto respond = [&](int status) {
            layer.respond(received.transaction, sipmsg::Message::response(request, status, "bob"), endpoint->now());
        };
        if (request.method() == sipmsg::Method::invite) respond(180);
        respond(request.method() == sipmsg::Method::invite ? 486 : 200);
    }

    std::shared_ptr<siptxn::Endpoint> endpoint;
    int requests = 0;
    int ended = 0;
};
