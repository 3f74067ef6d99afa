// SPDX-License-Identifier: MIT
#include "net/loop.hpp"
#include "users.hpp"

#include <siptxn/net/workers.hpp>

#include <sipmsg/sipmsg.hpp>

#include <asio/ip/udp.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <future>
#include <latch>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace siptxn;

namespace {

constexpr int addresses = 16;  // the chance that the system gives all to one worker is none
constexpr int calls = 32;

SocketAddress loopback(int last) {
    return {
        IpAddress{IpAddress::Family::v4, {127, 0, 0, static_cast<std::uint8_t>(last)}},
        0
    };
}

std::string request(std::string_view transport, const std::string& call_id, const std::string& branch) {
    return "OPTIONS sip:bob@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/" + std::string(transport) +
           " 127.0.0.1:5999;rport;branch=z9hG4bK" + branch +
           "\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:bob@127.0.0.1>\r\nCall-ID: " + call_id +
           "\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
}

/// Answers 200 with a tag that names the worker.
struct NamedAnswerer : TransactionUser {
    explicit NamedAnswerer(const net::Worker& w) : endpoint(w.endpoint), tag("worker" + std::to_string(w.index)) {
        endpoint->attach(this);
    }
    ~NamedAnswerer() override { endpoint->attach(nullptr); }
    void on_event(const Event& event) override {
        auto* received = std::get_if<RequestReceived>(&event);
        if (!received) return;
        auto response = sipmsg::Message::response(received->request->view(), 200, tag);
        endpoint->layer().respond(received->transaction, std::move(response), endpoint->now());
    }
    std::shared_ptr<Endpoint> endpoint;
    std::string tag;
};

/// Which worker answered each Call-ID. More than one is wrong.
struct Owners {
    void note(const std::string& response) {
        auto view = sipmsg::parse(response);
        REQUIRE(view);
        CHECK(view->status() == 200);
        of[std::string(view->top<sipmsg::CallId>()->text)].insert(std::string(*view->top<sipmsg::To>()->tag()));
        ++answers;
    }
    void check() const {
        std::set<std::string> all;
        CHECK(of.size() == calls);
        for (const auto& [id, tags] : of) {
            CAPTURE(id);
            CHECK(tags.size() == 1);
            all.insert(tags.begin(), tags.end());
        }
        CHECK(all.size() == 2);
    }
    std::map<std::string, std::set<std::string>> of;
    int answers = 0;
};

std::unique_ptr<net::Workers> two_workers(std::size_t queue = 4096) {
    net::WorkersOptions options;
    options.workers = 2;
    options.queue = queue;
    options.wire.listen = {
        {Transport::udp, any_loopback},
        {Transport::tcp, any_loopback}
    };
    auto answers = [](const net::Worker& worker) { return std::make_shared<NamedAnswerer>(worker); };
    return net::Workers::start(options, answers).value();
}

/// A client's socket at one of the addresses of this machine.
struct UdpPeer {
    UdpPeer(Loop& loop, int address)
        : socket(loop.context, asio::ip::udp::endpoint(asio::ip::make_address(to_string(loopback(address).ip)), 0)) {}
    void read(Owners& owners) {
        socket.async_receive(asio::buffer(buffer), [this, &owners](std::error_code error, std::size_t size) {
            if (error) return;
            owners.note(std::string(buffer.data(), size));
            read(owners);
        });
    }
    asio::ip::udp::socket socket;
    std::array<char, 2048> buffer{};
};

std::vector<std::string> messages_in(const std::string& stream) {
    std::vector<std::string> found;
    for (std::size_t start = 0, end; (end = stream.find("\r\n\r\n", start)) != stream.npos; start = end + 4)
        found.push_back(stream.substr(start, end + 4 - start));
    return found;
}

struct TcpPeer : Incoming {
    TcpPeer(Loop& loop, int address, const SocketAddress& to) : socket(loop.context) {
        socket.open(asio::ip::tcp::v4());
        socket.bind({asio::ip::make_address(to_string(loopback(address).ip)), 0});
        socket.connect(tcp_endpoint(to));
        read(socket);
    }
    asio::ip::tcp::socket socket;
};

const SocketAddress& listener(const net::Workers& workers, Transport transport) {
    for (const auto& one : workers.listeners())
        if (one.transport == transport) return one.local;
    throw std::logic_error("no such listener");
}

}  // namespace

