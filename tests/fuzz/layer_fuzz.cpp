// SPDX-License-Identifier: MIT
// What comes from the network goes through a transaction layer: as a datagram, over a stream in pieces, over WebSocket.
// Whatever it is, all that the layer sends reads back, each request of its user ends, and nothing is left of any.
#include "require.hpp"

#include <siptxn/transaction_layer.hpp>

#include <sipmsg/sipmsg.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace siptxn;

SocketAddress address(std::string_view text) { return *SocketAddress::parse(text, 5060); }

const Flow datagrams{FlowId{900}, Transport::udp, address("192.0.2.1"), address("192.0.2.9")};
const Flow stream{FlowId{901}, Transport::tcp, address("192.0.2.1"), address("192.0.2.9:33333")};
const Flow socket{FlowId{902}, Transport::ws, address("192.0.2.1:80"), address("192.0.2.9:33334")};

constexpr std::string_view invite =
    "INVITE sip:bob@192.0.2.9 SIP/2.0\r\nMax-Forwards: 70\r\nFrom: <sip:alice@example.com>;tag=a1\r\n"
    "To: <sip:bob@example.com>\r\nCall-ID: c1\r\nCSeq: 7 INVITE\r\nContent-Length: 0\r\n\r\n";

/// A layer between a peer that says anything and a user that answers everything.
class Meeting {
public:
    Meeting() {
        layer_.opened(stream, true, now_);
        layer_.opened(socket, true, now_);
        for (const auto& flow : {datagrams, stream}) {  // something of ours for responses to be to
            layer_.send(*sipmsg::Message::parse(std::string(invite)), {.flow = flow}, now_);
            ++calls_;
        }
        drain();
    }
    void receive(const Flow& flow, std::string_view octets) {
        layer_.received(flow, octets, now_);
        drain();
    }
    /// Lets every clock run out.
    void wait() {
        for (int i = 0; i < 10'000 && layer_.next_expiry(); ++i) {
            now_ = *layer_.next_expiry();
            layer_.expire(now_);
            drain();
        }
        for (const auto id : std::exchange(ringing_, {})) layer_.abandon(id);
        drain();
    }
    [[nodiscard]] bool is_over() const { return layer_.transactions() == 0 && calls_ == 0 && served_ == 0; }

private:
    void drain() {
        while (auto output = layer_.poll()) std::visit([this](const auto& o) { take(o); }, *output);
    }
    template <class T>
    void take(const T&) {}
    void take(const Event& event) {
        std::visit([this](const auto& e) { take(e); }, event);
    }
    void take(const Transmit& sent) {
        const std::string_view octets = *sent.octets;
        const bool message = octets.find_first_not_of("\r\n") != octets.npos && !octets.starts_with('\x01');
        fuzz::require(!message || sipmsg::parse(octets).has_value());
    }
    void take(const RequestReceived& event) {
        ++served_;
        const auto& request = event.request->view();
        if (request.method() == sipmsg::Method::invite)
            layer_.respond(event.transaction, sipmsg::Message::response(request, 180, "t"), now_);
        const int status = request.method() == sipmsg::Method::invite && served_ % 2 == 0 ? 486 : 200;
        layer_.respond(event.transaction, sipmsg::Message::response(request, status, "t"), now_);
    }
    void take(const ServerEnded&) { --served_; }
    void take(const ClientEnded& event) {
        --calls_;
        std::erase(ringing_, event.transaction);
    }
    void take(const ResponseReceived& event) {
        if (event.response->status() < 200) ringing_.push_back(event.transaction);
        if (event.response->status() == 182) layer_.cancel(event.transaction, now_);
    }
    void take(const StrayResponse& event) { layer_.respond_stateless(sipmsg::Message(*event.response), {}, now_); }

    TransactionLayer layer_{{}, seeded_random(1)};
    TimePoint now_{};
    int calls_ = 0;
    int served_ = 0;
    std::vector<ClientId> ringing_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t piece = std::max(1, data[0] * 4);
    Meeting meeting;
    meeting.receive(datagrams, octets);
    meeting.receive(datagrams, octets);
    meeting.receive(socket, octets);
    for (std::size_t at = 0; at < octets.size(); at += piece) meeting.receive(stream, octets.substr(at, piece));
    meeting.wait();
    fuzz::require(meeting.is_over());
    return 0;
}
