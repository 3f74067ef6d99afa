// SPDX-License-Identifier: MIT
#include <sipmsg/sipfrag.hpp>

#include "chars.hpp"
#include "fail.hpp"
#include "sipfrag_parser.hpp"

#include <algorithm>

namespace sipmsg {

namespace {

/// A line that begins with a name and a colon is a header line: no start line has a colon there.
bool begins_with_header(std::string_view text) noexcept {
    const char* const end = text.data() + text.size();
    const char* p = detail::skip<detail::is_token>(text.data(), end);
    while (p != end && (*p == ' ' || *p == '\t')) ++p;
    return p != end && *p == ':';
}

}  // namespace

Result<Sipfrag> Sipfrag::parse(std::string_view text, const ParseOptions& options) {
    const auto limit = std::size_t{options.limits.head_octets} + options.limits.body_octets;
    if (text.size() > limit) return detail::fail(ParseErrc::too_large, limit, "a shorter fragment");
    Result<Sipfrag> result;
    MessageParser parser(result->view_, options);
    parser.begin(text);
    std::size_t used = 0;
    result->has_start_line_ = !text.empty() && !detail::is_line_end(text.front()) && !begins_with_header(text);
    if (result->has_start_line_)
        if (auto error = detail::scan_fragment_start(parser, text, options.lenient, used))
            return std::unexpected(*error);
    if (auto error = detail::scan_fragment_lines(parser, text, used, options.lenient)) return std::unexpected(*error);
    if (parser.head_size() > options.limits.head_octets)
        return detail::fail(ParseErrc::too_large, options.limits.head_octets, "a shorter head");
    const auto announced = parser.content_length();
    if (!announced) return std::unexpected(announced.error());
    const auto there = static_cast<std::uint32_t>(text.size()) - parser.head_size();
    const auto wanted = announced->value_or(there);
    // A fragment may name the length of a body that was left out with its blank line (RFC 3420 §2).
    if (wanted > there && there > 0 && !options.lenient.missing_body)
        return detail::fail(ParseErrc::incomplete, text.size(), "the rest of the body", Header::content_length);
    if (std::min(wanted, there) > options.limits.body_octets)
        return detail::fail(ParseErrc::too_large, parser.head_size(), "a shorter body");
    parser.body(text, std::min(wanted, there));
    return result;
}

}  // namespace sipmsg
