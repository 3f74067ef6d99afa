// SPDX-License-Identifier: MIT
#include "resampler.hpp"

#include <utility>

namespace sipmedia {
namespace {

GstAudioInfo mono(unsigned rate) {
    GstAudioInfo info;
    gst_audio_info_set_format(&info, GST_AUDIO_FORMAT_S16, static_cast<gint>(rate), 1, nullptr);
    return info;
}

}  // namespace

std::span<const std::int16_t> Resampler::convert(std::span<const std::int16_t> samples, unsigned from, unsigned to) {
    if (from == to) return samples;
    if (from != from_ || to != to_) {
        auto in = mono(from), out = mono(to);
        converter_.reset(gst_audio_converter_new(GST_AUDIO_CONVERTER_FLAG_NONE, &in, &out, nullptr));
        from_ = from;
        to_ = to;
    }
    if (!converter_ || samples.empty()) return {};
    out_.resize(gst_audio_converter_get_out_frames(converter_.get(), samples.size()));
    gpointer in[] = {const_cast<std::int16_t*>(samples.data())};  // GStreamer's arrays are not const, and only read
    gpointer out[] = {out_.data()};
    if (!gst_audio_converter_samples(converter_.get(), GST_AUDIO_CONVERTER_FLAG_NONE, in, samples.size(), out,
                                     out_.size()))
        return {};
    return out_;
}

}  // namespace sipmedia
