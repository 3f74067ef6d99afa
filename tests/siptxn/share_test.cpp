// SPDX-License-Identifier: MIT
#include "layer/rig.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <stdexcept>

using namespace siptxn;

namespace {

LayerOptions share_of(std::uint32_t worker, std::uint32_t workers, std::uint64_t key = 7) {
    LayerOptions options;
    options.share = {.worker = worker, .workers = workers, .key0 = key, .key1 = key + 1};
    return options;
}

/// A Call-ID that is that worker's.
std::string call_id_of(const Share& share, std::uint32_t worker) {
    for (int i = 0;; ++i)
        if (auto id = "call-" + std::to_string(i); share.owner_of(id) == worker) return id;
}

std::string with_call_id(std::string message, const std::string& id) {
    const auto start = message.find("Call-ID: ") + 9;
    return message.replace(start, message.find("\r\n", start) - start, id);
}

/// What a layer hands over; nullopt when it hands nothing over.
std::optional<HandOver> handed_over(TransactionLayer& layer) {
    std::optional<HandOver> found;
    while (auto output = layer.poll())
        if (auto* one = std::get_if<HandOver>(&*output)) found = *one;
    return found;
}

}  // namespace

TEST_CASE("each Call-ID has one owner, the same for all workers; work is spread evenly, and otherwise by another key") {
    for (std::uint32_t workers : {2u, 3u, 7u, 16u}) {
        std::map<std::uint32_t, int> load;
        int moved = 0;
        for (int i = 0; i < 10'000; ++i) {
            const auto id = "call-" + std::to_string(i);
            const auto owner = share_of(0, workers).share.owner_of(id);
            REQUIRE(owner < workers);
            REQUIRE(share_of(workers - 1, workers).share.owner_of(id) == owner);
            REQUIRE(share_of(owner, workers).share.owns(id));
            ++load[owner];
            moved += share_of(0, workers, 8).share.owner_of(id) != owner;
        }
        for (const auto& [worker, count] : load) {
            CHECK(count > 10'000 / workers * 8 / 10);
            CHECK(count < 10'000 / workers * 12 / 10);
        }
        CHECK(load.size() == workers);
        CHECK(moved > 4000);
    }
    CHECK(Share{}.owns("anything"));
    CHECK(Share{}.owner_of("anything") == 0);
}

TEST_CASE("flow ids of workers differ, and say whose wire has the flow") {
    std::set<FlowId> seen;
    for (std::uint32_t worker : {0u, 1u, 65'534u}) {
        for (std::uint64_t id : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{0xffff'ffff'ffff}}) {
            auto everywhere = at_home(FlowId{id}, worker);
            CHECK(home_of(everywhere) == worker);
            CHECK(without_home(everywhere) == FlowId{id});
            CHECK(seen.insert(everywhere).second);
        }
    }
    CHECK(at_home(FlowId{5}, 0) == FlowId{5});
    CHECK(at_home(FlowId::none, 3) == FlowId::none);
}

TEST_CASE("Call-IDs of a stack's own are of its share") {
    for (std::uint32_t worker = 0; worker < 5; ++worker) {
        auto options = share_of(worker, 5);
        TransactionLayer layer(options, seeded_random(1));
        for (int i = 0; i < 50; ++i) CHECK(options.share.owns(layer.identifiers().call_id()));
    }
}

TEST_CASE("a share that is none is refused") {
    CHECK_THROWS_AS(TransactionLayer(share_of(2, 2), seeded_random(1)), std::invalid_argument);
    CHECK_THROWS_AS(TransactionLayer(share_of(0, 0), seeded_random(1)), std::invalid_argument);
    CHECK_THROWS_AS(TransactionLayer(share_of(0, 65'536), seeded_random(1)), std::invalid_argument);
}

TEST_CASE("a datagram with the Call-ID of another worker is handed over as it came, and begins nothing") {
    const auto options = share_of(0, 2);
    Rig rig(options);
    const auto foreign = call_id_of(options.share, 1);
    for (auto method : {"OPTIONS", "INVITE", "ACK", "CANCEL"}) {
        CAPTURE(method);
        const auto request = with_call_id(Rig::received_request(method, "z9hG4bKa"), foreign);
        rig.receive(Rig::udp("192.0.2.9"), "\r\n" + request);
        auto parcel = handed_over(rig.layer);
        REQUIRE(parcel);
        CHECK(parcel->worker == 1);
        CHECK(parcel->flow == Rig::udp("192.0.2.9"));
        CHECK(*parcel->octets == request);
    }
    CHECK(rig.layer.transactions() == 0);
    CHECK(rig.layer.statistics().handed_over == 4);
    CHECK(rig.layer.statistics().requests_received == 0);
}

TEST_CASE("a worker keeps what is its own, and what has no Call-ID it answers itself") {
    const auto options = share_of(1, 2);
    Rig rig(options);
    rig.receive(Rig::udp("192.0.2.9"),
                with_call_id(Rig::received_request("OPTIONS", "z9hG4bKa"), call_id_of(options.share, 1)));
    CHECK(rig.layer.transactions() == 1);
    auto broken = Rig::received_request("OPTIONS", "z9hG4bKb");
    broken.erase(broken.find("Call-ID"), broken.find("\r\n", broken.find("Call-ID")) + 2 - broken.find("Call-ID"));
    rig.receive(Rig::udp("192.0.2.9"), broken);
    CHECK(!handed_over(rig.layer));
    CHECK(rig.layer.statistics().handed_over == 0);
}

TEST_CASE("a response with the Call-ID of another worker is handed over, not called stray") {
    const auto options = share_of(0, 2);
    Rig rig(options);
    const auto request =
        with_call_id(Rig::received_request("OPTIONS", "z9hG4bKa", "192.0.2.1:5060"), call_id_of(options.share, 1));
    rig.receive(Rig::udp("192.0.2.9"), Rig::response(request, 200));
    auto parcel = handed_over(rig.layer);
    REQUIRE(parcel);
    CHECK(parcel->worker == 1);
    CHECK(rig.layer.statistics().strays_dropped == 0);
}

TEST_CASE("of one stream, whatever its split, each message is handled by its owner, in order") {
    const auto options = share_of(0, 2);
    const auto mine = call_id_of(options.share, 0), foreign = call_id_of(options.share, 1);
    const auto first = with_call_id(Rig::received_request("OPTIONS", "z9hG4bK1", "192.0.2.9:5060", "TCP"), foreign);
    const auto second = with_call_id(Rig::received_request("OPTIONS", "z9hG4bK2", "192.0.2.9:5060", "TCP"), mine);
    const auto third = with_call_id(Rig::received_request("MESSAGE", "z9hG4bK3", "192.0.2.9:5060", "TCP"), foreign);
    const auto stream = first + second + third;
    for (std::size_t step : {std::size_t{1}, std::size_t{97}, stream.size()}) {
        CAPTURE(step);
        Rig rig(options);
        const auto flow = Rig::connection(Transport::tcp, 5, "192.0.2.9");
        rig.layer.opened(flow, true, rig.now);
        std::vector<std::string> parcels;
        int own = 0;
        for (std::size_t at = 0; at < stream.size(); at += step) {
            rig.receive(flow, stream.substr(at, step));
            while (auto output = rig.layer.poll()) {
                if (auto* one = std::get_if<HandOver>(&*output)) parcels.push_back(*one->octets);
                auto* event = std::get_if<Event>(&*output);
                own += event && std::holds_alternative<RequestReceived>(*event);
            }
        }
        CHECK(parcels == std::vector{first, third});
        CHECK(own == 1);
        CHECK(rig.layer.transactions() == 1);
    }
}

TEST_CASE("a connection of another worker is never closed for being idle; one's own is") {
    auto options = share_of(0, 2);
    options.limits.idle_timeout = 10s;
    Rig rig(options);
    auto own = Rig::connection(Transport::tcp, 5, "192.0.2.9");
    auto foreign = Rig::connection(Transport::tcp, 6, "192.0.2.10");
    foreign.id = at_home(foreign.id, 1);
    for (const auto& flow : {own, foreign}) {
        rig.layer.opened(flow, true, rig.now);
        rig.receive(flow, with_call_id(Rig::received_request("OPTIONS", "z9hG4bK1", "192.0.2.9:5060", "TCP"),
                                       call_id_of(options.share, 0)));
    }
    rig.run(1min);
    CHECK(!rig.layer.find_flow(own.id));
    CHECK(rig.layer.find_flow(foreign.id));
}
