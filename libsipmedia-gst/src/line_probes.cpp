// SPDX-License-Identifier: MIT
#include "line_probes.hpp"

#include "pipeline.hpp"

#include <gst/rtp/rtp.h>
#include <gst/video/video.h>

#include <utility>

namespace sipmedia {
namespace {

GstBuffer* buffer_in(GstPadProbeInfo* info) {
    return info->type & GST_PAD_PROBE_TYPE_BUFFER ? gst_pad_probe_info_get_buffer(info) : nullptr;
}

/// A mapped RTP packet; unmapped at the end.
class Packet {
public:
    Packet(GstBuffer* buffer, GstMapFlags flags) : mapped_(gst_rtp_buffer_map(buffer, flags, &rtp_)) {}
    ~Packet() {
        if (mapped_) gst_rtp_buffer_unmap(&rtp_);
    }
    Packet(const Packet&) = delete;
    Packet& operator=(const Packet&) = delete;

    explicit operator bool() const { return mapped_; }
    [[nodiscard]] GstRTPBuffer* get() { return &rtp_; }

private:
    GstRTPBuffer rtp_ = GST_RTP_BUFFER_INIT;
    bool mapped_;
};

GstBuffer* event_buffer(GstRTPBuffer* sound, const EventPacket& event, unsigned payload) {
    GstBuffer* made = gst_rtp_buffer_new_allocate(event.payload.size(), 0, 0);
    Packet packet(made, GST_MAP_WRITE);
    if (!packet) return made;
    gst_rtp_buffer_set_ssrc(packet.get(), gst_rtp_buffer_get_ssrc(sound));
    gst_rtp_buffer_set_seq(packet.get(), gst_rtp_buffer_get_seq(sound));
    gst_rtp_buffer_set_timestamp(packet.get(), event.timestamp);
    gst_rtp_buffer_set_marker(packet.get(), event.marker);
    gst_rtp_buffer_set_payload_type(packet.get(), static_cast<guint8>(payload));
    auto* octets = static_cast<std::uint8_t*>(gst_rtp_buffer_get_payload(packet.get()));
    std::ranges::copy(event.payload, octets);
    return made;
}

std::span<std::int16_t> samples_of(GstMapInfo& map) {
    return {reinterpret_cast<std::int16_t*>(map.data), map.size / sizeof(std::int16_t)};
}

}  // namespace

void watch_outgoing(GstPad* pad, std::shared_ptr<SoundPort> port, unsigned rate) {
    watch_buffers(pad, [port = std::move(port), rate](GstPadProbeInfo* info) {
        if (!buffer_in(info) || !port->wants_outgoing()) return GST_PAD_PROBE_OK;
        auto* buffer = gst_buffer_make_writable(buffer_in(info));
        info->data = buffer;
        GST_BUFFER_FLAG_UNSET(buffer, GST_BUFFER_FLAG_GAP);  // else an encoder would not look
        if (GstMapInfo map; gst_buffer_map(buffer, &map, GST_MAP_READWRITE)) {
            port->outgoing(samples_of(map), rate);
            gst_buffer_unmap(buffer, &map);
        }
        return GST_PAD_PROBE_OK;
    });
}

void watch_incoming(GstPad* pad, std::shared_ptr<SoundPort> port, unsigned rate, std::function<bool()> is_current) {
    watch_buffers(pad, [port = std::move(port), rate, is_current = std::move(is_current)](GstPadProbeInfo* info) {
        auto* buffer = buffer_in(info);
        if (!buffer || !is_current()) return GST_PAD_PROBE_OK;
        if (GstMapInfo map; gst_buffer_map(buffer, &map, GST_MAP_READ)) {
            port->incoming(samples_of(map), rate);
            gst_buffer_unmap(buffer, &map);
        }
        return GST_PAD_PROBE_OK;
    });
}

namespace {

// Decoders give I420, whatever was sent; another form would be none that a Picture can have.
void show(PicturePort& port, GstBuffer* buffer, const GstVideoInfo& info) {
    GstVideoFrame frame;
    if (GST_VIDEO_INFO_FORMAT(&info) != GST_VIDEO_FORMAT_I420 ||
        !gst_video_frame_map(&frame, &info, buffer, GST_MAP_READ))
        return;
    Picture picture{.width = static_cast<unsigned>(info.width), .height = static_cast<unsigned>(info.height)};
    for (std::size_t i = 0; i < picture.planes.size(); ++i)
        picture.planes[i] = {static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, i)),
                             static_cast<std::size_t>(GST_VIDEO_FRAME_PLANE_STRIDE(&frame, i))};
    port.incoming(picture);
    gst_video_frame_unmap(&frame);
}

}  // namespace

