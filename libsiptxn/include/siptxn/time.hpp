// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace siptxn {

/// The only clock of the pure layers: handed in as `now`, monotonic, never read.
using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

using namespace std::chrono_literals;

/// RFC 3261 §17.1.1.1 and table 4.
struct Timers {
    Duration t1 = 500ms;      ///< round-trip estimate
    Duration t2 = 4s;         ///< longest retransmission interval of non-INVITE requests and INVITE responses
    Duration t4 = 5s;         ///< how long a message may linger in the network
    Duration timer_c = 180s;  ///< proxy INVITE limit, above 3 minutes (RFC 3261 §16.6 step 11); used by proxies only
    [[nodiscard]] Duration timeout() const noexcept { return 64 * t1; }  ///< timers B, F, H, J, L, M
    Duration timer_d = 32s;  ///< how long a client absorbs repeated INVITE finals on unreliable transports
};

}  // namespace siptxn
