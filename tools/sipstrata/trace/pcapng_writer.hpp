// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/flow.hpp>

#include <chrono>
#include <ostream>
#include <string>
#include <string_view>

namespace sipstrata {

/// One message for a capture file.
struct CapturedMessage {
    siptxn::SocketAddress source;
    siptxn::SocketAddress destination;
    siptxn::Transport transport = siptxn::Transport::udp;
    bool sent = false;
    std::chrono::system_clock::time_point time;
    std::string_view octets;  ///< written as they are: mask them before
};

/// Writes a pcapng file (IETF draft-ietf-opsawg-pcapng) that Wireshark, tshark and sngrep open. Every message, whatever
/// carried it, becomes one UDP datagram in an IPv4 or IPv6 packet with its own addresses and ports, so that TLS and
/// WebSocket are readable; a comment of the packet names the real transport. A message longer than a datagram is cut,
/// and the comment says so.
class PcapngWriter {
public:
    /// Writes the file's head. `out` must outlive this object.
    explicit PcapngWriter(std::ostream& out);
    void write(const CapturedMessage& message);

private:
    std::ostream& out_;
};

}  // namespace sipstrata
