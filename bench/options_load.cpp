// SPDX-License-Identifier: MIT
// options_load udp|udp16|tcp COUNT SERVER [ARGUMENTS]: starts a server, sends it COUNT different OPTIONS, checks every
// answer, and prints what each cost the server: CPU microseconds (user and system), and how often one had to be sent
// again. The server prints its UDP and its TCP port, a line each. The first tenth warms it up and is not counted.
// `udp16` sends from 16 ports in turn, so that a server with several sockets on its port gets something at each.
#include "load.hpp"

#include <sys/socket.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t window = 128;  // requests on their way at once
constexpr std::size_t batch = bench::Datagrams::batch;

std::string request(std::size_t number, std::string_view transport, unsigned short port) {
    const auto own = "127.0.0.1:" + std::to_string(port);
    const auto id = std::to_string(number);
    std::string text;
    text.append("OPTIONS sip:bob@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/").append(transport).append(" ").append(own);
    text.append(";branch=z9hG4bK-")
        .append(id)
        .append("-bench;rport\r\nMax-Forwards: 70\r\nFrom: <sip:alice@")
        .append(own);
    text.append(">;tag=")
        .append(id)
        .append("\r\nTo: <sip:bob@127.0.0.1>\r\nCall-ID: ")
        .append(id)
        .append("@127.0.0.1\r\n");
    return text.append("CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
}

/// What is on its way, and what has been answered.
class Exchange {
public:
    explicit Exchange(std::size_t count) : answered_(count) {}

    [[nodiscard]] bool is_done() const { return done_ == answered_.size(); }
    [[nodiscard]] std::size_t done() const { return done_; }
    [[nodiscard]] bool may_send() const { return next_ < answered_.size() && next_ - done_ < window; }
    std::size_t take_next() { return next_++; }

    /// A whole message that came back: a 200 (or the request, from a server that echoes) with a branch of ours.
    void check(std::string_view message) {
        constexpr std::string_view mark = ";branch=z9hG4bK-";
        const auto at = message.find(mark);
        std::size_t number = answered_.size();
        if (at != message.npos)
            std::from_chars(message.data() + at + mark.size(), message.data() + message.size(), number);
        const bool good = message.starts_with("SIP/2.0 200 ") || message.starts_with("OPTIONS ");
        const auto call = "Call-ID: " + std::to_string(number) + "@127.0.0.1\r\n";
        if (!good || number >= answered_.size() || message.find(call) == message.npos)
            throw std::runtime_error("a wrong answer: " + std::string(message));
        if (!answered_[number]) ++done_;
        answered_[number] = true;
    }
    /// The oldest that have no answer.
    [[nodiscard]] std::vector<std::size_t> missing() {
        while (oldest_ < next_ && answered_[oldest_]) ++oldest_;
        std::vector<std::size_t> numbers;
        for (auto i = oldest_; i < next_; ++i)
            if (!answered_[i]) numbers.push_back(i);
        return numbers;
    }
    std::size_t again = 0;

private:
    std::vector<bool> answered_;
    std::size_t next_ = 0;
    std::size_t done_ = 0;
    std::size_t oldest_ = 0;
};

/// From so many sockets in turn, a batch from each.
template <std::size_t sockets>
class Udp {
public:
    explicit Udp(const bench::Server& server) {
        for (std::size_t i = 0; i < sockets; ++i) sockets_.emplace_back(server.udp);
    }

    void step(Exchange& exchange) {
        auto& datagrams = sockets_[turn_++ % sockets];
        std::vector<std::string> out;
        while (out.size() < batch && exchange.may_send())
            out.push_back(request(exchange.take_next(), "UDP", datagrams.port()));
        datagrams.send(out);
        if (receive(exchange, out.empty() ? 500 : 0) || !out.empty()) return;
        for (auto number : exchange.missing()) {  // timer E
            out.push_back(request(number, "UDP", datagrams.port()));
            ++exchange.again;
        }
        datagrams.send(out);
    }

private:
    /// From each what is there; the last looked at is waited for so many milliseconds in all.
    bool receive(Exchange& exchange, int wait) {
        const auto check = [&](std::string_view message) { exchange.check(message); };
        for (const auto end = Clock::now() + std::chrono::milliseconds(wait);;) {
            bool any = false;
            for (auto& datagrams : sockets_) any = datagrams.receive(sockets == 1 ? wait : 0, check) || any;
            if (any || Clock::now() >= end) return any;
        }
    }

    std::vector<bench::Datagrams> sockets_;
    std::size_t turn_ = 0;
};

class Tcp {
public:
    explicit Tcp(const bench::Server& server)
        : socket_(bench::connected(SOCK_STREAM, server.tcp)), port_(bench::port_of(socket_)) {}

    void step(Exchange& exchange) {
        std::string out;
        for (std::size_t i = 0; i < batch && exchange.may_send(); ++i)
            out += request(exchange.take_next(), "TCP", port_);
        for (std::string_view rest = out; !rest.empty();) {
            const auto sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error("cannot send");
            rest.remove_prefix(static_cast<std::size_t>(sent));
        }
        static std::array<char, 65'536> buffer;
        const auto size = ::recv(socket_, buffer.data(), buffer.size(), out.empty() ? 0 : MSG_DONTWAIT);
        if (size == 0) throw std::runtime_error("the connection was closed");
        if (size > 0) held_.append(buffer.data(), static_cast<std::size_t>(size));
        std::size_t begin = 0;
        for (auto end = held_.find("\r\n\r\n"); end != held_.npos; end = held_.find("\r\n\r\n", begin)) {
            exchange.check(std::string_view(held_).substr(begin, end + 4 - begin));
            begin = end + 4;
        }
        held_.erase(0, begin);
    }

private:
    int socket_;
    unsigned short port_;
    std::string held_;
};

template <class Transport>
void run(std::size_t count, char** command) {
    bench::Server server(command);
    Transport transport(server);
    Exchange exchange(count);
    double before = server.cpu();
    std::size_t warm = 0;
    auto start = Clock::now();
    while (!exchange.is_done()) {
        transport.step(exchange);
        if (warm == 0 && exchange.done() >= count / 10) {
            warm = exchange.done();
            before = server.cpu();
            start = Clock::now();
        }
    }
    const auto requests = static_cast<double>(count - warm);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::cout << (server.cpu() - before) / requests / 1000 << " us CPU a request, " << requests / seconds
              << " requests/s, " << exchange.again << " sent again, " << server.resident_kib() << " KiB resident\n";
}

}  // namespace

int main(int argc, char** argv) try {
    const std::string_view transport = argc >= 4 ? argv[1] : "";
    const std::size_t count = argc >= 4 ? std::strtoull(argv[2], nullptr, 10) : 0;
    if ((transport != "udp" && transport != "udp16" && transport != "tcp") || count == 0) {
        std::cerr << "usage: options_load udp|udp16|tcp COUNT SERVER [ARGUMENTS]\n";
        return 2;
    }
    if (transport == "udp") run<Udp<1>>(count, argv + 3);
    if (transport == "udp16") run<Udp<16>>(count, argv + 3);
    if (transport == "tcp") run<Tcp>(count, argv + 3);
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << "options_load: " << error.what() << '\n';
    return EXIT_FAILURE;
}
