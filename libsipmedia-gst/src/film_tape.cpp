// SPDX-License-Identifier: MIT
#include "film_tape.hpp"

#include "gst_setup.hpp"

#include <sipmedia/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gst/app/gstappsrc.h>
#include <gst/video/video.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

namespace sipmedia {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

// Without a picture for so long, the last one again; black once there has been none for the first of these.
constexpr nanoseconds no_first_picture = 1s;
constexpr nanoseconds no_picture = 500ms;
constexpr auto drain_timeout = 10s;

const char* muxer_of(Container container) { return container == Container::webm ? "webmmux" : "matroskamux"; }

// What the operating system has is what a process that dies leaves behind, so nothing is kept back from it.
std::string film_part(Container container) {
    return fmt::format("{} name=film ! filesink name=file async=false sync=false buffer-mode=unbuffered",
                       muxer_of(container));
}

std::string sound_part(unsigned rate) {
    return fmt::format(
        " appsrc name=sound format=time max-bytes=0 max-time=30000000000 leaky-type=downstream"
        " caps=\"audio/x-raw,format=S16LE,layout=interleaved,channels=2,rate={}\""
        " ! audioconvert ! audioresample ! opusenc bitrate=64000 ! film.",
        rate);
}

constexpr std::string_view picture_part =
    " appsrc name=picture format=time max-bytes=67108864 leaky-type=downstream"
    " ! videoscale ! capsfilter name=size"
    " ! vp8enc name=encoder deadline=1 cpu-used=8 keyframe-max-dist=60 timebase=1/90000 ! film.";

// The bus is read once, at the end.
GstBusSyncReply keep_the_end(GstBus*, GstMessage* message, gpointer) {
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS || GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
        return GST_BUS_PASS;
    gst_message_unref(message);
    return GST_BUS_DROP;
}

std::error_code code_of(GstMessage* message) {
    GError* error = nullptr;
    gst_message_parse_error(message, &error, nullptr);
    const ErrorPtr owned(error);
    if (g_error_matches(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT))
        return std::make_error_code(std::errc::no_space_on_device);
    if (error && error->domain == GST_RESOURCE_ERROR) return std::make_error_code(std::errc::io_error);
    return Errc::engine_failure;
}

GstVideoInfo form_of(unsigned width, unsigned height) {
    GstVideoInfo form;
    gst_video_info_set_format(&form, GST_VIDEO_FORMAT_I420, width, height);
    return form;
}

void copy_rows(GstVideoFrame& frame, guint plane, const Picture::Plane& from) {
    auto* to = static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, plane));
    const auto octets = static_cast<std::size_t>(GST_VIDEO_FRAME_COMP_WIDTH(&frame, plane));
    for (int row = 0; row < GST_VIDEO_FRAME_COMP_HEIGHT(&frame, plane); ++row)
        std::copy_n(from.rows + static_cast<std::size_t>(row) * from.stride, octets,
                    to + row * GST_VIDEO_FRAME_PLANE_STRIDE(&frame, plane));
}

GstSample* sample_of(const Picture& picture) {
    auto form = form_of(picture.width, picture.height);
    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, form.size, nullptr);
    if (GstVideoFrame frame; gst_video_frame_map(&frame, &form, buffer, GST_MAP_WRITE)) {
        for (guint i = 0; i < picture.planes.size(); ++i) copy_rows(frame, i, picture.planes[i]);
        gst_video_frame_unmap(&frame);
    }
    const CapsPtr caps(gst_video_info_to_caps(&form));
    GstSample* sample = gst_sample_new(buffer, caps.get(), nullptr, nullptr);
    gst_buffer_unref(buffer);
    return sample;
}

GstSample* black(unsigned width, unsigned height) {
    const std::vector<std::uint8_t> luma(width, 16), colour(width, 128);
    return sample_of(
        {.width = width, .height = height, .planes = {{{luma.data(), 0}, {colour.data(), 0}, {colour.data(), 0}}}});
}

}  // namespace

std::vector<std::string> missing_elements(Container container) {
    if (!initialise_gstreamer()) return {"gstreamer"};
    if (container == Container::wav) return {};
    return missing_of({"appsrc", "audioconvert", "audioresample", "opusenc", "videoscale", "capsfilter", "vp8enc",
                       muxer_of(container), "filesink"});
}

FilmTape::FilmTape(const std::filesystem::path& path, Container container, unsigned rate, unsigned width,
                   unsigned height)
    : path_(path), container_(container), rate_(rate), width_(width), height_(height) {
    if (const auto missing = missing_elements(container); !missing.empty())
        throw std::system_error(Errc::missing_plugin, fmt::format("{}", fmt::join(missing, ", ")));
    if (!std::ofstream(path, std::ios::binary | std::ios::trunc))
        throw std::system_error(errno, std::generic_category(), path.string());
}

