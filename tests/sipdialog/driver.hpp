// SPDX-License-Identifier: MIT
#pragma once

// One DialogLayer driven by hand: what it yields is taken in order, what it is fed is built here.

#include <doctest/doctest.h>

#include <sipdialog/dialog_layer.hpp>

#include <sipmsg/sipmsg.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sipdialog::testing {

using namespace std::chrono_literals;
using sipmsg::Header;
using sipmsg::Message;
using sipmsg::MessagePtr;
using siptxn::ClientId;
using siptxn::ServerId;
using siptxn::TimePoint;

inline Body sdp(std::string content) { return {"application/sdp", std::move(content)}; }

inline MessagePtr share(Message message) { return std::make_shared<const Message>(std::move(message)); }

inline siptxn::Flow some_flow() {
    return {siptxn::FlowId{1}, siptxn::Transport::udp, *siptxn::SocketAddress::parse("192.0.2.1:5060"),
            *siptxn::SocketAddress::parse("192.0.2.9:5060")};
}

inline std::uint32_t cseq_of(const Message& message) { return message.top<sipmsg::CSeq>()->number; }

/// How a response to `request` differs from the plain one.
struct Reply {
    std::string tag = "bob";
    std::string contact = "<sip:bob@192.0.2.2>";  // empty: none
    Body body = {};
    HeaderList headers = {};
};

inline MessagePtr reply_to(const Message& request, int status, const Reply& how = {}) {
    auto response = Message::response(request.view(), status, how.tag);
    if (!how.contact.empty()) response.append(Header::contact, how.contact);
    for (const auto& [name, value] : how.headers) response.append(name, value);
    if (!how.body.empty()) response.set_body(how.body.content_type, how.body.content);
    return share(std::move(response));
}

/// A request as the peer would send it.
struct Incoming {
    std::string method = "INVITE";
    std::string to_tag = {};  // ours
    std::string from_tag = "alice";
    std::uint32_t cseq = 1;
    std::string contact = "<sip:alice@192.0.2.1>";
    Body body = {};
    HeaderList headers = {};
    std::string call_id = "call-1";
};

inline MessagePtr incoming(const Incoming& how) {
    auto request = Message::request(how.method, "sip:bob@192.0.2.2");
    request.append(Header::via, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK" + std::to_string(how.cseq));
    request.append(Header::max_forwards, "70");
    request.append(Header::from, "\"Alice\" <sip:alice@example.com>;tag=" + how.from_tag);
    request.append(Header::to, "<sip:bob@example.com>" + (how.to_tag.empty() ? "" : ";tag=" + how.to_tag));
    request.append(Header::call_id, how.call_id);
    request.append(Header::cseq, std::to_string(how.cseq) + " " + how.method);
    if (!how.contact.empty()) request.append(Header::contact, how.contact);
    for (const auto& [name, value] : how.headers) request.append(name, value);
    if (!how.body.empty()) request.set_body(how.body.content_type, how.body.content);
    return share(std::move(request));
}

class Driver {
public:
    explicit Driver(DialogOptions options = {}) : layer(options, siptxn::seeded_random(7)) {}

    DialogLayer layer;
    TimePoint now{};

    /// The next output, which must be a T.
    template <class T>
    T take() {
        auto output = layer.poll();
        REQUIRE(output.has_value());
        REQUIRE_MESSAGE(std::holds_alternative<T>(*output), "another output came, number " << output->index());
        return std::get<T>(std::move(*output));
    }
    [[nodiscard]] bool quiet() { return !layer.poll(); }
    void drain() {
        while (layer.poll()) {
        }
    }

    /// A request that is sent: given a transaction.
    std::pair<SendRequest, ClientId> take_request() {
        auto request = take<SendRequest>();
        auto transaction = ClientId{++last_client_};
        layer.sent(request.id, transaction);
        return {std::move(request), transaction};
    }

    bool answer(ClientId transaction, MessagePtr response) {
        return layer.handle(siptxn::ResponseReceived{transaction, std::move(response), some_flow()}, now);
    }
    bool fail(ClientId transaction, siptxn::Errc error = siptxn::Errc::timeout) {
        bool taken = layer.handle(siptxn::RequestFailed{transaction, error}, now);
        layer.handle(siptxn::ClientEnded{transaction}, now);
        return taken;
    }
    bool end(ClientId transaction) { return layer.handle(siptxn::ClientEnded{transaction}, now); }
    std::pair<bool, ServerId> receive(MessagePtr request, siptxn::Flow flow = some_flow()) {
        auto transaction = ServerId{++last_server_};
        return {layer.handle(siptxn::RequestReceived{transaction, std::move(request), flow}, now), transaction};
    }
    bool receive_ack(MessagePtr ack) { return layer.handle(siptxn::AckReceived{std::move(ack), some_flow()}, now); }

    void advance(siptxn::Duration by) {
        now += by;
        layer.expire(now);
    }
    /// To the next deadline, and past it.
    bool step() {
        auto next = layer.next_expiry();
        if (!next) return false;
        now = *next;
        layer.expire(now);
        return true;
    }

    // Whole passages.

    static InviteOptions call() {
        InviteOptions options;
        options.request_uri = "sip:bob@example.com";
        options.from = "\"Alice\" <sip:alice@example.com>";
        options.to = "sip:bob@example.com";
        options.routing.contact = siptxn::LocalContact{.user = "alice"};
        options.common_headers = {
            {"User-Agent", "test"}
        };
        return options;
    }
    /// An INVITE with the offer "offer" on its way.
    struct Calling {
        SessionId session;
        SendRequest invite;
        ClientId transaction;
    };
    Calling start_call(InviteOptions options = call()) {
        auto session = layer.invite(std::move(options), now);
        auto wanted = take<DescriptionWanted>();
        REQUIRE(wanted.kind == DescriptionKind::offer);
        layer.described(wanted.id, sdp("offer"), now);
        auto [invite, transaction] = take_request();
        return {session, std::move(invite), transaction};
    }
    /// An outgoing session, confirmed with the answer "answer".
    Calling confirmed_call() {
        auto calling = start_call();
        answer(calling.transaction, reply_to(calling.invite.request, 200, {.body = sdp("answer")}));
        take<SendAck>();
        auto wanted = take<DescriptionWanted>();
        layer.described(wanted.id, Body{}, now);
        take<Established>();
        REQUIRE(quiet());
        return calling;
    }
    struct Called {
        SessionId session;
        ServerId transaction;
        MessagePtr request;
        std::string tag;  ///< ours
        Message success;
    };
    /// An incoming session whose 200 with "answer" is out, without its ACK.
    Called accepted_call(Incoming how = {.body = sdp("offer")}) {
        auto request = incoming(how);
        auto [taken, transaction] = receive(request);
        REQUIRE(taken);
        auto invited = take<Invited>();
        layer.accept(invited.session, now,
                     {
                         .user = "bob"
        },
                     {{"Allow", "INVITE, ACK, BYE"}});
        auto wanted = take<DescriptionWanted>();
        layer.described(wanted.id, sdp("answer"), now);
        auto respond = take<Respond>();
        take<Established>();
        auto tag = std::string(*respond.response.top<sipmsg::To>()->tag());
        return {invited.session, transaction, request, tag, respond.response};
    }
    /// The same, acknowledged.
    Called confirmed_incoming() {
        auto called = accepted_call();
        receive_ack(incoming({.method = "ACK", .to_tag = called.tag}));
        take<Acknowledged>();
        REQUIRE(quiet());
        return called;
    }

private:
    std::uint64_t last_client_ = 100;
    std::uint64_t last_server_ = 200;
};

}  // namespace sipdialog::testing
