// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/session_description_handler.hpp>

#include <string>
#include <vector>

namespace sipstrata {

/// What the flags of a verb say of its media.
struct MediaFlags {
    std::string media;  ///< "none", "test"; empty: "test" when something below is set
    std::string srtp;   ///< "none", "sdes", "dtls"; empty: what fits
    std::vector<std::string> codecs;
    unsigned tone = 0;  ///< hertz; 0: 440

    [[nodiscard]] bool moves_media() const;
};

/// The signalling-only handler, or test sources on these addresses (IP literals). Throws std::invalid_argument when
/// this program was built without media, GStreamer elements are missing, or a codec is not known.
[[nodiscard]] sipua::SessionDescriptionHandlerFactory make_media(const MediaFlags& flags,
                                                                 std::vector<std::string> addresses = {"127.0.0.1"});

/// "audio opus: 250 packets sent, 248 received, ..." one line a stream.
[[nodiscard]] std::string media_report(const sipua::MediaStatistics& statistics, const std::string& prefix);

}  // namespace sipstrata
