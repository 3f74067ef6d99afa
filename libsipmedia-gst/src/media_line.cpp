// SPDX-License-Identifier: MIT
#include "media_line.hpp"

#include <algorithm>
#include <random>

namespace sipmedia {
namespace {

// A peer may start as many streams as it likes; each costs a decoder.
constexpr std::size_t max_streams_per_line = 4;

std::uint32_t random_ssrc() {
    std::random_device device;
    return std::uniform_int_distribution<std::uint32_t>(1)(device);
}

template <class T>
void delete_shared(gpointer data) {
    delete static_cast<std::shared_ptr<T>*>(data);
}

GstPadProbeReturn on_sent(GstPad*, GstPadProbeInfo* info, gpointer data) {
    auto& sent = **static_cast<std::shared_ptr<SendCounters>*>(data);
    if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
        auto* list = gst_pad_probe_info_get_buffer_list(info);
        sent.packets.fetch_add(gst_buffer_list_length(list), std::memory_order_relaxed);
        sent.bytes.fetch_add(gst_buffer_list_calculate_size(list), std::memory_order_relaxed);
    } else {
        sent.packets.fetch_add(1, std::memory_order_relaxed);
        sent.bytes.fetch_add(gst_buffer_get_size(gst_pad_probe_info_get_buffer(info)), std::memory_order_relaxed);
    }
    return GST_PAD_PROBE_OK;
}

GstPadProbeReturn on_decoded(GstPad*, GstPadProbeInfo*, gpointer data) {
    (*static_cast<std::shared_ptr<std::atomic<std::uint64_t>>*>(data))->fetch_add(1, std::memory_order_relaxed);
    return GST_PAD_PROBE_OK;
}

struct Stream {
    std::string encoding;
    guint ssrc = 0;
};

Stream stream_of(GstPad* pad) {
    Stream stream;
    CapsPtr caps(gst_pad_get_current_caps(pad));
    if (!caps || gst_caps_is_empty(caps.get())) return stream;
    const auto* fields = gst_caps_get_structure(caps.get(), 0);
    stream.encoding = text_of(gst_structure_get_string(fields, "encoding-name"));
    gst_structure_get_uint(fields, "ssrc", &stream.ssrc);
    return stream;
}

std::expected<void, EngineError> failure(const char* detail) {
    return std::unexpected(EngineError{Errc::engine_failure, detail});
}

std::expected<void, EngineError> link(GstPad* from, GstPad* to) {
    if (!from || !to || gst_pad_link(from, to) != GST_PAD_LINK_OK) return failure("two pads do not link");
    return {};
}

}  // namespace

void MediaLine::propose(const Codec& codec, unsigned payload) { agreed_ = {&codec, payload, random_ssrc()}; }

void MediaLine::agree(const Codec* codec, unsigned payload) {
    active_ = codec != nullptr;
    if (!active_) return;
    agreed_.codec = codec;
    agreed_.payload = payload;
}

std::expected<void, EngineError> MediaLine::link_sender(WebRtcBin& bin, const WebRtcOptions& options) {
    auto sink = bin.sink_pad(mline_);
    if (!sink) return failure("webrtcbin made no pad for an accepted m-line");
    auto made = bin.add_bin(send_launch(agreed_, options));
    if (!made) return std::unexpected(made.error());
    valve_.reset(gst_bin_get_by_name(*made, "gate"));
    ObjectPtr<GstPad> source(gst_element_get_static_pad(GST_ELEMENT(*made), "src"));
    if (auto linked = link(source.get(), sink.get()); !linked) return linked;
    constexpr auto packets = static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST);
    gst_pad_add_probe(source.get(), packets, on_sent, new std::shared_ptr(sent_), delete_shared<SendCounters>);
    WebRtcBin::start(*made);
    return {};
}

std::expected<void, EngineError> MediaLine::link_receiver(WebRtcBin& bin, ReceivedPad received,
                                                          const WebRtcOptions& options) {
    auto stream = stream_of(received.pad.get());
    const auto* codec = find_codec(kind_, stream.encoding);
    if (!codec || taps_.size() >= max_streams_per_line) return {};
    auto made = bin.add_bin(receive_launch(*codec, options));
    if (!made) return std::unexpected(made.error());
    ObjectPtr<GstElement> decoder(gst_bin_get_by_name(*made, "decoder"));
    ObjectPtr<GstPad> frames(gst_element_get_static_pad(decoder.get(), "src"));
    gst_pad_add_probe(frames.get(), GST_PAD_PROBE_TYPE_BUFFER, on_decoded, new std::shared_ptr(decoded_),
                      delete_shared<std::atomic<std::uint64_t>>);
    WebRtcBin::start(*made);
    ObjectPtr<GstPad> sink(gst_element_get_static_pad(GST_ELEMENT(*made), "sink"));
    if (auto linked = link(received.pad.get(), sink.get()); !linked) return linked;
    received.tap->open.store(gate_.receive, std::memory_order_release);
    taps_.push_back(std::move(received.tap));
    received_ssrcs_.push_back(stream.ssrc);
    return {};
}

void MediaLine::set_gate(Gate gate) {
    gate_ = gate;
    if (valve_) g_object_set(valve_.get(), "drop", gboolean{!gate.send}, nullptr);
    for (auto& tap : taps_) tap->open.store(gate.receive, std::memory_order_release);
}

bool MediaLine::owns(const std::shared_ptr<ReceiveTap>& tap) const { return std::ranges::count(taps_, tap) > 0; }

LineStatistics MediaLine::statistics() const {
    LineStatistics figures{.mline = mline_, .kind = kind_, .active = active_};
    if (active_) figures.codec = agreed_.codec->sdp_name;
    figures.packets_sent = sent_->packets;
    figures.bytes_sent = sent_->bytes;
    figures.frames_decoded = *decoded_;
    for (const auto& tap : taps_) {
        figures.packets_received += tap->packets;
        figures.bytes_received += tap->bytes;
    }
    return figures;
}

}  // namespace sipmedia
