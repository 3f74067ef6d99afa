// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/flow.hpp>

#include <sipmsg/uri.hpp>

#include <optional>
#include <string>

namespace siptxn {

/// The next hop of a request by RFC 3261 §8.1.2 and RFC 3263 §4, before any name is looked up.
struct NextHop {
    Transport transport = Transport::udp;
    bool transport_given = false;  ///< by the URI, its scheme or the caller: no NAPTR
    std::string host;              ///< name, or numeric without brackets; maddr replaces it
    std::optional<std::uint16_t> port;
    std::optional<IpAddress> numeric;
};

}  // namespace siptxn
