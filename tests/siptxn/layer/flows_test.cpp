// SPDX-License-Identifier: MIT
#include "layer/rig.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace siptxn;

namespace {

Flow tls(std::uint64_t id, std::string_view remote) { return Rig::connection(Transport::tls, id, remote); }
Flow tcp(std::uint64_t id, std::string_view remote) { return Rig::connection(Transport::tcp, id, remote); }

/// Sends to a SIPS URI whose name has that address; what comes of it beside the lookup, which a known name has not.
std::string send_to(Rig& rig, std::string_view name, std::string_view address) {
    rig.send(Rig::request("OPTIONS", "sips:bob@" + std::string(name) + ":5061"));
    auto lines = rig.take();
    if (lines.starts_with("resolve")) lines.clear();
    std::vector<DnsRecord> answer{
        {.type = RecordType::a, .ip = *IpAddress::parse(address)}
    };
    for (auto query : std::exchange(rig.queries, {})) rig.layer.resolved(query, answer, {}, rig.now);
    return lines + rig.take();
}

}  // namespace

TEST_CASE("requests that wait for a connection share one attempt, and later ones the connection (RFC 3261 §18.1.1)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2;transport=tcp"));
    rig.send(Rig::request("MESSAGE", "sip:bob@192.0.2.2;transport=tcp"));
    CHECK(rig.take() == "open 1 tcp 192.0.2.2:5060 192.0.2.2\n");
    rig.layer.opened(tcp(1, "192.0.2.2"), false, rig.now);
    CHECK(rig.take() == "opened 1\ntcp 192.0.2.2:5060 OPTIONS\ntcp 192.0.2.2:5060 MESSAGE\n");
    rig.send(Rig::request("INFO", "sip:bob@192.0.2.2;transport=tcp"));
    CHECK(rig.take() == "tcp 192.0.2.2:5060 INFO\n");
    rig.send(Rig::request("INFO", "sip:bob@192.0.2.2:5061;transport=tcp"));
    CHECK(rig.take() == "open 2 tcp 192.0.2.2:5061 192.0.2.2\n");
}

TEST_CASE("a secure WebSocket that stands serves a URI with transport=ws, a plain one no sips (RFC 7118 §5.1, §5.2)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sips:bob@192.0.2.2:443;transport=ws"));
    CHECK(rig.take() == "open 1 wss 192.0.2.2:443 192.0.2.2\n");
    rig.layer.opened(Rig::connection(Transport::wss, 1, "192.0.2.2:443"), false, rig.now);
    rig.take();
    rig.send(Rig::request("INFO", "sip:bob@192.0.2.2:443;transport=ws"));
    CHECK(rig.take() == "wss 192.0.2.2:443 INFO\n");
    rig.send(Rig::request("INFO", "sip:bob@192.0.2.3:80;transport=ws"));
    CHECK(rig.take() == "open 2 ws 192.0.2.3:80 192.0.2.3\n");
    rig.layer.opened(Rig::connection(Transport::ws, 2, "192.0.2.3:80"), false, rig.now);
    rig.take();
    rig.send(Rig::request("INFO", "sips:bob@192.0.2.3:80;transport=ws"));
    CHECK(rig.take() == "open 3 wss 192.0.2.3:80 192.0.2.3\n");
}

TEST_CASE("timer F starts when the request leaves, not while a connection is made (RFC 3261 §17.1.2.2)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2;transport=tcp"));
    rig.take();
    rig.run(4s);
    rig.layer.opened(tcp(1, "192.0.2.2"), false, rig.now);
    rig.take();
    CHECK(rig.run(60s) == "36000 failed 1: no answer in time\n36000 ended 1\n");
}

TEST_CASE("a connection that is refused, or takes too long, fails the request (RFC 3261 §18.4)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2;transport=tcp"));
    rig.take();
    rig.layer.failed(tcp(1, "192.0.2.2"), std::make_error_code(std::errc::connection_refused), rig.now);
    CHECK(rig.take() == "failed 1: the connection was refused\nended 1\n");
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2;transport=tcp"));
    rig.take();
    CHECK(rig.run(60s) == "5000 close 2\n5000 failed 2: the connection took too long\n5000 ended 2\n");
    rig.layer.opened(tcp(2, "192.0.2.2"), false, rig.now);
    CHECK(rig.take() == "close 2\n");
}

