// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/sdp/sdp.hpp>

namespace sipmedia {

/// Without what webrtcbin has no use for. GStreamer keeps the name of every attribute and parameter that it reads
/// until the process ends, does not take odd parameters, and asserts that no SSRC is 0.
[[nodiscard]] sipmsg::sdp::SessionDescription essentials(sipmsg::sdp::SessionDescription remote);

}  // namespace sipmedia
