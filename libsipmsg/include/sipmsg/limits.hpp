// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace sipmsg {

/// Bounds that hold memory and time under attack. Octets and counts.
struct Limits {
    std::uint32_t head_octets = 65'536;     ///< start line and headers together
    std::uint32_t body_octets = 1'048'576;  ///< one body
    std::uint16_t headers = 512;            ///< header lines in a message
    std::uint16_t values = 128;             ///< items all<T>() yields for one header
};

/// What departs from the grammar and is accepted all the same: each a named option, all off.
struct Leniency {
    bool bare_lf = false;       ///< lines that end with LF alone
    bool missing_body = false;  ///< a datagram shorter than its Content-Length
};

struct ParseOptions {
    Limits limits;
    Leniency lenient;
};

}  // namespace sipmsg
