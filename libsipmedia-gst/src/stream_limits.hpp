// SPDX-License-Identifier: MIT
#pragma once

#include "gst_ptr.hpp"

#include <cstddef>

namespace sipmedia {

// A peer may begin as many streams as it likes, with a number (SSRC) of its choice in each packet.

/// Of one RTP session: each has a jitter buffer with threads of its own. Packets of others are dropped.
constexpr guint max_streams = 16;
/// Decoders of one m-line. A further stream takes the place of the oldest.
constexpr std::size_t max_decoders = 4;

/// Before it has a session. Streams that end make room for others: by a BYE, or by silence for five intervals of RTCP.
inline void limit_streams(GstElement* rtpbin) {
    g_object_set(rtpbin, "max-streams", max_streams, "autoremove", TRUE, nullptr);
}

}  // namespace sipmedia
