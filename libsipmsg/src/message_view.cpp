// SPDX-License-Identifier: MIT
#include <sipmsg/message_view.hpp>

#include "chars.hpp"
#include "fail.hpp"
#include "machines.hpp"
#include "message_edit.hpp"
#include "message_parser.hpp"
#include "number.hpp"

#include <algorithm>

namespace sipmsg {

namespace {

std::unexpected<ParseError> length_fault(ParseErrc code, const HeaderField& field, const char* expected) noexcept {
    return detail::fail(code, field.value_offset, expected, Header::content_length);
}

}  // namespace

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
    for (const auto* field = find(id); field != nullptr; field = next(*field)) ++lines;
    return lines;
}

std::optional<ParseError> MessageParser::head(std::string_view text) {
    view_.octets_ = text;
    const bool cut = text.size() > options_.limits.head_octets;
    const std::size_t size = cut ? options_.limits.head_octets : text.size();
    detail::Scan scan(text.substr(0, size), {static_cast<std::uint32_t>(text.size() - size) + options_.padding});
    if (detail::run_head(*this, scan)) return std::nullopt;
    auto error = scan.error();
    if (cut && error.code == ParseErrc::incomplete)
        error = {ParseErrc::too_large, Header::none, error.offset, "a shorter head"};
    return error;
}

void MessageParser::method(const char* from, const char* to) noexcept {
    view_.first_ = range(from, to);
    view_.method_ = method_of({from, to});
}

void MessageParser::response(const char* from, const char* to) noexcept {
    view_.first_ = range(from, to);
    view_.status_ = 1;
}

bool MessageParser::accept_version(const char* from, const char* to) noexcept { return iequals({from, to}, "SIP/2.0"); }

/// RFC 3261 §7.2: three digits. Classes above 6 do not exist.
bool MessageParser::accept_status(const char* from, const char* to) noexcept {
    const auto status = to - from == 3 ? detail::decimal({from, to}, 699) : std::nullopt;
    if (!status || *status < 100) return false;
    view_.status_ = static_cast<std::uint16_t>(*status);
    return true;
}

/// A new field; false when there are too many.
bool MessageParser::push(const char* name, const char* name_end) {
    const auto size = static_cast<std::size_t>(name_end - name);
    if (size > 0xFFFF || view_.fields_.size() >= options_.limits.headers) return false;
    field_ = &view_.fields_.push_back({.name_offset = at(name),
                                       .value_offset = 0,
                                       .value_length = 0,
                                       .name_length = static_cast<std::uint16_t>(size),
                                       .id = header_of({name, size}),
                                       .folded = false});
    return true;
}

Result<std::optional<std::uint32_t>> MessageParser::content_length() const {
    std::optional<std::uint32_t> length;
    for (const auto* field = view_.find(Header::content_length); field != nullptr; field = view_.next(*field)) {
        const auto digits = view_.value(*field);
        const auto value = detail::decimal(digits, detail::max_u32);
        if (!value) {
            if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
                return length_fault(ParseErrc::syntax, *field, "a decimal number");
            return length_fault(ParseErrc::out_of_range, *field, "a number below 4294967296");
        }
        if (length && *length != *value) return length_fault(ParseErrc::duplicate, *field, "one Content-Length");
        if (*value > options_.limits.body_octets) return length_fault(ParseErrc::too_large, *field, "a shorter body");
        length = static_cast<std::uint32_t>(*value);
        if (!view_.is_repeated(Header::content_length)) break;
    }
    return length;
}

/// After a fault: drops the line it is in. False when the start line itself is broken.
bool MessageParser::keep_whole_lines() noexcept {
    if (!start_line_read_) return false;
    if (view_.fields_.size() > 0 && view_.fields_.span().back().value_offset == 0) view_.fields_.pop_back();
    if (view_.body_.offset == 0) view_.body_ = {static_cast<std::uint32_t>(view_.octets_.size()), 0};
    return true;
}

void MessageParser::body(std::string_view text, std::uint32_t length) noexcept {
    const auto total = head_size() + length;
    view_.body_.length = length;
    view_.octets_ = text.substr(0, total);
    view_.excess_ = static_cast<std::uint32_t>(text.size() - total);
    view_.padding_ = view_.excess_ + options_.padding;
}

namespace {

std::optional<ParseError> parse_message(MessageView& view, std::string_view datagram, const ParseOptions& options) {
    MessageParser parser(view, options);
    const auto limit = std::size_t{options.limits.head_octets} + options.limits.body_octets;
    const auto fault = [](ParseErrc code, std::size_t offset, const char* expected, Header header = Header::none) {
        return ParseError{code, header, static_cast<std::uint32_t>(offset), expected};
    };
    if (datagram.size() > limit) return fault(ParseErrc::too_large, limit, "a shorter message");
    if (auto error = parser.head(datagram)) return error;
    const auto announced = parser.content_length();
    if (!announced) return announced.error();
    const auto there = static_cast<std::uint32_t>(datagram.size()) - parser.head_size();
    const auto wanted = announced->value_or(there);
    if (wanted > there && !options.lenient.missing_body)
        return fault(ParseErrc::incomplete, datagram.size(), "the rest of the body", Header::content_length);
    if (wanted > options.limits.body_octets) return fault(ParseErrc::too_large, parser.head_size(), "a shorter body");
    parser.body(datagram, std::min(wanted, there));
    return std::nullopt;
}

/// The line ends in front of the start line that are let pass.
std::size_t leading_line_ends(std::string_view datagram, const Leniency& lenient) noexcept {
    std::size_t at = 0;
    while (lenient.leading_crlf && at < datagram.size()) {
        const bool crlf = datagram.substr(at, 2) == "\r\n";
        if (!crlf && !(lenient.bare_lf && datagram[at] == '\n')) break;
        at += crlf ? 2 : 1;
    }
    return at;
}

std::optional<ParseError> parse_fresh(MessageView& view, std::string_view datagram, const ParseOptions& options) {
    const auto leading = leading_line_ends(datagram, options.lenient);
    auto error = parse_message(view, datagram.substr(leading), options);
    if (error) error->offset += static_cast<std::uint32_t>(leading);
    return error;
}

}  // namespace

std::optional<ParseError> parse_into(MessageView& view, std::string_view datagram, const ParseOptions& options) {
    MessageParser::reset(view);
    return parse_fresh(view, datagram, options);
}

Result<MessageView> parse(std::string_view datagram, const ParseOptions& options) {
    Result<MessageView> result;
    if (const auto error = parse_fresh(*result, datagram, options)) result = std::unexpected(*error);
    return result;
}

Result<MessageView> salvage(std::string_view datagram, const ParseOptions& options) {
    Result<MessageView> result;
    MessageParser parser(*result, options);
    const auto leading = leading_line_ends(datagram, options.lenient);
    auto error = parser.head(datagram.substr(leading, options.limits.head_octets));
    if (error) error->offset += static_cast<std::uint32_t>(leading);
    if (error && !parser.keep_whole_lines()) return std::unexpected(*error);
    return result;
}

std::string unfold(std::string_view value) {
    if (!detail::breaks_line(value)) return std::string(value);
    std::string line;
    line.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (!detail::is_line_end(value[i])) {
            line += value[i] == '\0' ? ' ' : value[i];
            continue;
        }
        while (!line.empty() && detail::is_lws(line.back())) line.pop_back();
        while (i + 1 < value.size() && detail::is_lws(value[i + 1])) ++i;
        line += ' ';
    }
    return line;
}

}  // namespace sipmsg
