// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>

#include <cstddef>
#include <cstdint>

namespace siptxn::sim {

/// How delays spread between the shortest and the longest. All stay within the two.
enum class Spread : std::uint8_t {
    uniform,      ///< every delay is as likely; a constant one when the two are the same
    normal,       ///< bell-shaped: the mean midway, each end three standard deviations away
    exponential,  ///< mostly short, with a tail, as behind a queue: the mean a fifth of the way up
};

/// What one direction between two hosts does to traffic. Probabilities are 0..1, drawn for each datagram. Streams keep
/// every octet and their order: they feel delay, and loss as the delay of a retransmission.
struct Impairments {
    Duration delay_min = 1ms;
    Duration delay_max = 1ms;  ///< order is kept unless `reordering` strikes, however delays differ
    Spread spread = Spread::uniform;
    double loss = 0;
    double duplication = 0;  ///< a second copy, with a delay of its own
    double reordering = 0;   ///< held back by reorder_delay, so that later datagrams overtake
    Duration reorder_delay = 50ms;
    double corruption = 0;  ///< one to three bits of the datagram change
    /// Octets of the largest IP packet; 0: any. A datagram that would need fragments vanishes, as behind a firewall
    /// that drops them. Streams cut their segments to fit.
    std::size_t mtu = 0;
};

}  // namespace siptxn::sim
