// SPDX-License-Identifier: MIT
#include <sipmsg/sdp/sdp.hpp>

#include "sdp/words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sipmsg::sdp {
namespace {

constexpr std::array<std::string_view, 4> direction_names = {"inactive", "sendonly", "recvonly", "sendrecv"};

std::optional<Direction> own_direction(const Attributes& list) noexcept {
    for (const Attribute& attribute : list)
        if (!attribute.value)
            if (const auto direction = direction_from(attribute.name)) return direction;
    return std::nullopt;
}

}  // namespace

std::string_view to_string(Direction direction) noexcept {
    return direction_names[static_cast<std::size_t>(direction) & 3];
}

std::optional<Direction> direction_from(std::string_view attribute_name) noexcept {
    for (std::size_t i = 0; i < direction_names.size(); ++i)
        if (direction_names[i] == attribute_name) return static_cast<Direction>(i);
    return std::nullopt;
}

bool Connection::is_unspecified() const noexcept { return address == "0.0.0.0" || address == "::"; }

std::string_view Connection::host() const noexcept { return std::string_view(address).substr(0, address.find('/')); }

namespace {

/// What stands behind the first slash, and behind the second. RFC 8866 §5.7.
struct Suffixes {
    std::optional<std::string_view> first;
    std::optional<std::string_view> second;
};

Suffixes suffixes_of(std::string_view address) noexcept {
    const auto slash = address.find('/');
    if (slash == std::string_view::npos) return {};
    const auto rest = address.substr(slash + 1);
    const auto next = rest.find('/');
    if (next == std::string_view::npos) return {rest, std::nullopt};
    return {rest.substr(0, next), rest.substr(next + 1)};
}

}  // namespace

std::optional<std::uint8_t> Connection::ttl() const noexcept {
    const auto text = suffixes_of(address).first;
    return text && address_type == "IP4" ? detail::whole_number<std::uint8_t>(*text) : std::nullopt;
}

std::optional<std::uint32_t> Connection::count() const noexcept {
    const auto [first, second] = suffixes_of(address);
    const auto& text = address_type == "IP4" ? second : first;  // IP6 has no TTL (RFC 8866 §5.7)
    if (address_type != "IP4" && second) return std::nullopt;
    if (!text) return 1;
    const auto number = detail::whole_number<std::uint32_t>(*text);
    return number && *number > 0 ? number : std::nullopt;
}

std::uint32_t line_number(std::string_view text, std::uint32_t offset) noexcept {
    const auto before = text.substr(0, offset);
    return 1 + static_cast<std::uint32_t>(std::ranges::count(before, '\n'));
}

std::string to_string(const ParseError& error, std::string_view text) {
    return "line " + std::to_string(line_number(text, error.offset)) + ", " + sipmsg::to_string(error);
}

Connection connection_to(std::string address) {
    const bool is_ipv6 = address.find(':') != std::string::npos;
    return {.address_type = is_ipv6 ? "IP6" : "IP4", .address = std::move(address)};
}

bool MediaDescription::is_rtp() const noexcept {
    const std::string_view text = protocol;
    const auto at = text.find("RTP/");
    return at != std::string_view::npos && (at == 0 || text[at - 1] == '/');
}

Direction direction(const SessionDescription& description, const MediaDescription& media) noexcept {
    if (const auto own = own_direction(media.attributes)) return *own;
    return own_direction(description.attributes).value_or(Direction::sendrecv);
}

void set_direction(MediaDescription& media, Direction direction) {
    bool placed = false;
    std::erase_if(media.attributes, [&](Attribute& attribute) {
        if (!direction_from(attribute.name)) return false;
        if (std::exchange(placed, true)) return true;
        attribute = {.name = std::string(to_string(direction))};
        return false;
    });
    if (!placed) add(media.attributes, to_string(direction));
}

std::optional<Connection> connection(const SessionDescription& description, const MediaDescription& media) {
    return media.connection ? media.connection : description.connection;
}

std::optional<std::string_view> inherited(const SessionDescription& description, const MediaDescription& media,
                                          std::string_view name) noexcept {
    if (const auto own = value_of(media.attributes, name)) return own;
    return value_of(description.attributes, name);
}

}  // namespace sipmsg::sdp
