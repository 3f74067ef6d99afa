// SPDX-License-Identifier: MIT
#include "two_layers.hpp"

#include <fmt/format.h>

#include <variant>

namespace bench {
namespace {

using namespace siptxn;

const SocketAddress here{*IpAddress::parse("192.0.2.1"), 5060};
const SocketAddress there{*IpAddress::parse("192.0.2.2"), 5060};

LayerOptions boundless() {
    LayerOptions options;
    options.limits.client_transactions = options.limits.server_transactions = 100'000'000;
    return options;
}

sipmsg::Message request_of(std::string_view method, std::size_t number) {
    auto request = sipmsg::Message::request(method, "sip:bob@192.0.2.2");
    request.append(sipmsg::Header::max_forwards, "70");
    request.append(sipmsg::Header::from, "<sip:alice@192.0.2.1>;tag=9fxced76sl");
    request.append(sipmsg::Header::to, "<sip:bob@192.0.2.2>");
    request.append(sipmsg::Header::call_id, fmt::format("{}@192.0.2.1", number));
    request.append(sipmsg::Header::cseq, fmt::format("1 {}", method));
    return request;
}

}  // namespace

Side::Side(const SocketAddress& address, std::uint64_t seed, const LayerOptions& options)
    : own(address), layer(options, seeded_random(seed)) {
    Listener listener{Transport::udp, own};
    layer.set_listeners({&listener, 1});
}

bool Side::drain(TimePoint now) {
    bool any = false;
    while (auto output = layer.poll()) {
        any = true;
        std::visit([&](const auto& o) { carry_out(o, now); }, *output);
    }
    return any;
}

void Side::carry_out(const Transmit& output, TimePoint now) {
    ++transmitted;
    octets += output.octets->size();
    Flow flow{FlowId{1}, Transport::udp, output.flow.remote, output.flow.local};
    if (peer) peer->layer.received(flow, *output.octets, now);
}

void Side::carry_out(const OpenFlow& output, TimePoint now) {
    layer.opened({output.id, output.transport, own, output.remote}, false, now);
}

void Side::carry_out(const Event& event, TimePoint now) {
    if (auto* request = std::get_if<RequestReceived>(&event)) {
        auto response = sipmsg::Message::response(request->request->view(), status, "8321234356");
        layer.respond(request->transaction, std::move(response), now);
    }
    if (auto* response = std::get_if<ResponseReceived>(&event)) finals += response->response->status() >= 200;
}

TwoLayers::TwoLayers() : client(here, 1, boundless()), server(there, 2, boundless()) {
    client.peer = &server;
    server.peer = &client;
}

void TwoLayers::drain(TimePoint now) {
    while (client.drain(now) || server.drain(now)) {
    }
}

void TwoLayers::expire(TimePoint now) {
    client.layer.expire(now);
    server.layer.expire(now);
    drain(now);
}

void TwoLayers::transact(std::string_view method, TimePoint now) {
    client.layer.send(request_of(method, ++sent), {}, now);
    drain(now);
}

std::string received_request(std::string_view method, std::size_t number) {
    return fmt::format(
        "{0} sip:bob@192.0.2.2 SIP/2.0\r\n"
        "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK{1:016x};rport\r\n"
        "Max-Forwards: 70\r\n"
        "From: <sip:alice@192.0.2.1>;tag=9fxced76sl\r\n"
        "To: <sip:bob@192.0.2.2>\r\n"
        "Call-ID: {2}@192.0.2.1\r\n"
        "CSeq: 1 {0}\r\n"
        "Content-Length: 0\r\n\r\n",
        method, number * 0x9e3779b97f4a7c15, number);
}

Flow arriving() { return {FlowId{1}, Transport::udp, there, here}; }

}  // namespace bench
