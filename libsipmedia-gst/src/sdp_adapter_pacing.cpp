// SPDX-License-Identifier: MIT
// How often ICE sends a check, as both sides agree on it.
#include <sipmedia/sdp_adapter.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace sipmedia {
namespace {

/// One value: 1*10DIGIT.
std::optional<std::chrono::milliseconds> read_pacing(std::string_view value) noexcept {
    constexpr std::size_t most_digits = 10;
    std::uint64_t number = 0;
    const auto* end = value.data() + value.size();
    const auto read = std::from_chars(value.data(), end, number);
    if (value.size() > most_digits || read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return std::chrono::milliseconds(std::min<std::uint64_t>(number, max_ice_pacing.count()));
}

}  // namespace

std::optional<std::chrono::milliseconds> ice_pacing(const SessionDescription& description) noexcept {
    std::optional<std::chrono::milliseconds> largest;
    for (const auto& attribute : description.attributes)
        if (attribute.name == "ice-pacing") largest = std::max(largest, read_pacing(attribute.text()));
    return largest;
}

void set_ice_pacing(SessionDescription& description, std::optional<std::chrono::milliseconds> interval) {
    sipmsg::sdp::remove(description.attributes, "ice-pacing");
    if (interval) sipmsg::sdp::add(description.attributes, "ice-pacing", std::to_string(interval->count()));
}

std::optional<std::chrono::milliseconds> agreed_ice_pacing(std::optional<std::chrono::milliseconds> ours,
                                                           std::optional<std::chrono::milliseconds> theirs) noexcept {
    return ours && theirs ? std::max(ours, theirs) : std::nullopt;
}

}  // namespace sipmedia
