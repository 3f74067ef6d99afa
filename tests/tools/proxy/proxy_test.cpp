// SPDX-License-Identifier: MIT
#include "proxy/proxy.hpp"

#include "phone.hpp"

#include <doctest/doctest.h>

using namespace sipstrata;
using namespace sipstrata::test;
using sipmsg::Header;
using siptxn::Transport;

namespace {

// A proxy at 192.0.2.1 on a simulated network.
struct Site {
    siptxn::sim::Network network{7};
    siptxn::Listener udp{Transport::udp, address("192.0.2.1:5060")};
    siptxn::Listener tcp{Transport::tcp, address("192.0.2.1:5060")};
    siptxn::Listener ws{Transport::ws, address("192.0.2.1:8080")};
    std::shared_ptr<siptxn::Endpoint> endpoint = siptxn::Endpoint::create(
        network.wire(udp.local.ip, {udp, tcp, ws}), network.clock(), network.random(), {.check_addresses = false});
    Proxy proxy;

    explicit Site(ProxyOptions options = {}) : proxy(*endpoint, with_domain(std::move(options))) {}
    static ProxyOptions with_domain(ProxyOptions options) {
        options.domains = {"example.com"};
        return options;
    }
    std::unique_ptr<Phone> phone(std::string user, std::string_view local, Transport transport = Transport::udp) {
        auto made = std::make_unique<Phone>(network, std::move(user), local, transport);
        made->proxy = transport == Transport::ws ? "sip:192.0.2.1:8080;transport=ws"
                                                 : fmt::format("sip:192.0.2.1:5060;transport={}", to_string(transport));
        return made;
    }
    void settle() { network.run_for(50ms); }
};

/// Alice calls Bob, who has registered.
struct Call : Site {
    std::unique_ptr<Phone> alice, bob;
    siptxn::ClientId invite{};

    explicit Call(std::string_view bob_at = "192.0.2.20:5060", Transport transport = Transport::udp)
        : alice(phone("alice", "192.0.2.10:5060")), bob(phone("bob", bob_at, transport)) {
        bob->register_here();
        settle();
        REQUIRE(bob->last_status() == 200);
        invite = alice->invite("bob");
        settle();
        REQUIRE(bob->requests.size() == 1);
    }
};

}  // namespace

TEST_CASE("a call goes through: INVITE by the binding, 2xx back, ACK and BYE by Record-Route (RFC 3261 §16)") {
    Call site;
    auto &alice = site.alice, &bob = site.bob;
    const auto& invite = *bob->requests[0].request;
    CHECK(invite.request_uri_text() == "sip:bob@192.0.2.20:5060");
    CHECK(invite.raw(Header::max_forwards) == "69");
    CHECK(invite.raw(Header::contact) == "<sip:alice@192.0.2.10:5060>");  // never rewritten
    CHECK(invite.view().count(Header::record_route) == 1);
    CHECK(invite.view().count(Header::via) == 2);
    bob->answer(180);
    site.settle();
    bob->answer(200);
    site.settle();
    REQUIRE(alice->responses.size() == 2);
    CHECK(alice->status(0) == 180);
    CHECK(alice->status(1) == 200);
    CHECK(alice->responses[1]->view().count(Header::via) == 1);

    alice->ack(*alice->responses[1]);
    site.settle();
    REQUIRE(bob->acks.size() == 1);
    CHECK_FALSE(bob->acks[0]->has(Header::route));
    alice->send_by_route(alice->in_dialog("BYE", *alice->responses[1], 9));
    site.settle();
    REQUIRE(bob->requests.size() == 2);
    CHECK(bob->requests[1].request->method_text() == "BYE");
    CHECK(bob->requests[1].request->view().count(Header::via) == 2);
    bob->answer(200, 1);
    site.settle();
    CHECK(alice->last_status() == 200);
    site.network.run_for(10min);
    CHECK(site.proxy.contexts() == 0);
    CHECK(site.endpoint->layer().transactions() == 0);
}

