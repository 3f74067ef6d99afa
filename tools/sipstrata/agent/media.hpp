// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/session_description_handler.hpp>

#include <string>
#include <vector>

namespace sipstrata {

/// What --media names: "none" is the signalling-only handler, "test" WebRTC with test sources on these addresses (IP
/// literals). Throws std::invalid_argument when this program was built without media, or GStreamer elements are
/// missing.
[[nodiscard]] sipua::SessionDescriptionHandlerFactory make_media(const std::string& name,
                                                                 std::vector<std::string> addresses = {"127.0.0.1"});

/// "audio opus: 250 packets sent, 248 received, ..." one line a stream.
[[nodiscard]] std::string media_report(const sipua::MediaStatistics& statistics, const std::string& prefix);

}  // namespace sipstrata
