// SPDX-License-Identifier: MIT
#pragma once

#include "gst_ptr.hpp"

#include <sipmedia/error.hpp>
#include <sipmedia/options.hpp>

#include <gio/gio.h>

#include <cstdint>
#include <expected>
#include <string>

namespace sipmedia {

/// The two ports of one RTP session: an even one, and the one above it (RFC 3550 §11). What is sent leaves from where
/// we receive (RFC 4961).
struct RtpSockets {
    ObjectPtr<GSocket> rtp;
    ObjectPtr<GSocket> rtcp;
    std::uint16_t port = 0;
    bool is_v6 = false;
};

/// Errc::engine_failure when the address is not ours or no pair of ports is free.
[[nodiscard]] std::expected<RtpSockets, EngineError> bind_rtp(const std::string& address, PortRange ports);

/// The first address of this machine that is not loopback, IPv4 first; 127.0.0.1 when there is none.
[[nodiscard]] std::string interface_address();

}  // namespace sipmedia