FilmTape::~FilmTape() {
    if (pipeline_) gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

void FilmTape::begin(bool pictures) {
    GError* error = nullptr;
    const auto launch = film_part(container_) + sound_part(rate_) + std::string(pictures ? picture_part : "");
    pipeline_.reset(gst_parse_launch(launch.c_str(), &error));
    if (const ErrorPtr owned(error); owned || !pipeline_) {
        pipeline_.reset();
        failure_ = Errc::engine_failure;
        return;
    }
    g_object_ref_sink(pipeline_.get());
    auto* bin = GST_BIN(pipeline_.get());
    sound_.reset(gst_bin_get_by_name(bin, "sound"));
    if (pictures) picture_.reset(gst_bin_get_by_name(bin, "picture"));
    const ObjectPtr<GstElement> file(gst_bin_get_by_name(bin, "file"));
    g_object_set(file.get(), "location", path_.c_str(), nullptr);
    const ObjectPtr<GstBus> bus(gst_element_get_bus(pipeline_.get()));
    gst_bus_set_sync_handler(bus.get(), keep_the_end, nullptr, nullptr);
    gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);  // an error waits on the bus
}

nanoseconds FilmTape::position() const {
    return nanoseconds(gst_util_uint64_scale(pairs_, GST_SECOND, std::uint64_t{rate_}));
}

// ---- Sound ----

void FilmTape::write(std::span<const std::int16_t> pairs) {
    if (!pipeline_) return;
    push(pairs);
    keep_pictures_going();
}

void FilmTape::push(std::span<const std::int16_t> pairs) {
    GstBuffer* buffer = gst_buffer_new_memdup(pairs.data(), pairs.size_bytes());
    const auto from = position();
    pairs_ += pairs.size() / 2;
    GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(from.count());
    GST_BUFFER_DURATION(buffer) = static_cast<GstClockTime>((position() - from).count());
    gst_app_src_push_buffer(GST_APP_SRC(sound_.get()), buffer);
}

// ---- Pictures ----

void FilmTape::show(const Picture& picture, nanoseconds at) {
    if (!picture_ || at <= shown_ || picture.width == 0 || picture.height == 0) return;
    if (!last_) choose_size(picture.width, picture.height);
    last_.reset(sample_of(picture));
    push_picture(at);
}

void FilmTape::keep_pictures_going() {
    if (!picture_ || position() - shown_ < (last_ ? no_picture : no_first_picture)) return;
    if (!last_) begin_black();
    push_picture(position());
}

void FilmTape::begin_black() {
    choose_size(640, 480);
    last_.reset(black(width_, height_));
}

// The file begins with its first picture, whenever that came.
void FilmTape::push_picture(nanoseconds at) {
    if (shown_ < 0ns) at = 0ns;
    shown_ = at;
    GstBuffer* buffer = gst_buffer_copy(gst_sample_get_buffer(last_.get()));  // of the same memory
    GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(at.count());
    const SamplePtr sample(gst_sample_new(buffer, gst_sample_get_caps(last_.get()), nullptr, nullptr));
    gst_buffer_unref(buffer);
    gst_app_src_push_sample(GST_APP_SRC(picture_.get()), sample.get());
}

// Before the first picture. Three bits a pixel and second: 900 kbit/s at 640 x 480.
void FilmTape::choose_size(unsigned width, unsigned height) {
    if (width_ == 0 || height_ == 0) width_ = width, height_ = height;
    auto* bin = GST_BIN(pipeline_.get());
    const CapsPtr caps(gst_caps_new_simple("video/x-raw", "width", G_TYPE_INT, width_, "height", G_TYPE_INT, height_,
                                           "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, nullptr));
    const ObjectPtr<GstElement> size(gst_bin_get_by_name(bin, "size")), encoder(gst_bin_get_by_name(bin, "encoder"));
    g_object_set(size.get(), "caps", caps.get(), nullptr);
    g_object_set(encoder.get(), "target-bitrate", static_cast<gint>(3 * width_ * height_), nullptr);
}

// ---- The end ----

std::error_code FilmTape::finish() {
    if (!pipeline_) return failure_ ? failure_ : std::error_code();
    if (pairs_ == 0) push(std::vector<std::int16_t>(rate_ / 25));  // a muxer refuses a track without anything
    if (picture_ && !last_) {
        begin_black();
        push_picture(position());
    }
    gst_app_src_end_of_stream(GST_APP_SRC(sound_.get()));
    if (picture_) gst_app_src_end_of_stream(GST_APP_SRC(picture_.get()));
    const auto result = drain();
    gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
    pipeline_.reset();
    return result;
}

std::error_code FilmTape::drain() {
    const ObjectPtr<GstBus> bus(gst_element_get_bus(pipeline_.get()));
    using MessagePtr = std::unique_ptr<GstMessage, Release<gst_message_unref>>;
    const MessagePtr end(gst_bus_timed_pop(bus.get(), static_cast<GstClockTime>(nanoseconds(drain_timeout).count())));
    if (!end) return std::make_error_code(std::errc::timed_out);
    return GST_MESSAGE_TYPE(end.get()) == GST_MESSAGE_ERROR ? code_of(end.get()) : std::error_code();
}

}  // namespace sipmedia
