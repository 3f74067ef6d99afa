// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>
#include <siptxn/wire.hpp>

#include <cstdint>
#include <string_view>

namespace siptxn::sim {

/// What became of a datagram, or of what was written to a connection.
enum class Fate : std::uint8_t {
    in_flight,
    delivered,    ///< at least one copy reached a socket
    lost,         ///< by chance
    partitioned,  ///< the hosts could not reach each other
    refused,      ///< the host is there, nobody listens on the port: ICMP went back
    no_host,      ///< nobody has that address
    too_big,      ///< larger than the path's MTU
    reset,        ///< the connection broke, or its reader went, before it arrived
};

[[nodiscard]] std::string_view to_string(Fate fate) noexcept;

/// One datagram as the network's log keeps it, or what was written to a connection at once: one message, as endpoints
/// do.
struct Datagram {
    TimePoint sent;
    Transport transport = Transport::udp;
    SocketAddress from;
    SocketAddress to;
    Octets octets;  ///< as sent; over TLS too
    Fate fate = Fate::in_flight;
    int delivered = 0;  ///< copies that reached a socket; of a stream 1 when all of it did
    TimePoint arrived;  ///< when the first of them did
    bool duplicated = false;
    bool reordered = false;
    bool corrupted = false;  ///< one copy at least

    /// "INVITE sip:bob@example.com SIP/2.0": up to the first CR or LF.
    [[nodiscard]] std::string_view start_line() const noexcept;
};

}  // namespace siptxn::sim