TEST_CASE("when a connection dies, each of its transactions fails at once and once (RFC 3261 §18.4)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2;transport=tcp"));
    rig.send(Rig::request("INVITE", "sip:bob@192.0.2.2;transport=tcp"));
    rig.send(Rig::request("INVITE", "sip:bob@192.0.2.2;transport=tcp"));
    rig.take();
    auto flow = tcp(1, "192.0.2.2");
    rig.layer.opened(flow, false, rig.now);
    rig.take();
    rig.receive(flow, Rig::response(rig.sent.at(1), 180));
    rig.receive(flow, Rig::response(rig.sent.at(2), 200));
    rig.take();
    rig.layer.failed(flow, {}, rig.now);
    auto lines = rig.take();
    CHECK(lines.starts_with("closed 1: the connection was lost\n"));
    CHECK(lines.find("failed 1: the connection was lost\nended 1\n") != std::string::npos);
    CHECK(lines.find("failed 2: the connection was lost\nended 2\n") != std::string::npos);
    CHECK(lines.find("failed 3") == std::string::npos);
    rig.layer.failed(flow, {}, rig.now);
    CHECK(rig.take() == "");
    rig.run(60s);
    CHECK(rig.layer.transactions() == 0);
}

TEST_CASE("the answer returns over the request's own connection (RFC 3261 §18.2.2)") {
    Rig rig;
    auto flow = tcp(7, "192.0.2.9:33333");
    rig.layer.opened(flow, true, rig.now);
    rig.receive(flow, Rig::received_request("OPTIONS", "z9hG4bK1", "192.0.2.9:5060", "TCP"));
    rig.take();
    rig.respond(1, 200);
    CHECK(rig.take() == "tcp 192.0.2.9:33333 200 OPTIONS\nserver ended 1\n");
    CHECK(rig.sent_on.back() == flow);
}

TEST_CASE(
    "when that connection is gone, one is made to the source address and the port of sent-by (RFC 3261 §18.2.2)") {
    Rig rig;
    auto flow = tcp(7, "192.0.2.9:33333");
    rig.layer.opened(flow, true, rig.now);
    rig.receive(flow, Rig::received_request("INVITE", "z9hG4bK1", "203.0.113.1:5070", "TCP"));
    rig.layer.failed(flow, {}, rig.now);
    rig.take();
    CHECK(rig.respond(1, 200));
    CHECK(rig.take() == "open 1 tcp 192.0.2.9:5070 192.0.2.9\n");
    rig.layer.opened(tcp(1, "192.0.2.9:5070"), false, rig.now);
    CHECK(rig.take() == "opened 1\ntcp 192.0.2.9:5070 200 INVITE\n");
    CHECK(rig.respond(1, 200));
    CHECK(rig.take() == "tcp 192.0.2.9:5070 200 INVITE\n");
}

TEST_CASE("when no connections shall be made for responses, one whose connection is gone is reported at once") {
    LayerOptions options;
    options.reconnect_for_responses = false;
    Rig rig(options);
    auto flow = tcp(7, "192.0.2.9:33333");
    rig.layer.opened(flow, true, rig.now);
    rig.receive(flow, Rig::received_request("INVITE", "z9hG4bK1", "192.0.2.9:5060", "TCP"));
    rig.layer.failed(flow, {}, rig.now);
    rig.take();
    CHECK(rig.respond(1, 486));
    CHECK(rig.take() == "response failed 1: the connection was lost\n");
    rig.layer.respond_stateless(Rig::message(Rig::response(rig.received.at(0)->octets(), 200)), flow, rig.now);
    CHECK(rig.take() == "");
}

