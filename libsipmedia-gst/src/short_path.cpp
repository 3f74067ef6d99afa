// SPDX-License-Identifier: MIT
#include "short_path.hpp"

#include "pipeline.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace sipmedia {
namespace {

/// Where rtpbin asks for such elements. "new-storage" is the packets that correction would work on.
constexpr auto requests = std::to_array<const char*>({
    "request-aux-sender",
    "request-aux-receiver",
    "request-fec-decoder-full",
    "new-storage",
});

bool is_requested(GstPad* pad) {
    const auto* form = GST_PAD_PAD_TEMPLATE(pad);
    return form && GST_PAD_TEMPLATE_PRESENCE(form) == GST_PAD_REQUEST;
}

/// Where `sink` leads to, through elements of one stream: a pad of rtpbin, or of the funnel before it where several
/// streams share a transport.
ObjectPtr<GstPad> entrance_behind(GstPad* sink) {
    constexpr int most_elements = 8;
    auto pad = add_reference(sink);
    for (int i = 0; pad && i < most_elements; ++i) {
        if (is_requested(pad.get())) return pad;
        ObjectPtr<GstElement> element(gst_pad_get_parent_element(pad.get()));
        ObjectPtr<GstPad> source(element ? gst_element_get_static_pad(element.get(), "src") : nullptr);
        pad.reset(source ? gst_pad_get_peer(source.get()) : nullptr);
    }
    return nullptr;
}

/// RFC 7983 §7: by the first octet.
bool is_srtp(GstBuffer* packet) {
    std::uint8_t first = 0;
    return gst_buffer_extract(packet, 0, &first, 1) == 1 && first >= 128 && first <= 191;
}

/// The receiving thread's.
class Bypass {
public:
    Bypass(GstElement* queue, GstPad* source, std::shared_ptr<const std::atomic<bool>> connected)
        : queue_(queue), source_(source), connected_(std::move(connected)) {}

    GstPadProbeReturn pass(GstPadProbeInfo* info) {
        if (!connected_->load(std::memory_order_acquire) || !(info->type & GST_PAD_PROBE_TYPE_BUFFER))
            return GST_PAD_PROBE_OK;
        auto* packet = gst_pad_probe_info_get_buffer(info);
        if (!is_srtp(packet) || !is_open()) return GST_PAD_PROBE_OK;
        ObjectPtr<GstPad> next(gst_pad_get_peer(source_));
        if (!next) return GST_PAD_PROBE_OK;
        info->data = nullptr;
        GST_PAD_PROBE_INFO_FLOW_RETURN(info) = gst_pad_chain(next.get(), packet);
        return GST_PAD_PROBE_HANDLED;
    }

private:
    /// What waits in the queue goes first.
    bool is_open() {
        if (gst_pad_is_blocked(source_)) return open_ = false;
        if (open_) return true;
        guint waiting = 0;
        g_object_get(queue_, "current-level-buffers", &waiting, nullptr);
        return open_ = waiting == 0;
    }

    GstElement* queue_;  // it owns this, by its pad
    GstPad* source_;
    std::shared_ptr<const std::atomic<bool>> connected_;
    bool open_ = false;
};

}  // namespace

void leave_out_repairs(GstElement* webrtcbin) {
    ObjectPtr<GstElement> rtpbin(gst_bin_get_by_name(GST_BIN(webrtcbin), "rtpbin"));
    if (!rtpbin) return;
    constexpr auto match = static_cast<GSignalMatchType>(G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_DATA);
    for (const char* name : requests)
        if (const auto id = g_signal_lookup(name, G_OBJECT_TYPE(rtpbin.get())); id != 0)
            g_signal_handlers_block_matched(rtpbin.get(), match, id, 0, nullptr, nullptr, webrtcbin);
}

void lead_to_rtpbin(GstPad* sink) {
    if (!GST_IS_GHOST_PAD(sink)) return;
    ObjectPtr<GstPad> first(gst_ghost_pad_get_target(GST_GHOST_PAD(sink)));
    const auto entrance = first ? entrance_behind(first.get()) : nullptr;
    if (!entrance || entrance == first) return;
    ObjectPtr<GstPad> last(gst_pad_get_peer(entrance.get()));
    if (last && gst_pad_unlink(last.get(), entrance.get()) &&
        !gst_ghost_pad_set_target(GST_GHOST_PAD(sink), entrance.get()))
        gst_pad_link(last.get(), entrance.get());
}

void pass_by(GstElement* queue, std::shared_ptr<const std::atomic<bool>> connected) {
    ObjectPtr<GstPad> sink(gst_element_get_static_pad(queue, "sink"));
    ObjectPtr<GstPad> source(gst_element_get_static_pad(queue, "src"));
    if (!sink || !source) return;
    watch_buffers(sink.get(), [bypass = Bypass(queue, source.get(), std::move(connected))](
                                  GstPadProbeInfo* info) mutable { return bypass.pass(info); });
}

}  // namespace sipmedia
