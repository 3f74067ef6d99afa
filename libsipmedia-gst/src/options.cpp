// SPDX-License-Identifier: MIT
#include <sipmedia/options.hpp>

#include "codec.hpp"
#include "gst_ptr.hpp"
#include "gst_setup.hpp"

#include <fmt/format.h>

#include <mutex>

namespace sipmedia {
namespace {

// What webrtcbin itself makes. A missing one would only show as a null pad much later.
const std::vector<std::string> webrtc_needs = {
    "webrtcbin", "nicesrc", "nicesink", "dtlssrtpenc", "dtlssrtpdec",     "dtlsenc",
    "dtlsdec",   "srtpenc", "srtpdec",  "rtpbin",      "rtpjitterbuffer", "rtpfunnel",
};
const std::vector<std::string> line_needs = {"valve", "fakesink", "capsfilter"};
const std::vector<std::string> audio_needs = {"audiotestsrc", "audioconvert", "audioresample"};
const std::vector<std::string> video_needs = {"videotestsrc", "videoconvert"};
const std::vector<std::string> data_needs = {"sctpenc", "sctpdec", "appsrc", "appsink"};

void add_missing(std::vector<std::string>& missing, const std::vector<std::string>& elements) {
    for (auto& name : missing_of(elements)) missing.push_back(std::move(name));
}

void add_missing(std::vector<std::string>& missing, MediaKind kind, const std::vector<std::string>& codecs) {
    add_missing(missing, kind == MediaKind::audio ? audio_needs : video_needs);
    for (auto& name : missing_for(kind, codecs)) missing.push_back(std::move(name));
}

// Buffers as long as packets, so that none wait for each other.
constexpr std::string_view twenty_milliseconds = "samplesperbuffer=960 ! audio/x-raw,rate=48000,channels=1";

}  // namespace

AudioSource test_tone(unsigned hz) {
    return {fmt::format("audiotestsrc is-live=true wave=sine-table freq={} volume=0.25 {}", hz, twenty_milliseconds)};
}

AudioSource silence() { return {fmt::format("audiotestsrc is-live=true wave=silence {}", twenty_milliseconds)}; }

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

std::vector<std::string> missing_of(const std::vector<std::string>& elements) {
    std::vector<std::string> missing;
    for (const auto& name : elements)
        if (ObjectPtr<GstElementFactory> factory(gst_element_factory_find(name.c_str())); !factory)
            missing.push_back(name);
    return missing;
}

std::vector<std::string> missing_elements(const WebRtcOptions& options) {
    if (!initialise_gstreamer()) return {"gstreamer"};
    std::vector<std::string> missing;
    add_missing(missing, webrtc_needs);
    add_missing(missing, line_needs);
    if (options.audio) add_missing(missing, MediaKind::audio, options.codecs);
    if (options.video) add_missing(missing, MediaKind::video, options.video_codecs);
    if (options.data_channel) add_missing(missing, data_needs);
    return missing;
}

}  // namespace sipmedia
