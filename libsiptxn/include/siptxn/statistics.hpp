// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace siptxn {

/// Counters since construction; RFC 3261's words. What lives now: TransactionLayer::transactions().
struct Statistics {
    std::uint64_t requests_received = 0;  ///< handed to the user, ACKs to a 2xx included
    std::uint64_t requests_sent = 0;
    std::uint64_t responses_received = 0;
    std::uint64_t responses_sent = 0;
    std::uint64_t retransmissions_received = 0;  ///< absorbed by a transaction
    std::uint64_t retransmissions_sent = 0;
    std::uint64_t client_transactions = 0;  ///< begun
    std::uint64_t server_transactions = 0;  ///< begun
    std::uint64_t cancels_received = 0;     ///< of requests that had no final response yet
    std::uint64_t malformed_answered = 0;   ///< 400 (or 505) was sent
    std::uint64_t malformed_dropped = 0;    ///< no response could be built
    std::uint64_t strays_dropped = 0;       ///< responses and ACKs that matched nothing, or failed the sent-by check
    std::uint64_t overload_refused = 0;  ///< for a limit of ours: requests answered 503, sends and connections refused
    std::uint64_t overload_dropped = 0;  ///< requests beyond what is worth an answer (Limits::refusals)
    std::uint64_t handed_over = 0;       ///< messages that were another worker's (siptxn/workers.hpp)
    std::uint64_t timeouts = 0;          ///< timers B, F, H
    std::uint64_t transport_errors = 0;  ///< transactions that one ended or was reported to
    std::uint64_t connections_opened = 0;  ///< by us and by peers
    std::uint64_t connections_lost = 0;    ///< for any reason, closing them ourselves included
};

}  // namespace siptxn
