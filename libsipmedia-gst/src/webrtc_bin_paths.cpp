// SPDX-License-Identifier: MIT
// What goes out by a path of ICE beside media.
#include "webrtc_bin.hpp"

#include <memory>

namespace sipmedia {
namespace {

// First octets of 4 to 15 begin no protocol that shares such a path, and receivers drop them (RFC 7983 §7).
constexpr std::uint8_t meaningless = 15;

// Whatever comes first on a pad has to be told of, caps before the segment. DTLS does that again when it has something
// to say, and may find no other order.
void open(GstPad* sink) {
    std::unique_ptr<GstEvent, Release<gst_event_unref>> begun(gst_pad_get_sticky_event(sink, GST_EVENT_SEGMENT, 0));
    if (begun) return;
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_send_event(sink, gst_event_new_stream_start("path"));
    CapsPtr caps(gst_caps_new_empty_simple("application/octet-stream"));
    gst_pad_send_event(sink, gst_event_new_caps(caps.get()));
    gst_pad_send_event(sink, gst_event_new_segment(&segment));
}

void touch(GstElement* nicesink) {
    ObjectPtr<GstPad> sink(gst_element_get_static_pad(nicesink, "sink"));
    GST_PAD_STREAM_LOCK(sink.get());
    open(sink.get());
    gst_pad_chain(sink.get(), gst_buffer_new_memdup(&meaningless, sizeof meaningless));
    GST_PAD_STREAM_UNLOCK(sink.get());
}

}  // namespace

// A peer that did not begin the call stays on its old path until something else than checks of ICE comes by the new
// one, or the old one has been dead for long (Chromium: 6 s). When it also begins the handshake of DTLS, which it sends
// by the path that it is on, nothing ever would.
void WebRtcBin::touch_paths() { visit_elements(GST_BIN(webrtc_), "nicesink", touch); }

}  // namespace sipmedia
