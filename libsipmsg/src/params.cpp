// SPDX-License-Identifier: MIT
#include <sipmsg/params.hpp>

#include "chars.hpp"

#include <algorithm>
#include <stdexcept>

namespace sipmsg {

namespace {

/// Where the quoted string that begins at `open` ends: behind its closing quote, or the end of the text.
std::size_t behind_quotes(std::string_view text, std::size_t open) noexcept {
    for (std::size_t i = open + 1; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            return i + 1;
        }
    }
    return text.size();
}

}  // namespace

Params::iterator::iterator(std::string_view rest, char separator) noexcept : rest_(rest), separator_(separator), done_(false) {
    ++*this;
}

Params::iterator& Params::iterator::operator++() noexcept {
    while (!rest_.empty() && (rest_.front() == separator_ || detail::is_lws(rest_.front()))) rest_.remove_prefix(1);
    if (rest_.empty()) {
        done_ = true;
        return *this;
    }
    std::size_t equal = std::string_view::npos;
    std::size_t i = 0;
    while (i < rest_.size() && rest_[i] != separator_) {
        if (rest_[i] == '=' && equal == std::string_view::npos) equal = i;
        i = rest_[i] == '"' ? behind_quotes(rest_, i) : i + 1;
    }
    const auto whole = rest_.substr(0, i);
    rest_.remove_prefix(i);
    current_.name = detail::trim_lws(whole.substr(0, equal));
    current_.value.reset();
    if (equal != std::string_view::npos) current_.value = detail::trim_lws(whole.substr(equal + 1));
    return *this;
}

bool Params::has(std::string_view name) const noexcept { return get(name).has_value(); }

std::optional<std::string_view> Params::get(std::string_view name) const noexcept {
    for (const auto& param : *this)
        if (iequals(param.name, name)) return param.value.value_or(std::string_view{});
    return std::nullopt;
}

std::optional<std::string_view> UriHeaders::get(std::string_view name) const noexcept { return Params(text_, '&').get(name); }

bool iequals(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (detail::lower(a[i]) != detail::lower(b[i])) return false;
    return true;
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