TEST_CASE("all contacts ring, the first 2xx wins and the others are cancelled (RFC 3261 §16.7 step 10)") {
    Site site;
    auto alice = site.phone("alice", "192.0.2.10:5060");
    auto desk = site.phone("bob", "192.0.2.20:5060");
    auto mobile = site.phone("bob", "192.0.2.21:5060");
    desk->register_here();
    mobile->register_here();
    site.settle();
    alice->invite("bob");
    site.settle();
    REQUIRE(desk->requests.size() == 1);
    REQUIRE(mobile->requests.size() == 1);
    desk->answer(180);
    mobile->answer(180);
    site.settle();
    mobile->answer(200);
    site.settle();
    REQUIRE(desk->cancels.size() == 1);
    desk->answer(487);
    site.settle();
    CHECK(alice->last_status() == 200);
    int finals = 0;
    for (const auto& response : alice->responses) finals += response->status() >= 200 ? 1 : 0;
    CHECK(finals == 1);
    site.network.run_for(10min);
    CHECK(site.proxy.contexts() == 0);
}

TEST_CASE("when every branch refuses, the best response goes upstream (RFC 3261 §16.7 step 6)") {
    Site site;
    auto alice = site.phone("alice", "192.0.2.10:5060");
    auto one = site.phone("bob", "192.0.2.20:5060");
    auto two = site.phone("bob", "192.0.2.21:5060");
    one->register_here();
    two->register_here();
    site.settle();
    alice->invite("bob");
    site.settle();
    one->answer(503);
    site.settle();
    CHECK(alice->last_status() < 200);
    two->answer(486);
    site.settle();
    CHECK(alice->last_status() == 486);
}

TEST_CASE("a 6xx stops the other branches and wins (RFC 3261 §16.7 step 5)") {
    Site site;
    auto alice = site.phone("alice", "192.0.2.10:5060");
    auto one = site.phone("bob", "192.0.2.20:5060");
    auto two = site.phone("bob", "192.0.2.21:5060");
    one->register_here();
    two->register_here();
    site.settle();
    alice->invite("bob");
    site.settle();
    two->answer(180);
    site.settle();
    one->answer(603);
    site.settle();
    REQUIRE(two->cancels.size() == 1);
    two->answer(487);
    site.settle();
    CHECK(alice->last_status() == 603);
}

TEST_CASE("CANCEL from the caller reaches every branch, and the caller gets 487 (RFC 3261 §16.10)") {
    Call site;
    auto &alice = site.alice, &bob = site.bob;
    bob->answer(180);
    site.settle();
    alice->cancel(site.invite);
    site.settle();
    REQUIRE(bob->cancels.size() == 1);
    bob->answer(487);
    site.settle();
    CHECK(alice->last_status() == 487);
    site.network.run_for(10min);
    CHECK(site.proxy.contexts() == 0);
}

namespace {

/// Sends octets as they are, and keeps what comes.
class Stranger final : public siptxn::WireEvents {
public:
    Stranger(siptxn::sim::Network& network, const siptxn::SocketAddress& proxy)
        : flow_{.transport = Transport::udp, .local = address("192.0.2.66:5060"), .remote = proxy},
          wire_(network.wire(flow_.local.ip, {{Transport::udp, flow_.local}})) {
        wire_->attach(this);
    }
    ~Stranger() override { wire_->attach(nullptr); }
    void say(std::string text) { wire_->send(flow_, std::make_shared<const std::string>(std::move(text))); }
    /// With the headers that a request has anyway; `headers` stand before them.
    void ask(std::string_view method, std::string_view uri, std::string_view headers) {
        say(
            fmt::format("{} {} SIP/2.0\r\n{}Via: SIP/2.0/UDP 192.0.2.66;rport;x={};branch=z9hG4bK{}\r\n"
                        "Call-ID: {}\r\nCSeq: 1 {}\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
                        method, uri, headers, odd, call, call, method));
    }
    [[nodiscard]] int last_status() const {
        const auto response = heard.empty() ? std::nullopt : std::optional(sipmsg::parse(heard.back()));
        return response && *response ? (*response)->status() : 0;
    }
    void on_opened(const siptxn::Flow&, bool) override {}
    void on_octets(const siptxn::Flow&, std::string_view octets) override { heard.emplace_back(octets); }
    void on_failed(const siptxn::Flow&, std::error_code) override {}
    void on_resolved(siptxn::QueryId, std::span<const siptxn::DnsRecord>, std::error_code) override {}

    std::vector<std::string> heard;
    std::string odd;  ///< a quoted string
    int call = 1;

private:
    siptxn::Flow flow_;
    std::shared_ptr<siptxn::Wire> wire_;
};

}  // namespace

