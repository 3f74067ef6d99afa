// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/error.hpp>
#include <sipmedia/statistics.hpp>

#include <sipmsg/sdp/sdp.hpp>
#include <sipua/session_description_handler.hpp>

#include <string_view>
#include <system_error>

namespace sipmedia {

// What libsipmedia-gst says, in the words of libsipua.

[[nodiscard]] std::error_code aborted();
/// The session makes a status of it: 488 when it is the description's fault, 500 when it is ours.
[[nodiscard]] std::error_code to_session(const EngineError& error);
/// The lines that are in use.
[[nodiscard]] sipua::MediaStatistics to_session(const MediaStatistics& figures);

[[nodiscard]] sipua::Body body_of(const sipmsg::sdp::SessionDescription& description);
/// application/sdp, whatever its parameters.
[[nodiscard]] bool is_sdp(std::string_view content_type);

}  // namespace sipmedia
