// SPDX-License-Identifier: MIT
#include <sipmsg/sdp/streams.hpp>

#include "sdp/words.hpp"

#include <sipmsg/params.hpp>

namespace sipmsg::sdp {
namespace {

using detail::Words;

std::optional<StreamDirection> stream_direction(std::string_view text) noexcept {
    if (text == "send") return StreamDirection::send;
    return text == "recv" ? std::optional(StreamDirection::recv) : std::nullopt;
}

/// RFC 8851: letters, digits, '-' and '_'.
bool is_rid(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
}

std::optional<std::vector<Simulcast::Alternative>> parse_alternatives(std::string_view text) {
    std::vector<Simulcast::Alternative> list;
    Words words(text, ',');
    while (!words.done()) {
        auto word = words.next();
        if (!word) return std::nullopt;
        const bool paused = word->starts_with('~');
        if (paused) word->remove_prefix(1);
        if (!is_rid(*word)) return std::nullopt;
        list.push_back({*word, paused});
    }
    return list;
}

std::optional<Simulcast::Streams> parse_streams(std::string_view text) {
    Simulcast::Streams streams;
    Words words(text, ';');
    while (!words.done()) {
        const auto word = words.next();
        auto stream = word ? parse_alternatives(*word) : std::nullopt;
        if (!stream) return std::nullopt;
        streams.push_back(*std::move(stream));
    }
    return streams;
}

void append_streams(std::string& out, const Simulcast::Streams& streams, StreamDirection direction) {
    if (streams.empty()) return;
    if (!out.empty()) out += ' ';
    out.append(to_string(direction));
    char separator = ' ';
    for (const auto& stream : streams) {
        for (const auto& alternative : stream) {
            out += separator;
            if (alternative.paused) out += '~';
            out += alternative.rid;
            separator = ',';
        }
        separator = ';';
    }
}

}  // namespace

std::optional<Group> Group::parse(std::string_view value) {
    Words words(value);
    const auto semantics = words.next_token();
    if (!semantics) return std::nullopt;
    if (words.done()) return Group{*semantics, {}};
    auto mids = words.remaining();
    if (!mids || !std::ranges::all_of(*mids, detail::is_token)) return std::nullopt;
    return Group{*semantics, *std::move(mids)};
}

std::string to_string(const Group& group) {
    std::string text(group.semantics);
    for (const auto mid : group.mids) text.append(" ").append(mid);
    return text;
}

std::optional<Msid> Msid::parse(std::string_view value) {
    Words words(value);
    const auto id = words.next_token();
    if (!id) return std::nullopt;
    if (words.done()) return Msid{*id, std::nullopt};
    const auto appdata = words.next_token();
    return appdata && words.done() ? std::optional(Msid{*id, appdata}) : std::nullopt;
}

std::string to_string(const Msid& msid) {
    std::string text(msid.id);
    if (msid.appdata) text.append(" ").append(*msid.appdata);
    return text;
}

std::optional<Ssrc> Ssrc::parse(std::string_view value) {
    Words words(value);
    const auto ssrc = words.next_number<std::uint32_t>();
    const auto rest = words.rest();
    const auto colon = rest.find(':');
    const auto attribute = rest.substr(0, colon);
    if (!ssrc || !detail::is_token(attribute)) return std::nullopt;
    if (colon == std::string_view::npos) return Ssrc{*ssrc, attribute, std::nullopt};
    return Ssrc{*ssrc, attribute, rest.substr(colon + 1)};
}

std::string to_string(const Ssrc& ssrc) {
    std::string text = std::to_string(ssrc.ssrc);
    text.append(" ").append(ssrc.attribute);
    if (ssrc.value) text.append(":").append(*ssrc.value);
    return text;
}

std::optional<SsrcGroup> SsrcGroup::parse(std::string_view value) {
    Words words(value);
    const auto semantics = words.next_token();
    if (!semantics) return std::nullopt;
    SsrcGroup group{*semantics, {}};
    while (!words.done()) {
        const auto ssrc = words.next_number<std::uint32_t>();
        if (!ssrc) return std::nullopt;
        group.ssrcs.push_back(*ssrc);
    }
    return group;
}

std::string to_string(const SsrcGroup& group) {
    std::string text(group.semantics);
    for (const auto ssrc : group.ssrcs) text.append(" ").append(std::to_string(ssrc));
    return text;
}

std::string_view to_string(StreamDirection direction) noexcept {
    return direction == StreamDirection::send ? "send" : "recv";
}

std::optional<Rid> Rid::parse(std::string_view value) {
    Words words(value);
    const auto id = words.next();
    const auto way = words.next();
    if (!id || !is_rid(*id) || !way) return std::nullopt;
    const auto direction = stream_direction(*way);
    if (!direction) return std::nullopt;
    if (words.done()) return Rid{*id, *direction, {}};
    const auto restrictions = words.rest();
    return restrictions.empty() ? std::nullopt : std::optional(Rid{*id, *direction, restrictions});
}

std::optional<std::string_view> Rid::restriction(std::string_view key) const noexcept {
    return Params(restrictions).get(key);
}

std::vector<std::uint8_t> Rid::payloads() const {
    std::vector<std::uint8_t> numbers;
    Words words(restriction("pt").value_or(""), ',');
    while (!words.done()) {
        const auto number = words.next_number<std::uint8_t>();
        if (number && *number <= 127) numbers.push_back(*number);
    }
    return numbers;
}

std::string to_string(const Rid& rid) {
    std::string text(rid.id);
    text.append(" ").append(to_string(rid.direction));
    if (!rid.restrictions.empty()) text.append(" ").append(rid.restrictions);
    return text;
}

std::optional<Simulcast> Simulcast::parse(std::string_view value) {
    Simulcast simulcast;
    Words words(value);
    while (!words.done()) {
        const auto way = words.next();
        const auto list = words.next();
        if (!way || !list || (*way != "send" && *way != "recv")) return std::nullopt;
        auto streams = parse_streams(*list);
        auto& place = *way == "send" ? simulcast.send : simulcast.recv;
        if (!streams || !place.empty()) return std::nullopt;
        if (*way == "recv") simulcast.recv_first = simulcast.send.empty();
        place = *std::move(streams);
    }
    return simulcast.send.empty() && simulcast.recv.empty() ? std::nullopt : std::optional(std::move(simulcast));
}

std::string to_string(const Simulcast& simulcast) {
    std::string text;
    if (simulcast.recv_first) append_streams(text, simulcast.recv, StreamDirection::recv);
    append_streams(text, simulcast.send, StreamDirection::send);
    if (!simulcast.recv_first) append_streams(text, simulcast.recv, StreamDirection::recv);
    return text;
}

}  // namespace sipmsg::sdp
