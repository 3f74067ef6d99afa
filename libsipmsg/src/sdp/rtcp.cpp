// SPDX-License-Identifier: MIT
#include <sipmsg/sdp/rtcp.hpp>

#include "sdp/words.hpp"

namespace sipmsg::sdp {

using detail::Words;

std::optional<Rtcp> Rtcp::parse(std::string_view value) {
    Words words(value);
    const auto port = words.next_number<std::uint16_t>();
    if (!port) return std::nullopt;
    if (words.done()) return Rtcp{*port, std::nullopt};
    const auto network = words.next_token();
    const auto type = words.next_token();
    const auto address = words.next();
    if (!network || !type || !address || !words.done()) return std::nullopt;
    return Rtcp{
        *port, Connection{std::string(*network), std::string(*type), std::string(*address)}
    };
}

std::string to_string(const Rtcp& rtcp) {
    std::string text = std::to_string(rtcp.port);
    if (!rtcp.connection) return text;
    const auto& c = *rtcp.connection;
    return text.append(" ").append(c.network).append(" ").append(c.address_type).append(" ").append(c.address);
}

std::optional<RtcpFeedback> RtcpFeedback::parse(std::string_view value) {
    Words words(value);
    const auto format = words.next();
    const auto type = words.next_token();
    if (!format || !type) return std::nullopt;
    RtcpFeedback feedback{std::nullopt, *type, words.rest()};
    if (*format == "*") return feedback;
    feedback.payload = detail::whole_number<std::uint8_t>(*format);
    return feedback.payload && *feedback.payload <= 127 ? std::optional(feedback) : std::nullopt;
}

std::string to_string(const RtcpFeedback& feedback) {
    std::string text = feedback.payload ? std::to_string(*feedback.payload) : "*";
    text.append(" ").append(feedback.type);
    if (!feedback.parameter.empty()) text.append(" ").append(feedback.parameter);
    return text;
}

std::optional<ExtMap> ExtMap::parse(std::string_view value) {
    Words words(value);
    const auto number = words.next();
    const auto uri = words.next();
    if (!number || !uri) return std::nullopt;
    const auto slash = number->find('/');
    const auto id = detail::whole_number<std::uint16_t>(number->substr(0, slash));
    if (!id || *id == 0) return std::nullopt;
    ExtMap map{.id = *id, .uri = *uri, .attributes = words.rest()};
    if (slash == std::string_view::npos) return map;
    map.direction = direction_from(number->substr(slash + 1));
    return map.direction ? std::optional(map) : std::nullopt;
}

std::string to_string(const ExtMap& map) {
    std::string text = std::to_string(map.id);
    if (map.direction) text.append("/").append(to_string(*map.direction));
    text.append(" ").append(map.uri);
    if (!map.attributes.empty()) text.append(" ").append(map.attributes);
    return text;
}

}  // namespace sipmsg::sdp