TEST_CASE("a response nobody can be reached for is reported (RFC 3261 §17.2.4)") {
    Rig rig;
    auto flow = tcp(7, "192.0.2.9:33333");
    auto socket = Rig::connection(Transport::ws, 8, "192.0.2.9:33334");
    rig.layer.opened(flow, true, rig.now);
    rig.layer.opened(socket, true, rig.now);
    rig.receive(flow, Rig::received_request("INVITE", "z9hG4bK1", "192.0.2.9:5060", "TCP"));
    rig.receive(socket, Rig::received_request("OPTIONS", "z9hG4bK2", "x.invalid", "WS"));
    rig.layer.failed(flow, {}, rig.now);
    rig.layer.failed(socket, {}, rig.now);
    rig.take();
    rig.layer.respond(static_cast<ServerId>(1), Rig::message(Rig::response(rig.received.at(0)->octets(), 486)),
                      rig.now);
    rig.layer.respond(static_cast<ServerId>(2), Rig::message(Rig::response(rig.received.at(1)->octets(), 200)),
                      rig.now);
    CHECK(rig.take() ==
          "open 1 tcp 192.0.2.9:5060 192.0.2.9\nresponse failed 2: the connection was lost\nserver ended 2\n");
    rig.layer.failed(tcp(1, "192.0.2.9"), {}, rig.now);
    CHECK(rig.take() == "response failed 1: the connection was refused\n");
    rig.run(60s);
    CHECK(rig.layer.transactions() == 0);
}

TEST_CASE("a request can be bound to a flow: the client's own connection (RFC 5626 §5.3)") {
    Rig rig;
    auto flow = Rig::connection(Transport::ws, 7, "192.0.2.9:33333");
    rig.layer.opened(flow, true, rig.now);
    rig.take();
    rig.send(Rig::request("OPTIONS", "sip:bob@x.invalid;transport=ws"), {.flow = flow});
    CHECK(rig.take() == "ws 192.0.2.9:33333 OPTIONS\n");
    CHECK(Rig::message(rig.sent.at(0)).raw(sipmsg::Header::via)->starts_with("SIP/2.0/WS 192.0.2.1:40000;branch="));
    rig.layer.close(flow.id);
    CHECK(rig.take() == "close 7\nclosed 7: as asked\nfailed 1: the connection was closed\nended 1\n");
    rig.send(Rig::request("OPTIONS", "sip:bob@x.invalid;transport=ws"), {.flow = flow});
    CHECK(rig.take() == "failed 2: the connection was lost\nended 2\n");
}

TEST_CASE("on a WebSocket we opened, Via and Contact carry one .invalid name (RFC 7118 §5.2)") {
    Rig rig;
    SendOptions options{
        .contact = LocalContact{.user = "alice", .header_params = ";expires=60"}
    };
    rig.send(Rig::request("REGISTER", "sip:192.0.2.2;transport=ws"), options);
    CHECK(rig.take() == "open 1 ws 192.0.2.2:80 192.0.2.2\n");
    auto flow = Rig::connection(Transport::ws, 1, "192.0.2.2:80");
    rig.layer.opened(flow, false, rig.now);
    rig.take();
    auto message = Rig::message(rig.sent.at(0));
    std::string host(message.top<sipmsg::Via>()->host().text);
    CHECK(host.ends_with(".invalid"));
    CHECK(message.raw(sipmsg::Header::contact) == "<sip:alice@" + host + ";transport=ws>;expires=60");
    CHECK(local_contact({.user = "alice"}, flow) == "<sip:alice@" + host + ";transport=ws>");
    rig.receive(flow, Rig::response(rig.sent.at(0), 200));
    CHECK(rig.take() == "response 1 200\nended 1\n");
}

TEST_CASE(
    "Contact and Via name the listener of the transport, not the port a connection left from (RFC 3261 §18.1.1)") {
    Rig rig;
    std::vector<Listener> listeners{
        {Transport::tcp, Rig::address("0.0.0.0:5070")}
    };
    rig.layer.set_listeners(listeners);
    rig.send(Rig::request("INVITE", "sip:bob@192.0.2.2;transport=tcp", "Contact: <sip:old@x>\r\n"),
             {.contact = LocalContact{.user = "alice"}});
    rig.take();
    rig.layer.opened(tcp(1, "192.0.2.2"), false, rig.now);
    rig.take();
    auto message = Rig::message(rig.sent.at(0));
    CHECK(message.raw(sipmsg::Header::via)->starts_with("SIP/2.0/TCP 192.0.2.1:5070;branch="));
    CHECK(message.raw(sipmsg::Header::contact) == "<sip:alice@192.0.2.1:5070;transport=tcp>");
    CHECK(message.view().count(sipmsg::Header::contact) == 1);
}

