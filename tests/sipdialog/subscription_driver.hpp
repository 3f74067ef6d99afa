// SPDX-License-Identifier: MIT
#pragma once

// One SubscriptionLayer driven by hand, as driver.hpp does with a DialogLayer.

#include "driver.hpp"

#include <sipdialog/subscription_layer.hpp>

#include <string>
#include <utility>

namespace sipdialog::testing {

inline std::string header_of(const Message& message, std::string_view name) {
    return std::string(message.raw(name).value_or(""));
}

class SubscriptionDriver {
public:
    explicit SubscriptionDriver(SubscriptionOptions options = {}) : layer(options, siptxn::seeded_random(7)) {}

    SubscriptionLayer layer;
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

    std::pair<Message, ClientId> take_request() {
        auto request = take<SendInSubscription>();
        last_request = request.id;
        auto transaction = ClientId{++last_client_};
        layer.sent(request.id, transaction);
        return {std::move(request.request), transaction};
    }
    bool answer(ClientId transaction, MessagePtr response) {
        bool taken = layer.handle(siptxn::ResponseReceived{transaction, std::move(response), some_flow()}, now);
        layer.handle(siptxn::ClientEnded{transaction}, now);
        return taken;
    }
    bool fail(ClientId transaction) {
        bool taken = layer.handle(siptxn::RequestFailed{transaction, siptxn::Errc::timeout}, now);
        layer.handle(siptxn::ClientEnded{transaction}, now);
        return taken;
    }
    bool receive(MessagePtr request) {
        return layer.handle(siptxn::RequestReceived{ServerId{++last_server_}, std::move(request), some_flow()}, now);
    }
    /// Of what the layer answered by itself.
    int take_status() { return take<Respond>().response.status(); }
    void advance(siptxn::Duration by) {
        now += by;
        layer.expire(now);
    }

    // Subscriber.

    static SubscribeOptions presence() {
        SubscribeOptions options;
        options.request_uri = "sip:bob@example.com";
        options.from = "<sip:alice@example.com>";
        options.to = "<sip:bob@example.com>";
        options.call_id = "call-1";
        options.from_tag = "alice";
        options.routing.contact = siptxn::LocalContact{.user = "alice"};
        options.common_headers = {
            {"Accept", "text/plain"}
        };
        options.event = "presence";
        options.expires = 600;
        return options;
    }
    /// A NOTIFY to Alice.
    struct Notify {
        std::string state = "active;expires=600";
        std::string event = "presence";
        std::uint32_t cseq = 1;
        std::string tag = "bob";
        std::string contact = "<sip:bob@192.0.2.2>";
        std::string method = "NOTIFY";
    };
    static MessagePtr notify(const Notify& how) {
        HeaderList headers;
        if (!how.event.empty()) headers.emplace_back("Event", how.event);
        if (!how.state.empty()) headers.emplace_back("Subscription-State", how.state);
        return incoming({.method = how.method,
                         .to_tag = "alice",
                         .from_tag = how.tag,
                         .cseq = how.cseq,
                         .contact = how.contact,
                         .headers = headers});
    }
    struct Active {
        SubscriptionId id;
        Message subscribe;
    };
    /// Answered with `granted` seconds, and notified.
    Active active(std::string granted = "600", const SubscribeOptions& options = presence()) {
        auto id = layer.subscribe(options, now);
        auto [subscribe, transaction] = take_request();
        answer(transaction, reply_to(subscribe, 200, {.headers = {{"Expires", std::move(granted)}}}));
        take<SubscribeAnswered>();
        REQUIRE(receive(notify({})));
        CHECK(take<Notified>().state == SubscriberState::active);
        REQUIRE(quiet());
        return {id, std::move(subscribe)};
    }

    // Notifier.

    static MessagePtr subscribe(const HeaderList& headers, std::uint32_t cseq = 1, std::string to_tag = {},
                                std::string method = "SUBSCRIBE") {
        return incoming({.method = std::move(method), .to_tag = std::move(to_tag), .cseq = cseq, .headers = headers});
    }
    struct Serving {
        SubscriptionId id;
        Message response;
        Message notify;
        ClientId transaction;
        std::string tag;
    };
    Serving accepted(std::string expires = "600", NotifierState state = NotifierState::active) {
        HeaderList headers{
            {"Event",   "presence"        },
            {"Expires", std::move(expires)}
        };
        REQUIRE(receive(subscribe(headers)));
        auto received = take<SubscribeReceived>();
        layer.accept(received.subscription, now, state, {"text/plain", "here"}, {.user = "bob"});
        auto response = take<Respond>().response;
        auto [notify, transaction] = take_request();
        return {received.subscription, response, std::move(notify), transaction,
                std::string(*response.top<sipmsg::To>()->tag())};
    }

    RequestId last_request = RequestId::none;

private:
    std::uint64_t last_client_ = 100;
    std::uint64_t last_server_ = 200;
};

}  // namespace sipdialog::testing
