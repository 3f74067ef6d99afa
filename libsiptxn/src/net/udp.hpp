// SPDX-License-Identifier: MIT
#pragma once

#include "net/datagram_batch.hpp"

#include <siptxn/wire.hpp>

#include <asio/ip/udp.hpp>

#include <cstddef>
#include <memory>
#include <system_error>

namespace siptxn::net {

class Core;

/// One bound UDP socket: requests leave from it, responses come back to it (RFC 3261 §18.1.1, RFC 3581 §4).
class UdpSocket : public std::enable_shared_from_this<UdpSocket> {
public:
    UdpSocket(Core& core, FlowId id);

    /// The address with the port the system chose.
    SocketAddress bind(const SocketAddress& local, bool share_port, std::error_code& error);
    void receive();
    void send(const Flow& flow, Octets octets);
    void stop();
    [[nodiscard]] const SocketAddress& local() const { return local_; }

private:
    void readable();
    void read_errors(Core& core);
    bool read_batch(Core& core);
    void report(Core& core, const IncomingBatch& batch, std::size_t index);
    void flush(Core& core);
    void send_one(Core& core, const OutgoingBatch::Datagram& datagram);
    void report_send_error(Core& core, const Flow& flow, std::error_code error);

    std::weak_ptr<Core> core_;
    FlowId id_;
    SocketAddress local_;
    asio::ip::udp::socket socket_;
    OutgoingBatch outgoing_;
    bool gathering_ = false;
};

}  // namespace siptxn::net