TEST_CASE("a Contact that would break the message is refused before anything is sent") {
    Rig rig;
    const std::string bad = "a\r\nX: y";
    for (const auto& contact :
         {LocalContact{.user = bad}, LocalContact{.uri_params = bad}, LocalContact{.header_params = bad},
          LocalContact{.host = bad}, LocalContact{.uri = bad}})
        CHECK_THROWS_AS(rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2"), {.contact = contact}),
                        std::invalid_argument);
    CHECK(rig.take() == "");
    CHECK(rig.layer.transactions() == 0);
}

TEST_CASE("a flow can be opened ahead of need, and its id is the one reported (RFC 5626 §4.2)") {
    Rig rig;
    auto id = rig.layer.open(Transport::tcp, Rig::address("192.0.2.2"), "example.com", rig.now);
    CHECK(rig.take() == "open 1 tcp 192.0.2.2:5060 example.com\n");
    rig.layer.opened(tcp(1, "192.0.2.2"), false, rig.now);
    CHECK(rig.take() == "opened 1\n");
    CHECK(rig.layer.open(Transport::tcp, Rig::address("192.0.2.2"), "example.com", rig.now) == id);
    CHECK(rig.take() == "opened 1\n");
    CHECK(rig.layer.find_flow(id) == tcp(1, "192.0.2.2"));
    rig.layer.open(Transport::tcp, Rig::address("192.0.2.3"), "example.com", rig.now);
    rig.layer.failed(tcp(2, "192.0.2.3"), {}, rig.now);
    CHECK(rig.take() == "open 2 tcp 192.0.2.3:5060 example.com\nclosed 2: the connection was refused\n");
}

TEST_CASE("closing a flow that is closed, or that never was, does nothing, and another can be opened (RFC 3261 §18)") {
    Rig rig;
    auto id = rig.layer.open(Transport::tcp, Rig::address("192.0.2.2"), "example.com", rig.now);
    rig.layer.opened(tcp(1, "192.0.2.2"), false, rig.now);
    rig.take();
    rig.layer.close(id);
    CHECK(rig.take() == "close 1\nclosed 1: as asked\n");
    CHECK_FALSE(rig.layer.find_flow(id));
    rig.layer.close(id);
    rig.layer.close(FlowId{99});
    rig.layer.failed(tcp(1, "192.0.2.2"), {}, rig.now);  // what the wire still had to say
    CHECK(rig.take() == "");
    CHECK(rig.layer.statistics().connections_lost == 1);
    CHECK(rig.layer.open(Transport::tcp, Rig::address("192.0.2.2"), "example.com", rig.now) != id);
    CHECK(rig.take() == "open 2 tcp 192.0.2.2:5060 example.com\n");
}

TEST_CASE("the end of a connection carries an error unless it was asked for (RFC 3261 §18.4)") {
    for (std::error_code error : {std::error_code(Errc::closed), std::error_code(Errc::transport), std::error_code()}) {
        Rig rig;
        auto flow = Rig::connection(Transport::tcp, 7, "192.0.2.9:33333");
        rig.layer.opened(flow, true, rig.now);
        rig.take();
        rig.layer.failed(flow, error, rig.now);
        CHECK(rig.take() == "closed 7: " + (error ? error : Errc::transport).message() + "\n");
    }
    LayerOptions options;
    options.limits.idle_timeout = 10s;
    Rig idle(options);
    idle.layer.opened(Rig::connection(Transport::ws, 7, "192.0.2.9:33333"), true, idle.now);
    idle.take();
    CHECK(idle.run(1min) == "10000 close 7\n10000 closed 7: the connection was closed\n");
}

TEST_CASE("closing a flow while it connects ends it, and what waits for it, at once (RFC 3261 §18.4)") {
    Rig rig;
    auto id = rig.layer.open(Transport::tcp, Rig::address("192.0.2.2"), "192.0.2.2", rig.now);
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2;transport=tcp"));
    CHECK(rig.take() == "open 1 tcp 192.0.2.2:5060 192.0.2.2\n");
    rig.layer.close(id);
    CHECK(rig.take() == "close 1\nclosed 1: as asked\nfailed 1: the connection was closed\nended 1\n");
    rig.layer.opened(tcp(1, "192.0.2.2"), false, rig.now);  // it had just connected
    CHECK(rig.take() == "close 1\n");
    CHECK(rig.run(60s) == "");
    CHECK(rig.layer.statistics().connections_opened == 0);
}

