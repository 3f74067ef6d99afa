// SPDX-License-Identifier: MIT
#pragma once

#include "codec.hpp"
#include "gst_ptr.hpp"
#include "picture_port.hpp"
#include "sound_port.hpp"
#include "tap.hpp"

#include <sipmedia/dtmf.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

namespace sipmedia {

// What stands at the pads of an m-line. All of it runs on streaming threads.

/// A DtmfSender between the executor, which queues, and the streaming thread, which asks.
class EventOutbox {
public:
    /// `clock_rate` is that of the sound.
    EventOutbox(unsigned clock_rate, std::chrono::milliseconds packet_time, const EventFormat& events)
        : sender_(clock_rate, packet_time, events.clock_rate), payload_(events.payload) {}

    bool queue(std::string_view tones, std::chrono::milliseconds duration, std::chrono::milliseconds gap) {
        std::lock_guard lock(mutex_);
        return sender_.queue(tones, duration, gap);
    }
    [[nodiscard]] std::optional<EventPacket> replace(std::uint32_t timestamp) {
        std::lock_guard lock(mutex_);
        return sender_.replace(timestamp);
    }
    [[nodiscard]] unsigned payload() const { return payload_; }

private:
    std::mutex mutex_;
    DtmfSender sender_;
    unsigned payload_;
};

/// Sound before its encoder: the port may change it, and hears it.
void watch_outgoing(GstPad* pad, std::shared_ptr<SoundPort> port, unsigned rate);
/// Sound behind its decoder, as long as `is_current` says so.
void watch_incoming(GstPad* pad, std::shared_ptr<SoundPort> port, unsigned rate, std::function<bool()> is_current);
/// Pictures behind their decoder, the same way.
void watch_pictures(GstPad* pad, std::shared_ptr<PicturePort> port, std::function<bool()> is_current);
/// Opus on its way to its depayloader: the decoder is to make mono of it, whatever it is.
void take_as_mono(GstPad* pad);
/// RTP of a payloader: events take the place of sound while there are any.
void send_events(GstPad* pad, std::shared_ptr<EventOutbox> outbox);
/// RTP of telephone events: each tone is told once, and no packet goes on.
void hear_events(Tap& tap, std::function<void(char)> heard);

}  // namespace sipmedia
