// SPDX-License-Identifier: MIT
#pragma once

#include "gst_ptr.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

namespace sipmedia {

/// The gate and the counters of one RTP stream. Written by a streaming thread, read by the executor.
struct Tap {
    std::atomic<bool> open = false;
    std::atomic<bool> seen = false;  ///< a packet went through
    std::atomic<std::uint64_t> packets = 0;
    std::atomic<std::uint64_t> bytes = 0;
};

/// A source pad that RTP comes from, with a tap already on it: closed, and dropping.
struct ReceivedPad {
    ObjectPtr<GstPad> pad;
    std::shared_ptr<Tap> tap;
};

/// Counts what goes through; drops it while the tap is not open. `first`: called once, by the streaming thread, when a
/// packet has gone through.
[[nodiscard]] std::shared_ptr<Tap> add_tap(GstPad* pad, bool open,
                                           std::function<void(const std::shared_ptr<Tap>&)> first = {});

}  // namespace sipmedia
