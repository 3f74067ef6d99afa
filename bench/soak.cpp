// SPDX-License-Identifier: MIT
// soak sim|udp|tcp COUNT [LOSS]: COUNT transactions, OPTIONS and refused INVITEs in turn, between two endpoints, in
// waves of 10,000 that last until nothing waits any more: over the simulated network, which may lose a share of the
// datagrams, or over sockets of this machine with timers twenty-five times as short. Each must end once; after each
// wave both layers must be empty; the heap, and the resident memory without what the allocator could give back, must be
// where they were after the first waves, within 1 % of the resident memory, and the descriptors exactly; when both
// endpoints are gone, the descriptors must be those of before.
#include "footprint.hpp"

#include <siptxn/endpoint.hpp>
#include <siptxn/net/asio_clock.hpp>
#include <siptxn/net/random.hpp>
#include <siptxn/net/wire.hpp>
#include <siptxn/sim/network.hpp>

#include <asio/io_context.hpp>

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace siptxn;

constexpr std::size_t wave_size = 10'000;
constexpr std::size_t first_waves = 5;  // tables grow to their size

struct Caller : TransactionUser {
    Caller(std::shared_ptr<Endpoint> on, std::string to) : endpoint(std::move(on)), uri(std::move(to)) {
        endpoint->attach(this);
    }
    void on_event(const Event& event) override {
        if (const auto* response = std::get_if<ResponseReceived>(&event))
            answered += response->response->status() >= 200;
        failed += std::holds_alternative<RequestFailed>(event);
        ended += std::holds_alternative<ClientEnded>(event);
    }
    void send(std::string_view method, std::size_t number) {
        auto request = sipmsg::Message::request(method, uri);
        request.append(sipmsg::Header::max_forwards, "70");
        request.append(sipmsg::Header::from, "<sip:alice@192.0.2.1>;tag=a");
        request.append(sipmsg::Header::to, "<" + uri + ">");
        request.append(sipmsg::Header::call_id, std::to_string(number));
        request.append(sipmsg::Header::cseq, "1 " + std::string(method));
        endpoint->layer().send(std::move(request), {}, endpoint->now());
        endpoint->wake();
    }
    [[nodiscard]] std::size_t done() const { return answered + failed; }
    std::shared_ptr<Endpoint> endpoint;
    std::string uri;
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

/// Between these two, over whatever wires they stand on.
class Pair {
public:
    Pair(std::shared_ptr<Endpoint> alice, std::shared_ptr<Endpoint> bob, std::string uri, bool lossless)
        : caller_(std::move(alice), std::move(uri)), answerer_(std::move(bob)), lossless_(lossless) {}

    void send() {
        caller_.send(sent_ % 2 == 0 ? "OPTIONS" : "INVITE", sent_);
        ++sent_;
    }
    [[nodiscard]] std::size_t sent() const { return sent_; }
    [[nodiscard]] std::size_t failed() const { return caller_.failed; }
    [[nodiscard]] std::size_t under_way() const { return sent_ - caller_.done(); }
    [[nodiscard]] std::size_t alive() const {
        return caller_.endpoint->layer().transactions() + answerer_.endpoint->layer().transactions();
    }
    void check() const {
        if (caller_.ended != sent_ || caller_.done() != sent_)
            throw std::runtime_error("a transaction did not end, or not once");
        if (alive() != 0) throw std::runtime_error("a transaction is left");
        if (lossless_ && failed() > 0) throw std::runtime_error("a request got no answer");
    }

private:
    Caller caller_;
    Answerer answerer_;
    bool lossless_;
    std::size_t sent_ = 0;
};

class Simulated {
public:
    explicit Simulated(double loss)
        : pair_(endpoint("192.0.2.1"), endpoint("192.0.2.2"), "sip:bob@192.0.2.2", loss == 0) {
        network_.keep_log(false);
        sim::Impairments impairments;
        impairments.loss = loss;
        network_.impair(impairments);
    }
    void wave() {
        for (std::size_t i = 0; i < wave_size; ++i) {
            pair_.send();
            if (i % 10 == 9) network_.run_for(1ms);
        }
        network_.run();
    }
    [[nodiscard]] const Pair& pair() const { return pair_; }

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
    Pair pair_;
};

class OnSockets {
public:
    explicit OnSockets(Transport transport) : transport_(transport) {
        auto bob = endpoint();
        const auto listener = bob->wire().listeners().front();
        auto uri = "sip:bob@" + to_string(listener.local) + ";transport=" + std::string(to_string(transport));
        pair_.emplace(endpoint(), std::move(bob), std::move(uri), true);
    }
    void wave() {
        for (std::size_t i = 0; i < wave_size; ++i) {
            while (pair_->under_way() >= window) context_.run_one();
            pair_->send();
        }
        while (pair_->alive() > 0) context_.run_one();
    }
    [[nodiscard]] const Pair& pair() const { return *pair_; }

private:
    static constexpr std::size_t window = 128;

