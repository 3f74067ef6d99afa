// SPDX-License-Identifier: MIT
#pragma once

// Tones as telephone events (RFC 4733), both ways. Pure: what time it is, RTP timestamps say.

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string_view>

namespace sipmedia {

/// The event of a tone: 0 to 9, '*', '#', 'A' to 'D' in any case. RFC 4733 §3.2.
[[nodiscard]] std::optional<std::uint8_t> event_of(char tone) noexcept;
[[nodiscard]] std::optional<char> tone_of(std::uint8_t event) noexcept;

/// Telephone events as the peer numbers them. Their clock is that of the sound they stand for (RFC 4733 §2.1); some
/// peers have no other than 8000 beside Opus.
struct EventFormat {
    unsigned payload = 0;
    unsigned clock_rate = 0;  ///< hertz

    friend bool operator==(const EventFormat&, const EventFormat&) = default;
};

/// A telephone event in the place of a packet of sound.
struct EventPacket {
    bool marker = false;          ///< the first of its event
    std::uint32_t timestamp = 0;  ///< of the beginning of the event, or of its segment
    std::array<std::uint8_t, 4> payload{};

    friend bool operator==(const EventPacket&, const EventPacket&) = default;
};

/// The tones that wait to be sent. Every packet of sound that leaves asks whether an event leaves instead: so events
/// have their pace, their sequence numbers and their SSRC.
class DtmfSender {
public:
    /// `clock_rate` of the sound, and so of all timestamps, in hertz; `packet_time` is the length of its packets.
    /// Durations are written in units of `event_rate`, which divides that; 0: the same.
    DtmfSender(unsigned clock_rate, std::chrono::milliseconds packet_time, unsigned event_rate = 0);

    /// Queues tones, each of that length and followed by that gap at least; ',' is a pause of two seconds. False, and
    /// nothing is queued, when one of them is no tone.
    bool queue(std::string_view tones, std::chrono::milliseconds duration, std::chrono::milliseconds gap);
    /// Drops what has not begun.
    void clear() noexcept { waiting_.clear(); }
    /// For the packet of sound with that timestamp: the event to send instead, or nothing.
    [[nodiscard]] std::optional<EventPacket> replace(std::uint32_t timestamp);
    [[nodiscard]] bool is_idle() const noexcept { return waiting_.empty() && phase_ == Phase::idle; }

private:
    //   idle -- next tone --> sounding -- its length is over --> ending (three times) --> resting -- gap --> idle
    enum class Phase : std::uint8_t { idle, sounding, ending, resting };
    struct Tone {
        std::optional<std::uint8_t> event;  // none: a pause
        std::uint32_t duration = 0;         // in units of the clock of the sound, as all below
        std::uint32_t gap = 0;
    };

    void begin(const Tone& tone, std::uint32_t timestamp);
    [[nodiscard]] EventPacket sound(std::uint32_t timestamp);
    [[nodiscard]] EventPacket packet(bool end, std::uint32_t duration) const;
    void rest(std::uint32_t until);

    std::uint32_t units_per_millisecond_;
    std::uint32_t units_per_event_unit_;
    std::uint32_t packet_units_;
    std::deque<Tone> waiting_;
    Phase phase_ = Phase::idle;
    Tone tone_;
    bool marker_ = false;
    std::uint32_t begun_ = 0;    // timestamp of the tone
    std::uint32_t segment_ = 0;  // timestamp of its current segment
    std::uint32_t last_duration_ = 0;
    int repeats_ = 0;
    std::uint32_t until_ = 0;
};

/// The tones that a peer sends: each once, when its first packet comes, however many are lost or repeated.
class DtmfReceiver {
public:
    /// The tone that begins with this packet; nothing for a repetition, another segment of a long one, what came late,
    /// an event that is no tone, and what is no event.
    [[nodiscard]] std::optional<char> receive(std::uint32_t timestamp, std::span<const std::uint8_t> payload);

private:
    struct Last {
        std::uint8_t event = 0;
        std::uint32_t timestamp = 0;
        std::uint32_t duration = 0;
        bool ended = false;
    };
    std::optional<Last> last_;
};

}  // namespace sipmedia
