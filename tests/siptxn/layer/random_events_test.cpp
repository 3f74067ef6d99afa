// SPDX-License-Identifier: MIT
// Seeded storms of everything that can happen to a layer, in any order. What must hold: nothing throws, each
// transaction ends exactly once and last, and when the storm is over nothing is left.

#include "layer/rig.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <iterator>
#include <map>
#include <set>

using namespace siptxn;

namespace {

class Storm {
public:
    explicit Storm(std::uint64_t seed)
        : layer_(limits(), seeded_random(seed)), chance_(seeded_random(seed ^ 0xabcdef)) {}

    void run(int turns) {
        for (int i = 0; i < turns; ++i) {
            turn();
            drain();
        }
    }
    /// Closes what is open and lets every clock run out.
    void calm() {
        for (const auto& flow : connections_) layer_.failed(flow, Errc::closed, now_);
        connections_.clear();
        drain();
        for (auto id : servers_) layer_.respond(id, answer_to(id, 500), now_);
        for (auto id : std::set(clients_)) layer_.cancel(id, now_);
        drain();
        for (int i = 0; i < 100'000 && layer_.next_expiry(); ++i) {
            now_ = *layer_.next_expiry();
            layer_.expire(now_);
            drain();
        }
        for (auto id : std::set(clients_)) layer_.abandon(id);  // an INVITE that rings has no clock of its own
        drain();
        for (int i = 0; i < 100'000 && layer_.next_expiry(); ++i) {
            now_ = *layer_.next_expiry();
            layer_.expire(now_);
            drain();
        }
    }

    std::size_t left() const {
        return layer_.transactions() + clients_.size() + servers_.size() + layer_.next_expiry().has_value();
    }
    bool sound() const { return sound_; }
    std::size_t ended() const { return ended_; }

private:
    static LayerOptions limits() {
        LayerOptions options;
        options.limits.server_transactions = 40;
        options.limits.client_transactions = 40;
        options.limits.flows = 8;
        return options;
    }
    std::uint64_t below(std::uint64_t n) { return chance_() % n; }
    std::string_view method() {
        static constexpr std::string_view methods[] = {"INVITE", "INVITE", "OPTIONS", "BYE",
                                                       "CANCEL", "ACK",    "MESSAGE", "WHATEVER"};
        return methods[below(8)];
    }
    Flow any_flow() {
        if (connections_.empty() || below(2)) return Rig::udp(fmt::format("192.0.2.{}:5060", 2 + below(4)));
        return connections_[below(connections_.size())];
    }
    sipmsg::Message answer_to(ServerId id, int status) {
        return sipmsg::Message::response(requests_.at(id)->view(), status, "tag");
    }