TEST_CASE("a fold or a NUL where headers may have them is no harm (RFC 3261 §7.3.1, RFC 4475 §3.1.1.2)") {
    using namespace std::string_literals;
    Site site;
    Stranger stranger(site.network, site.udp.local);
    const auto odd = "\"a\r\n b \\\0\""s;
    stranger.odd = odd;
    const auto from = "From: " + odd + "<sip:eve@example.com>;tag=1\r\n";

    SUBCASE("in what is answered") {
        stranger.ask("OPTIONS", "sip:example.com", from + "To: " + odd + "<sip:example.com>\r\n");
        site.settle();
        CHECK(stranger.last_status() == 200);
    }
    SUBCASE("in a Contact that is registered") {
        for (int i = 0; i < 2; ++i, ++stranger.call) {
            const auto contact = i == 0 ? "Contact: <sip:eve@192.0.2.66>;x=" + odd + "\r\n" : ""s;
            stranger.ask("REGISTER", "sip:example.com", from + "To: <sip:eve@example.com>\r\n" + contact);
            site.settle();
            CHECK(stranger.last_status() == 200);
            CHECK(sipmsg::parse(stranger.heard.back())->top<sipmsg::Contact>()->params().get("x"));
        }
    }
    SUBCASE("in a request whose answer is made here") {
        site.network.partition(address("192.0.2.1:1").ip, address("192.0.2.99:1").ip);
        stranger.ask("INVITE", "sip:bob@192.0.2.99", from + "To: " + odd + "<sip:bob@192.0.2.99>\r\n");
        site.network.run_for(64s);
        CHECK(stranger.last_status() >= 400);
    }
    SUBCASE("in a call that is cancelled") {
        auto bob = site.phone("bob", "192.0.2.20:5060");
        bob->register_here();
        site.settle();
        const auto call = from + "To: " + odd + "<sip:bob@example.com>\r\n";
        stranger.ask("INVITE", "sip:bob@example.com", call);
        site.settle();
        bob->answer(180);
        site.settle();
        stranger.ask("CANCEL", "sip:bob@example.com", call + "Reason: SIP\r\n ;cause=200\r\n");
        site.settle();
        CHECK(bob->cancels.size() == 1);
        bob->answer(487);
        site.settle();
        CHECK(stranger.last_status() == 487);
    }
}

TEST_CASE("a request that may go no further is refused with 483 (RFC 3261 §16.3)") {
    Site site;
    auto alice = site.phone("alice", "192.0.2.10:5060");
    auto bob = site.phone("bob", "192.0.2.20:5060");
    bob->register_here();
    site.settle();
    auto message = alice->request("INVITE", "sip:bob@example.com", "<sip:bob@example.com>");
    message.set(Header::max_forwards, "0");
    alice->send(std::move(message));
    site.settle();
    CHECK(alice->last_status() == 483);
    CHECK(bob->requests.empty());
}

TEST_CASE("a binding that points back at the proxy ends in 482, not in a storm (RFC 3261 §16.3 step 4)") {
    Site site;
    auto alice = site.phone("alice", "192.0.2.10:5060");
    auto message = alice->request("REGISTER", "sip:example.com", "<sip:bob@example.com>");
    message.set(Header::contact, "<sip:bob@192.0.2.1:5060>");
    alice->send(std::move(message));
    site.settle();
    site.network.clear_log();
    alice->invite("bob");
    site.network.run_for(2s);
    CHECK(alice->last_status() == 482);
    CHECK(site.network.log().size() < 30);
}

TEST_CASE("nobody there: 404 for a stranger, 480 for one who left, 416 for another scheme, 420 for Proxy-Require") {
    Site site;
    auto alice = site.phone("alice", "192.0.2.10:5060");
    alice->invite("nobody");
    site.settle();
    CHECK(alice->last_status() == 404);
    auto bob = site.phone("bob", "192.0.2.20:5060");
    bob->register_here(";expires=60");
    site.settle();
    bob->register_here(";expires=0");
    site.settle();
    alice->invite("bob");
    site.settle();
    CHECK(alice->last_status() == 480);
    alice->send(alice->request("INVITE", "http://example.com", "<sip:bob@example.com>"));
    site.settle();
    CHECK(alice->last_status() == 416);
    auto message = alice->request("OPTIONS", "sip:bob@example.com", "<sip:bob@example.com>");
    message.append(Header::proxy_require, "foo, bar");
    alice->send(std::move(message));
    site.settle();
    CHECK(alice->last_status() == 420);
    CHECK(alice->responses.back()->view().count(Header::unsupported) == 2);
    alice->send(alice->request("OPTIONS", "sip:example.com", "<sip:example.com>"));
    site.settle();
    CHECK(alice->last_status() == 200);
}

