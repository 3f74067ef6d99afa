// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>

namespace siptxn::sim {

/// What one direction between two hosts does to traffic. Probabilities are 0..1, drawn for each datagram. Streams keep
/// every octet and their order: they feel delay, and loss as the delay of a retransmission.
struct Impairments {
    Duration delay_min = 1ms;
    Duration delay_max = 1ms;  ///< uniform between the two; order is kept unless `reordering` strikes
    double loss = 0;
    double duplication = 0;  ///< a second copy, with a delay of its own
    double reordering = 0;   ///< held back by reorder_delay, so that later datagrams overtake
    Duration reorder_delay = 50ms;
    double corruption = 0;  ///< one to three bits of the datagram change
};

}  // namespace siptxn::sim
