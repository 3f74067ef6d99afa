// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>

#include <sipmsg/limits.hpp>

#include <cstddef>

namespace siptxn {

/// What keeps memory bounded under attack. Counts, octets, times.
struct Limits {
    sipmsg::Limits message;
    std::size_t server_transactions = 65'536;  ///< above it new requests get a stateless 503
    std::size_t client_transactions = 65'536;  ///< above it send() fails with Errc::overloaded
    std::size_t flows = 4096;                  ///< above it an accepted connection is closed
    std::size_t stream_octets = 1'200'000;     ///< held for a message that is not complete yet, one flow
    std::size_t targets = 16;                  ///< addresses tried for one request
    Duration connect_timeout = 5s;
    Duration resolve_timeout = 5s;
    Duration head_timeout = 32s;    ///< from the first octet of a message on a stream to the end of its headers
    Duration idle_timeout = 15min;  ///< a connection nobody used
};

}  // namespace siptxn
