// SPDX-License-Identifier: MIT
// soak COUNT [LOSS]: COUNT transactions, OPTIONS and refused INVITEs in turn, between two endpoints over the simulated
// network, in waves of 10,000 that run until nothing waits any more. Each must end once; after each wave both layers
// must be empty, and the heap must be where it was after the first waves, within 1 % of the resident memory.
#include <siptxn/endpoint.hpp>
#include <siptxn/sim/network.hpp>

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string>

namespace {

using namespace siptxn;

constexpr std::size_t wave_size = 10'000;
constexpr std::size_t first_waves = 5;  // tables grow to their size

struct Caller : TransactionUser {
    explicit Caller(std::shared_ptr<Endpoint> on) : endpoint(std::move(on)) { endpoint->attach(this); }
    void on_event(const Event& event) override {
        if (const auto* response = std::get_if<ResponseReceived>(&event))
            answered += response->response->status() >= 200;
        failed += std::holds_alternative<RequestFailed>(event);
        ended += std::holds_alternative<ClientEnded>(event);
    }
    void send(std::string_view method, std::size_t number) {
        auto request = sipmsg::Message::request(method, "sip:bob@192.0.2.2");
        request.append(sipmsg::Header::max_forwards, "70");
        request.append(sipmsg::Header::from, "<sip:alice@192.0.2.1>;tag=a");
        request.append(sipmsg::Header::to, "<sip:bob@192.0.2.2>");
        request.append(sipmsg::Header::call_id, std::to_string(number));
        request.append(sipmsg::Header::cseq, "1 " + std::string(method));
        endpoint->layer().send(std::move(request), {}, endpoint->now());
        endpoint->wake();
    }
    std::shared_ptr<Endpoint> endpoint;
    std::size_t answered = 0, failed = 0, ended = 0;
};

struct Answerer : TransactionUser {
    explicit Answerer(std::shared_ptr<Endpoint> on) : endpoint(std::move(on)) { endpoint->attach(this); }
    void on_event(const Event& event) override {
        const auto* received = std::get_if<RequestReceived>(&event);
        if (received == nullptr) return;
        const int status = received->request->method() == sipmsg::Method::invite ? 486 : 200;
        auto response = sipmsg::Message::response(received->request->view(), status, "b");
        endpoint->layer().respond(received->transaction, std::move(response), endpoint->now());
    }
    std::shared_ptr<Endpoint> endpoint;
};

long resident_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
    return 0;
}

class Soak {
public:
    explicit Soak(double loss) {
        network_.keep_log(false);
        sim::Impairments impairments;
        impairments.loss = loss;
        network_.impair(impairments);
    }
    void wave() {
        for (std::size_t i = 0; i < wave_size; ++i) {
            caller_.send(sent_ % 2 == 0 ? "OPTIONS" : "INVITE", sent_);
            ++sent_;
            if (i % 10 == 9) network_.run_for(1ms);
        }
        network_.run();
        if (caller_.ended != sent_ || caller_.answered + caller_.failed != sent_)
            throw std::runtime_error("a transaction did not end, or not once");
        if (caller_.endpoint->layer().transactions() + answerer_.endpoint->layer().transactions() != 0)
            throw std::runtime_error("a transaction is left");
    }
    [[nodiscard]] std::size_t sent() const { return sent_; }
    [[nodiscard]] std::size_t failed() const { return caller_.failed; }

private:
    std::shared_ptr<Endpoint> endpoint(std::string_view address) {
        const auto local = *SocketAddress::parse(address, 5060);
        LayerOptions options;
        options.limits.bad_targets = 0;
        return Endpoint::create(network_.wire(local.ip,
                                              {
                                                  {Transport::udp, local}
        }),
                                network_.clock(), network_.random(), options);
    }

    sim::Network network_{1};
    Caller caller_{endpoint("192.0.2.1")};
    Answerer answerer_{endpoint("192.0.2.2")};
    std::size_t sent_ = 0;
};

void run(std::size_t count, double loss) {
    Soak soak(loss);
    std::size_t settled = 0, most = 0;
    for (std::size_t waves = 0; soak.sent() < count; ++waves) {
        soak.wave();
        if (waves == first_waves) settled = mallinfo2().uordblks;
        if (waves > first_waves) most = std::max<std::size_t>(most, mallinfo2().uordblks);
        if (waves == first_waves) std::cout << "after " << soak.sent() << ": " << resident_kib() << " KiB resident\n";
    }
    std::cout << "after " << soak.sent() << ": " << resident_kib() << " KiB resident, heap " << settled
              << " octets, later at most " << most << "; " << soak.failed() << " timed out\n";
    if (most > settled + static_cast<std::size_t>(resident_kib()) * 1024 / 100)
        throw std::runtime_error("the heap grows");
}

}  // namespace

int main(int argc, char** argv) try {
    const std::span args(argv, static_cast<std::size_t>(argc));
    const std::size_t count = args.size() >= 2 ? std::strtoull(args[1], nullptr, 10) : 0;
    if (count < (first_waves + 2) * wave_size || args.size() > 3) {
        std::cerr << "usage: soak COUNT [LOSS], COUNT at least " << (first_waves + 2) * wave_size << '\n';
        return 2;
    }
    run(count, args.size() == 3 ? std::strtod(args[2], nullptr) : 0);
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << "soak: " << error.what() << '\n';
    return EXIT_FAILURE;
}
