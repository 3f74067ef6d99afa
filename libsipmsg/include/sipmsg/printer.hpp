// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header_name.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ranges>
#include <string>
#include <string_view>
#include <system_error>

namespace sipmsg {

/// Where the next piece of a text goes, and the room behind it. A value that is handed on, so that it stays in
/// registers: `return to << name << ": " << number;`. When the room is not enough, nothing is written from there on.
class Printer {
public:
    Printer(char* begin, std::size_t room) noexcept : at_(begin), room_(static_cast<std::ptrdiff_t>(room)) {}

    [[nodiscard, gnu::always_inline]] Printer operator<<(std::string_view text) const noexcept {
        const auto size = static_cast<std::ptrdiff_t>(text.size());
        if (size > room_) return full();
        copy(at_, text.data(), text.size());
        return {room_ - size, at_ + size};
    }
    /// A char and nothing that becomes one: a number would be an octet of that value.
    template <std::same_as<char> Char>
    [[nodiscard, gnu::always_inline]] Printer operator<<(Char octet) const noexcept {
        if (room_ < 1) return full();
        *at_ = octet;
        return {room_ - 1, at_ + 1};
    }
    /// `size` octets that `fill(char*)` writes.
    template <std::invocable<char*> Fill>
    [[nodiscard, gnu::always_inline]] Printer write(std::size_t octets, Fill fill) const noexcept {
        const auto size = static_cast<std::ptrdiff_t>(octets);
        if (size > room_) return full();
        fill(at_);
        return {room_ - size, at_ + size};
    }
    /// A text in which `change(char*)` then changes octets.
    template <std::invocable<char*> Change>
    [[nodiscard, gnu::always_inline]] Printer write(std::string_view text, Change change) const noexcept {
        return write(text.size(), [&](char* to) {
            copy(to, text.data(), text.size());
            change(to);
        });
    }
    /// In decimal.
    template <std::unsigned_integral Number>
    [[nodiscard]] Printer operator<<(Number number) const noexcept {
        if (room_ < 0) return full();
        const auto written = std::to_chars(at_, at_ + room_, number);
        return written.ec == std::errc() ? Printer(room_ - (written.ptr - at_), written.ptr) : full();
    }

    /// Behind the last piece; nullptr when the room was not enough.
    [[nodiscard]] char* end() const noexcept { return room_ < 0 ? nullptr : at_; }

private:
    Printer(std::ptrdiff_t room, char* at) noexcept : at_(at), room_(room) {}
    [[nodiscard]] Printer full() const noexcept { return {std::ptrdiff_t{-1}, at_}; }

    template <class Word>
    static void copy_ends(char* to, const char* from, std::size_t size) noexcept {
        Word first;
        Word last;
        std::memcpy(&first, from, sizeof first);
        std::memcpy(&last, from + size - sizeof last, sizeof last);
        std::memcpy(to, &first, sizeof first);
        std::memcpy(to + size - sizeof last, &last, sizeof last);
    }
    static void copy(char* to, const char* from, std::size_t size) noexcept {
        if (size < 16) {
            if (size >= 8) {
                copy_ends<std::uint64_t>(to, from, size);
            } else if (size >= 4) {
                copy_ends<std::uint32_t>(to, from, size);
            } else if (size != 0) {
                to[0] = from[0];
                to[size / 2] = from[size / 2];
                to[size - 1] = from[size - 1];
            }
        } else if (size <= 32) {
            copy_ends<std::array<std::uint64_t, 2>>(to, from, size);
        } else if (size <= 64) {
            copy_ends<std::array<std::uint64_t, 4>>(to, from, size);
        } else {
            std::memcpy(to, from, size);
        }
    }

    char* at_;
    std::ptrdiff_t room_;  ///< -1 when it was not enough
};

/// A value that `Printer print(Printer to, const T& value)` writes; that function stands in the namespace of the type.
template <class T>
concept Printable = requires(Printer to, const T& value) {
    { print(to, value) } -> std::same_as<Printer>;
};

namespace detail {

/// `write(printer)` behind `out`, again with twice the room until it is enough.
template <class Write>
void print_behind(std::string& out, Write write) {
    constexpr std::size_t least = 64;
    const auto before = out.size();
    for (auto room = std::max(out.capacity() - before, least);; room *= 2) {
        bool enough = false;
        out.resize_and_overwrite(before + room, [&](char* octets, std::size_t) {
            const char* const end = write(Printer(octets + before, room)).end();
            enough = end != nullptr;
            return enough ? static_cast<std::size_t>(end - octets) : before;
        });
        if (enough) return;
    }
}

}  // namespace detail

/// The value as it stands in a header line, behind what is in `out`, which it must not view. It reads back as the same
/// value.
template <Printable T>
void append_to(std::string& out, const T& value) {
    detail::print_behind(out, [&](Printer to) { return print(to, value); });
}

template <Printable T>
[[nodiscard]] std::string to_string(const T& value) {
    std::string text;
    append_to(text, value);
    return text;
}

namespace detail {

/// A line of values with commas between them, behind what `start(Printer)` writes; nothing when there is no value.
template <class Values>
[[nodiscard]] Printer print_values(Printer to, auto start, const Values& values) {
    auto value = std::ranges::begin(values);
    const auto end = std::ranges::end(values);
    if (value == end) return to;
    to = print(start(to), *value);
    while (++value != end) to = print(to << ", ", *value);
    return to << "\r\n";
}

/// "Name: "; empty for `none` and `other`.
inline constexpr std::array<std::string_view, header_count> line_starts = {
    "",
    "",
#define SIPMSG_HEADER(id, name, compact, lines, type, rfc) name ": ",
#include <sipmsg/headers.def>
};
template <class Values>
inline constexpr auto line_start = line_starts[static_cast<std::size_t>(std::ranges::range_value_t<Values>::id)];

}  // namespace detail

/// Values whose type says which header they are of.
template <class Values>
concept HeaderValues = requires {
    std::ranges::range_value_t<Values>::id;
}
&&!detail::line_start<Values>.empty();

/// "Name: value CRLF", with commas between several values; nothing when there is none. The name is taken as it is.
template <class Values>
[[nodiscard]] Printer print_line(Printer to, std::string_view name, const Values& values) {
    const auto start = [name](Printer line) { return line << name << ": "; };
    return detail::print_values(to, start, values);
}

/// The same under the name of their header: `print_line(to, contacts)`.
template <HeaderValues Values>
[[nodiscard]] Printer print_line(Printer to, const Values& values) {
    const auto start = [](Printer line) { return line << detail::line_start<Values>; };
    return detail::print_values(to, start, values);
}

}  // namespace sipmsg