    void turn() {
        switch (below(12)) {
            case 0: return send();
            case 1: return receive_request();
            case 2: return receive_response();
            case 3: return respond();
            case 4: return advance();
            case 5: return fail();
            case 6: return garble();
            case 7: return cancel();
            case 8: return complete_opening();
            case 9: return resolve();
            case 10: return accept();
            default: return layer_.send_stateless(Rig::message(Rig::request("ACK", uri())), {}, now_);
        }
    }
    std::string uri() {
        static constexpr std::string_view tails[] = {"", ";transport=tcp", ";transport=ws", ";transport=sctp"};
        static constexpr std::string_view ports[] = {"", "", ":5070"};
        if (below(3) == 0) return fmt::format("sip:b@name{}.example{}{}", below(3), ports[below(3)], tails[below(4)]);
        return fmt::format("sip:b@192.0.2.{}{}", 2 + below(4), tails[below(4)]);
    }
    void send() {
        auto chosen = method();
        if (chosen == "ACK") chosen = "INFO";
        SendOptions options;
        if (below(4) == 0) options.flow = any_flow();
        auto padding = below(4) ? std::string() : "X: " + std::string(1400, 'x') + "\r\n";
        clients_.insert(layer_.send(Rig::message(Rig::request(chosen, uri(), padding)), options, now_));
    }
    void receive_request() {
        auto flow = any_flow();
        auto text = Rig::received_request(method(), fmt::format("z9hG4bK{}", below(12)), to_string(flow.remote));
        layer_.received(flow, text, now_);
    }
    void receive_response() {
        if (sent_.empty()) return;
        const auto& [flow, octets] = sent_[below(sent_.size())];
        auto request = sipmsg::parse(*octets);
        if (!request || !request->is_request()) return;
        static constexpr int statuses[] = {100, 180, 200, 200, 302, 404, 487, 503, 699};
        layer_.received(
            flow, sipmsg::Message::response(*request, statuses[below(9)], fmt::format("t{}", below(3))).octets(), now_);
    }
    void respond() {
        if (requests_.empty()) return;
        auto it = std::next(requests_.begin(), static_cast<std::ptrdiff_t>(below(requests_.size())));
        static constexpr int statuses[] = {100, 180, 200, 404, 486};
        layer_.respond(it->first, answer_to(it->first, statuses[below(5)]), now_);
    }
    void advance() {
        now_ += std::chrono::milliseconds(below(below(10) ? 1500 : 40'000));
        layer_.expire(now_);
    }
    void fail() {
        auto flow = any_flow();
        if (flow.transport != Transport::udp) std::erase(connections_, flow);
        layer_.failed(flow, Errc::transport, now_);
    }
    void garble() {
        auto flow = any_flow();
        auto text = below(2) ? Rig::received_request("OPTIONS", "z9hG4bKg", to_string(flow.remote))
                             : (sent_.empty() ? "x" : *sent_.back().second);
        for (auto flips = below(4) + 1; flips > 0; --flips) text[below(text.size())] = static_cast<char>(below(256));
        layer_.received(flow, std::string_view(text).substr(0, below(3) ? text.size() : below(text.size())), now_);
    }
    void cancel() {
        if (clients_.empty()) return;
        auto id = *std::next(clients_.begin(), static_cast<std::ptrdiff_t>(below(clients_.size())));
        if (below(6) == 0) return layer_.abandon(id);
        layer_.cancel(id, now_, "SIP;cause=200");
    }
    void complete_opening() {
        if (openings_.empty()) return;
        auto index = static_cast<std::ptrdiff_t>(below(openings_.size()));
        Flow flow = openings_[static_cast<std::size_t>(index)];
        openings_.erase(openings_.begin() + index);
        if (below(3) == 0) return layer_.failed(flow, Errc::connect_failed, now_);
        layer_.opened(flow, false, now_);
        if (flow.transport != Transport::udp && layer_.find_flow(flow.id)) connections_.push_back(flow);
    }
    void resolve() {
        if (queries_.empty()) return;
        auto [query, type] = queries_.back();
        queries_.pop_back();
        std::vector<DnsRecord> records;
        for (auto n = below(3); n > 0; --n) records.push_back(record(type));
        layer_.resolved(query, records, below(5) ? std::error_code{} : make_error_code(Errc::resolve_failed), now_);
    }
    DnsRecord record(RecordType type) {
        static constexpr std::string_view services[] = {"SIP+D2U", "SIP+D2T", "SIPS+D2T", "E2U+sip"};
        auto number = static_cast<std::uint16_t>(below(4));
        DnsRecord record{.type = below(8) ? type : RecordType::a, .ttl = 30, .priority = number, .weight = number};
        record.ip = *IpAddress::parse(fmt::format("192.0.2.{}", 2 + below(4)));
        record.port = 5060;
        record.target = below(4) ? fmt::format("name{}.example", below(3)) : ".";
        record.service = services[number];
        record.flags = "s";
        return record;
    }
    void accept() {
        auto transport = below(2) ? Transport::tcp : Transport::ws;
        ++accepted_;
        auto flow = Rig::connection(transport, 10'000 + accepted_,
                                    fmt::format("192.0.2.{}:{}", 2 + below(4), 30'000 + accepted_));
        layer_.opened(flow, true, now_);
        if (layer_.find_flow(flow.id)) connections_.push_back(flow);
    }

    void drain() {
        while (auto output = layer_.poll()) {
            if (auto* o = std::get_if<Transmit>(&*output)) remember(o->flow, o->octets);
            if (auto* o = std::get_if<OpenFlow>(&*output))
                openings_.push_back({o->id, o->transport, Rig::address("192.0.2.1"), o->remote});
            if (auto* o = std::get_if<CloseFlow>(&*output)) closed(o->id);
            if (auto* o = std::get_if<Resolve>(&*output)) queries_.emplace_back(o->query, o->type);
            if (auto* o = std::get_if<Event>(&*output)) std::visit([this](const auto& e) { happened(e); }, *o);
        }
    }
    void remember(const Flow& flow, const Octets& octets) {
        sent_.emplace_back(flow, octets);
        if (sent_.size() > 64) sent_.erase(sent_.begin());
    }
    void closed(FlowId id) {
        std::erase_if(openings_, [&](const Flow& flow) { return flow.id == id; });
        std::erase_if(connections_, [&](const Flow& flow) { return flow.id == id; });
    }
    void happened(const RequestReceived& e) {
        sound_ &= requests_.emplace(e.transaction, e.request).second;
        servers_.insert(e.transaction);
    }
    void happened(const CancelReceived& e) { sound_ &= servers_.contains(e.invite); }
    void happened(const ResponseReceived& e) { sound_ &= clients_.contains(e.transaction); }
    void happened(const RequestFailed& e) {
        sound_ &= clients_.contains(e.transaction) && failed_.insert(e.transaction).second;
    }
    void happened(const ResponseFailed& e) { sound_ &= servers_.contains(e.transaction); }
    void happened(const ClientEnded& e) {
        sound_ &= clients_.erase(e.transaction) == 1;
        ++ended_;
    }
    void happened(const ServerEnded& e) {
        sound_ &= servers_.erase(e.transaction) == 1;
        requests_.erase(e.transaction);
        ++ended_;
    }
    template <class Other>
    void happened(const Other&) {}

    TransactionLayer layer_;
    RandomSource chance_;
    TimePoint now_{};
    std::uint64_t accepted_ = 0;
    std::vector<Flow> connections_, openings_;
    std::vector<std::pair<QueryId, RecordType>> queries_;
    std::vector<std::pair<Flow, Octets>> sent_;
    std::set<ClientId> clients_, failed_;
    std::set<ServerId> servers_;
    std::map<ServerId, sipmsg::MessagePtr> requests_;
    std::size_t ended_ = 0;
    bool sound_ = true;
};

}  // namespace

TEST_CASE("whatever happens in whatever order, each transaction ends once and nothing is left") {
    std::size_t ended = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        Storm storm(seed);
        storm.run(400);
        storm.calm();
        CHECK(storm.left() == 0);
        CHECK(storm.sound());
        ended += storm.ended();
    }
    CHECK(ended > 5000);
}
