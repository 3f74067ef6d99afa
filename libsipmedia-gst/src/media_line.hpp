// SPDX-License-Identifier: MIT
#pragma once

#include "certificate.hpp"
#include "codec.hpp"
#include "line_probes.hpp"
#include "pipeline.hpp"
#include "tap.hpp"

#include <sipmedia/engine.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipmedia {

/// One m-line of an engine: what was agreed, the bins that carry it, and its gate.
class MediaLine {
public:
    MediaLine(std::size_t mline, MediaKind kind) : mline_(mline), kind_(kind) {}

    [[nodiscard]] std::size_t mline() const { return mline_; }
    [[nodiscard]] MediaKind kind() const { return kind_; }
    [[nodiscard]] bool is_active() const { return active_; }
    [[nodiscard]] const AgreedCodec& agreed() const { return agreed_; }

    /// Offerer: what we propose, by preference. Answerer: what we chose. All get the same SSRC, which is kept.
    void propose(std::vector<AgreedCodec> codecs);
    [[nodiscard]] const std::vector<AgreedCodec>& proposed() const { return proposed_; }
    /// What the answer says; a null codec refuses the line.
    void agree(const Codec* codec, unsigned payload, const std::optional<EventFormat>& events = std::nullopt);
    /// Before linking: what a program does with the sound (may be null), and who is told of tones, by a streaming
    /// thread.
    void attach(std::shared_ptr<SoundPort> sound, std::function<void(char)> on_tone);
    /// The same for pictures.
    void attach(std::shared_ptr<PicturePort> picture) { picture_ = std::move(picture); }
    [[nodiscard]] const std::vector<Fingerprint>& fingerprints() const { return fingerprints_; }
    void expect(std::vector<Fingerprint> fingerprints) { fingerprints_ = std::move(fingerprints); }

    /// Puts source and encoder before a pad that takes RTP. The gate is still closed.
    [[nodiscard]] std::expected<void, EngineError> link_sender(Pipeline& pipeline, GstPad* sink,
                                                               const SendSource& source);
    /// Puts a decoder behind a pad that gives RTP. Packets that came meanwhile are not lost. A stream with no codec of
    /// ours is shut, and the oldest one where there are too many.
    [[nodiscard]] std::expected<void, EngineError> link_receiver(Pipeline& pipeline, ReceivedPad received,
                                                                 const std::string& sink);

    void set_gate(Gate gate);
    /// False when no events were agreed, or nothing is sent.
    bool send_dtmf(std::string_view tones, std::chrono::milliseconds duration, std::chrono::milliseconds gap);
    /// What may be received now: a codec is agreed on and the gate is open.
    [[nodiscard]] bool is_heard() const { return active_ && gate_ && gate_->receive; }
    [[nodiscard]] bool owns(const std::shared_ptr<Tap>& tap) const;
    /// The counters; jitter and round trip are added from webrtcbin's own figures.
    [[nodiscard]] LineStatistics statistics() const;
    [[nodiscard]] const std::vector<std::uint32_t>& received_ssrcs() const { return received_ssrcs_; }

private:
    void tap_sender(GstPad* packets, const SendSource& source);
    void tap_receiver(GstBin* bin, const Codec& codec, GstPad* decoded);
    void apply_gate(Tap& tap) const;
    static void shut_oldest(std::vector<std::shared_ptr<Tap>>& taps);
    void drop_oldest(Pipeline& pipeline);

    std::size_t mline_;
    MediaKind kind_;
    bool active_ = false;
    AgreedCodec agreed_;
    std::vector<AgreedCodec> proposed_;
    std::vector<Fingerprint> fingerprints_;
    std::optional<Gate> gate_;  // none before the first set_gate(): nothing is sent, and what comes waits
    std::shared_ptr<SoundPort> sound_;
    std::shared_ptr<PicturePort> picture_;
    std::function<void(char)> on_tone_;
    std::shared_ptr<EventOutbox> events_;
    std::shared_ptr<std::atomic<unsigned>> current_stream_ = std::make_shared<std::atomic<unsigned>>(0);
    ObjectPtr<GstElement> valve_;
    std::shared_ptr<Tap> sent_ = std::make_shared<Tap>(Tap::Flow::shut);
    std::shared_ptr<std::atomic<std::uint64_t>> decoded_ = std::make_shared<std::atomic<std::uint64_t>>(0);
    // Of the streams that are decoded, in the order they came.
    std::vector<std::shared_ptr<Tap>> taps_;
    std::vector<GstBin*> decoders_;  // the pipeline's
    std::vector<std::uint32_t> received_ssrcs_;
    std::uint64_t earlier_packets_ = 0, earlier_bytes_ = 0;  // of those that gave way
    std::vector<std::shared_ptr<Tap>> event_taps_;
};

}  // namespace sipmedia
