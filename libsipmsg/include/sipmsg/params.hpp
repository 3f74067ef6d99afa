// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace sipmsg {

/// One parameter. `value` is empty-and-unset for a flag (`;lr`); a quoted value keeps its quotes: see unquote().
struct Param {
    std::string_view name;
    std::optional<std::string_view> value;
};

/// An ordered view of `;name=value;flag` as it stands in the text. Names compare without case (RFC 3261 §7.3.1).
/// The text has been checked by the machine that produced it, or is given by the caller in that form.
/// Lookups walk the text: no allocation, no index.
class Params {
public:
    Params() = default;
    explicit Params(std::string_view text, char separator = ';') noexcept : text_(text), separator_(separator) {}

    class iterator {
    public:
        using value_type = Param;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;
        iterator() = default;
        const Param& operator*() const noexcept { return current_; }
        const Param* operator->() const noexcept { return &current_; }
        iterator& operator++() noexcept;
        iterator operator++(int) noexcept {
            auto old = *this;
            ++*this;
            return old;
        }
        friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept { return it.done_; }

    private:
        friend class Params;
        iterator(std::string_view rest, char separator) noexcept;
        std::string_view rest_;
        Param current_;
        char separator_ = ';';
        bool done_ = true;
    };

    [[nodiscard]] iterator begin() const noexcept { return iterator(text_, separator_); }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    [[nodiscard]] bool has(std::string_view name) const noexcept;
    /// The value of the first parameter of that name; an empty view for a flag; nullopt when absent.
    [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const noexcept;

private:
    std::string_view text_;  ///< starts with the separator unless empty (auth parameters: without)
    char separator_ = ';';
};

namespace detail {

/// A text whose parts are known by their offsets.
struct Places {
    const char* text = nullptr;
    std::uint32_t size = 0;

    [[nodiscard]] std::string_view whole() const noexcept { return {text, size}; }
    [[nodiscard]] std::string_view between(std::uint32_t from, std::uint32_t to) const noexcept {
        return {text + from, to - from};
    }
    [[nodiscard]] std::uint32_t at(const char* p) const noexcept { return static_cast<std::uint32_t>(p - text); }
};

/// Where the values stand that nearly every reader asks for, noted by the machine that read the parameters.
template <std::size_t Size>
struct Notes {
    struct Note {
        std::uint16_t offset = 0;  ///< of the value, in the text of the parameters; 0 when the parameter is not there
        std::uint16_t length = 0;
    };
    static constexpr std::uint16_t none_taken = 0xFFFF;  ///< as the first offset: the parameters must be searched

    std::array<Note, Size> values{};

    /// params.get(name), where that name is noted at `slot`.
    [[nodiscard]] std::optional<std::string_view> get(std::size_t slot, const Params& params,
                                                      std::string_view name) const noexcept {
        if (values[0].offset == none_taken) return params.get(name);
        const auto note = values[slot];
        if (note.offset == 0) return std::nullopt;
        return std::string_view(params.text().data() + note.offset, note.length);
    }
};

}  // namespace detail

/// `?name=value&name=value` of a SIP URI (RFC 3261 §19.1.1), escapes as written.
class UriHeaders {
public:
    UriHeaders() = default;
    explicit UriHeaders(std::string_view text) noexcept : text_(text) {}  ///< without the '?'
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const noexcept;
    [[nodiscard]] Params::iterator begin() const noexcept { return Params(text_, '&').begin(); }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

private:
    std::string_view text_;
};

namespace detail {
/// Of texts of the same size.
[[nodiscard]] bool same_but_for_case(std::string_view a, std::string_view b) noexcept;
}  // namespace detail

/// ASCII comparison without case. Most words differ in their size already.
[[nodiscard]] inline bool iequals(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && detail::same_but_for_case(a, b);
}

/// `"a\"b"` -> `a"b`; text without quotes is returned as it is.
[[nodiscard]] std::string unquote(std::string_view text);
/// `a"b` -> `"a\"b"`. Throws std::invalid_argument on CR, LF or NUL.
[[nodiscard]] std::string quote(std::string_view text);

}  // namespace sipmsg
