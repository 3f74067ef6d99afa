// SPDX-License-Identifier: MIT
#pragma once

// Taking the values of attributes apart: words between single spaces, numbers, tokens.

#include "chars.hpp"

#include <algorithm>
#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipmsg::sdp::detail {

/// Decimal digits and nothing else, in the range of the type.
template <std::unsigned_integral Number>
[[nodiscard]] std::optional<Number> whole_number(std::string_view text) noexcept {
    Number value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// RFC 8866 §9 `token`.
[[nodiscard]] inline bool is_token(std::string_view text) noexcept {
    const auto is_token_char = [](char c) {
        constexpr std::string_view more = "#$&^{|}";  // what the token of RFC 3261 §25.1 does not have
        return sipmsg::detail::is(c, sipmsg::detail::is_token) || more.find(c) != std::string_view::npos;
    };
    return !text.empty() && std::ranges::all_of(text, is_token_char);
}

/// Words one by one; nothing after the last, and nothing where two spaces meet.
class Words {
public:
    explicit Words(std::string_view text, char separator = ' ') noexcept
        : rest_(text), separator_(separator), done_(text.empty()) {}

    [[nodiscard]] bool done() const noexcept { return done_; }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

    /// The next word, which may not be empty.
    std::optional<std::string_view> next() noexcept {
        if (done_) return std::nullopt;
        const auto end = rest_.find(separator_);
        const auto word = rest_.substr(0, end);
        done_ = end == std::string_view::npos;
        rest_ = done_ ? std::string_view() : rest_.substr(end + 1);
        return word.empty() ? std::nullopt : std::optional(word);
    }
    template <std::unsigned_integral Number>
    std::optional<Number> next_number() noexcept {
        const auto word = next();
        return word ? whole_number<Number>(*word) : std::nullopt;
    }
    std::optional<std::string_view> next_token() noexcept {
        const auto word = next();
        return word && is_token(*word) ? word : std::nullopt;
    }
    /// All that are left, of which there must be one at least.
    std::optional<std::vector<std::string_view>> remaining() {
        std::vector<std::string_view> words;
        while (!done_) {
            const auto word = next();
            if (!word) return std::nullopt;
            words.push_back(*word);
        }
        return words.empty() ? std::nullopt : std::optional(std::move(words));
    }

private:
    std::string_view rest_;
    char separator_;
    bool done_;
};

inline void append_words(std::string& out, const std::vector<std::string_view>& words,
                         std::string_view separator = " ") {
    bool first = true;
    for (const auto word : words) {
        if (!first) out += separator;
        out += word;
        first = false;
    }
}

}  // namespace sipmsg::sdp::detail
