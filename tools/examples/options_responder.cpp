// SPDX-License-Identifier: MIT
// A stateless server on libsiptxn: answers every OPTIONS with 200, everything else with 405. No memory of anybody.
//
//     options_responder 127.0.0.1:5060
#include <siptxn/endpoint.hpp>
#include <siptxn/net/asio_clock.hpp>
#include <siptxn/net/random.hpp>
#include <siptxn/net/wire.hpp>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <iostream>

using namespace siptxn;

struct Responder : TransactionUser {
    std::shared_ptr<Endpoint> endpoint;

    void on_event(const Event& event) override {
        const auto* received = std::get_if<RequestReceived>(&event);
        if (!received) return;
        const auto& request = *received->request;
        const int status = request.method() == sipmsg::Method::options ? 200 : 405;
        auto response = sipmsg::Message::response(request.view(), status, "stateless");
        response.append(sipmsg::Header::allow, "OPTIONS");
        endpoint->layer().respond_stateless(std::move(response), received->flow, endpoint->now());
    }
};

int main(int argc, char** argv) {
    const auto address = SocketAddress::parse(argc > 1 ? argv[1] : "127.0.0.1:5060");
    if (!address) return std::cerr << "usage: options_responder ADDRESS:PORT\n", 2;
    asio::io_context context(1);
    const net::WireOptions sockets{
        .listen = {{Transport::udp, *address}, {Transport::tcp, *address}}
    };
    auto wire = net::make_wire(context.get_executor(), sockets);
    if (!wire) return std::cerr << wire.error().message << '\n', 1;

    LayerOptions options;
    options.stateless = true;
    Responder responder;
    auto clock = std::make_shared<net::AsioClock>(context.get_executor());
    responder.endpoint = Endpoint::create(*wire, clock, net::system_random(), options);
    responder.endpoint->attach(&responder);
    for (const auto& listener : (*wire)->listeners())
        std::cout << to_string(listener.transport) << ' ' << to_string(listener.local) << std::endl;

    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](auto, auto) { context.stop(); });
    context.run();
    responder.endpoint->attach(nullptr);
}
