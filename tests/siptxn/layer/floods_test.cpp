// SPDX-License-Identifier: MIT
// Floods, and peers that connect and say nothing, or never enough: memory stays bounded, and others are served
// meanwhile.
#include "layer/rig.hpp"

#include <doctest/doctest.h>

#include <malloc.h>

#include <string>

using namespace siptxn;

namespace {

Flow tcp(std::uint64_t id) {
    return Rig::connection(Transport::tcp, id, "192.0.2.66:" + std::to_string(1024 + id % 60'000));
}

std::size_t heap() { return mallinfo2().uordblks; }

/// A request of somebody else's over UDP, from its arrival to its answer.
void check_served(Rig& rig, const std::string& branch) {
    rig.take();
    const auto sent = rig.sent.size();
    rig.receive(Rig::udp("192.0.2.9:5060"), Rig::received_request("OPTIONS", branch));
    rig.take();
    rig.layer.respond(static_cast<ServerId>(rig.layer.statistics().server_transactions),
                      Rig::message(Rig::response(rig.received.back()->octets(), 200)), rig.now);
    rig.take();
    REQUIRE(rig.sent.size() == sent + 1);
    CHECK(rig.sent.back().starts_with("SIP/2.0 200 "));
}

void forget(Rig& rig) {
    rig.take();
    rig.sent.clear();
    rig.sent_on.clear();
    rig.received.clear();
    rig.responses.clear();
}

}  // namespace

TEST_CASE("a flood of retransmissions is one transaction, whose answer is repeated (RFC 3261 §17.2.1)") {
    Rig rig;
    const auto flow = Rig::udp("192.0.2.9:5060");
    const auto invite = Rig::received_request("INVITE", "z9hG4bKflood");
    rig.receive(flow, invite);
    rig.take();
    rig.respond(1, 180);
    forget(rig);
    const auto before = heap();
    for (int i = 0; i < 100'000; ++i) {
        rig.receive(flow, invite);
        if (i % 100 == 0) forget(rig);
    }
    forget(rig);
    CHECK(heap() < before + 100'000);
    CHECK(rig.layer.transactions() == 1);
    CHECK(rig.layer.statistics().retransmissions_received == 100'000);
    CHECK(rig.layer.statistics().requests_received == 1);
    check_served(rig, "z9hG4bKother");
}

TEST_CASE("a flood of CANCELs tells the user once, and those for nothing leave nothing (RFC 3261 §9.2)") {
    Rig rig;
    const auto flow = Rig::udp("192.0.2.9:5060");
    rig.receive(flow, Rig::received_request("INVITE", "z9hG4bKvictim"));
    rig.take();
    const auto cancel = Rig::received_request("CANCEL", "z9hG4bKvictim");
    std::string told;
    for (int i = 0; i < 100'000; ++i) {
        rig.receive(flow, cancel);
        if (i % 100 != 0) continue;
        told += rig.take();
        forget(rig);
    }
    CHECK(told.find("cancel") == told.rfind("cancel"));
    CHECK(rig.layer.statistics().cancels_received <= 1);
    const auto before = rig.layer.transactions();
    CHECK(before <= 2);
    LayerOptions few;
    few.limits.server_transactions = 1000;
    Rig other(few);
    for (int i = 0; i < 100'000; ++i) {
        other.receive(flow, Rig::received_request("CANCEL", "z9hG4bKnobody" + std::to_string(i)));
        if (i % 100 == 0) forget(other);
        CHECK(other.layer.transactions() <= 1000);
    }
    CHECK(other.layer.statistics().requests_received == 0);
    other.run(100s);
    CHECK(other.layer.transactions() == 0);
    forget(other);
    check_served(other, "z9hG4bKgood");
}

TEST_CASE("a flood of responses to nothing is dropped (RFC 3261 §18.1.2)") {
    Rig rig;
    const auto response = Rig::response(Rig::received_request("INVITE", "z9hG4bKnone", "192.0.2.1:5060"), 200);
    const auto before = heap();
    for (int i = 0; i < 100'000; ++i) {
        rig.receive(Rig::udp("192.0.2.9:5060"), response);
        if (i % 100 == 0) forget(rig);
    }
    forget(rig);
    CHECK(heap() < before + 100'000);
    CHECK(rig.layer.transactions() == 0);
    check_served(rig, "z9hG4bKgood");
}

TEST_CASE("connections that say nothing make room for others, and end after head_timeout (RFC 3261 §18)") {
    Rig rig;
    rig.layer.opened(tcp(1), true, rig.now);
    rig.receive(tcp(1), Rig::received_request("OPTIONS", "z9hG4bKfirst", "192.0.2.66:1025", "TCP"));
    forget(rig);
    const auto before = heap();
    for (std::uint64_t id = 2; id < 100'002; ++id) {
        rig.layer.opened(tcp(id), true, rig.now);
        if (id % 2 == 0) rig.receive(tcp(id), "OPTIONS sip:a@b SIP/2.0\r\nVia: ");
        rig.now += 1us;
        if (id % 100 == 0) forget(rig);
    }
    forget(rig);
    CHECK(rig.layer.find_flow(FlowId{1}));  // it has spoken
    CHECK(rig.layer.find_flow(FlowId{100'001}));
    CHECK_FALSE(rig.layer.find_flow(FlowId{2}));
    CHECK(heap() < before + 4096 * 8'000);
    // A peer that comes now is served.
    rig.layer.opened(tcp(200'000), true, rig.now);
    rig.receive(tcp(200'000), Rig::received_request("OPTIONS", "z9hG4bKlate", "192.0.2.66:21384", "TCP"));
    CHECK(rig.take().find("request") != std::string::npos);
    check_served(rig, "z9hG4bKudp");
    rig.run(33s);
    CHECK_FALSE(rig.layer.find_flow(FlowId{100'001}));
    CHECK(rig.layer.find_flow(FlowId{1}));
    CHECK(rig.layer.find_flow(FlowId{200'000}));
}

TEST_CASE("messages that are never finished take what they may, all together, and no more") {
    LayerOptions options;
    options.limits.unfinished_octets = 1'000'000;
    Rig rig(options);
    const std::string line = "X: " + std::string(997, 'x') + "\r\n";
    const auto before = heap();
    for (std::uint64_t id = 1; id <= 200; ++id) {
        rig.layer.opened(tcp(id), true, rig.now);
        rig.receive(tcp(id), "OPTIONS sip:a@b SIP/2.0\r\n");
        for (int i = 0; i < 30 && rig.layer.find_flow(FlowId{id}); ++i) rig.receive(tcp(id), line);
        forget(rig);
    }
    std::size_t open = 0;
    for (std::uint64_t id = 1; id <= 200; ++id) open += rig.layer.find_flow(FlowId{id}) ? 1 : 0;
    CHECK(open >= 30);
    CHECK(open < 40);
    CHECK(heap() < before + 4'000'000);
    rig.run(33s);
    for (std::uint64_t id = 1; id <= 200; ++id) CHECK_FALSE(rig.layer.find_flow(FlowId{id}));
    rig.layer.opened(tcp(300), true, rig.now);
    rig.receive(tcp(300), Rig::received_request("OPTIONS", "z9hG4bKafter", "192.0.2.66:1324", "TCP"));
    CHECK(rig.take().find("request") != std::string::npos);
}

TEST_CASE(
    "a Content-Length that lies on a stream is answered or ends it, and never moves the next message (RFC 3261 "
    "§18.3)") {
    for (const auto* length : {"-1", "4294967406", "18446744073709551616", "0x10", "1, 2", "2147483648", "", "+3"}) {
        CAPTURE(length);
        Rig rig;
        rig.layer.opened(tcp(1), true, rig.now);
        auto request = Rig::received_request("OPTIONS", "z9hG4bKlie", "192.0.2.66:1025", "TCP");
        const auto at = request.find("Content-Length: ");
        if (at != std::string::npos) request.erase(at, request.find("\r\n", at) + 2 - at);
        request.insert(request.size() - 2, "Content-Length: " + std::string(length) + "\r\n");
        rig.receive(tcp(1), request + Rig::received_request("OPTIONS", "z9hG4bKsmuggled", "192.0.2.66:1025", "TCP"));
        const auto told = rig.take();
        CHECK(told.find("smuggled") == std::string::npos);
        CHECK(rig.layer.statistics().requests_received == 0);
        rig.run(40s);
        CHECK_FALSE(rig.layer.find_flow(FlowId{1}));
        check_served(rig, "z9hG4bKgood");
    }
}
