// SPDX-License-Identifier: MIT
#include <sipmsg/params.hpp>

#include "chars.hpp"
#include "fold.hpp"
#include "scan.hpp"

#include <algorithm>
#include <stdexcept>

namespace sipmsg {

namespace {

using detail::between;

/// Where the quoted string that begins at `p` ends: behind its closing quote, or the end of the text.
const char* behind_quotes(const char* p, const char* end) noexcept {
    for (++p; p != end; ++p) {
        if (*p == '"') return p + 1;
        if (*p == '\\' && ++p == end) break;
    }
    return end;
}

/// To the next octet that may end a name or a value.
const char* skip_plain(const char* p, const char* end) noexcept { return detail::skip<detail::is_plain>(p, end); }

std::string_view trimmed(const char* from, const char* to) noexcept {
    if (from == to || (!detail::is_lws(*from) && !detail::is_lws(to[-1]))) return between(from, to);
    return detail::trim_lws(between(from, to));
}

/// Reads the parameter at or behind `p`, which moves to its end; false when there is none.
inline bool next_param(const char*& p, const char* end, char separator, Param& param) noexcept {
    while (p != end && (*p == separator || detail::is_lws(*p))) ++p;
    if (p == end) return false;
    const char* const name = p;
    p = skip_plain(p, end);
    while (p != end && *p != separator && *p != '=' && *p != '"') p = skip_plain(p + 1, end);
    param.name = trimmed(name, p);
    param.value.reset();
    const bool has_value = p != end && *p == '=';
    if (has_value) ++p;
    const char* const value = p;
    p = skip_plain(p, end);
    while (p != end && *p != separator) p = *p == '"' ? behind_quotes(p, end) : skip_plain(p + 1, end);
    if (has_value) param.value = trimmed(value, p);
    return true;
}

}  // namespace

Params::iterator::iterator(std::string_view rest, char separator) noexcept
    : rest_(rest), separator_(separator), done_(false) {
    ++*this;
}

Params::iterator& Params::iterator::operator++() noexcept {
    const char* p = rest_.data();
    const char* const end = p + rest_.size();
    done_ = !next_param(p, end, separator_, current_);
    rest_ = between(p, end);
    return *this;
}

bool Params::has(std::string_view name) const noexcept { return get(name).has_value(); }

std::optional<std::string_view> Params::get(std::string_view name) const noexcept {
    const char* p = text_.data();
    const char* const end = p + text_.size();
    Param param{};
    while (next_param(p, end, separator_, param))
        if (detail::same_folded(param.name, name)) return param.value.value_or(std::string_view{});
    return std::nullopt;
}

std::optional<std::string_view> UriHeaders::get(std::string_view name) const noexcept {
    return Params(text_, '&').get(name);
}

bool detail::same_but_for_case(std::string_view a, std::string_view b) noexcept {
    return same_folded(a.data(), b.data(), a.size());
}

std::string unquote(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
    std::string plain;
    plain.reserve(text.size() - 2);
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '\\' && i + 2 < text.size()) ++i;
        plain += text[i];
    }
    return plain;
}

std::string quote(std::string_view text) {
    std::string quoted = "\"";
    for (char c : text) {
        if (c == '\r' || c == '\n' || c == '\0') throw std::invalid_argument("CR, LF or NUL in a quoted string");
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    quoted += '"';
    return quoted;
}

}  // namespace sipmsg
