// SPDX-License-Identifier: MIT
// Who is taken for whom: RFC 5922 §7, and mutual TLS.
#include "net/tls_rig.hpp"
#include "users.hpp"

#include <siptxn/error.hpp>

#include <doctest/doctest.h>

using namespace siptxn;

namespace {

std::error_code opening_to(const TestCertificate& shown, std::string_view name, Transport transport = Transport::tls) {
    TlsPair pair(showing(shown), trusting(), transport);
    return pair.result_of_opening(name);
}

std::error_code opening(std::vector<std::string> names, std::string_view name, Transport transport = Transport::tls) {
    return opening_to(authority().issue({"a test", std::move(names)}), name, transport);
}

}  // namespace

TEST_CASE("a server's certificate must be for the SIP domain asked for (RFC 5922 §7)") {
    CHECK_FALSE(opening({"URI:sip:example.com"}, "example.com"));
    CHECK_FALSE(opening({"DNS:example.com"}, "example.com"));
    CHECK_FALSE(opening_to(authority().issue({"example.com", {}}), "example.com"));
    CHECK_FALSE(opening({"IP:127.0.0.1"}, "127.0.0.1"));
    CHECK_FALSE(opening({"IP:127.0.0.1"}, ""));
    CHECK(opening({"DNS:other.example"}, "example.com") == Errc::tls_wrong_name);
    CHECK(opening({"DNS:*.example.com"}, "sip.example.com") == Errc::tls_wrong_name);
    CHECK(opening({"URI:sip:other.example", "DNS:example.com"}, "example.com") == Errc::tls_wrong_name);
    CHECK(opening({"DNS:127.0.0.1"}, "127.0.0.1") == Errc::tls_wrong_name);
}

TEST_CASE("a secure WebSocket server's certificate is checked as HTTPS does (RFC 7118, RFC 6125 §6.4)") {
    CHECK_FALSE(opening({"DNS:*.example.com"}, "edge.example.com", Transport::wss));
    CHECK_FALSE(opening({"IP:127.0.0.1"}, "127.0.0.1", Transport::wss));
    CHECK(opening({"DNS:*.example.com"}, "example.com", Transport::wss) == Errc::tls_wrong_name);
    CHECK(opening({"URI:sip:example.com"}, "example.com", Transport::wss) == Errc::tls_wrong_name);
}

TEST_CASE("expired, future and foreign certificates are refused, each with its error; both sides have the reason") {
    std::vector<std::string> names{"DNS:example.com"};
    CHECK(opening_to(authority().issue({"a test", names, -7'200, -3'600}), "example.com") == Errc::tls_expired);
    CHECK(opening_to(authority().issue({"a test", names, 3'600, 7'200}), "example.com") == Errc::tls_expired);
    CHECK(opening_to(self_signed({"a test", names}), "example.com") == Errc::tls_untrusted);
    CHECK(opening_to(TestAuthority().issue({"a test", names}), "example.com") == Errc::tls_untrusted);

    TlsPair pair(named({"DNS:other.example"}));
    CHECK(pair.result_of_opening("example.com") == Errc::tls_wrong_name);
    REQUIRE(pair.refused_by_client.size() == 1);
    CHECK(pair.refused_by_client[0].reason == "the certificate is not for example.com, but for other.example");
    REQUIRE(pair.server_refuses());
    CHECK(pair.refused_by_server[0].error == Errc::tls_refused);
    CHECK(pair.refused_by_server[0].accepted);
    CHECK(pair.at_server.opened.empty());
}

TEST_CASE("a certificate that is itself among the trusted ones needs no issuer") {
    auto own = self_signed({"a test", {"DNS:example.com"}});
    TlsPair pair(showing(own), {.trusted = {.text = own.certificate}});
    CHECK_FALSE(pair.result_of_opening("example.com"));
    CHECK(pair.result_of_opening("other.example") == Errc::tls_wrong_name);
}