void watch_pictures(GstPad* pad, std::shared_ptr<PicturePort> port, std::function<bool()> is_current) {
    watch_buffers(pad, [pad, port = std::move(port), is_current = std::move(is_current)](GstPadProbeInfo* info) {
        auto* buffer = buffer_in(info);
        if (!buffer || !is_current() || !port->is_seen()) return GST_PAD_PROBE_OK;
        CapsPtr caps(gst_pad_get_current_caps(pad));
        if (GstVideoInfo form; caps && gst_video_info_from_caps(&form, caps.get())) show(*port, buffer, form);
        return GST_PAD_PROBE_OK;
    });
}

// A peer that says that its sound is mono (RFC 7587 §6.1) gets a decoder that makes mono, which takes stereo as well,
// and mixes it. One that does not say gets one that makes two channels of one, to be mixed afterwards: more work for
// the same.
void take_as_mono(GstPad* pad) {
    const auto say = [](GstPad*, GstPadProbeInfo* info, gpointer) {
        auto* event = gst_pad_probe_info_get_event(info);
        if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return GST_PAD_PROBE_OK;
        GstCaps* said = nullptr;
        gst_event_parse_caps(event, &said);
        CapsPtr caps(gst_caps_copy(said));
        gst_caps_set_simple(caps.get(), "sprop-stereo", G_TYPE_STRING, "0", nullptr);
        info->data = gst_event_new_caps(caps.get());
        gst_event_unref(event);
        return GST_PAD_PROBE_OK;
    };
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, say, nullptr, nullptr);
}

void send_events(GstPad* pad, std::shared_ptr<EventOutbox> outbox) {
    watch_buffers(pad, [outbox = std::move(outbox)](GstPadProbeInfo* info) {
        auto* sound = buffer_in(info);
        if (!sound) return GST_PAD_PROBE_OK;
        GstBuffer* instead = nullptr;
        {
            Packet packet(sound, GST_MAP_READ);
            if (!packet) return GST_PAD_PROBE_OK;
            const auto event = outbox->replace(gst_rtp_buffer_get_timestamp(packet.get()));
            if (!event) return GST_PAD_PROBE_OK;
            instead = event_buffer(packet.get(), *event, outbox->payload());
        }
        gst_buffer_copy_into(instead, sound, GST_BUFFER_COPY_TIMESTAMPS, 0, static_cast<gsize>(-1));
        gst_buffer_unref(sound);
        info->data = instead;
        return GST_PAD_PROBE_OK;
    });
}

void hear_events(Tap& tap, std::function<void(char)> heard) {
    tap.consume([heard = std::move(heard), receiver = DtmfReceiver()](GstBuffer* buffer) mutable {
        Packet packet(buffer, GST_MAP_READ);
        if (!packet) return;
        const auto* octets = static_cast<const std::uint8_t*>(gst_rtp_buffer_get_payload(packet.get()));
        const std::span payload(octets, gst_rtp_buffer_get_payload_len(packet.get()));
        if (auto tone = receiver.receive(gst_rtp_buffer_get_timestamp(packet.get()), payload)) heard(*tone);
    });
}

}  // namespace sipmedia
