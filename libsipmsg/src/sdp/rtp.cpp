// SPDX-License-Identifier: MIT
#include <sipmsg/sdp/rtp.hpp>

#include "sdp/words.hpp"

#include <sipmsg/printer.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <functional>
#include <iterator>
#include <utility>

namespace sipmsg::sdp {
namespace {

struct StaticPayload {
    std::uint8_t payload;
    std::string_view encoding;
    std::uint32_t clock_rate;
    std::uint8_t channels;
};

// RFC 3551 Tables 4 and 5. G722's RTP clock is 8000 although it samples at 16000 (§4.5.2).
constexpr auto static_payloads = std::to_array<StaticPayload>({
    {0,  "PCMU",  8000,  1},
    {3,  "GSM",   8000,  1},
    {4,  "G723",  8000,  1},
    {5,  "DVI4",  8000,  1},
    {6,  "DVI4",  16000, 1},
    {7,  "LPC",   8000,  1},
    {8,  "PCMA",  8000,  1},
    {9,  "G722",  8000,  1},
    {10, "L16",   44100, 2},
    {11, "L16",   44100, 1},
    {12, "QCELP", 8000,  1},
    {13, "CN",    8000,  1},
    {14, "MPA",   90000, 1},
    {15, "G728",  8000,  1},
    {16, "DVI4",  11025, 1},
    {17, "DVI4",  22050, 1},
    {18, "G729",  8000,  1},
    {25, "CelB",  90000, 1},
    {26, "JPEG",  90000, 1},
    {28, "nv",    90000, 1},
    {31, "H261",  90000, 1},
    {32, "MPV",   90000, 1},
    {33, "MP2T",  90000, 1},
    {34, "H263",  90000, 1},
});

using detail::whole_number;

std::optional<std::uint32_t> milliseconds(const MediaDescription& media, std::string_view name) noexcept {
    const auto text = value_of(media.attributes, name);
    const auto time = text ? packet_time_us(*text) : std::nullopt;
    const bool whole = time && *time % 1000 == 0 && *time <= 1'000'000;
    return whole ? std::optional(*time / 1000) : std::nullopt;
}

/// "opus/48000/2". Nothing when a number is missing, out of range or 0.
std::optional<RtpMap> parse_map(std::uint8_t payload, std::string_view text) {
    const auto first = text.find('/');
    if (first == std::string_view::npos || first == 0) return std::nullopt;
    const auto second = text.find('/', first + 1);
    const auto rate_length = second == std::string_view::npos ? second : second - first - 1;
    const auto rate = whole_number<std::uint32_t>(text.substr(first + 1, rate_length));
    if (!rate || *rate == 0) return std::nullopt;
    RtpMap map{.payload = payload, .encoding = std::string(text.substr(0, first)), .clock_rate = *rate};
    if (second == std::string_view::npos) return map;
    const auto channels = whole_number<std::uint8_t>(text.substr(second + 1));
    if (!channels || *channels == 0) return std::nullopt;
    map.channels = *channels;
    return map;
}

}  // namespace

bool RtpMap::same_codec(const RtpMap& other) const noexcept {
    return clock_rate == other.clock_rate && channels == other.channels && iequals(encoding, other.encoding);
}

std::string to_string(const RtpMap& map) {
    std::array<char, 64> numbers;
    auto to = Printer(numbers.data(), numbers.size()) << map.payload << ' ';
    const std::string_view before(numbers.data(), to.end());
    to = to << '/' << map.clock_rate;
    if (map.channels > 1) to = to << '/' << map.channels;
    const std::string_view behind(before.end(), to.end());
    std::string text;
    text.reserve(before.size() + map.encoding.size() + behind.size());
    text.append(before).append(map.encoding).append(behind);
    return text;
}

std::optional<std::uint8_t> payload_number(std::string_view format) noexcept {
    const auto value = whole_number<std::uint8_t>(format);
    return value && *value <= 127 ? value : std::nullopt;
}

std::optional<RtpMap> static_rtpmap(std::uint8_t payload) {
    const auto row = std::ranges::find(static_payloads, payload, &StaticPayload::payload);
    if (row == static_payloads.end()) return std::nullopt;
    return RtpMap{payload, std::string(row->encoding), row->clock_rate, row->channels};
}

std::optional<PayloadValue> payload_value(std::string_view value) noexcept {
    const auto space = value.find(' ');
    const auto payload = payload_number(value.substr(0, space));
    if (!payload) return std::nullopt;
    if (space == std::string_view::npos) return PayloadValue{*payload, {}};
    value.remove_prefix(std::min(value.find_first_not_of(' ', space), value.size()));
    return PayloadValue{*payload, value};
}

std::vector<RtpMap> rtpmaps(const MediaDescription& media) {
    std::vector<RtpMap> maps;
    maps.reserve(media.formats.size());
    std::bitset<128> seen;
    for (const std::string& format : media.formats) {
        const auto payload = payload_number(format);
        if (!payload || seen.test(*payload)) continue;
        seen.set(*payload);
        if (auto map = rtpmap(media, *payload)) maps.push_back(*std::move(map));
    }
    return maps;
}

std::optional<RtpMap> rtpmap(const MediaDescription& media, std::uint8_t payload) {
    for (const Attribute& attribute : media.attributes) {
        if (attribute.name != "rtpmap") continue;
        const auto value = payload_value(attribute.text());
        if (value && value->payload == payload) return parse_map(payload, value->rest);
    }
    return static_rtpmap(payload);
}

std::string_view fmtp(const MediaDescription& media, std::uint8_t payload) noexcept {
    for (const Attribute& attribute : media.attributes) {
        if (attribute.name != "fmtp") continue;
        const auto value = payload_value(attribute.text());
        if (value && value->payload == payload) return value->rest;
    }
    return {};
}

Params fmtp_params(const MediaDescription& media, std::uint8_t payload) noexcept {
    return Params(fmtp(media, payload));
}

bool remove_payload(MediaDescription& media, std::uint8_t payload) {
    std::bitset<128> gone;
    for (const RtpMap& map : rtpmaps(media)) {
        const bool repeats = iequals(map.encoding, "rtx");
        const auto apt =
            repeats ? payload_number(fmtp_params(media, map.payload).get("apt").value_or("")) : std::nullopt;
        if (map.payload == payload || apt == payload) gone.set(map.payload);
    }
    const auto is_gone = [&](const std::string& format) {
        const auto number = payload_number(format);
        return number && (*number == payload || gone.test(*number));
    };
    const auto left = std::ranges::count_if(media.formats, std::not_fn(is_gone));
    if (left == 0 || left == std::ssize(media.formats)) return false;
    std::erase_if(media.formats, is_gone);
    std::erase_if(media.attributes, [&](const Attribute& attribute) {
        const bool about_payload =
            attribute.name == "rtpmap" || attribute.name == "fmtp" || attribute.name == "rtcp-fb";
        const auto value = about_payload ? payload_value(attribute.text()) : std::nullopt;
        return value && (value->payload == payload || gone.test(value->payload));
    });
    return true;
}

std::optional<std::uint32_t> packet_time_us(std::string_view text) noexcept {
    constexpr std::uint32_t hour_ms = 3'600'000;
    const auto point = text.find('.');
    const auto whole = whole_number<std::uint32_t>(text.substr(0, point));
    if (!whole || *whole > hour_ms) return std::nullopt;
    std::uint32_t time = *whole * 1000;
    if (point != std::string_view::npos) {
        const auto fraction = text.substr(point + 1);
        if (fraction.empty() || fraction.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
        std::uint32_t weight = 100;
        for (const char digit : fraction.substr(0, 3)) {
            time += static_cast<std::uint32_t>(digit - '0') * weight;
            weight /= 10;
        }
    }
    return time > 0 ? std::optional(time) : std::nullopt;
}

std::optional<std::uint32_t> ptime(const MediaDescription& media) noexcept { return milliseconds(media, "ptime"); }

std::optional<std::uint32_t> maxptime(const MediaDescription& media) noexcept {
    return milliseconds(media, "maxptime");
}

std::optional<std::uint16_t> sctp_port(const MediaDescription& media) noexcept {
    const auto text = value_of(media.attributes, "sctp-port");
    const auto port = text ? whole_number<std::uint16_t>(*text) : std::nullopt;
    return port && *port > 0 ? port : std::nullopt;
}

std::optional<std::uint64_t> max_message_size(const MediaDescription& media) noexcept {
    const auto text = value_of(media.attributes, "max-message-size");
    return text ? whole_number<std::uint64_t>(*text) : std::nullopt;
}

}  // namespace sipmsg::sdp
