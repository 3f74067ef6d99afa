// SPDX-License-Identifier: MIT
// How many transactions a second do two transaction layers make when nothing stands between them?
#include <siptxn/transaction_layer.hpp>

#include <benchmark/benchmark.h>

#include <string>
#include <variant>

using namespace siptxn;

namespace {

const SocketAddress here{*IpAddress::parse("192.0.2.1"), 5060};
const SocketAddress there{*IpAddress::parse("192.0.2.2"), 5060};

/// One side: its octets go straight into the other one.
struct Side {
    Side(const SocketAddress& address, std::uint64_t seed) : own(address), layer(LayerOptions{}, seeded_random(seed)) {
        Listener listener{Transport::udp, own};
        layer.set_listeners({&listener, 1});
    }
    void carry_out(const Transmit& o, TimePoint now) {
        Flow arriving{FlowId{1}, Transport::udp, o.flow.remote, o.flow.local};
        peer->layer.received(arriving, *o.octets, now);
    }
    void carry_out(const OpenFlow& o, TimePoint now) { layer.opened({o.id, o.transport, own, o.remote}, false, now); }
    void carry_out(const Event& event, TimePoint now) {
        if (auto* request = std::get_if<RequestReceived>(&event)) {
            layer.respond(request->transaction, sipmsg::Message::response(request->request->view(), status, "tag"),
                          now);
        }
        if (auto* response = std::get_if<ResponseReceived>(&event)) finals += response->response->status() >= 200;
    }
    void carry_out(const auto&, TimePoint) {}
    bool drain(TimePoint now) {
        bool any = false;
        while (auto output = layer.poll()) {
            any = true;
            std::visit([&](const auto& o) { carry_out(o, now); }, *output);
        }
        return any;
    }

    SocketAddress own;
    TransactionLayer layer;
    Side* peer = nullptr;
    int status = 200;
    std::size_t finals = 0;
};

sipmsg::Message request_of(std::string_view method, std::size_t number) {
    auto request = sipmsg::Message::request(method, "sip:bob@192.0.2.2");
    request.append(sipmsg::Header::max_forwards, "70");
    request.append(sipmsg::Header::from, "<sip:alice@192.0.2.1>;tag=9fxced76sl");
    request.append(sipmsg::Header::to, "<sip:bob@192.0.2.2>");
    request.append(sipmsg::Header::call_id, "call-" + std::to_string(number));
    request.append(sipmsg::Header::cseq, "1 " + std::string(method));
    return request;
}

/// Time stands still for a batch, then leaps over every timer: as many transactions live at once as the batch holds.
void transactions(benchmark::State& state, const char* method, int status) {
    Side client(here, 1), server(there, 2);
    client.peer = &server;
    server.peer = &client;
    server.status = status;
    auto batch = static_cast<std::size_t>(state.range(0));
    TimePoint now{};
    std::size_t sent = 0;
    for (auto _ : state) {
        for (std::size_t i = 0; i < batch; ++i) {
            client.layer.send(request_of(method, ++sent), {}, now);
            while (client.drain(now) || server.drain(now)) {
            }
        }
        now += 64s;
        client.layer.expire(now);
        server.layer.expire(now);
        while (client.drain(now) || server.drain(now)) {
        }
    }
    if (client.finals != sent) state.SkipWithError("a transaction got no final response");
    state.SetItemsProcessed(static_cast<std::int64_t>(sent));
}

}  // namespace

BENCHMARK_CAPTURE(transactions, options_200, "OPTIONS", 200)->Arg(1)->Arg(1000)->Arg(10'000);
BENCHMARK_CAPTURE(transactions, invite_486, "INVITE", 486)->Arg(1)->Arg(1000)->Arg(10'000);

BENCHMARK_MAIN();