TEST_CASE("a callee that never answers is a 408 upstream (RFC 3261 §16.7)") {
    Site site;
    auto alice = site.phone("alice", "192.0.2.10:5060");
    auto message = alice->request("REGISTER", "sip:example.com", "<sip:bob@example.com>");
    message.set(Header::contact, "<sip:bob@192.0.2.99:5060>");
    alice->send(std::move(message));
    site.settle();
    site.network.partition(address("192.0.2.1:1").ip, address("192.0.2.99:1").ip);
    alice->invite("bob");
    site.network.run_for(40s);
    CHECK(alice->last_status() == 408);
}

TEST_CASE("Timer C cancels a branch that rings for ever (RFC 3261 §16.8)") {
    Call site;
    auto &alice = site.alice, &bob = site.bob;
    bob->answer(180);
    site.network.run_for(190s);
    CHECK(bob->cancels.empty());
    bob->answer(180);  // It starts anew (RFC 3261 §16.7 step 2).
    site.network.run_for(190s);
    CHECK(bob->cancels.empty());
    site.network.run_for(15s);
    REQUIRE(bob->cancels.size() == 1);
    bob->answer(487);
    site.settle();
    CHECK(alice->last_status() == 487);
}

TEST_CASE("what is answered or has ended leaves no timer C behind: only calls that ring have one") {
    ProxyOptions options;
    options.timer_c = 300s;  // ends behind all that follows
    Site site(std::move(options));
    auto alice = site.phone("alice", "192.0.2.10:5060");
    std::vector<std::unique_ptr<Phone>> callees;
    for (int i = 0; i < 2; ++i) callees.push_back(site.phone("bob", fmt::format("192.0.2.2{}:5060", i)));
    auto timers = [&] { return site.proxy.next_expiry(); };
    CHECK_FALSE(timers());
    auto call = [&](int i) {
        alice->send(alice->request("INVITE", fmt::format("sip:bob@192.0.2.2{}", i), "<sip:bob@example.com>"));
        site.settle();
        callees.at(static_cast<std::size_t>(i))->answer(180);
        site.settle();
    };
    call(0);
    const auto first = timers();
    site.network.run_for(10s);
    call(1);
    CHECK(timers() == first);
    callees[0]->answer(486);
    site.settle();
    REQUIRE(timers());
    CHECK(*timers() > *first);
    callees[1]->answer(200);
    site.settle();
    CHECK_FALSE(timers());
}

TEST_CASE(
    "a WebSocket client is called, and called back in the dialog, over its connection (RFC 5626 §5.2, RFC 5658 §4, RFC "
    "7118 §5)") {
    Call site("192.0.2.20:0", Transport::ws);
    auto &alice = site.alice, &bob = site.bob;
    const auto& invite = *bob->requests[0].request;
    CHECK(invite.request_uri_text() == "sip:bob@bob.invalid;transport=ws");
    CHECK(bob->requests[0].flow.transport == Transport::ws);
    CHECK(invite.view().count(Header::record_route) == 2);
    CHECK(invite.top<sipmsg::RecordRoute>()->uri().transport() == "ws");
    bob->answer(200);
    site.settle();
    REQUIRE(alice->last_status() == 200);
    auto answer = alice->responses.back();
    alice->ack(*answer);
    site.settle();
    CHECK(bob->acks.size() == 1);
    alice->send_by_route(alice->in_dialog("BYE", *answer, 9));
    site.settle();
    REQUIRE(bob->requests.size() == 2);
    CHECK_FALSE(bob->requests[1].request->has(Header::route));

    bob->send_by_flow(bob->in_dialog_of(invite, "INFO"), bob->requests[0].flow);
    site.settle();
    REQUIRE(alice->requests.size() == 1);
    CHECK(alice->requests[0].request->method_text() == "INFO");
}

TEST_CASE("when the WebSocket is gone its binding is too, and the dialog gets 430 (RFC 5626 §5.3.1)") {
    Call site("192.0.2.20:0", Transport::ws);
    auto &alice = site.alice, &bob = site.bob;
    bob->answer(200);
    site.settle();
    auto answer = alice->responses.back();
    bob->endpoint().layer().close(bob->requests[0].flow.id);
    bob->endpoint().wake();
    site.settle();
    alice->send_by_route(alice->in_dialog("BYE", *answer, 9));
    site.settle();
    CHECK(alice->last_status() == 430);
    alice->invite("bob");
    site.settle();
    CHECK(alice->last_status() == 480);
}