TEST_CASE("peer checks can be switched off, and then no name is proved") {
    auto careless = trusting();
    careless.verify_peer = false;
    TlsPair pair(showing(self_signed({"nobody", {"DNS:other.example"}, -7'200, -3'600})), careless);
    REQUIRE(pair.connects("example.com"));
    CHECK_FALSE(pair.client->peer_names(pair.at_client.opened[0].flow.id));
}

TEST_CASE("a listener that wants a certificate refuses clients without a good one, and knows the others by name") {
    auto strict = named({"DNS:example.com"});
    strict.client_certificate = net::ClientCertificate::required;
    {
        TlsPair pair(strict);
        pair.open("example.com");
        REQUIRE(pair.server_refuses());
        CHECK(pair.refused_by_server[0].error == Errc::tls_untrusted);
        CHECK(pair.at_server.opened.empty());
        REQUIRE(pair.loop.until([&] { return !pair.at_client.failed.empty(); }));
        CHECK(pair.at_client.failed[0].error == Errc::tls_refused);
    }
    {
        auto stranger = showing(TestAuthority().issue({"a test", {"DNS:client.example"}}));
        TlsPair pair(strict, stranger);
        pair.open("example.com");
        REQUIRE(pair.server_refuses());
        CHECK(pair.refused_by_server[0].error == Errc::tls_untrusted);
    }
    {
        TlsPair pair(strict, named({"URI:sip:client.example", "DNS:host.client.example"}));
        REQUIRE(pair.connects("example.com"));
        auto names = pair.server->peer_names(pair.at_server.opened[0].flow.id);
        REQUIRE(names);
        CHECK(net::sip_domains(*names) == std::vector<std::string>{"client.example"});
        CHECK(names->dns == std::vector<std::string>{"host.client.example"});
        CHECK(net::sip_domains(*pair.client->peer_names(pair.at_client.opened[0].flow.id)) ==
              std::vector<std::string>{"example.com"});
        CHECK_FALSE(pair.server->peer_names(FlowId{9'999}));
    }
}

TEST_CASE("a listener that only asks takes clients without a certificate, but none with a bad one") {
    auto asking = named({"DNS:example.com"});
    asking.client_certificate = net::ClientCertificate::optional;
    TlsPair pair(asking);
    REQUIRE(pair.connects("example.com"));
    CHECK_FALSE(pair.server->peer_names(pair.at_server.opened[0].flow.id));
    TlsPair with_bad(asking, showing(authority().issue({"a test", {"DNS:client.example"}, -7'200, -3'600})));
    with_bad.open("example.com");
    REQUIRE(with_bad.server_refuses());
    CHECK(with_bad.refused_by_server[0].error == Errc::tls_expired);
}

TEST_CASE("between two that know each other by certificate one connection serves both directions (RFC 5923)") {
    Loop loop;
    auto mutual = named({"DNS:localhost"});
    mutual.client_certificate = net::ClientCertificate::required;
    auto clock = std::make_shared<net::AsioClock>(loop.context.get_executor());
    auto make = [&] {
        LayerOptions offering;
        offering.offer_alias = true;
        offering.limits.connect_timeout = 20s;
        return Endpoint::create(loop.wire({Transport::tls}, {.tls = mutual}), clock, net::system_random(), offering);
    };
    Caller alice(make()), bob(make());
    auto answer_at = [](Caller& caller) {
        caller.when_event = [&caller](const Event& event) {
            auto* received = std::get_if<RequestReceived>(&event);
            if (!received) return;
            auto response = sipmsg::Message::response(received->request->view(), 200, "t");
            caller.endpoint->layer().respond(received->transaction, std::move(response), caller.endpoint->now());
        };
    };
    auto ask = [&](Caller& from, Caller& to) {
        auto port = std::to_string(to.endpoint->wire().listeners()[0].local.port);
        auto id = from.send("OPTIONS", "sips:someone@localhost:" + port, "alias-" + port);
        loop.until([&] { return from.ends.contains(id); });
        return from.finals[id];
    };
    answer_at(alice);
    answer_at(bob);
    CHECK(ask(alice, bob) == std::vector<int>{200});
    CHECK(ask(bob, alice) == std::vector<int>{200});
    CHECK(alice.flows.size() == 1);
    CHECK(bob.flows.size() == 1);
}
