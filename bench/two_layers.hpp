// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/transaction_layer.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bench {

/// One transaction layer whose octets go straight into another one: no sockets, no copies, no clock.
class Side {
public:
    Side(const siptxn::SocketAddress& own, std::uint64_t seed, const siptxn::LayerOptions& options);

    /// Carries out what there is to do; false when there was nothing.
    bool drain(siptxn::TimePoint now);

    siptxn::SocketAddress own;
    siptxn::TransactionLayer layer;
    Side* peer = nullptr;  ///< nullptr: what is sent is counted only
    int status = 200;      ///< what requests are answered with
    std::size_t finals = 0;
    std::size_t transmitted = 0;  ///< messages
    std::size_t octets = 0;       ///< of these

private:
    void carry_out(const siptxn::Transmit& output, siptxn::TimePoint now);
    void carry_out(const siptxn::OpenFlow& output, siptxn::TimePoint now);
    void carry_out(const siptxn::Event& event, siptxn::TimePoint now);
    void carry_out(const auto&, siptxn::TimePoint) {}
};

struct TwoLayers {
    TwoLayers();
    /// Until neither side has anything left to do.
    void drain(siptxn::TimePoint now);
    void expire(siptxn::TimePoint now);
    /// Begins a transaction and brings it to its final response.
    void transact(std::string_view method, siptxn::TimePoint now);

    Side client;
    Side server;
    std::size_t sent = 0;
};

/// As the network would bring it: each number another branch and Call-ID.
[[nodiscard]] std::string received_request(std::string_view method, std::size_t number);
/// From the client of TwoLayers to the server.
[[nodiscard]] siptxn::Flow arriving();

}  // namespace bench