TEST_CASE("a From that is no URI goes on as it came, and is no name to be challenged by (RFC 3261 §16.3 step 1)") {
    for (const bool accounts : {false, true}) {
        ProxyOptions options;
        if (accounts) options.accounts = Accounts::parse("alice:secret");
        options.authenticate_calls = accounts;
        Site site(std::move(options));
        auto alice = site.phone("alice", "192.0.2.10:5060");
        auto bob = site.phone("bob", "192.0.2.20:5060");
        const std::string from = "\"A\" <sip:*21#@example.com>;tag=odd";
        auto invite = alice->request("INVITE", "sip:bob@192.0.2.20:5060", "<sip:bob@b_c.example>");
        invite.set(Header::from, from);
        alice->send(std::move(invite));
        site.settle();
        REQUIRE(bob->requests.size() == (accounts ? 0 : 1));
        if (accounts) CHECK(alice->last_status() == 400);
        if (!accounts) CHECK(bob->requests[0].request->raw(Header::from) == from);
    }
}

TEST_CASE("a 2xx whose transaction is gone goes no further: anybody could have sent it (RFC 6026 §7.3)") {
    Call site;
    auto &alice = site.alice, &bob = site.bob;
    bob->answer(200);
    site.settle();
    REQUIRE(alice->last_status() == 200);
    site.network.run_for(2min);
    REQUIRE(site.proxy.contexts() == 0);
    site.network.clear_log();
    auto late = sipmsg::Message::response(bob->requests[0].request->view(), 200, "bob-answer");
    bob->endpoint().layer().respond_stateless(std::move(late), bob->requests[0].flow, bob->endpoint().now());
    bob->endpoint().wake();
    site.settle();
    CHECK(site.network.log().size() == 1);
}

TEST_CASE("strict routers before and behind the proxy (RFC 3261 §16.4, §16.6 step 6)") {
    Site site;
    auto alice = site.phone("alice", "192.0.2.10:5060");
    auto bob = site.phone("bob", "192.0.2.20:5060");
    auto strict = site.phone("strict", "192.0.2.30:5060");
    bob->register_here();
    site.settle();
    alice->invite("bob");
    site.settle();
    bob->answer(200);
    site.settle();
    auto bye = alice->in_dialog("BYE", *alice->responses.back(), 9);
    const std::string ours(bye.top<sipmsg::Route>()->uri().text());
    const std::string target(bye.request_uri_text());

    SUBCASE("before it: our Record-Route value is the Request-URI, and the target stands last in Route") {
        bye.set_request_uri(ours);
        bye.remove(Header::route);
        SUBCASE("alone") {}
        SUBCASE("behind another hop") { bye.append(Header::route, "<sip:192.0.2.30:5060;lr>"); }
        const bool another = bye.has(Header::route);
        bye.append(Header::route, "<" + target + ">");
        alice->send(std::move(bye));
        site.settle();
        const auto& came = another ? strict->requests : bob->requests;
        REQUIRE(came.size() == (another ? 1 : 2));
        const auto& request = *came.back().request;
        CHECK(request.request_uri_text() == target);
        CHECK(request.view().count(Header::route) == (another ? 1 : 0));
    }
    SUBCASE("behind it: its URI becomes the Request-URI, and the target goes to the end of Route") {
        bye.append(Header::route, "<sip:192.0.2.30:5060>");
        bye.append(Header::route, "<sip:192.0.2.31:5060;lr>");
        alice->send(std::move(bye));
        site.settle();
        REQUIRE(strict->requests.size() == 1);
        const auto& request = *strict->requests[0].request;
        CHECK(request.request_uri_text() == "sip:192.0.2.30:5060");
        std::vector<std::string> routes;
        for (const auto& route : request.all<sipmsg::Route>()) routes.emplace_back(route->text());
        CHECK(routes == std::vector<std::string>{"<sip:192.0.2.31:5060;lr>", "<" + target + ">"});
    }
}

