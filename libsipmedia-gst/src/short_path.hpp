// SPDX-License-Identifier: MIT
#pragma once

#include "gst_ptr.hpp"

#include <atomic>
#include <memory>

namespace sipmedia {

// A packet's way through a webrtcbin, without what is not used here. Every element and every thread on it costs each
// packet a few microseconds, most of them for code that has left the caches since the last one.

/// Nothing for retransmission (RFC 4588), redundancy and forward error correction (RFC 2198, RFC 5109) is put into the
/// streams of a fresh webrtcbin: none of it is ever agreed on.
void leave_out_repairs(GstElement* webrtcbin);

/// The same of what a sink pad of webrtcbin leads through on its way to rtpbin or a funnel before it; before anything
/// flows there. All is left as it is where that way is not the expected one.
void lead_to_rtpbin(GstPad* sink);

/// What receives packets from ICE has a thread, the queue behind it another. From the moment that `connected` is true,
/// SRTP and SRTCP pass the queue by. When webrtcbin blocks behind the queue, as it does while ICE has no connection,
/// they wait in there, and the first thread goes on with ICE.
void pass_by(GstElement* queue, std::shared_ptr<const std::atomic<bool>> connected);

}  // namespace sipmedia
