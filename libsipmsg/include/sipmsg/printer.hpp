// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
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
        if (size > 32) {
            std::memcpy(to, from, size);
        } else if (size > 16) {
            copy_ends<std::array<std::uint64_t, 2>>(to, from, size);
        } else if (size >= 8) {
            copy_ends<std::uint64_t>(to, from, size);
        } else if (size >= 4) {
            copy_ends<std::uint32_t>(to, from, size);
        } else if (size != 0) {
            to[0] = from[0];
            to[size / 2] = from[size / 2];
            to[size - 1] = from[size - 1];
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

/// "Name: value CRLF", with commas between several values; nothing when there is none. The name is taken as it is.
template <class Values>
[[nodiscard]] Printer print_line(Printer to, std::string_view name, const Values& values) {
    bool first = true;
    for (const auto& value : values) {
        to = print(first ? to << name << ": " : to << ", ", value);
        first = false;
    }
    return first ? to : to << "\r\n";
}

}  // namespace sipmsg
