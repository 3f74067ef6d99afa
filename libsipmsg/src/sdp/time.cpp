// SPDX-License-Identifier: MIT
#include <sipmsg/sdp/time.hpp>

#include "sdp/words.hpp"

#include <array>

namespace sipmsg::sdp {
namespace {

using detail::Words;

struct Unit {
    char letter;
    std::uint64_t seconds;
};
constexpr std::array<Unit, 4> units = {
    {{'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}}
};
constexpr std::uint64_t most = INT64_MAX;

std::optional<std::uint64_t> next_typed(Words& words) {
    const auto word = words.next();
    return word ? typed_time(*word) : std::nullopt;
}

/// What is added to the base of the repeats at that time.
std::int64_t offset_at(const Time& time, std::uint64_t now) {
    std::int64_t offset = 0;
    const auto adjustments = time.zone ? zone_adjustments(*time.zone) : std::nullopt;
    for (const auto& adjustment : adjustments.value_or(std::vector<ZoneAdjustment>{}))
        if (adjustment.time <= now) offset = adjustment.offset;
    return offset;
}

/// Inside [start + k * interval, ... + duration) for some k >= 0.
bool is_in_repeat(const Repeat& repeat, std::uint64_t base, std::uint64_t now) {
    for (const auto offset : repeat.offsets) {
        if (now < base || now - base < offset) continue;
        const auto since = now - base - offset;
        // One that lasts longer than the interval is always on once it began.
        if (since % repeat.interval < repeat.duration || repeat.duration >= repeat.interval) return true;
    }
    return false;
}

}  // namespace

std::optional<std::uint64_t> typed_time(std::string_view text) noexcept {
    std::uint64_t factor = 1;
    for (const auto& unit : units) {
        if (text.empty() || text.back() != unit.letter) continue;
        factor = unit.seconds;
        text.remove_suffix(1);
        break;
    }
    const auto number = detail::whole_number<std::uint64_t>(text);
    return number && *number <= most / factor ? std::optional(*number * factor) : std::nullopt;
}

std::string typed_time_text(std::uint64_t seconds) {
    if (seconds == 0) return "0";
    std::string text = std::to_string(seconds);
    for (const auto& unit : units) {
        if (seconds % unit.seconds != 0) continue;
        const auto shorter = std::to_string(seconds / unit.seconds) + unit.letter;
        if (shorter.size() < text.size()) text = shorter;
    }
    return text;
}

std::optional<Repeat> Repeat::parse(std::string_view value) {
    Words words(value);
    const auto interval = next_typed(words);
    const auto duration = next_typed(words);
    if (!interval || *interval == 0 || !duration) return std::nullopt;
    Repeat repeat{*interval, *duration, {}};
    while (!words.done()) {
        const auto offset = next_typed(words);
        if (!offset) return std::nullopt;
        repeat.offsets.push_back(*offset);
    }
    return repeat.offsets.empty() ? std::nullopt : std::optional(std::move(repeat));
}

std::string to_string(const Repeat& repeat) {
    std::string text = typed_time_text(repeat.interval) + " " + typed_time_text(repeat.duration);
    for (const auto offset : repeat.offsets) text.append(" ").append(typed_time_text(offset));
    return text;
}

std::optional<std::vector<ZoneAdjustment>> zone_adjustments(std::string_view value) {
    std::vector<ZoneAdjustment> list;
    Words words(value);
    while (!words.done()) {
        const auto time = words.next_number<std::uint64_t>();
        auto word = words.next();
        if (!time || !word) return std::nullopt;
        const bool back = word->starts_with('-');
        if (back) word->remove_prefix(1);
        const auto seconds = typed_time(*word);
        if (!seconds) return std::nullopt;
        const auto offset = static_cast<std::int64_t>(*seconds);
        list.push_back({*time, back ? -offset : offset});
    }
    return list.empty() ? std::nullopt : std::optional(std::move(list));
}

std::string to_string(const std::vector<ZoneAdjustment>& adjustments) {
    std::string text;
    for (const auto& adjustment : adjustments) {
        if (!text.empty()) text += ' ';
        text.append(std::to_string(adjustment.time)).append(adjustment.offset < 0 ? " -" : " ");
        const auto offset = static_cast<std::uint64_t>(adjustment.offset);
        text += typed_time_text(adjustment.offset < 0 ? 0 - offset : offset);
    }
    return text;
}

bool is_active(const Time& time, std::uint64_t now) {
    if (now < time.start || (time.stop != 0 && now >= time.stop)) return false;
    const auto offset = static_cast<std::uint64_t>(offset_at(time, now));  // a negative one wraps, and wraps back
    bool repeats = false;
    for (const auto& line : time.repeats) {
        const auto repeat = Repeat::parse(line);
        if (!repeat) continue;
        repeats = true;
        if (is_in_repeat(*repeat, time.start + offset, now)) return true;
    }
    return !repeats;
}

}  // namespace sipmsg::sdp
