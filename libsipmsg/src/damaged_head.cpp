// SPDX-License-Identifier: MIT
#include "damaged_head.hpp"

#include "message_parser.hpp"
#include "number.hpp"

namespace sipmsg::detail {

namespace {

/// The first line of `rest`, its line end left out; `rest` moves behind it. Nullopt when the line end is not one.
std::optional<std::string_view> take_line(std::string_view& rest, bool bare_lf) noexcept {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    auto line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    const bool crlf = line.ends_with('\r');
    if (crlf) line.remove_suffix(1);
    if ((!crlf && !bare_lf) || line.find('\r') != std::string_view::npos) return std::nullopt;
    return line;
}

/// The value when the line is a Content-Length.
std::optional<std::string_view> length_in(std::string_view line) noexcept {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    if (header_of(trim_lws(line.substr(0, colon))) != Header::content_length) return std::nullopt;
    return trim_lws(line.substr(colon + 1));
}

}  // namespace

std::optional<std::size_t> damaged_message_size(std::string_view head, const ParseOptions& options) {
    std::optional<std::uint64_t> length;
    bool behind_length = false;
    for (auto rest = head; !rest.empty();) {
        const auto line = take_line(rest, options.lenient.bare_lf);
        if (!line) return std::nullopt;
        if (behind_length && !line->empty() && is_lws(line->front())) return std::nullopt;  // a fold
        const auto digits = length_in(*line);
        behind_length = digits.has_value();
        if (!digits) continue;
        const auto value = decimal(*digits, options.limits.body_octets);
        if (!value || (length && *length != *value)) return std::nullopt;
        length = value;
    }
    if (!length || head.size() + *length > options.limits.skipped_octets) return std::nullopt;
    return head.size() + static_cast<std::size_t>(*length);
}

std::optional<std::size_t> later_start_line(std::string_view head, const ParseOptions& options) {
    bool at_line = false;
    for (std::size_t begin = 0, end = 0; (end = head.find('\n', begin)) != std::string_view::npos; begin = end + 1) {
        const auto line = head.substr(begin, end + 1 - begin);
        if (at_line && reads_as_start_line(line, options)) return begin;
        at_line = options.lenient.bare_lf || line.ends_with("\r\n");
    }
    return std::nullopt;
}

bool reads_as_start_line(std::string_view line, const ParseOptions& options) {
    if (line.size() > options.limits.head_octets) return false;
    constexpr std::string_view version = "SIP/2.0";
    const auto text = line.substr(0, line.find_last_not_of("\r\n") + 1);
    if (text.size() <= version.size() || (!iequals(text.substr(0, version.size()), version) &&
                                          !iequals(text.substr(text.size() - version.size()), version)))
        return false;
    MessageView view;
    MessageParser parser(view, options);
    const auto error = parser.head(line);  // the machine itself says it, for want of more
    if (!error || error->code != ParseErrc::incomplete) return false;
    return view.is_response() || view.request_uri_text().find(':', 1) != std::string_view::npos;
}

}  // namespace sipmsg::detail
