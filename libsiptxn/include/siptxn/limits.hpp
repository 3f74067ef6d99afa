// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>

#include <sipmsg/limits.hpp>

#include <cstddef>

namespace siptxn {

/// What keeps memory bounded under attack. Counts, octets, times.
struct Limits {
    sipmsg::Limits message;
    std::size_t server_transactions = 65'536;  ///< above it new requests get a stateless 503, or nothing
    std::size_t refusals = 1000;               ///< such 503 in a second; requests beyond them are dropped
    Duration retry_after = 5s;                 ///< what they say; rounded up to seconds (RFC 3261 §21.5.4)
    std::size_t client_transactions = 65'536;  ///< above it send() fails with Errc::overloaded
    /// Above it an accepted connection is closed: the oldest of those that have not sent a message yet, else the new
    /// one.
    std::size_t flows = 4096;
    std::size_t stream_octets = 1'200'000;  ///< held for a message that is not complete yet, one flow
    std::size_t unfinished_octets =
        100'000'000;                 ///< the same, all flows; above it the one that asks for more is closed
    std::size_t targets = 16;        ///< addresses tried for one request
    std::size_t questions = 40;      ///< names looked up for one request
    std::size_t dns_records = 32;    ///< used of one answer
    std::size_t dns_answers = 1024;  ///< remembered
    std::size_t bad_targets = 1024;  ///< remembered
    Duration connect_timeout = 5s;
    Duration resolve_timeout = 5s;  ///< for each step of RFC 3263 §4: NAPTR, SRV, addresses
    /// How long an answer is remembered: what its ttl says, within these two.
    Duration dns_ttl_min = 1s;
    Duration dns_ttl_max = 1h;
    Duration dns_negative_ttl = 30s;   ///< that there are no such records, when no SOA record says for how long
    Duration dns_failure_ttl = 5s;     ///< that the name server failed
    Duration bad_target_period = 60s;  ///< how long a target that failed is tried last
    Duration retry_after_max = 10min;  ///< ... or one that answered 503, if it asks for more (RFC 3261 §21.5.4)
    /// From the first octet of a message on a stream to its end; and from the begin of an accepted stream to its first
    /// message.
    Duration head_timeout = 32s;
    Duration idle_timeout = 15min;  ///< a connection nobody used
};

}  // namespace siptxn
