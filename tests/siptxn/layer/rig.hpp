// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/transaction_layer.hpp>

#include <sipmsg/sipmsg.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace siptxn {

/// One TransactionLayer driven by hand, without any wire: outputs become lines of text, time is what the test says.
class Rig {
public:
    explicit Rig(const LayerOptions& options = {}, std::uint64_t seed = 1) : layer(options, seeded_random(seed)) {}

    /// Everything the layer puts out, one line each: "udp 192.0.2.2:5060 INVITE", "response 1 180", "ended 1". The
    /// opening of UDP flows succeeds at once and is not shown; nor are questions for NAPTR and SRV records, which have
    /// no answers unless `has_services`.
    std::string take();
    /// Calls expire() at each deadline up to `end` from the start: the lines, each with its time in ms.
    std::string run(Duration end);

    void receive(const Flow& flow, std::string_view octets) { layer.received(flow, octets, now); }
    /// A response to the last request sent, over `flow`.
    void answer(const Flow& flow, int status, std::string_view tag = "b1") {
        receive(flow, response(sent.back(), status, tag));
    }
    ClientId send(std::string_view text, const SendOptions& options = {}) {
        return layer.send(message(text), options, now);
    }
    bool respond(std::uint64_t id, int status, std::string_view tag = "b1") {
        return layer.respond(static_cast<ServerId>(id), message(response(received.back()->octets(), status, tag)), now);
    }

    static SocketAddress address(std::string_view text) { return *SocketAddress::parse(text, 5060); }
    /// Our UDP socket 192.0.2.1:5060 and that remote.
    static Flow udp(std::string_view remote) {
        return {static_cast<FlowId>(900), Transport::udp, address("192.0.2.1"), address(remote)};
    }
    static Flow connection(Transport transport, std::uint64_t id, std::string_view remote) {
        return {static_cast<FlowId>(id), transport, address("192.0.2.1:40000"), address(remote)};
    }
    static std::string request(std::string_view method, std::string_view uri, std::string_view more = "");
    static std::string received_request(std::string_view method, std::string_view branch,
                                        std::string_view sent_by = "192.0.2.9:5060",
                                        std::string_view transport = "UDP");
    static sipmsg::Message message(std::string_view text) { return *sipmsg::Message::parse(std::string(text)); }
    static std::string response(std::string_view request, int status, std::string_view tag = "b1") {
        return sipmsg::Message::response(*sipmsg::parse(request), status, tag).octets();
    }

    TransactionLayer layer;
    TimePoint now{};
    bool open_udp = true;
    bool has_services = false;
    std::vector<std::string> sent;              ///< octets of Transmit
    std::vector<Flow> sent_on;                  ///< their flows
    std::vector<sipmsg::MessagePtr> received;   ///< requests for the user: RequestReceived, AckReceived, CancelReceived
    std::vector<sipmsg::MessagePtr> responses;  ///< responses for the user
    std::vector<QueryId> queries;

private:
    bool hidden(const Output& output);
    std::string line(const Output& output);
};

}  // namespace siptxn
