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
    const auto any = [&](auto test) {
        std::uint64_t found = test(load<std::uint64_t>(value.data() + size - 8));
        for (std::size_t i = 0; i + 8 < size; i += 8) found |= test(load<std::uint64_t>(value.data() + i));
        return found != 0;
    };
    // Text has nothing up to CR but a rare HTAB.
    const auto low = [](std::uint64_t octets) { return (octets - each_octet * 0x0E) & ~octets & (each_octet * 0x80); };
    return any(low) && any(hits);
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

namespace {

/// The topmost Via value of `list` as another one is to stand there.
std::string_view in_place_of_first(std::string_view list, std::size_t first, std::string_view via, std::string& room) {
    const auto text = detail::trim_lws(via);
    return first == list.size() ? text : std::string_view(room.assign(text).append(", "));
}

}  // namespace

bool Message::replace_top_via(std::string_view value) {
    detail::check_value(value);
    const auto index = index_of(Header::via, {}, 0);
    if (index == view_.fields_.size()) return false;
    const auto field = view_.fields()[index];
    const auto list = view_.value(field);
    const auto length = first_value_length<Via>(list);
    std::string room;
    replace_value(index, field.value_offset, length, in_place_of_first(list, length, value, room));
    return true;
}

Message::Message(const MessageView& view, std::string_view top_via) : view_(view) {
    detail::check_value(top_via);
    view_.excess_ = 0;
    const auto octets = view.octets();
    const auto* const field = view.find(Header::via);
    const auto list = field == nullptr ? std::string_view{} : view.value(*field);
    const auto length = first_value_length<Via>(list);
    std::string room;
    const auto text = field == nullptr ? std::string_view{} : in_place_of_first(list, length, top_via, room);
    const std::size_t offset = field == nullptr ? 0 : field->value_offset;
    octets_.reserve(octets.size() - length + text.size());
    octets_.append(octets.substr(0, offset)).append(text).append(octets.substr(offset + length));
    rebase();
    if (field != nullptr)
        note_value(static_cast<std::size_t>(field - view.fields().data()), offset, length, text.size());
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

/// Both lines are written anew, behind all others.
void Message::set_body(std::string_view content_type, std::string_view body) {
    std::string room, type_room;
    const auto kept = outside(body, room);
    const auto kept_type = detail::trim_lws(outside(content_type, type_room));
    detail::check_value(kept_type);
    check_room(2, {});
    for (const auto id : {Header::content_type, Header::content_length})
        while (const auto* line = view_.find(id)) erase_line(static_cast<std::size_t>(line - view_.fields().data()));
    octets_.resize(line_begin(view_.fields_.size()));
    const auto add = [&](Header id, std::string_view value) {
        const auto name = to_string(id);
        view_.fields_.push_back(detail::field_at(octets_.size(), id, name.size(), value.size()));
        octets_.append(name).append(": ").append(value).append("\r\n");
    };
    if (!kept_type.empty()) add(Header::content_type, kept_type);
    add(Header::content_length, std::to_string(kept.size()));
    octets_.append("\r\n");
    view_.body_ = {static_cast<std::uint32_t>(octets_.size()), static_cast<std::uint32_t>(kept.size())};
    octets_.append(kept);
    rebase();
}

}  // namespace sipmsg
