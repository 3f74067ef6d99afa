// SPDX-License-Identifier: MIT
#pragma once

#include "record.hpp"

#include <span>
#include <string>
#include <vector>

namespace sipstrata {

/// What a column is called. Several addresses with one name share a column: a host that answers on UDP and calls from a
/// TCP port.
struct LadderName {
    siptxn::SocketAddress address;
    std::string name;
};

struct LadderOptions {
    std::size_t width = 100;        ///< columns of the terminal; no line is longer
    bool ascii = false;             ///< no box-drawing characters
    std::vector<LadderName> names;  ///< columns stand in this order; addresses without a name follow as they appear
};

/// The messages as arrows between hosts, top to bottom, with milliseconds since the first and their start lines. A
/// message sent again is marked; texts are safe for a terminal. Empty for no records.
///
///           alice                  proxy                   bob
///      0.0    |--INVITE sip:bob@x SDP-->|                       |
[[nodiscard]] std::string draw_ladder(std::span<const TraceRecord> records, const LadderOptions& options = {});

}  // namespace sipstrata
