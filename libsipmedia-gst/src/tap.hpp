// SPDX-License-Identifier: MIT
#pragma once

#include "gst_ptr.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace sipmedia {

/// The gate and the counters of one RTP stream. Packets pass on a streaming thread; all else is the executor's.
class Tap {
public:
    //   holding --> open <--> shut
    enum class Flow : std::uint8_t {
        holding,  ///< nobody knows yet what becomes of the packets: the last ones are kept, in order
        open,     ///< those that were kept go before the next one
        shut,     ///< what comes is dropped, and what was kept
    };
    /// Of the packets that are kept: some 20 ms each, or a picture. The oldest goes when there is no room.
    static constexpr std::size_t max_held = 64;
    static constexpr std::size_t max_held_bytes = std::size_t{128} * 1024;

    using Use = std::function<void(GstBuffer*)>;

    explicit Tap(Flow flow) : flow_(flow) {}

    void set_flow(Flow flow);
    /// Packets end here, in `use`, those that are kept at once when the tap is opened. Once, before that.
    void consume(Use use);

    [[nodiscard]] std::uint64_t packets() const { return packets_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

    /// The streaming thread: a buffer or a list at the tap's pad. `first`: see add_tap().
    [[nodiscard]] GstPadProbeReturn pass(GstPad* pad, GstPadProbeInfo* info, const std::function<void()>& first);

private:
    using BufferPtr = std::unique_ptr<GstBuffer, Release<gst_buffer_unref>>;

    [[nodiscard]] bool hold(GstPadProbeInfo* info);
    [[nodiscard]] bool use(GstPadProbeInfo* info);
    [[nodiscard]] std::deque<BufferPtr> take_held();
    void count(GstPadProbeInfo* info);

    std::atomic<Flow> flow_;
    std::atomic<bool> has_held_ = false;
    std::atomic<std::uint64_t> packets_ = 0;
    std::atomic<std::uint64_t> bytes_ = 0;
    bool seen_ = false;  // by the streaming thread: a packet went through
    std::mutex mutex_;   // of what follows
    std::deque<BufferPtr> held_;
    std::size_t held_bytes_ = 0;
    Use use_;
};

/// A source pad that RTP comes from, with a tap already on it: holding.
struct ReceivedPad {
    ObjectPtr<GstPad> pad;
    std::shared_ptr<Tap> tap;
};

/// Puts a tap on a pad. `first`: called once, by the streaming thread, when a packet has gone through.
[[nodiscard]] std::shared_ptr<Tap> add_tap(GstPad* pad, Tap::Flow flow,
                                           std::function<void(const std::shared_ptr<Tap>&)> first = {});

}  // namespace sipmedia
