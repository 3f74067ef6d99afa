// SPDX-License-Identifier: MIT
#include "message_edit.hpp"

#include "chars.hpp"
#include "fail.hpp"
#include "fold.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/message.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace sipmsg {

namespace detail {

void check_name(std::string_view name, const char* what) {
    if (name.empty() || skip(name.data(), name.data() + name.size(), is_token) != name.data() + name.size())
        throw std::invalid_argument(std::string("not ") + what);
}

bool breaks_line(std::string_view value) noexcept {
    const auto size = value.size();
    const auto hits = [](std::uint64_t octets) {
        return zero_octets(octets) | zero_octets(octets ^ (each_octet * '\r')) |
               zero_octets(octets ^ (each_octet * '\n'));
    };
    if (size < 8) {
        std::uint64_t octets = each_octet;  // of a value's own, 4 at either end, or single ones
        if (size >= 4)
            octets = load<std::uint32_t>(value.data()) | std::uint64_t{load<std::uint32_t>(&value[size - 4])} << 32U;
        else if (size != 0)
            octets = (octets & ~std::uint64_t{0xFF'FFFF}) | static_cast<unsigned char>(value[0]) |
                     std::uint64_t{static_cast<unsigned char>(value[size / 2])} << 8U |
                     std::uint64_t{static_cast<unsigned char>(value[size - 1])} << 16U;
        return hits(octets) != 0;
    }
    std::uint64_t found = hits(load<std::uint64_t>(value.data() + size - 8));
    for (std::size_t i = 0; i + 8 < size; i += 8) found |= hits(load<std::uint64_t>(value.data() + i));
    return found != 0;
}

void check_value(std::string_view value) {
    if (breaks_line(value)) throw std::invalid_argument("CR, LF or NUL in a header value");
}

void check_request_uri(std::string_view uri) {
    if (uri.empty() || std::ranges::any_of(uri, [](char c) { return c < 0x21 || c == 0x7F; }))
        throw std::invalid_argument("not a Request-URI");
}

}  // namespace detail

namespace {

/// How long the first value of a list is, with the comma and the white space behind it.
template <class T>
std::size_t first_value_length(std::string_view list) {
    if (list.find(',') == std::string_view::npos) return list.size();
    auto rest = list;
    const auto item = T::parse_item(rest);
    if (!item || rest.empty()) return list.size();
    return static_cast<std::size_t>(rest.data() - list.data());
}

}  // namespace

template <class T>
bool Message::pop_first() {
    const auto index = index_of(T::id, {}, 0);
    if (index == view_.fields_.size()) return false;
    const auto field = view_.fields()[index];
    const auto length = first_value_length<T>(view_.value(field));
    if (length == field.value_length) {
        erase_line(index);
    } else {
        replace_value(index, field.value_offset, length, {});
    }
    return true;
}

bool Message::pop_via() { return pop_first<Via>(); }

bool Message::pop_route() { return pop_first<Route>(); }

bool Message::replace_top_via(std::string_view value) {
    detail::check_value(value);
    const auto index = index_of(Header::via, {}, 0);
    if (index == view_.fields_.size()) return false;
    const auto field = view_.fields()[index];
    const auto length = first_value_length<Via>(view_.value(field));
    const auto text = detail::trim_lws(value);
    const bool alone = length == field.value_length;
    replace_value(index, field.value_offset, length, alone ? text : std::string(text).append(", "));
    return true;
}

void Message::set_request_uri(std::string_view uri) {
    detail::check_request_uri(uri);
    if (!is_request()) throw std::invalid_argument("a response has no Request-URI");
    const auto range = view_.second_;
    std::string room;
    const auto kept = outside(uri, room);
    splice(range.offset, range.length, kept);
    view_.second_ = {range.offset, static_cast<std::uint32_t>(kept.size())};
}

bool Message::decrement_max_forwards() {
    const auto value = view_.top<MaxForwards>();
    if (!value && value.error().code != ParseErrc::missing) return false;
    if (value && value->value == 0) return false;
    set(Header::max_forwards, std::to_string(value ? value->value - 1 : 70));
    return true;
}

void Message::set_body(std::string_view content_type, std::string_view body) {
    std::string room, type_room;
    const auto kept = outside(body, room);
    const auto kept_type = outside(content_type, type_room);
    detail::check_value(kept_type);
    splice(view_.body_.offset, view_.body_.length, kept);
    const auto head = static_cast<std::uint32_t>(octets_.size() - kept.size());
    view_.body_ = {head, static_cast<std::uint32_t>(kept.size())};
    if (kept_type.empty()) {
        remove(Header::content_type);
    } else {
        set(Header::content_type, kept_type);
    }
    set(Header::content_length, std::to_string(kept.size()));
}

}  // namespace sipmsg
