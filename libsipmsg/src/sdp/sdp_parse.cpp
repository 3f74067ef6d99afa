// SPDX-License-Identifier: MIT
#include <sipmsg/sdp/sdp.hpp>

#include "message_edit.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace sipmsg::sdp {
namespace {

using Status = std::expected<void, ParseError>;

/// A line of the text: letter, value, and where the value stands.
struct RawLine {
    char type = 0;
    std::string_view value;
    std::uint32_t offset = 0;
};

std::unexpected<ParseError> fail(ParseErrc code, std::uint32_t offset, const char* expected) {
    return std::unexpected(ParseError{.code = code, .offset = offset, .expected = expected});
}

Result<std::uint64_t> number(std::string_view text, std::uint32_t offset, std::uint64_t max, const char* expected) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) return fail(ParseErrc::out_of_range, offset, expected);
    if (error != std::errc() || end != text.data() + text.size()) return fail(ParseErrc::syntax, offset, expected);
    if (value > max) return fail(ParseErrc::out_of_range, offset, expected);
    return value;
}

/// Takes the fields of a line one by one; runs of spaces separate them.
class Fields {
public:
    explicit Fields(const RawLine& line) noexcept : rest_(line.value), offset_(line.offset) { skip_spaces(); }

    [[nodiscard]] bool done() const noexcept { return rest_.empty(); }
    [[nodiscard]] std::uint32_t offset() const noexcept { return offset_; }

    std::string_view take() noexcept {
        const std::string_view field = rest_.substr(0, rest_.find(' '));
        advance(field.size());
        skip_spaces();
        return field;
    }
    Result<std::string_view> require(const char* expected) {
        if (done()) return fail(ParseErrc::incomplete, offset_, expected);
        return take();
    }
    Result<std::uint64_t> require_number(std::uint64_t max, const char* expected) {
        const std::uint32_t at = offset_;
        if (done()) return fail(ParseErrc::incomplete, at, expected);
        return number(take(), at, max, expected);
    }
    Status end() const {
        if (done()) return {};
        return fail(ParseErrc::syntax, offset_, "the end of the line");
    }

private:
    void advance(std::size_t octets) noexcept {
        rest_.remove_prefix(octets);
        offset_ += static_cast<std::uint32_t>(octets);
    }
    void skip_spaces() noexcept { advance(std::min(rest_.find_first_not_of(' '), rest_.size())); }

    std::string_view rest_;
    std::uint32_t offset_;
};

