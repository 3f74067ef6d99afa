// SPDX-License-Identifier: MIT
#include "tap.hpp"

#include "pipeline.hpp"

namespace sipmedia {
namespace {

void count(Tap& tap, GstPadProbeInfo* info) {
    std::uint64_t packets = 1, bytes = 0;
    if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
        auto* list = gst_pad_probe_info_get_buffer_list(info);
        packets = gst_buffer_list_length(list);
        bytes = gst_buffer_list_calculate_size(list);
    } else {
        bytes = gst_buffer_get_size(gst_pad_probe_info_get_buffer(info));
    }
    tap.packets.fetch_add(packets, std::memory_order_relaxed);
    tap.bytes.fetch_add(bytes, std::memory_order_relaxed);
}

}  // namespace

std::shared_ptr<Tap> add_tap(GstPad* pad, bool open, std::function<void(const std::shared_ptr<Tap>&)> first) {
    auto tap = std::make_shared<Tap>();
    tap->open = open;
    watch_buffers(pad, [tap, first = std::move(first)](GstPadProbeInfo* info) {
        if (!tap->open.load(std::memory_order_acquire)) return GST_PAD_PROBE_DROP;
        count(*tap, info);
        if (!tap->seen.exchange(true) && first) first(tap);
        return GST_PAD_PROBE_OK;
    });
    return tap;
}

}  // namespace sipmedia
