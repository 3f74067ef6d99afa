// SPDX-License-Identifier: MIT
// A stateful proxy at its smallest: every request goes on to one next hop, every response back (RFC 3261 §16).
//     proxy 127.0.0.1:5060 sip:10.0.0.7:5060
#include <siptxn/endpoint.hpp>
#include <siptxn/net/asio_clock.hpp>
#include <siptxn/net/random.hpp>
#include <siptxn/net/wire.hpp>

#include <asio/io_context.hpp>
#include <iostream>
#include <unordered_map>

using namespace siptxn;
struct Proxy : TransactionUser {
    std::shared_ptr<Endpoint> endpoint;
    SendOptions next;
    std::unordered_map<ClientId, RequestReceived> upstream;  ///< what is being forwarded
    void on_event(const Event& event) override {
        std::visit([this](const auto& e) { on(e); }, event);
    }
    void on(const RequestReceived& event) {
        auto request = *event.request;
        if (!request.decrement_max_forwards()) return refuse(event, 483);
        upstream.emplace(endpoint->layer().send(std::move(request), next, endpoint->now()), event);
    }
    void on(const AckReceived& event) { endpoint->layer().send_stateless(*event.request, next, endpoint->now()); }
    void on(const CancelReceived& event) {
        for (const auto& [client, invite] : upstream)
            if (invite.transaction == event.invite) return endpoint->layer().cancel(client, endpoint->now());
    }
    void on(const ResponseReceived& event) {
        auto response = *event.response;
        response.pop_via();
        const auto server = upstream.at(event.transaction).transaction;
        if (response.status() > 100) endpoint->layer().respond(server, std::move(response), endpoint->now());
    }
    void on(const RequestFailed& e) { refuse(upstream.at(e.transaction), e.error == Errc::timeout ? 408 : 503); }
    void on(const ClientEnded& event) { upstream.erase(event.transaction); }
    void on(const auto&) {}
    void refuse(const RequestReceived& event, int status) {
        auto response = sipmsg::Message::response(event.request->view(), status, "proxy");
        endpoint->layer().respond(event.transaction, std::move(response), endpoint->now());
    }
};

int main(int argc, char** argv) {
    const auto address = SocketAddress::parse(argc == 3 ? argv[1] : "");
    if (!address) return std::cerr << "usage: proxy ADDRESS:PORT NEXT-HOP-URI\n", 2;
    asio::io_context context(1);
    auto wire = net::make_wire(context.get_executor(), {.listen = {{Transport::udp, *address}}});
    if (!wire) return std::cerr << wire.error().message << '\n', 1;
    Proxy proxy;
    proxy.next.next_hop = argv[2];
    proxy.endpoint =
        Endpoint::create(*wire, std::make_shared<net::AsioClock>(context.get_executor()), net::system_random());
    proxy.endpoint->attach(&proxy);
    std::cout << "udp " << to_string((*wire)->listeners().front().local) << std::endl;
    context.run();
}