bool is_digits(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// What a line says is written where it belongs: a description is the caller's only when all of it could be read.

// RFC 8866 §5.2.
Status parse_origin(Origin& origin, const RawLine& line) {
    Fields fields(line);
    const auto username = fields.require("a user name");
    if (!username) return std::unexpected(username.error());
    const std::uint32_t id_at = fields.offset();
    const auto id = fields.require("a session id");
    if (!id) return std::unexpected(id.error());
    if (!is_digits(*id)) return fail(ParseErrc::syntax, id_at, "a session id of digits");
    if (id->size() > 20) return fail(ParseErrc::out_of_range, id_at, "a session id of at most 20 digits");
    const auto version = fields.require_number(UINT64_MAX, "a session version below 2^64");
    if (!version) return std::unexpected(version.error());
    const auto network = fields.require("a network type");
    if (!network) return std::unexpected(network.error());
    const auto type = fields.require("an address type");
    if (!type) return std::unexpected(type.error());
    const auto address = fields.require("an address");
    if (!address) return std::unexpected(address.error());
    origin.username = *username;
    origin.session_id = *id;
    origin.version = *version;
    origin.network = *network;
    origin.address_type = *type;
    origin.address = *address;
    return fields.end();
}

// RFC 8866 §5.7.
Status parse_connection(Connection& connection, const RawLine& line) {
    Fields fields(line);
    const auto network = fields.require("a network type");
    if (!network) return std::unexpected(network.error());
    const auto type = fields.require("an address type");
    if (!type) return std::unexpected(type.error());
    const std::uint32_t address_at = fields.offset();
    const auto address = fields.require("an address");
    if (!address) return std::unexpected(address.error());
    if (address->size() > 255) return fail(ParseErrc::too_large, address_at, "an address of at most 255 octets");
    connection.network = *network;
    connection.address_type = *type;
    connection.address = *address;
    return fields.end();
}

// RFC 8866 §5.8.
Status parse_bandwidth(Bandwidth& bandwidth, const RawLine& line) {
    const auto colon = line.value.find(':');
    if (colon == 0 || colon == std::string_view::npos)
        return fail(ParseErrc::syntax, line.offset, "a bandwidth type and a colon");
    const auto value_at = line.offset + static_cast<std::uint32_t>(colon) + 1;
    const auto value = number(line.value.substr(colon + 1), value_at, UINT64_MAX, "a bandwidth below 2^64");
    if (!value) return std::unexpected(value.error());
    bandwidth.type = line.value.substr(0, colon);
    bandwidth.value = *value;
    return {};
}

// RFC 8866 §5.9.
Status parse_time(Time& time, const RawLine& line) {
    Fields fields(line);
    const auto start = fields.require_number(UINT64_MAX, "a start time");
    if (!start) return std::unexpected(start.error());
    const auto stop = fields.require_number(UINT64_MAX, "a stop time");
    if (!stop) return std::unexpected(stop.error());
    time.start = *start;
    time.stop = *stop;
    return fields.end();
}

// RFC 8866 §5.13.
Status parse_attribute(Attribute& attribute, const RawLine& line) {
    const auto colon = line.value.find(':');
    if (line.value.empty() || colon == 0) return fail(ParseErrc::syntax, line.offset, "an attribute name");
    attribute.name = line.value.substr(0, colon);
    if (colon != std::string_view::npos) attribute.value.emplace(line.value.substr(colon + 1));
    return {};
}

Status parse_port(MediaDescription& media, std::string_view text, std::uint32_t offset) {
    const auto slash = text.find('/');
    const auto port = number(text.substr(0, slash), offset, 65'535, "a port up to 65535");
    if (!port) return std::unexpected(port.error());
    media.port = static_cast<std::uint16_t>(*port);
    if (slash == std::string_view::npos) return {};
    const auto count_at = offset + static_cast<std::uint32_t>(slash) + 1;
    const auto count = number(text.substr(slash + 1), count_at, 65'535, "a number of ports up to 65535");
    if (!count) return std::unexpected(count.error());
    if (*count == 0) return fail(ParseErrc::out_of_range, count_at, "at least one port");
    media.port_count = static_cast<std::uint16_t>(*count);
    return {};
}

// RFC 8866 §5.14.
Status parse_media(MediaDescription& media, const RawLine& line, const SdpLimits& limits) {
    constexpr std::size_t usual_formats = 4;
    Fields fields(line);
    const auto kind = fields.require("a media type");
    if (!kind) return std::unexpected(kind.error());
    media.kind = *kind;
    const std::uint32_t port_at = fields.offset();
    const auto port = fields.require("a port");
    if (!port) return std::unexpected(port.error());
    if (auto status = parse_port(media, *port, port_at); !status) return std::unexpected(status.error());
    const auto protocol = fields.require("a transport protocol");
    if (!protocol) return std::unexpected(protocol.error());
    media.protocol = *protocol;
    if (fields.done()) return fail(ParseErrc::incomplete, fields.offset(), "a media format");
    media.formats.reserve(usual_formats);
    while (!fields.done()) {
        if (media.formats.size() == limits.formats)
            return fail(ParseErrc::too_many, fields.offset(), "fewer formats on a media line");
        media.formats.emplace_back(fields.take());
    }
    return {};
}

class Parser {
public:
    Parser(std::string_view text, const SdpLimits& limits, SessionDescription& description) noexcept
        : text_(text), limits_(limits), description_(description) {}

    Status run() {
        if (text_.size() > limits_.octets) return fail(ParseErrc::too_large, limits_.octets, "a shorter description");
        while (position_ < text_.size()) {
            const auto line = next_line();
            if (!line) return std::unexpected(line.error());
            if (line->type == 0) continue;
            if (++lines_ > limits_.lines) return fail(ParseErrc::too_many, line->offset - 2, "fewer lines");
            if (auto status = take(*line); !status) return std::unexpected(status.error());
        }
        if (!seen_version_) return fail(ParseErrc::incomplete, position_, "v=0");
        if (!seen_origin_) return fail(ParseErrc::missing, position_, "an o= line");
        return {};
    }

private:
    /// The next "x=value"; type 0 for an empty line, which may only stand at the end.
    Result<RawLine> next_line() {
        const std::uint32_t begin = position_;
        const auto line_feed = text_.find('\n', begin);
        std::string_view line =
            text_.substr(begin, line_feed == std::string_view::npos ? line_feed : line_feed - begin);
        position_ = begin + static_cast<std::uint32_t>(line.size()) + (line_feed == std::string_view::npos ? 0 : 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.size() > limits_.line_octets) return fail(ParseErrc::too_large, begin, "a shorter line");
        if (line.empty()) {
            const auto more = text_.find_first_not_of("\r\n", begin);
            if (more != std::string_view::npos) return fail(ParseErrc::syntax, begin, "no empty line");
            position_ = static_cast<std::uint32_t>(text_.size());
            return RawLine{};
        }
        if (line.size() < 2 || line[0] < 'a' || line[0] > 'z' || line[1] != '=')
            return fail(ParseErrc::syntax, begin, "a small letter and '='");
        if (sipmsg::detail::breaks_line(line)) {
            const auto control = line.find_first_of(std::string_view("\r\0", 2));
            return fail(ParseErrc::syntax, begin + static_cast<std::uint32_t>(control), "text without CR and NUL");
        }
        return RawLine{.type = line[0], .value = line.substr(2), .offset = begin + 2};
    }

    Status take(const RawLine& line) {
        if (!seen_version_) return take_version(line);
        if (line.type == 'm') return take_media(line);
        if (line.type == 'a') return take_attribute(line);
        if (++other_lines_ > limits_.other_lines) return fail(ParseErrc::too_many, line.offset, "fewer lines");
        return description_.media.empty() ? take_session_line(line) : take_media_line(line);
    }

    // RFC 8866 §5.1.
    Status take_version(const RawLine& line) {
        if (line.type != 'v') return fail(ParseErrc::syntax, line.offset - 2, "v=0");
        if (line.value != "0") return fail(ParseErrc::version, line.offset, "version 0");
        seen_version_ = true;
        return {};
    }

    Status take_media(const RawLine& line) {
        if (description_.media.size() == limits_.media_lines)
            return fail(ParseErrc::too_many, line.offset, "fewer media lines");
        other_lines_ = 0;
        candidates_ = 0;
        return parse_media(description_.media.emplace_back(), line, limits_);
    }

    Status take_attribute(const RawLine& line) {
        auto& list = description_.media.empty() ? description_.attributes : description_.media.back().attributes;
        if (list.size() == limits_.attributes) return fail(ParseErrc::too_many, line.offset, "fewer attributes");
        if (line.value.starts_with("candidate:") && ++candidates_ > limits_.candidates)
            return fail(ParseErrc::too_many, line.offset, "fewer candidates");
        return parse_attribute(added(list), line);
    }

    Status take_session_line(const RawLine& line) {
        switch (line.type) {
            case 'v': return fail(ParseErrc::duplicate, line.offset, "one v= line");
            case 'o': return take_origin(line);
            case 's': return take_session_name(line);
            case 'i':
            case 'u':
            case 'e':
            case 'p': return take_text(description_.about, line);
            case 'c': return take_connection(line);
            case 'b': return parse_bandwidth(added(description_.bandwidths), line);
            case 't': return parse_time(added(description_.times, 1), line);
            case 'r': return take_repeat(line);
            case 'z': return take_zone(line);
            default: return take_text(description_.other, line);
        }
    }

    Status take_media_line(const RawLine& line) {
        MediaDescription& media = description_.media.back();
        switch (line.type) {
            case 'v':
            case 'o':
            case 's':
            case 't':
            case 'r':
            case 'z': return fail(ParseErrc::syntax, line.offset - 2, "no session line after m=");
            case 'i': return take_text(media.about, line);
            case 'c': return take_media_connection(media, line);
            case 'b': return parse_bandwidth(added(media.bandwidths), line);
            default: return take_text(media.other, line);
        }
    }

    Status take_origin(const RawLine& line) {
        if (std::exchange(seen_origin_, true)) return fail(ParseErrc::duplicate, line.offset, "one o= line");
        return parse_origin(description_.origin, line);
    }
    Status take_session_name(const RawLine& line) {
        if (std::exchange(seen_name_, true)) return fail(ParseErrc::duplicate, line.offset, "one s= line");
        description_.session_name = line.value;
        return {};
    }
    Status take_connection(const RawLine& line) {
        if (description_.connection) return fail(ParseErrc::duplicate, line.offset, "one c= line");
        return parse_connection(description_.connection.emplace(), line);
    }
    Status take_media_connection(MediaDescription& media, const RawLine& line) {
        return parse_connection(media.connection ? added(media.more_connections) : media.connection.emplace(), line);
    }
    Status take_repeat(const RawLine& line) {
        if (description_.times.empty()) return fail(ParseErrc::syntax, line.offset - 2, "t= before r=");
        description_.times.back().repeats.emplace_back(line.value);
        return {};
    }

    /// RFC 8866 §9 wants an r= line before it; one behind a bare t= line, as RFC 4566 had it, is kept all the same.
    Status take_zone(const RawLine& line) {
        if (description_.times.empty()) return fail(ParseErrc::syntax, line.offset - 2, "t= before z=");
        auto& zone = description_.times.back().zone;
        if (zone) return fail(ParseErrc::duplicate, line.offset, "one z= line for a t= line");
        zone = std::string(line.value);
        return {};
    }

    static Status take_text(std::vector<Line>& list, const RawLine& line) {
        auto& text = added(list);
        text.type = line.type;
        text.value = line.value;
        return {};
    }

    template <class T>
    static T& added(std::vector<T>& list, std::size_t usual = usual_lines) {
        if (list.empty()) list.reserve(usual);
        return list.emplace_back();
    }

    static constexpr std::size_t usual_lines = 4;  ///< of one kind: room for them at once

    std::string_view text_;
    const SdpLimits& limits_;
    std::uint32_t position_ = 0;
    std::uint32_t lines_ = 0;
    std::uint32_t other_lines_ = 0;  ///< of the section being read
    std::uint32_t candidates_ = 0;   ///< of the section being read
    bool seen_version_ = false;
    bool seen_origin_ = false;
    bool seen_name_ = false;
    SessionDescription& description_;
};

}  // namespace

Result<SessionDescription> parse(std::string_view text, const SdpLimits& limits) {
    Result<SessionDescription> description;
    if (auto read = Parser(text, limits, *description).run(); !read) description = std::unexpected(read.error());
    return description;
}

}  // namespace sipmsg::sdp
