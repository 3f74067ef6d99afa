// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/endpoint.hpp>
#include <siptxn/sim/network.hpp>

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace sipstrata::test {

using namespace std::chrono_literals;

inline siptxn::SocketAddress address(std::string_view text) { return *siptxn::SocketAddress::parse(text); }

/// A user agent without a mind of its own: it sends what the test says and keeps what comes.
class Phone final : public siptxn::TransactionUser {
public:
    Phone(siptxn::sim::Network& network, std::string user, std::string_view local,
          siptxn::Transport transport = siptxn::Transport::udp)
        : user_(std::move(user)), transport_(transport), local_(address(local)) {
        std::vector<siptxn::Listener> listeners;
        if (!is_websocket(transport)) listeners.push_back({transport, local_});
        endpoint_ = siptxn::Endpoint::create(network.wire(local_.ip, listeners), network.clock(), network.random(),
                                             {.check_addresses = false});
        endpoint_->attach(this);
    }
    ~Phone() override { endpoint_->attach(nullptr); }

    void on_event(const siptxn::Event& event) override {
        if (auto* request = std::get_if<siptxn::RequestReceived>(&event)) requests.push_back(*request);
        if (auto* ack = std::get_if<siptxn::AckReceived>(&event)) acks.push_back(ack->request);
        if (auto* cancel = std::get_if<siptxn::CancelReceived>(&event)) cancels.push_back(cancel->invite);
        if (auto* response = std::get_if<siptxn::ResponseReceived>(&event)) responses.push_back(response->response);
        if (auto* failed = std::get_if<siptxn::RequestFailed>(&event)) failures.push_back(failed->error);
    }

    /// The URI that stands in Contact: unreachable by name for a WebSocket client (RFC 7118 §5.2).
    std::string contact() const {
        if (is_websocket(transport_)) return fmt::format("<sip:{}@{}.invalid;transport=ws>", user_, user_);
        std::string suffix = transport_ == siptxn::Transport::tcp ? ";transport=tcp" : "";
        return fmt::format("<sip:{}@{}{}>", user_, to_string(local_), suffix);
    }

    sipmsg::Message request(std::string_view method, std::string_view uri, std::string_view to) {
        auto message = sipmsg::Message::request(method, uri);
        message.append(sipmsg::Header::from, fmt::format("<sip:{}@example.com>;tag={}-tag", user_, user_));
        message.append(sipmsg::Header::to, to);
        message.append(sipmsg::Header::call_id,
                       fmt::format("{}-{}", user_, method == "REGISTER" ? "register" : "call"));
        message.append(sipmsg::Header::cseq, fmt::format("{} {}", ++cseq_, method));
        message.append(sipmsg::Header::max_forwards, "70");
        message.append(sipmsg::Header::contact, contact());
        return message;
    }
    siptxn::ClientId send(sipmsg::Message message) {
        auto id = endpoint_->layer().send(std::move(message), {.next_hop = proxy}, endpoint_->now());
        endpoint_->wake();
        return id;
    }
    void register_here(std::string_view params = "") {
        auto message = request("REGISTER", "sip:example.com", fmt::format("<sip:{}@example.com>", user_));
        message.set(sipmsg::Header::contact, contact() + std::string(params));
        send(std::move(message));
    }
    siptxn::ClientId invite(std::string_view user) {
        auto uri = fmt::format("sip:{}@example.com", user);
        return send(request("INVITE", uri, "<" + uri + ">"));
    }
    void cancel(siptxn::ClientId id) {
        endpoint_->layer().cancel(id, endpoint_->now());
        endpoint_->wake();
    }
    void answer(int status, std::size_t number = 0) {
        auto response = sipmsg::Message::response(requests.at(number).request->view(), status, user_ + "-answer");
        if (status < 300) response.set(sipmsg::Header::contact, contact());
        endpoint_->layer().respond(requests.at(number).transaction, std::move(response), endpoint_->now());
        endpoint_->wake();
    }
    /// A request inside the dialog that our INVITE and that 2xx made (RFC 3261 §12.1.2, §12.2.1.1), sent by its route
    /// set.
    sipmsg::Message in_dialog(std::string_view method, const sipmsg::Message& answer, std::uint32_t cseq) {
        auto message = sipmsg::Message::request(method, std::string(answer.top<sipmsg::Contact>()->uri().text()));
        std::vector<std::string> routes;
        for (const auto& route : answer.all<sipmsg::RecordRoute>())
            routes.insert(routes.begin(), std::string(route->text()));
        for (const auto& route : routes) message.append(sipmsg::Header::route, route);
        for (auto header : {sipmsg::Header::from, sipmsg::Header::to, sipmsg::Header::call_id})
            message.append(header, *answer.raw(header));
        message.append(sipmsg::Header::cseq, fmt::format("{} {}", cseq, method));
        message.append(sipmsg::Header::max_forwards, "70");
        return message;
    }
    void ack(const sipmsg::Message& answer) {
        endpoint_->layer().send_stateless(in_dialog("ACK", answer, answer.top<sipmsg::CSeq>()->number), {},
                                          endpoint_->now());
        endpoint_->wake();
    }
    /// The same from the called side: the route set as the INVITE has it.
    sipmsg::Message in_dialog_of(const sipmsg::Message& invite, std::string_view method) {
        auto message = sipmsg::Message::request(method, std::string(invite.top<sipmsg::Contact>()->uri().text()));
        for (const auto& route : invite.all<sipmsg::RecordRoute>())
            message.append(sipmsg::Header::route, route->text());
        message.append(sipmsg::Header::from, fmt::format("{};tag={}-answer", *invite.raw(sipmsg::Header::to), user_));
        message.append(sipmsg::Header::to, *invite.raw(sipmsg::Header::from));
        message.append(sipmsg::Header::call_id, *invite.raw(sipmsg::Header::call_id));
        message.append(sipmsg::Header::cseq, fmt::format("1 {}", method));
        message.append(sipmsg::Header::max_forwards, "70");
        return message;
    }
    void send_by_route(sipmsg::Message message) {
        endpoint_->layer().send(std::move(message), {}, endpoint_->now());
        endpoint_->wake();
    }
    /// The same over the connection to the proxy: what a WebSocket client does.
    void send_by_flow(sipmsg::Message message, const siptxn::Flow& flow) {
        endpoint_->layer().send(std::move(message), {.flow = flow}, endpoint_->now());
        endpoint_->wake();
    }

    [[nodiscard]] int status(std::size_t number) const {
        return number < responses.size() ? responses[number]->status() : 0;
    }
    [[nodiscard]] int last_status() const { return responses.empty() ? 0 : responses.back()->status(); }
    siptxn::Endpoint& endpoint() { return *endpoint_; }

    std::string proxy;
    std::vector<siptxn::RequestReceived> requests;
    std::vector<sipmsg::MessagePtr> acks;
    std::vector<siptxn::ServerId> cancels;
    std::vector<sipmsg::MessagePtr> responses;
    std::vector<std::error_code> failures;

private:
    std::string user_;
    siptxn::Transport transport_;
    siptxn::SocketAddress local_;
    std::shared_ptr<siptxn::Endpoint> endpoint_;
    std::uint32_t cseq_ = 0;
};

}  // namespace sipstrata::test
