// SPDX-License-Identifier: MIT
#include "media_line.hpp"

#include "stream_limits.hpp"

#include <algorithm>
#include <random>

namespace sipmedia {
namespace {

std::uint32_t random_ssrc() {
    std::random_device device;
    return std::uniform_int_distribution<std::uint32_t>(1)(device);
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

}  // namespace

void MediaLine::propose(std::vector<AgreedCodec> codecs) {
    proposed_ = std::move(codecs);
    const auto ssrc = random_ssrc();
    for (auto& each : proposed_) each.ssrc = ssrc;
    agreed_ = proposed_.front();
}

void MediaLine::agree(const Codec* codec, unsigned payload, const std::optional<EventFormat>& events) {
    active_ = codec != nullptr;
    if (!active_) return;
    agreed_.codec = codec;
    agreed_.payload = payload;
    agreed_.events = events;
}

void MediaLine::attach(std::shared_ptr<SoundPort> sound, std::function<void(char)> on_tone) {
    sound_ = std::move(sound);
    on_tone_ = std::move(on_tone);
}

std::expected<void, EngineError> MediaLine::link_sender(Pipeline& pipeline, GstPad* sink, const SendSource& source) {
    auto made = pipeline.add_bin(send_launch(agreed_, source));
    if (!made) return std::unexpected(made.error());
    valve_.reset(gst_bin_get_by_name(*made, "gate"));
    ObjectPtr<GstPad> packets(gst_element_get_static_pad(GST_ELEMENT(*made), "src"));
    tap_sender(packets.get(), source);
    if (auto linked = link_pads(packets.get(), sink); !linked) return linked;
    Pipeline::start(*made);
    return {};
}

// Events come before the counter, so that it counts what leaves.
void MediaLine::tap_sender(GstPad* packets, const SendSource& source) {
    const auto& codec = *agreed_.codec;
    ObjectPtr<GstPad> samples(gst_element_get_static_pad(valve_.get(), "sink"));
    if (sound_ && codec.pcm_rate != 0) watch_outgoing(samples.get(), sound_, codec.pcm_rate);
    if (agreed_.events) {
        const std::chrono::milliseconds packet_time(codec.payloader_paces ? source.packet_time : 20);
        events_ = std::make_shared<EventOutbox>(codec.clock_rate, packet_time, *agreed_.events);
        send_events(packets, events_);
    }
    sent_ = add_tap(packets, Tap::Flow::open);
}

// A peer that begins a new stream has ended the one before, whatever still comes of that.
void MediaLine::tap_receiver(GstBin* bin, const Codec& codec, GstPad* decoded) {
    const auto is_current = [current = current_stream_, number = ++*current_stream_] { return *current == number; };
    if (picture_ && kind_ == MediaKind::video) watch_pictures(decoded, picture_, is_current);
    if (!sound_ || codec.pcm_rate == 0) return;
    ObjectPtr<GstElement> raw(gst_bin_get_by_name(bin, "raw"));
    ObjectPtr<GstPad> samples(gst_element_get_static_pad(raw.get(), "src"));
    watch_incoming(samples.get(), sound_, codec.pcm_rate, is_current);
}

bool MediaLine::send_dtmf(std::string_view tones, std::chrono::milliseconds duration, std::chrono::milliseconds gap) {
    return events_ && gate_ && gate_->send && events_->queue(tones, duration, gap);
}

std::expected<void, EngineError> MediaLine::link_receiver(Pipeline& pipeline, ReceivedPad received,
                                                          const std::string& sink) {
    auto stream = stream_of(received.pad.get());
    if (stream.encoding == "TELEPHONE-EVENT" && on_tone_) {
        hear_events(*received.tap, on_tone_);
        apply_gate(*received.tap);
        event_taps_.push_back(std::move(received.tap));
        if (event_taps_.size() > max_decoders) shut_oldest(event_taps_);
        return {};
    }
    const auto* codec = find_codec(kind_, stream.encoding);
    if (!codec) {
        received.tap->set_flow(Tap::Flow::shut);
        return {};
    }
    if (taps_.size() >= max_decoders) drop_oldest(pipeline);
    auto made = pipeline.add_bin(receive_launch(*codec, sink));
    if (!made) return std::unexpected(made.error());
    ObjectPtr<GstElement> decoder(gst_bin_get_by_name(*made, "decoder"));
    ObjectPtr<GstPad> frames(gst_element_get_static_pad(decoder.get(), "src"));
    watch_buffers(frames.get(), [decoded = decoded_](GstPadProbeInfo*) {
        decoded->fetch_add(1, std::memory_order_relaxed);
        return GST_PAD_PROBE_OK;
    });
    tap_receiver(*made, *codec, frames.get());
    Pipeline::start(*made);
    ObjectPtr<GstPad> packets(gst_element_get_static_pad(GST_ELEMENT(*made), "sink"));
    if (codec->decodes_as_encoded) take_as_mono(packets.get());
    if (auto linked = link_pads(received.pad.get(), packets.get()); !linked) return linked;
    apply_gate(*received.tap);
    taps_.push_back(std::move(received.tap));
    decoders_.push_back(*made);
    received_ssrcs_.push_back(stream.ssrc);
    return {};
}

void MediaLine::shut_oldest(std::vector<std::shared_ptr<Tap>>& taps) {
    taps.front()->set_flow(Tap::Flow::shut);
    taps.erase(taps.begin());
}

void MediaLine::drop_oldest(Pipeline& pipeline) {
    earlier_packets_ += taps_.front()->packets();
    earlier_bytes_ += taps_.front()->bytes();
    shut_oldest(taps_);
    pipeline.remove(decoders_.front());
    decoders_.erase(decoders_.begin());
    received_ssrcs_.erase(received_ssrcs_.begin());
}

void MediaLine::set_gate(Gate gate) {
    gate_ = gate;
    if (valve_) g_object_set(valve_.get(), "drop", gboolean{!gate.send}, nullptr);
    for (auto* taps : {&taps_, &event_taps_})
        for (auto& tap : *taps) apply_gate(*tap);
}

void MediaLine::apply_gate(Tap& tap) const {
    if (gate_) tap.set_flow(gate_->receive ? Tap::Flow::open : Tap::Flow::shut);
}

bool MediaLine::owns(const std::shared_ptr<Tap>& tap) const { return std::ranges::count(taps_, tap) > 0; }

LineStatistics MediaLine::statistics() const {
    LineStatistics figures{.mline = mline_, .kind = kind_, .active = active_};
    if (active_) figures.codec = agreed_.codec->sdp_name;
    figures.packets_sent = sent_->packets();
    figures.bytes_sent = sent_->bytes();
    figures.frames_decoded = *decoded_;
    figures.packets_received = earlier_packets_;
    figures.bytes_received = earlier_bytes_;
    for (const auto& tap : taps_) {
        figures.packets_received += tap->packets();
        figures.bytes_received += tap->bytes();
    }
    return figures;
}

}  // namespace sipmedia
