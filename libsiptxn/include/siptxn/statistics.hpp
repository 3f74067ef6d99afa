// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace siptxn {

/// Counters since construction.
struct Statistics {
    std::uint64_t requests_received = 0;
    std::uint64_t requests_sent = 0;
    std::uint64_t responses_received = 0;
    std::uint64_t responses_sent = 0;
    std::uint64_t retransmissions_received = 0;  ///< absorbed by a transaction
    std::uint64_t retransmissions_sent = 0;
    std::uint64_t malformed_answered = 0;  ///< 400 (or 505) was sent
    std::uint64_t malformed_dropped = 0;   ///< no response could be built
    std::uint64_t strays_dropped = 0;      ///< responses and ACKs that matched nothing, or failed the sent-by check
    std::uint64_t overload_refused = 0;    ///< 503 for a limit of ours
    std::uint64_t timeouts = 0;            ///< timers B, F, H
};

}  // namespace siptxn