TEST_CASE("two workers on one UDP port: whatever address a call's datagrams come from, one of them answers") {
    Loop loop;
    auto workers = two_workers();
    Owners owners;
    std::vector<std::unique_ptr<UdpPeer>> peers;
    for (int i = 0; i < addresses; ++i) peers.push_back(std::make_unique<UdpPeer>(loop, i + 1));
    const auto& to = listener(*workers, Transport::udp);
    const asio::ip::udp::endpoint there(asio::ip::make_address(to_string(to.ip)), to.port);
    for (int call = 0; call < calls; ++call) {
        for (int i = 0; i < addresses; ++i) {
            const auto id = "udp-" + std::to_string(call);
            peers[i]->socket.send_to(asio::buffer(request("UDP", id, id + "-" + std::to_string(i))), there);
        }
    }
    for (auto& peer : peers) peer->read(owners);
    REQUIRE(loop.until([&] { return owners.answers == calls * addresses; }));
    owners.check();
    const auto counts = workers->counts();
    CHECK(counts.handed_over > 0);
    CHECK(counts.handed_over == counts.taken);
    CHECK(counts.sent_back == 0);
    CHECK(counts.dropped == 0);
}

TEST_CASE("two workers on one TCP port: each connection carries all calls, and gets the answers of both") {
    Loop loop;
    auto workers = two_workers();
    std::vector<std::unique_ptr<TcpPeer>> peers;
    for (int i = 0; i < addresses; ++i)
        peers.push_back(std::make_unique<TcpPeer>(loop, i + 1, listener(*workers, Transport::tcp)));
    for (int i = 0; i < addresses; ++i) {
        std::string stream;
        for (int call = 0; call < calls; ++call) {
            const auto id = "tcp-" + std::to_string(call);
            stream += request("TCP", id, id + "-" + std::to_string(i));
        }
        asio::write(peers[i]->socket, asio::buffer(stream));
    }
    Owners owners;
    for (auto& peer : peers) {
        REQUIRE(loop.until([&] { return messages_in(peer->received).size() == calls; }));
        for (const auto& response : messages_in(peer->received)) owners.note(response);
    }
    owners.check();
    const auto counts = workers->counts();
    CHECK(counts.handed_over > 0);
    CHECK(counts.handed_over == counts.taken);
    CHECK(counts.sent_back == counts.handed_over);
}

TEST_CASE("what a worker asks is answered to it, though the answer comes to the other's socket") {
    Loop loop;
    std::vector<std::unique_ptr<Answerer>> peers;
    for (int i = 0; i < addresses; ++i) {
        net::WireOptions options;
        options.listen.push_back({Transport::udp, loopback(i + 1)});
        peers.push_back(std::make_unique<Answerer>(loop.endpoint({}, options)));
    }
    auto workers = two_workers();
    std::atomic<int> answered = 0, failed = 0;
    struct Asker : NamedAnswerer {
        Asker(const net::Worker& worker, std::function<void(const Event&)> t)
            : NamedAnswerer(worker), told(std::move(t)) {}
        void on_event(const Event& event) override { told(event); }
        std::function<void(const Event&)> told;
    };
    auto count = [&](const Event& event) {
        auto* response = std::get_if<ResponseReceived>(&event);
        if (response && response->response->status() == 200) ++answered;
        if (std::holds_alternative<RequestFailed>(event)) ++failed;
        asio::post(loop.context, [] {});  // it looks again
    };
    std::vector<std::shared_ptr<Asker>> askers(2);
    for (std::size_t index = 0; index < 2; ++index) {
        std::vector<std::string> uris;
        for (auto& peer : peers) uris.push_back(uri_of(peer->endpoint->wire().listeners()[0]));
        workers->post(index, [&, uris](const net::Worker& worker) {
            askers[worker.index] = std::make_shared<Asker>(worker, count);
            auto& layer = worker.endpoint->layer();
            for (const auto& uri : uris)
                layer.send(request_of("OPTIONS", uri, layer.identifiers().call_id()), {}, worker.endpoint->now());
            worker.endpoint->wake();
        });
    }
    CHECK(loop.until([&] { return answered + failed == 2 * addresses; }));
    CHECK(answered == 2 * addresses);
    CHECK(workers->counts().handed_over > 0);
    for (std::size_t index = 0; index < 2; ++index) {
        std::promise<void> gone;
        workers->post(index, [&](const net::Worker& worker) {
            askers[worker.index].reset();
            gone.set_value();
        });
        gone.get_future().wait();
    }
}

