// SPDX-License-Identifier: MIT
// The dialog layer beside real transaction layers, on the simulated wire: no Asio is linked into this program.
#include <sipdialog/dialog_layer.hpp>

#include <siptxn/endpoint.hpp>
#include <siptxn/sim/network.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>

using namespace sipdialog;

namespace {

siptxn::IpAddress ip_of(const char* text) { return *siptxn::IpAddress::parse(text); }

/// What a user agent's core does with the two layers, in its smallest form.
class Phone final : public siptxn::TransactionUser {
public:
    Phone(siptxn::sim::Network& network, const char* address)
        : endpoint(siptxn::Endpoint::create(network.wire(ip_of(address),
                                                         {
                                                             {siptxn::Transport::udp, {ip_of(address), 5060}}
    }),
                                            network.clock(), network.random())),
          dialogs({}, network.random()) {
        endpoint->attach(this);
    }
    ~Phone() override { endpoint->attach(nullptr); }

    void on_event(const siptxn::Event& event) override {
        if (dialogs.handle(event, endpoint->now())) return;
        auto* request = std::get_if<siptxn::RequestReceived>(&event);
        if (request)
            endpoint->layer().respond(request->transaction,
                                      sipmsg::Message::response(request->request->view(), 481, "none"),
                                      endpoint->now());
    }
    bool drain() override {
        auto output = dialogs.poll();
        if (output) std::visit([this](const auto& o) { take(o); }, *output);
        return output.has_value();
    }
    std::optional<siptxn::TimePoint> next_expiry() const override { return dialogs.next_expiry(); }
    void expire(siptxn::TimePoint now) override { dialogs.expire(now); }

    void call(const std::string& uri) {
        InviteOptions options;
        options.request_uri = uri;
        options.from = "<sip:alice@example.com>";
        options.to = "<" + uri + ">";
        options.routing.contact = siptxn::LocalContact{.user = "alice"};
        session = dialogs.invite(options, endpoint->now());
        endpoint->wake();
    }

    std::shared_ptr<siptxn::Endpoint> endpoint;
    DialogLayer dialogs;
    SessionId session = SessionId::none;
    std::string news;
    std::function<void()> on_invited = [] {}, on_ringing = [] {}, on_established = [] {}, on_reinvited = [] {};

private:
    void say(const std::string& word) { news += (news.empty() ? "" : " ") + word; }

    void take(const SendRequest& o) {
        dialogs.sent(o.id, endpoint->layer().send(o.request, o.options, endpoint->now()));
    }
    void take(const SendAck& o) { endpoint->layer().send_stateless(o.request, o.options, endpoint->now()); }
    void take(const CancelRequest& o) { endpoint->layer().cancel(o.transaction, endpoint->now(), o.reason); }
    void take(const Respond& o) { endpoint->layer().respond(o.transaction, o.response, endpoint->now()); }
    void take(const DescriptionWanted& o) { dialogs.described(o.id, Body{"application/sdp", "v=0"}, endpoint->now()); }
    void take(const Invited& o) {
        session = o.session;
        on_invited();
    }
    void take(const Progressed&) { on_ringing(); }
    void take(const Established&) {
        say("established");
        on_established();
    }
    void take(const Reinvited& o) {
        say("reinvited:" + std::to_string(o.status));
        on_reinvited();
    }
    void take(const PeerReinvited& o) { say("peer_reinvited:" + std::to_string(o.status)); }
    void take(const Ended& o) { say("ended:" + std::string(to_string(o.cause))); }
    void take(const auto&) {}
};

struct Call {
    explicit Call(std::uint64_t seed, const siptxn::sim::Impairments& impairments) : network(seed) {
        network.impair(impairments);
        bob.on_invited = [this] {
            bob.dialogs.progress(bob.session, {.status = 180}, bob.endpoint->now());
            bob.dialogs.accept(bob.session, bob.endpoint->now(), {.user = "bob"});
        };
    }
    [[nodiscard]] std::size_t left() const {
        std::size_t left = 0;
        for (const auto* phone : {&alice, &bob})
            left += phone->dialogs.sessions() + phone->dialogs.lingering() + phone->endpoint->layer().transactions();
        return left;
    }

    siptxn::sim::Network network;
    Phone alice{network, "192.0.2.1"};
    Phone bob{network, "192.0.2.2"};
};

}  // namespace

TEST_CASE(
    "call, hold and hang up over a wire that loses, doubles and reorders a tenth, in 200 seeds: all succeed, nothing "
    "is left") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        Call call(seed, {.loss = 0.1, .duplication = 0.1, .reordering = 0.1});
        auto& alice = call.alice;
        alice.on_established = [&] { CHECK(alice.dialogs.reinvite(alice.session, alice.endpoint->now())); };
        alice.on_reinvited = [&] { alice.dialogs.bye(alice.session, alice.endpoint->now()); };
        alice.call("sip:bob@192.0.2.2");
        call.network.run();
        CHECK(alice.news == "established reinvited:200 ended:local_bye");
        CHECK(call.bob.news == "established peer_reinvited:200 ended:remote_bye");
        CHECK(call.left() == 0);
    }
}

TEST_CASE("a cancel on such a wire ends both sides, whoever wins the race, and nothing is left (RFC 3261 §9.1)") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        CAPTURE(seed);
        Call call(seed, {.loss = 0.1, .duplication = 0.1, .reordering = 0.1});
        bool answers = seed % 2 == 0;
        if (!answers)
            call.bob.on_invited = [&] {
                call.bob.dialogs.progress(call.bob.session, {.status = 180}, call.bob.endpoint->now());
            };
        auto& alice = call.alice;
        alice.on_ringing = [&] { alice.dialogs.cancel(alice.session, alice.endpoint->now()); };
        alice.on_established = [&] { alice.dialogs.bye(alice.session, alice.endpoint->now()); };
        alice.call("sip:bob@192.0.2.2");
        call.network.run();
        CHECK(alice.news.find("ended:") != std::string::npos);
        CHECK(call.bob.news.find("ended:") != std::string::npos);
        CHECK(call.left() == 0);
    }
}

TEST_CASE("a peer that vanishes leaves nothing behind on either side") {
    Call call(1, {});
    auto& alice = call.alice;
    alice.on_established = [&] {
        call.network.partition(ip_of("192.0.2.1"), ip_of("192.0.2.2"));
        alice.dialogs.bye(alice.session, alice.endpoint->now());
    };
    alice.call("sip:bob@192.0.2.2");
    call.network.run();
    CHECK(alice.news == "established ended:local_bye");
    CHECK(call.bob.news == "established ended:no_ack");
    CHECK(call.left() == 0);
}
