// SPDX-License-Identifier: MIT
#include "boundary.hpp"

#include "fail.hpp"

namespace sipmsg::detail {

bool is_boundary(std::string_view text) noexcept {
    constexpr std::string_view chars = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=? ";
    return !text.empty() && text.size() <= longest_boundary && text.back() != ' ' &&
           text.find_first_not_of(chars) == std::string_view::npos;
}

Result<std::string_view> boundary_of(const ContentType& type) {
    const auto value = type.params.get("boundary");
    if (!value || value->empty()) return fail(ParseErrc::missing, 0, "a boundary", Header::content_type);
    auto text = *value;
    if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) text = text.substr(1, text.size() - 2);
    const auto offset = static_cast<std::size_t>(value->data() - type.type.data());
    if (text.size() > longest_boundary)
        return fail(ParseErrc::too_large, offset, "a boundary of 1 to 70 octets", Header::content_type);
    if (!is_boundary(text))
        return fail(ParseErrc::syntax, offset, "a boundary of 1 to 70 octets", Header::content_type);
    return text;
}

namespace {

/// The rest of a line behind `--boundary`; `at` is where that rest begins.
Result<BoundaryLine> finish(std::string_view text, std::size_t begin, std::size_t at, bool bare_lf) {
    const bool closes = text.substr(at, 2) == "--";
    if (closes) at += 2;
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;  // transport-padding
    if (at == text.size() && closes) return BoundaryLine{begin, at, true};
    if (at == text.size()) return fail(ParseErrc::incomplete, at, "the closing boundary");
    if (text.substr(at, 2) == "\r\n") return BoundaryLine{begin, at + 2, closes};
    if (bare_lf && text[at] == '\n') return BoundaryLine{begin, at + 1, closes};
    return fail(ParseErrc::syntax, at, "the end of the boundary line");
}

}  // namespace

Result<BoundaryLine> find_boundary(std::string_view text, std::size_t from, std::string_view boundary, bool bare_lf) {
    std::size_t line = from;  // where the line looked at begins
    while (line < text.size()) {
        const auto rest = text.substr(line);
        if (rest.starts_with("--") && rest.substr(2).starts_with(boundary)) {
            if (line == from && from > 0) return fail(ParseErrc::syntax, line, "a part");
            const bool crlf = line >= 2 && text[line - 2] == '\r';
            if (line > 0 && !crlf && !bare_lf) return fail(ParseErrc::syntax, line - 1, "CR before LF");
            const std::size_t begin = line == 0 ? 0 : line - (crlf ? 2 : 1);
            return finish(text, begin, line + 2 + boundary.size(), bare_lf);
        }
        const auto end = rest.find('\n');
        if (end == std::string_view::npos) break;
        line += end + 1;
    }
    return BoundaryLine{text.size(), text.size(), false};
}

}  // namespace sipmsg::detail