TEST_CASE("a token that the proxy did not make opens no connection") {
    Site site;
    auto alice = site.phone("alice", "192.0.2.10:5060");
    auto bob = site.phone("bob", "192.0.2.20:0", Transport::ws);
    bob->register_here();
    site.settle();
    auto message = alice->request("MESSAGE", "sip:bob@bob.invalid;transport=ws", "<sip:bob@example.com>");
    message.append(Header::route, "<sip:1-00000000000000000000@192.0.2.1:5060;lr>");
    alice->send_by_route(std::move(message));
    site.network.run_for(10s);
    CHECK(bob->requests.empty());
    CHECK(alice->last_status() >= 400);
}

TEST_CASE("a thousand calls leave nothing behind") {
    Site site;
    site.network.keep_log(false);
    auto bob = site.phone("bob", "192.0.2.20:5060");
    bob->register_here(";expires=7200");
    site.settle();
    for (int i = 0; i < 1000; ++i) {
        auto alice = site.phone("alice", "192.0.2.10:0");
        bob->requests.clear();
        alice->invite("bob");
        site.settle();
        REQUIRE(bob->requests.size() == 1);
        bob->answer(200);
        site.settle();
        REQUIRE(alice->last_status() == 200);
        alice->ack(*alice->responses.back());
        alice->send_by_route(alice->in_dialog("BYE", *alice->responses.back(), 9));
        site.settle();
        bob->answer(200, 1);
        site.settle();
    }
    site.network.run_for(2min);
    CHECK(site.proxy.contexts() == 0);
    CHECK(site.endpoint->layer().transactions() == 0);
}

TEST_CASE("accounts: REGISTER is challenged, answered, and only for oneself (RFC 3261 §22)") {
    ProxyOptions options;
    options.accounts = Accounts::parse("# people\nbob:secret\ncarol:other\n");
    options.authenticate_calls = true;
    Site site(std::move(options));
    auto bob = site.phone("bob", "192.0.2.20:5060");
    std::vector<siptxn::auth::Credentials> credentials{
        {.username = "bob", .password = "secret"}
    };
    siptxn::auth::Answerer answerer(credentials);
    auto& identifiers = bob->endpoint().layer().identifiers();

    auto attempt = [&](sipmsg::Message message, const sipmsg::Message& refusal) {
        siptxn::auth::RequestAttempts attempts;
        std::string method(message.method_text()), uri(message.request_uri_text());
        auto lines =
            answerer.answer(refusal.view(), {.method = method, .uri = uri, .call_id = "x"}, attempts, identifiers);
        REQUIRE(lines);
        siptxn::auth::apply(message, *lines);
        bob->send(std::move(message));
        site.settle();
        return attempts;
    };
    bob->register_here();
    site.settle();
    REQUIRE(bob->last_status() == 401);
    CHECK(bob->responses.back()->view().count(Header::www_authenticate) == 2);
    const auto sent =
        attempt(bob->request("REGISTER", "sip:example.com", "<sip:bob@example.com>"), *bob->responses.back());
    CHECK(bob->last_status() == 200);
    CHECK(answerer.learn(bob->responses.back()->view(), sent) == siptxn::auth::ServerProof::right);

    bob->register_here();
    site.settle();
    attempt(bob->request("REGISTER", "sip:example.com", "<sip:carol@example.com>"), *bob->responses.back());
    CHECK(bob->last_status() == 403);

    bob->invite("carol");
    site.settle();
    REQUIRE(bob->last_status() == 407);
    attempt(bob->request("INVITE", "sip:carol@example.com", "<sip:carol@example.com>"), *bob->responses.back());
    CHECK(bob->last_status() == 480);

    bob->invite("bob");  // Registered above: the call comes back to its own phone.
    site.settle();
    auto call = bob->request("INVITE", "sip:bob@example.com", "<sip:bob@example.com>");
    call.append(Header::proxy_authorization,
                R"(Digest username="bob", realm="elsewhere", nonce="n", uri="u", response="r")");
    auto challenge = bob->responses.back();
    siptxn::auth::RequestAttempts attempts;
    auto lines = answerer.answer(challenge->view(), {.method = "INVITE", .uri = "sip:bob@example.com", .call_id = "x"},
                                 attempts, identifiers);
    REQUIRE(lines);
    for (const auto& line : *lines) call.append(line.header, line.value);
    bob->send(std::move(call));
    site.settle();
    REQUIRE(bob->requests.size() == 1);  // Our credentials have gone, those for another realm are still there.
    CHECK(bob->requests[0].request->view().count(Header::proxy_authorization) == 1);
    CHECK(bob->requests[0].request->raw(Header::proxy_authorization)->find("elsewhere") != std::string_view::npos);
}
