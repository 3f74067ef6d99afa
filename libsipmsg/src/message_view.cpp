// SPDX-License-Identifier: MIT
#include <sipmsg/message_view.hpp>

#include "chars.hpp"
#include "fail.hpp"
#include "message_parser.hpp"
#include "number.hpp"

namespace sipmsg {

std::span<const HeaderField> MessageView::fields() const noexcept {
    if (!overflow_.empty()) return overflow_;
    return {inline_.fields, field_count_};
}

const HeaderField* MessageView::find(Header id) const noexcept {
    for (const auto& field : fields())
        if (field.id == id) return &field;
    return nullptr;
}

const HeaderField* MessageView::find(std::string_view wanted) const noexcept {
    const auto id = header_of(wanted);
    if (id != Header::other) return find(id);
    for (const auto& field : fields())
        if (field.id == Header::other && iequals(name(field), wanted)) return &field;
    return nullptr;
}

std::optional<std::string_view> MessageView::raw(Header id) const noexcept {
    const auto* field = find(id);
    return field == nullptr ? std::nullopt : std::optional(value(*field));
}

std::optional<std::string_view> MessageView::raw(std::string_view wanted) const noexcept {
    const auto* field = find(wanted);
    return field == nullptr ? std::nullopt : std::optional(value(*field));
}

std::size_t MessageView::count(Header id) const noexcept {
    std::size_t lines = 0;
    for (const auto& field : fields()) lines += field.id == id ? 1 : 0;
    return lines;
}

/// The common line in one step: a name, its colon, a value without folds. Stops in front of a line that is anything
/// else, which the machine then reads; so nothing passes here that would not pass there.
const char* MessageParser::plain_lines(const char* p, const char* const end) {
    const char* const begin = view_.octets_.data();
    while (p != end) {
        const char* const colon = detail::find_near(p, end, ':');
        if (colon == nullptr || colon == p) return p;
        const std::string_view name(p, static_cast<std::size_t>(colon - p));
        const auto id = header_of(name);
        if (id == Header::other && detail::skip<detail::is_token>(p, colon) != colon) return p;
        const char* value = colon + 1;
        while (value != end && (*value == ' ' || *value == '\t')) ++value;
        const char* const eol = detail::find_line_end(value, end);
        if (end - eol < 3 || eol[0] != '\r' || eol[1] != '\n' || eol[2] == ' ' || eol[2] == '\t') return p;
        const char* tail = eol;
        while (tail != value && (tail[-1] == ' ' || tail[-1] == '\t')) --tail;
        if (!push({static_cast<std::uint32_t>(p - begin), static_cast<std::uint32_t>(name.size())}, id)) return p;
        field_->value = {static_cast<std::uint32_t>(value - begin), static_cast<std::uint32_t>(tail - value)};
        p = eol + 2;
    }
    return p;
}

bool MessageParser::accept_version(std::string_view text) noexcept { return iequals(text, "SIP/2.0"); }

/// RFC 3261 §7.2: three digits. Classes above 6 do not exist.
bool MessageParser::accept_status(std::string_view digits) noexcept {
    const auto status = digits.size() == 3 ? detail::decimal(digits, 699) : std::nullopt;
    if (!status || *status < 100) return false;
    view_.status_ = static_cast<std::uint16_t>(*status);
    return true;
}

Result<std::optional<std::uint32_t>> MessageParser::content_length() const {
    std::optional<std::uint32_t> length;
    if (length_lines_ == 0) return length;
    for (const auto& field : view_.fields()) {
        if (field.id != Header::content_length) continue;
        const auto digits = view_.value(field);
        const auto offset = field.value.offset;
        if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
            return detail::fail(ParseErrc::syntax, offset, "a decimal number", Header::content_length);
        const auto value = detail::decimal(digits, detail::max_u32);
        if (!value)
            return detail::fail(ParseErrc::out_of_range, offset, "a number below 4294967296", Header::content_length);
        if (length && *length != *value)
            return detail::fail(ParseErrc::duplicate, offset, "one Content-Length", Header::content_length);
        if (*value > options_.limits.body_octets)
            return detail::fail(ParseErrc::too_large, offset, "a shorter body", Header::content_length);
        length = static_cast<std::uint32_t>(*value);
    }
    return length;
}

/// After a fault: drops the line it is in. False when the start line itself is broken.
bool MessageParser::keep_whole_lines() noexcept {
    if (!start_line_read_) return false;
    auto& overflow = view_.overflow_;
    if (view_.field_count_ > 0 && field_->value.offset == 0) {
        --view_.field_count_;
        if (!overflow.empty()) overflow.pop_back();
    }
    if (view_.body_.offset == 0) view_.body_ = {static_cast<std::uint32_t>(view_.octets_.size()), 0};
    return true;
}

void MessageParser::body(std::string_view text, std::uint32_t length) noexcept {
    const auto total = head_size() + length;
    view_.body_.length = length;
    view_.octets_ = text.substr(0, total);
    view_.excess_ = static_cast<std::uint32_t>(text.size() - total);
}

Result<MessageView> parse(std::string_view datagram, const ParseOptions& options) {
    Result<MessageView> result;
    MessageParser parser(*result, options);
    const auto limit = std::size_t{options.limits.head_octets} + options.limits.body_octets;
    if (datagram.size() > limit) return detail::fail(ParseErrc::too_large, limit, "a shorter message");
    if (auto error = parser.head(datagram)) return std::unexpected(*error);
    const auto announced = parser.content_length();
    if (!announced) return std::unexpected(announced.error());
    const auto there = static_cast<std::uint32_t>(datagram.size()) - parser.head_size();
    const auto wanted = announced->value_or(there);
    if (wanted > there && !options.lenient.missing_body)
        return detail::fail(ParseErrc::incomplete, datagram.size(), "the rest of the body", Header::content_length);
    if (wanted > options.limits.body_octets)
        return detail::fail(ParseErrc::too_large, parser.head_size(), "a shorter body");
    parser.body(datagram, std::min(wanted, there));
    return result;
}

Result<MessageView> salvage(std::string_view datagram, const ParseOptions& options) {
    Result<MessageView> result;
    MessageParser parser(*result, options);
    const auto error = parser.head(datagram.substr(0, options.limits.head_octets));
    if (error && !parser.keep_whole_lines()) return std::unexpected(*error);
    return result;
}

std::string unfold(std::string_view value) {
    std::string line;
    line.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (!detail::is_line_end(value[i])) {
            line += value[i];
            continue;
        }
        while (!line.empty() && detail::is_lws(line.back())) line.pop_back();
        while (i + 1 < value.size() && detail::is_lws(value[i + 1])) ++i;
        line += ' ';
    }
    return line;
}

}  // namespace sipmsg
