// SPDX-License-Identifier: MIT
#pragma once

#include "gst_ptr.hpp"

#include <sipmedia/statistics.hpp>

#include <cstdint>
#include <vector>

namespace sipmedia {

/// Adds what webrtcbin 1.22 reports truly to `figures`: jitter and losses of the streams in `received`, and the round
/// trip of the stream `sent`. Its other figures are wrong or empty; packets and octets are counted at the pads.
void add_rtp_statistics(LineStatistics& figures, const GstStructure& report, std::uint32_t sent,
                        const std::vector<std::uint32_t>& received);

/// The same from what an RTP session says of its sources.
void add_session_statistics(LineStatistics& figures, const GstStructure& session);

}  // namespace sipmedia
