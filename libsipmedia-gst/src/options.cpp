// SPDX-License-Identifier: MIT
#include <sipmedia/options.hpp>

#include "gst_ptr.hpp"
#include "gst_setup.hpp"

#include <fmt/format.h>

#include <array>
#include <mutex>

namespace sipmedia {
namespace {

// What webrtcbin itself makes. A missing one would only show as a null pad much later.
constexpr auto always_needed = std::to_array<const char*>({
    "webrtcbin",
    "nicesrc",
    "nicesink",
    "dtlssrtpenc",
    "dtlssrtpdec",
    "dtlsenc",
    "dtlsdec",
    "srtpenc",
    "srtpdec",
    "rtpbin",
    "rtpjitterbuffer",
    "rtpfunnel",
    "valve",
    "fakesink",
});
constexpr auto audio_needed = std::to_array<const char*>({
    "audiotestsrc",
    "audioconvert",
    "audioresample",
    "opusenc",
    "opusdec",
    "rtpopuspay",
    "rtpopusdepay",
});
constexpr auto video_needed = std::to_array<const char*>({
    "videotestsrc",
    "videoconvert",
    "vp8enc",
    "vp8dec",
    "rtpvp8pay",
    "rtpvp8depay",
});

template <class Names>
void add_missing(std::vector<std::string>& missing, const Names& names) {
    for (const char* name : names)
        if (ObjectPtr<GstElementFactory> factory(gst_element_factory_find(name)); !factory) missing.push_back(name);
}

}  // namespace

AudioSource test_tone(unsigned hz) {
    return {fmt::format("audiotestsrc is-live=true wave=sine freq={} volume=0.25", hz)};
}

AudioSource silence() { return {"audiotestsrc is-live=true wave=silence"}; }

VideoSource test_pattern(unsigned width, unsigned height, unsigned frames_per_second) {
    return {fmt::format("videotestsrc is-live=true pattern=ball ! video/x-raw,width={},height={},framerate={}/1", width,
                        height, frames_per_second)};
}

Sink fake_sink() { return {"fakesink async=false sync=false"}; }

std::expected<void, EngineError> initialise_gstreamer() {
    static std::once_flag once;
    static std::string failure;
    static bool ready = false;
    std::call_once(once, [] {
        GError* error = nullptr;
        ready = gst_init_check(nullptr, nullptr, &error);
        if (ErrorPtr owned(error); owned) failure = owned->message;
    });
    if (ready) return {};
    return std::unexpected(EngineError{Errc::engine_failure, "GStreamer: " + failure});
}

std::vector<std::string> missing_elements(const WebRtcOptions& options) {
    if (!initialise_gstreamer()) return {"gstreamer"};
    std::vector<std::string> missing;
    add_missing(missing, always_needed);
    add_missing(missing, audio_needed);
    if (options.video) add_missing(missing, video_needed);
    return missing;
}

}  // namespace sipmedia