    std::shared_ptr<Endpoint> endpoint() {
        net::WireOptions wire;
        wire.listen.push_back({transport_, *SocketAddress::parse("127.0.0.1", 0)});
        LayerOptions layer;
        // Long enough for a wave to be alive at its end as a whole: else it is chance how far the tables grow.
        layer.timers = {.t1 = 20ms, .t2 = 160ms, .t4 = 1280ms, .timer_d = 1280ms};
        auto executor = context_.get_executor();
        return Endpoint::create(net::make_wire(executor, wire).value(), std::make_shared<net::AsioClock>(executor),
                                net::system_random(), layer);
    }

    Transport transport_;
    asio::io_context context_{1};
    std::optional<Pair> pair_;
};

/// What waves left, against what the first ones did.
class Balance {
public:
    void note(const bench::Footprint& now) {
        if (waves_++ == first_waves) settled_ = most_ = now;
        if (waves_ <= first_waves) return;
        most_.heap = std::max(most_.heap, now.heap);
        most_.resident = std::max(most_.resident, now.resident);
        if (now.descriptors != settled_.descriptors) throw std::runtime_error("a descriptor is left");
    }
    void print() const {
        std::cout << "resident " << settled_.resident / 1024 << " KiB after the first waves, later at most "
                  << most_.resident / 1024 << "; heap " << settled_.heap << " octets, later at most " << most_.heap
                  << "; " << settled_.descriptors << " descriptors\n";
    }
    void check() const {
        const auto bound = settled_.resident / 100;
        if (most_.heap > settled_.heap + bound) throw std::runtime_error("the heap grows");
        if (most_.resident > settled_.resident + bound) throw std::runtime_error("the resident memory grows");
    }

private:
    std::size_t waves_ = 0;
    bench::Footprint settled_, most_;
};

template <class World, class... Options>
void run(std::size_t count, Options... options) {
    const auto before = bench::footprint();
    {
        World world(options...);
        Balance balance;
        while (world.pair().sent() < count) {
            world.wave();
            world.pair().check();
            malloc_trim(0);  // how much a wave held at its peak is chance, and no loss
            balance.note(bench::footprint());
        }
        std::cout << world.pair().sent() << " transactions, " << world.pair().failed() << " timed out; ";
        balance.print();
        balance.check();
    }
    if (bench::footprint().descriptors != before.descriptors) throw std::runtime_error("a descriptor outlives all");
}

}  // namespace

int main(int argc, char** argv) try {
    const std::span args(argv, static_cast<std::size_t>(argc));
    const std::string_view mode = args.size() >= 3 ? args[1] : "";
    const std::size_t count = args.size() >= 3 ? std::strtoull(args[2], nullptr, 10) : 0;
    const bool known = mode == "sim" || ((mode == "udp" || mode == "tcp") && args.size() == 3);
    if (!known || args.size() > 4 || count < (first_waves + 2) * wave_size) {
        std::cerr << "usage: soak sim|udp|tcp COUNT [LOSS], COUNT at least " << (first_waves + 2) * wave_size << '\n';
        return 2;
    }
    if (mode == "sim") run<Simulated>(count, args.size() == 4 ? std::strtod(args[3], nullptr) : 0.0);
    if (mode == "udp") run<OnSockets>(count, Transport::udp);
    if (mode == "tcp") run<OnSockets>(count, Transport::tcp);
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << "soak: " << error.what() << '\n';
    return EXIT_FAILURE;
}