TEST_CASE("a certificate that is refused leads to the next address; the last reason is the user's (RFC 3263 §4.3)") {
    Rig rig;
    rig.send(Rig::request("OPTIONS", "sips:bob@example.com:5061"));
    CHECK(rig.take() == "resolve example.com A\nresolve example.com AAAA\n");
    std::vector<DnsRecord> two{
        {.type = RecordType::a, .ip = *IpAddress::parse("192.0.2.2")},
        {.type = RecordType::a, .ip = *IpAddress::parse("192.0.2.3")}
    };
    rig.layer.resolved(rig.queries.at(0), two, {}, rig.now);
    rig.layer.resolved(rig.queries.at(1), {}, {}, rig.now);
    CHECK(rig.take() == "open 1 tls 192.0.2.2:5061 example.com\n");
    rig.layer.failed(tls(1, "192.0.2.2:5061"), Errc::tls_wrong_name, rig.now);
    CHECK(rig.take() == "open 2 tls 192.0.2.3:5061 example.com\n");
    rig.layer.failed(tls(2, "192.0.2.3:5061"), Errc::tls_expired, rig.now);
    CHECK(rig.take() == "failed 1: the peer's certificate is expired or not valid yet\nended 1\n");
}

TEST_CASE(
    "a TLS connection serves the name it was verified for alone, and none when the peer opened it (RFC 5922 §7)") {
    Rig rig;
    rig.layer.opened(tls(70, "192.0.2.2:5061"), true, rig.now);
    rig.take();
    CHECK(send_to(rig, "one.example", "192.0.2.2") == "open 1 tls 192.0.2.2:5061 one.example\n");
    rig.layer.opened(tls(1, "192.0.2.2:5061"), false, rig.now);
    CHECK(rig.take() == "opened 1\ntls 192.0.2.2:5061 OPTIONS\n");
    CHECK(send_to(rig, "one.example", "192.0.2.2") == "tls 192.0.2.2:5061 OPTIONS\n");
    CHECK(send_to(rig, "One.Example", "192.0.2.2") == "tls 192.0.2.2:5061 OPTIONS\n");
    CHECK(send_to(rig, "two.example", "192.0.2.2") == "open 2 tls 192.0.2.2:5061 two.example\n");
}

TEST_CASE(
    "by alias a peer that proved its domain is reached over the connection it opened, and nobody else (RFC 5923)") {
    Rig rig;
    auto ask_for_alias = [&](const Flow& flow) {
        rig.receive(flow, Rig::received_request("MESSAGE", "z9hG4bK" + std::to_string(rig.received.size()),
                                                "peer.example:5061;alias", "TLS"));
        rig.take();
    };
    auto unproved = tls(70, "192.0.2.9:40070"), proved = tls(71, "192.0.2.9:40071");
    rig.layer.opened(unproved, true, rig.now);
    ask_for_alias(unproved);
    rig.layer.opened(proved, true, rig.now, {"peer.example", "other.example"});
    rig.take();
    CHECK(send_to(rig, "peer.example", "192.0.2.9") == "open 1 tls 192.0.2.9:5061 peer.example\n");
    rig.layer.failed(tls(1, "192.0.2.9:5061"), Errc::connect_failed, rig.now);
    ask_for_alias(proved);
    CHECK(send_to(rig, "Peer.example", "192.0.2.9") == "tls 192.0.2.9:40071 OPTIONS\n");
    CHECK(send_to(rig, "other.example", "192.0.2.9") == "tls 192.0.2.9:40071 OPTIONS\n");
    CHECK(send_to(rig, "stranger.example", "192.0.2.9") == "open 2 tls 192.0.2.9:5061 stranger.example\n");
    rig.layer.failed(proved, Errc::closed, rig.now);
    rig.take();
    CHECK(send_to(rig, "peer.example", "192.0.2.9") == "open 3 tls 192.0.2.9:5061 peer.example\n");
}

