// SPDX-License-Identifier: MIT
#include "media.hpp"

#include <sipua/signaling_only.hpp>

#ifdef SIPSTRATA_WITH_MEDIA
#include <sipmedia/webrtc.hpp>
#endif

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace sipstrata {

sipua::SessionDescriptionHandlerFactory make_media(const std::string& name,
                                                   [[maybe_unused]] std::vector<std::string> addresses) {
    if (name == "none") return sipua::signaling_only();
#ifdef SIPSTRATA_WITH_MEDIA
    sipmedia::WebRtcOptions options;
    options.audio = sipmedia::test_tone(440);
    options.video = sipmedia::test_pattern();
    options.local_addresses = std::move(addresses);
    if (auto missing = sipmedia::missing_elements(options); !missing.empty()) {
        throw std::invalid_argument(
            fmt::format("--media {}: GStreamer elements are missing: {}", name, fmt::join(missing, ", ")));
    }
    return sipmedia::webrtc(options);
#else
    throw std::invalid_argument("--media " + name + ": this program was built without media");
#endif
}

std::string media_report(const sipua::MediaStatistics& statistics, const std::string& prefix) {
    std::string text;
    for (auto& stream : statistics.streams) {
        text += fmt::format(
            "{}{} {}: sent {} packets ({} octets), received {} packets ({} octets), decoded {} {}, round trip {:.1f} "
            "ms\n",
            prefix, stream.kind, stream.codec, stream.packets_sent, stream.bytes_sent, stream.packets_received,
            stream.bytes_received, stream.frames_decoded, stream.kind == "video" ? "frames" : "buffers",
            stream.round_trip_ms);
    }
    return text;
}

}  // namespace sipstrata
