// SPDX-License-Identifier: MIT
// options_server echo|stateless|transaction|workers [COUNT]: answers OPTIONS with 200 on 127.0.0.1 over UDP and TCP
// until its input ends. Prints the ports: UDP, then TCP. `echo` is the floor: a UDP socket that sends everything back,
// several datagrams a system call, and no SIP at all. `workers`: so many stacks (2) on threads of their own, with
// transactions.
#include <siptxn/endpoint.hpp>
#include <siptxn/net/asio_clock.hpp>
#include <siptxn/net/random.hpp>
#include <siptxn/net/wire.hpp>
#include <siptxn/net/workers.hpp>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace siptxn;

struct Answerer : TransactionUser {
    explicit Answerer(std::shared_ptr<Endpoint> on) : endpoint(std::move(on)) { endpoint->attach(this); }
    void on_event(const Event& event) override {
        const auto* received = std::get_if<RequestReceived>(&event);
        if (received == nullptr) return;
        auto response = sipmsg::Message::response(received->request->view(), 200, "8321234356");
        if (received->transaction == ServerId::none) {
            endpoint->layer().respond_stateless(std::move(response), received->flow, endpoint->now());
        } else {
            endpoint->layer().respond(received->transaction, std::move(response), endpoint->now());
        }
    }
    std::shared_ptr<Endpoint> endpoint;
};

void serve(bool stateless) {
    asio::io_context context(1);
    const auto anywhere = *SocketAddress::parse("127.0.0.1", 0);
    net::WireOptions options;
    options.listen = {
        {Transport::udp, anywhere},
        {Transport::tcp, anywhere}
    };
    auto wire = net::make_wire(context.get_executor(), options);
    if (!wire) throw std::runtime_error(wire.error().message);
    LayerOptions layer;
    layer.stateless = stateless;
    layer.limits.server_transactions = 10'000'000;
    auto clock = std::make_shared<net::AsioClock>(context.get_executor());
    Answerer answerer(Endpoint::create(*wire, clock, net::system_random(), layer));
    for (const auto& listener : (*wire)->listeners()) std::cout << listener.local.port << '\n';
    std::cout << std::flush;
    asio::posix::stream_descriptor input(context, STDIN_FILENO);
    input.async_wait(asio::posix::stream_descriptor::wait_read, [&](std::error_code) { context.stop(); });
    context.run();
}

void serve_by_workers(std::size_t count) {
    const auto anywhere = *SocketAddress::parse("127.0.0.1", 0);
    net::WorkersOptions options;
    options.workers = count;
    options.wire.listen = {
        {Transport::udp, anywhere},
        {Transport::tcp, anywhere}
    };
    options.layer.limits.server_transactions = 10'000'000;
    auto workers = net::Workers::start(
        options, [](const net::Worker& worker) { return std::make_shared<Answerer>(worker.endpoint); });
    if (!workers) throw std::runtime_error(workers.error().message);
    for (const auto& listener : (*workers)->listeners()) std::cout << listener.local.port << '\n';
    std::cout << std::flush;
    std::cin.get();
}

[[noreturn]] void echo() {
    constexpr std::size_t most = 32;
    const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof own;
    if (::bind(socket, reinterpret_cast<sockaddr*>(&own), length) != 0 ||
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &length) != 0)
        throw std::runtime_error("no socket");
    std::cout << ntohs(own.sin_port) << "\n0\n" << std::flush;
    static std::array<std::array<char, 2048>, most> buffers;
    static std::array<sockaddr_in, most> sources;
    static std::array<iovec, most> pieces;
    static std::array<mmsghdr, most> headers;
    for (;;) {
        for (std::size_t i = 0; i < most; ++i) {
            pieces[i] = {buffers[i].data(), buffers[i].size()};
            headers[i] = {};
            headers[i].msg_hdr = {&sources[i], sizeof sources[i], &pieces[i], 1, nullptr, 0, 0};
        }
        const int count = ::recvmmsg(socket, headers.data(), most, MSG_WAITFORONE, nullptr);
        for (int i = 0; i < count; ++i)
            pieces[static_cast<std::size_t>(i)].iov_len = headers[static_cast<std::size_t>(i)].msg_len;
        if (count > 0) ::sendmmsg(socket, headers.data(), static_cast<unsigned>(count), 0);
    }
}

}  // namespace

int main(int argc, char** argv) try {
    const std::string_view mode = argc >= 2 ? argv[1] : "";
    if (mode == "echo") echo();
    if (mode == "workers") {
        serve_by_workers(argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 2);
        return EXIT_SUCCESS;
    }
    if (mode != "stateless" && mode != "transaction") {
        std::cerr << "usage: options_server echo|stateless|transaction|workers [COUNT]\n";
        return 2;
    }
    serve(mode == "stateless");
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << "options_server: " << error.what() << '\n';
    return EXIT_FAILURE;
}
