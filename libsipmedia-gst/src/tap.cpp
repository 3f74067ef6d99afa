// SPDX-License-Identifier: MIT
#include "tap.hpp"

#include "pipeline.hpp"

#include <utility>

namespace sipmedia {

void Tap::set_flow(Flow flow) {
    std::lock_guard lock(mutex_);
    flow_.store(flow, std::memory_order_release);
    if (flow == Flow::open && !use_) return;  // the streaming thread brings them, before the next one
    if (flow == Flow::open)
        for (const auto& each : held_) use_(each.get());
    held_.clear();
    held_bytes_ = 0;
    has_held_ = false;
}

void Tap::consume(Use use) {
    std::lock_guard lock(mutex_);
    use_ = std::move(use);
}

GstPadProbeReturn Tap::pass(GstPad* pad, GstPadProbeInfo* info, const std::function<void()>& first) {
    if (hold(info)) return GST_PAD_PROBE_DROP;
    if (flow_.load(std::memory_order_acquire) != Flow::open) return GST_PAD_PROBE_DROP;
    // Each comes by here again, and finds none that is kept.
    if (has_held_)
        for (auto& each : take_held()) gst_pad_push(pad, each.release());
    count(info);
    if (!std::exchange(seen_, true) && first) first();
    return use(info) ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

// A jitter buffer gives no lists.
bool Tap::hold(GstPadProbeInfo* info) {
    if (flow_.load(std::memory_order_acquire) != Flow::holding || !(info->type & GST_PAD_PROBE_TYPE_BUFFER))
        return false;
    std::lock_guard lock(mutex_);
    if (flow_ != Flow::holding) return false;
    auto* buffer = gst_pad_probe_info_get_buffer(info);
    held_bytes_ += gst_buffer_get_size(buffer);
    held_.emplace_back(gst_buffer_ref(buffer));
    while (held_.size() > max_held || held_bytes_ > max_held_bytes) {
        held_bytes_ -= gst_buffer_get_size(held_.front().get());
        held_.pop_front();
    }
    has_held_ = !held_.empty();
    return true;
}

// Under the lock, so that what comes now waits for what was kept.
bool Tap::use(GstPadProbeInfo* info) {
    std::lock_guard lock(mutex_);
    if (!use_) return false;
    if (info->type & GST_PAD_PROBE_TYPE_BUFFER) use_(gst_pad_probe_info_get_buffer(info));
    return true;
}

std::deque<Tap::BufferPtr> Tap::take_held() {
    std::lock_guard lock(mutex_);
    has_held_ = false;
    held_bytes_ = 0;
    return std::exchange(held_, {});
}

void Tap::count(GstPadProbeInfo* info) {
    std::uint64_t packets = 1, bytes = 0;
    if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
        auto* list = gst_pad_probe_info_get_buffer_list(info);
        packets = gst_buffer_list_length(list);
        bytes = gst_buffer_list_calculate_size(list);
    } else {
        bytes = gst_buffer_get_size(gst_pad_probe_info_get_buffer(info));
    }
    packets_.fetch_add(packets, std::memory_order_relaxed);
    bytes_.fetch_add(bytes, std::memory_order_relaxed);
}

std::shared_ptr<Tap> add_tap(GstPad* pad, Tap::Flow flow, std::function<void(const std::shared_ptr<Tap>&)> first) {
    auto tap = std::make_shared<Tap>(flow);
    watch_buffers(pad, [tap, pad, told = [tap, first = std::move(first)] {
                      if (first) first(tap);
                  }](GstPadProbeInfo* info) { return tap->pass(pad, info, told); });
    return tap;
}

}  // namespace sipmedia