TEST_CASE("alias is offered when asked for, over TLS connections of ours alone (RFC 5923)") {
    LayerOptions options;
    options.offer_alias = true;
    Rig rig(options);
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2;transport=tls"));
    rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2;transport=tcp"));
    rig.take();
    rig.layer.opened(tls(1, "192.0.2.2:5061"), false, rig.now);
    rig.layer.opened(tcp(2, "192.0.2.2"), false, rig.now);
    rig.take();
    REQUIRE(rig.sent.size() == 2);
    CHECK(Rig::message(rig.sent[0]).top<sipmsg::Via>()->params().has("alias"));
    CHECK_FALSE(Rig::message(rig.sent[1]).top<sipmsg::Via>()->params().has("alias"));
}

namespace {

/// A layer with a connection of ours that has been open since `now`.
struct Kept {
    explicit Kept(Duration interval, std::uint64_t seed = 1)
        : rig(
              {
                  .keep_alive = {.interval = interval, .pong_timeout = 10s}
    },
              seed) {
        rig.send(Rig::request("OPTIONS", "sip:bob@192.0.2.2;transport=tcp"));
        rig.take();
        rig.layer.opened(flow, false, rig.now);
        rig.take();
        rig.answer(flow, 200);
        rig.run(5s);
    }
    /// When the layer wants to be called next, in ms from the start.
    [[nodiscard]] long next() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(rig.layer.next_expiry()->time_since_epoch())
            .count();
    }
    Flow flow = tcp(1, "192.0.2.2");
    Rig rig;
};

}  // namespace

TEST_CASE("a connection of ours gets a double CRLF after 80 to 100 % of the interval, each time (RFC 5626 §4.4.1)") {
    std::set<long> times;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Kept kept(100s, seed);
        const auto first = kept.next();
        CHECK((first >= 80'000 && first <= 100'000));
        times.insert(first);
        kept.rig.run(std::chrono::milliseconds(first));
        CHECK(kept.rig.sent.back() == "\r\n\r\n");
        CHECK(kept.rig.sent_on.back().id == kept.flow.id);
        kept.rig.receive(kept.flow, "\r\n");
        const auto second = kept.next() - first;
        CHECK((second >= 80'000 && second <= 100'000));
    }
    CHECK(times.size() == 21);
}

TEST_CASE("a peer that sends nothing after a ping is gone, and what waits for it fails at once (RFC 5626 §4.4.1)") {
    Kept kept(100s);
    const auto ping = kept.next();
    kept.rig.run(std::chrono::milliseconds(ping));
    kept.rig.send(Rig::request("MESSAGE", "sip:bob@192.0.2.2;transport=tcp"));
    kept.rig.take();
    const auto lost = std::to_string(ping + 10'000);
    CHECK(kept.rig.run(115s) == lost + " close 1\n" + lost + " closed 1: no answer in time\n" + lost +
                                    " failed 2: no answer in time\n" + lost + " ended 2\n");
}

TEST_CASE("a pong, or anything else from the peer, says that it lives (RFC 5626 §4.4.1)") {
    for (const std::string& octets :
         {std::string("\r\n"), Rig::received_request("OPTIONS", "z9hG4bK1", "192.0.2.2", "TCP")}) {
        Kept kept(100s);
        for (int i = 0; i < 20; ++i) {
            kept.rig.run(std::chrono::milliseconds(kept.next()));
            kept.rig.receive(kept.flow, octets);
            kept.rig.take();
        }
        CHECK(kept.rig.layer.find_flow(kept.flow.id));
    }
}

TEST_CASE("the pongs of a peer are not answered; a ping of its own is (RFC 5626 §3.5.1, §4.4.1)") {
    Kept kept(100s);
    for (int i = 0; i < 4; ++i) {
        kept.rig.run(std::chrono::milliseconds(kept.next()));
        kept.rig.receive(kept.flow, "\r\n");
        CHECK(kept.rig.take().empty());
    }
    kept.rig.receive(kept.flow, "\r\n\r\n");
    CHECK(kept.rig.take() == "tcp 192.0.2.2:5060 pong\n");
}

TEST_CASE("no ping goes out when none is wanted, or to those who connected to us") {
    Kept kept(0s);
    CHECK(kept.rig.run(16min).ends_with("closed 1: the connection was closed\n"));
    Rig rig({.keep_alive = {.interval = 100s}});
    rig.layer.opened(tcp(7, "192.0.2.7"), true, rig.now);
    rig.receive(tcp(7, "192.0.2.7"), "\r\n\r\n");  // it has shown that it speaks
    rig.take();
    CHECK(rig.run(14min).empty());
}
