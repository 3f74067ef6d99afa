// SPDX-License-Identifier: MIT
#include <sipmedia/dtmf.hpp>

#include <algorithm>

namespace sipmedia {
namespace {

constexpr std::string_view tones = "0123456789*#ABCD";
constexpr char pause = ',';
constexpr std::chrono::milliseconds pause_length{2000};
constexpr std::uint32_t longest_segment = 0xFFFF;  // RFC 4733 §2.5.1.3
constexpr int end_packets = 3;                     // RFC 4733 §2.5.1.4
constexpr std::uint8_t end_bit = 0x80;
constexpr std::uint8_t volume = 10;  // dBm0 below zero

// Timestamps wrap (RFC 3550 §5.1).
bool is_before(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }

}  // namespace

std::optional<std::uint8_t> event_of(char tone) noexcept {
    const char upper = tone >= 'a' && tone <= 'd' ? static_cast<char>(tone - 32) : tone;
    const auto place = tones.find(upper);
    return place == tones.npos ? std::nullopt : std::optional(static_cast<std::uint8_t>(place));
}

std::optional<char> tone_of(std::uint8_t event) noexcept {
    return event < tones.size() ? std::optional(tones[event]) : std::nullopt;
}

DtmfSender::DtmfSender(unsigned clock_rate, std::chrono::milliseconds packet_time, unsigned event_rate)
    : units_per_millisecond_(clock_rate / 1000),
      units_per_event_unit_(event_rate == 0 ? 1 : clock_rate / event_rate),
      packet_units_(static_cast<std::uint32_t>(packet_time.count()) * units_per_millisecond_) {}

bool DtmfSender::queue(std::string_view text, std::chrono::milliseconds duration, std::chrono::milliseconds gap) {
    if (!std::ranges::all_of(text, [](char c) { return c == pause || event_of(c).has_value(); })) return false;
    auto units = [&](std::chrono::milliseconds time) {
        return static_cast<std::uint32_t>(std::max<std::int64_t>(time.count(), 0)) * units_per_millisecond_;
    };
    for (char c : text) waiting_.push_back({event_of(c), units(c == pause ? pause_length : duration), units(gap)});
    return true;
}

std::optional<EventPacket> DtmfSender::replace(std::uint32_t timestamp) {
    if (phase_ == Phase::resting && !is_before(timestamp, until_)) phase_ = Phase::idle;
    if (phase_ == Phase::idle && !waiting_.empty()) {
        const Tone next = waiting_.front();
        waiting_.pop_front();
        begin(next, timestamp);
    }
    if (phase_ == Phase::sounding) return sound(timestamp);
    if (phase_ != Phase::ending) return std::nullopt;
    const auto again = packet(true, last_duration_);
    if (--repeats_ == 0) rest(timestamp + packet_units_ + tone_.gap);
    return again;
}

void DtmfSender::begin(const Tone& tone, std::uint32_t timestamp) {
    if (!tone.event) return rest(timestamp + tone.duration);
    tone_ = tone;
    begun_ = segment_ = timestamp;
    marker_ = true;
    phase_ = Phase::sounding;
}

EventPacket DtmfSender::sound(std::uint32_t timestamp) {
    const auto now = timestamp + packet_units_;  // the end of what this packet stands for
    if (const auto longest = longest_segment * units_per_event_unit_; now - segment_ > longest) {
        const auto full = packet(false, longest);
        segment_ += longest;
        return full;
    }
    last_duration_ = now - segment_;
    const bool over = now - begun_ >= tone_.duration;
    const auto made = packet(over, last_duration_);
    marker_ = false;
    if (over) {
        phase_ = Phase::ending;
        repeats_ = end_packets - 1;
    }
    return made;
}

EventPacket DtmfSender::packet(bool end, std::uint32_t duration) const {
    const auto written = duration / units_per_event_unit_;
    const auto flags = static_cast<std::uint8_t>((end ? end_bit : 0) | volume);
    return {
        marker_,
        segment_,
        {*tone_.event, flags, static_cast<std::uint8_t>(written >> 8), static_cast<std::uint8_t>(written)}
    };
}

void DtmfSender::rest(std::uint32_t until) {
    phase_ = Phase::resting;
    until_ = until;
}

std::optional<char> DtmfReceiver::receive(std::uint32_t timestamp, std::span<const std::uint8_t> payload) {
    if (payload.size() < 4) return std::nullopt;
    const std::uint32_t duration = payload[2] * 256u + payload[3];
    const Last now{payload[0], timestamp, duration, (payload[1] & end_bit) != 0};
    const auto before = last_;
    if (before && is_before(timestamp, before->timestamp)) return std::nullopt;
    last_ = now;
    if (before && timestamp == before->timestamp) {
        last_->ended = before->ended || now.ended;
        return std::nullopt;
    }
    const bool goes_on =
        before && !before->ended && before->event == now.event && timestamp == before->timestamp + longest_segment;
    return goes_on ? std::nullopt : tone_of(now.event);
}

}  // namespace sipmedia
