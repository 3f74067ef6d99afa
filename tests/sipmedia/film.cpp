// SPDX-License-Identifier: MIT
#include "film.hpp"

#include <doctest/doctest.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include <memory>
#include <string>

namespace sipmedia::test {
namespace {

using std::chrono::nanoseconds;

struct Unref {
    void operator()(gpointer object) const { gst_object_unref(object); }
    void operator()(GstSample* sample) const { gst_sample_unref(sample); }
};
using ElementPtr = std::unique_ptr<GstElement, Unref>;
using SamplePtr = std::unique_ptr<GstSample, Unref>;

/// Calls that for each buffer until the end.
template <class Use>
void pull(GstElement* pipeline, const char* name, Use use) {
    const ElementPtr sink(gst_bin_get_by_name(GST_BIN(pipeline), name));
    while (const SamplePtr sample{gst_app_sink_try_pull_sample(GST_APP_SINK(sink.get()), 20 * GST_SECOND)})
        use(sample.get());
    CHECK(gst_app_sink_is_eos(GST_APP_SINK(sink.get())));
}

Film::Shot shot_of(GstSample* sample) {
    GstVideoInfo form;
    GstVideoFrame frame;
    REQUIRE(gst_video_info_from_caps(&form, gst_sample_get_caps(sample)));
    REQUIRE(gst_video_frame_map(&frame, &form, gst_sample_get_buffer(sample), GST_MAP_READ));
    const auto* row = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0)) +
                      form.height / 2 * GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0);
    Film::Shot shot{.at = nanoseconds(GST_BUFFER_PTS(gst_sample_get_buffer(sample))),
                    .width = static_cast<unsigned>(form.width),
                    .height = static_cast<unsigned>(form.height),
                    .luma = row[form.width / 2],
                    .border = row[0]};
    gst_video_frame_unmap(&frame);
    return shot;
}

}  // namespace

Film::Shot Film::shown_at(nanoseconds time) const {
    Shot shown;
    for (const auto& shot : shots)
        if (shot.at <= time) shown = shot;
    return shown;
}

Film read_film(const std::filesystem::path& path, bool with_pictures) {
    const std::string queue = " ! queue max-size-buffers=0 max-size-bytes=0 max-size-time=0 ! ";
    const auto launch = "filesrc name=file ! matroskademux name=film film.audio_0" + queue +
                        "opusdec ! audioconvert ! audioresample ! audio/x-raw,format=S16LE,channels=2,rate=48000"
                        " ! appsink name=sound sync=false" +
                        (with_pictures ? " film.video_0" + queue + "vp8dec ! appsink name=pictures sync=false" : "");
    const ElementPtr pipeline(gst_parse_launch(launch.c_str(), nullptr));
    REQUIRE(pipeline);
    const ElementPtr file(gst_bin_get_by_name(GST_BIN(pipeline.get()), "file"));
    g_object_set(file.get(), "location", path.c_str(), nullptr);
    gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
    REQUIRE(gst_element_get_state(pipeline.get(), nullptr, nullptr, 20 * GST_SECOND) == GST_STATE_CHANGE_SUCCESS);

    Film film;
    gint64 duration = 0;
    if (gst_element_query_duration(pipeline.get(), GST_FORMAT_TIME, &duration)) film.duration = nanoseconds(duration);
    GstQuery* seeking = gst_query_new_seeking(GST_FORMAT_TIME);
    gboolean seekable = FALSE;
    if (gst_element_query(pipeline.get(), seeking))
        gst_query_parse_seeking(seeking, nullptr, &seekable, nullptr, nullptr);
    gst_query_unref(seeking);
    film.is_seekable = seekable;
    pull(pipeline.get(), "sound", [&](GstSample* sample) {
        GstMapInfo map;
        REQUIRE(gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ));
        const auto* samples = reinterpret_cast<const std::int16_t*>(map.data);
        for (std::size_t i = 0; i + 1 < map.size / 2; i += 2)
            film.left.push_back(samples[i]), film.right.push_back(samples[i + 1]);
        gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
    });
    if (with_pictures)
        pull(pipeline.get(), "pictures", [&](GstSample* sample) { film.shots.push_back(shot_of(sample)); });
    gst_element_set_state(pipeline.get(), GST_STATE_NULL);
    return film;
}

}  // namespace sipmedia::test