TEST_CASE("while a worker is busy, connections with messages for it are not read, and nothing is lost") {
    constexpr int flood = 20;
    Loop loop;
    auto workers = two_workers(4);
    std::latch busy(1), go(1);
    workers->post_to_owner("busy", [&](const net::Worker&) {
        busy.count_down();
        go.wait();
    });
    busy.wait();
    std::vector<std::unique_ptr<TcpPeer>> peers;
    for (int i = 0; i < 2 * addresses; ++i)
        peers.push_back(std::make_unique<TcpPeer>(loop, i + 1, listener(*workers, Transport::tcp)));
    for (auto& peer : peers)
        for (int i = 0; i < flood; ++i)
            asio::write(peer->socket, asio::buffer(request("TCP", "busy",
                                                           std::to_string(peer->socket.local_endpoint().port()) + "-" +
                                                               std::to_string(i))));
    // The workers run by themselves: nothing in this loop tells when.
    const bool held = loop.until([&] {
        asio::post(loop.context, [] {});
        return workers->counts().held > 0;
    });
    go.count_down();
    CHECK(held);
    for (auto& peer : peers) REQUIRE(loop.until([&] { return messages_in(peer->received).size() == flood; }));
    CHECK(workers->counts().dropped == 0);
}

TEST_CASE("what users say when workers end still goes out, on whosever connection") {
    struct Late final : NamedAnswerer {
        Late(const net::Worker& worker, std::atomic<int>& h) : NamedAnswerer(worker), heard(h) {}
        ~Late() override {
            for (const auto& request : waiting) NamedAnswerer::on_event(request);
            endpoint->wake();
        }
        void on_event(const Event& event) override {
            if (!std::holds_alternative<RequestReceived>(event)) return;
            waiting.push_back(event);
            ++heard;
        }
        std::vector<Event> waiting;
        std::atomic<int>& heard;
    };
    Loop loop;
    std::atomic<int> heard = 0;
    net::WorkersOptions options;
    options.workers = 2;
    options.wire.listen = {
        {Transport::tcp, any_loopback}
    };
    auto workers = net::Workers::start(options, [&](const net::Worker& worker) {
                       return std::make_shared<Late>(worker, heard);
                   }).value();
    std::vector<std::unique_ptr<TcpPeer>> peers;
    for (int i = 0; i < addresses; ++i) {
        peers.push_back(std::make_unique<TcpPeer>(loop, i + 1, listener(*workers, Transport::tcp)));
        for (int call = 0; call < calls; ++call) {
            const auto id = "late-" + std::to_string(call);
            asio::write(peers[i]->socket, asio::buffer(request("TCP", id, id + "-" + std::to_string(i))));
        }
    }
    REQUIRE(loop.until([&] {
        asio::post(loop.context, [] {});
        return heard == calls * addresses;
    }));
    workers.reset();
    Owners owners;
    for (auto& peer : peers) {
        REQUIRE(loop.until([&] { return peer->end.has_value(); }));
        CHECK(messages_in(peer->received).size() == calls);
        for (const auto& response : messages_in(peer->received)) owners.note(response);
    }
    owners.check();
}

TEST_CASE("workers that cannot listen, or whose user cannot begin, say so and leave nothing") {
    Loop loop;
    auto taken = loop.wire({Transport::tcp});
    net::WorkersOptions options;
    options.workers = 2;
    options.wire.listen = taken->listeners();
    auto nobody = [](const net::Worker&) { return std::shared_ptr<void>(); };
    auto refused = net::Workers::start(options, nobody);
    REQUIRE(!refused);
    CHECK(refused.error().code == std::errc::address_in_use);

    options.wire.listen = {
        {Transport::tcp, any_loopback}
    };
    auto fails = [](const net::Worker& worker) -> std::shared_ptr<void> {
        if (worker.index == 1) throw std::runtime_error("no database");
        return std::make_shared<NamedAnswerer>(worker);
    };
    CHECK_THROWS_WITH(net::Workers::start(options, fails), "no database");
    options.queue = 0;
    CHECK_THROWS_AS(net::Workers::start(options, nobody), std::invalid_argument);
}

TEST_CASE("what a worker's user is lives and ends on that worker's thread") {
    struct Resident {
        explicit Resident(std::atomic<int>& w) : wrong(w) {}
        ~Resident() { wrong += born != std::this_thread::get_id(); }
        std::atomic<int>& wrong;
        std::thread::id born = std::this_thread::get_id();
    };
    std::atomic<int> wrong = 0, begun = 0;
    net::WorkersOptions options;
    options.workers = 3;
    {
        auto workers = net::Workers::start(options, [&](const net::Worker&) {
                           ++begun;
                           return std::make_shared<Resident>(wrong);
                       }).value();
        CHECK(workers->size() == 3);
        CHECK(begun == 3);
    }
    CHECK(wrong == 0);
}
