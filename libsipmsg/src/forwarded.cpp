// SPDX-License-Identifier: MIT
#include <sipmsg/forwarded.hpp>

#include "chars.hpp"
#include "message_edit.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/header/via.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace sipmsg {

namespace {

constexpr std::string_view colon = ": ";
constexpr std::string_view line_end = "\r\n";

}  // namespace

void ForwardedMessage::add(std::uint32_t begin, std::uint32_t end, Header id, std::string_view value,
                           Place among_equals) {
    if (count_ == max_edits) throw std::length_error("too many edits of a forwarded message");
    const auto is_before = [&](const Edit& other) {
        return among_equals == Place::first ? other.begin < begin : other.begin <= begin;
    };
    std::size_t i = count_++;
    for (; i > 0 && !is_before(edits_[i - 1]); --i) edits_[i] = edits_[i - 1];
    edits_[i] = {begin, end, value.data(), static_cast<std::uint32_t>(value.size()), id};
}

std::uint32_t ForwardedMessage::blank_line() const noexcept {
    const auto head = received_.head_size();
    return head >= 2 && received_.octets()[head - 2] == '\r' ? head - 2 : head - 1;
}

std::uint32_t ForwardedMessage::behind_line(const HeaderField& field) const noexcept {
    const auto fields = received_.fields();
    const auto next = static_cast<std::size_t>(&field - fields.data()) + 1;
    return next < fields.size() ? fields[next].name_offset : blank_line();
}

void ForwardedMessage::prepend(Header id, std::string_view value) {
    detail::check_value(value);
    const auto fields = received_.fields();
    const auto* first = received_.find(id);
    const auto place = first != nullptr ? first->name_offset : fields.empty() ? blank_line() : fields[0].name_offset;
    add(place, place, id, detail::trim_lws(value), Place::first);
}

void ForwardedMessage::append(Header id, std::string_view value) {
    detail::check_value(value);
    const auto place = blank_line();
    add(place, place, id, detail::trim_lws(value), Place::last);
}

void ForwardedMessage::remove(const HeaderField& field) {
    add(field.name_offset, behind_line(field), Header::none, {}, Place::last);
}

template <class T>
bool ForwardedMessage::pop(Popped& popped) {
    const auto* field = popped.field == nullptr ? received_.find(T::id) : popped.field;
    if (field != nullptr && popped.end == field->value_offset + field->value_length) {
        field = received_.next(*field);
        popped.edit_begin = 0;
    }
    if (field == nullptr) return false;
    const auto value = received_.value(*field);
    const auto value_end = field->value_offset + field->value_length;
    const auto begin = popped.edit_begin == 0 ? field->value_offset : popped.end;
    auto rest = value.substr(begin - field->value_offset);
    // Without a comma it is the only value, whatever it is.
    if (rest.find(',') == std::string_view::npos) {
        rest = {};
    } else if (!T::parse_item(rest, received_.behind(rest))) {
        return false;
    }
    const bool last = rest.empty();
    const auto cut_begin = last ? field->name_offset : field->value_offset;
    const auto cut_end =
        last ? behind_line(*field) : static_cast<std::uint32_t>(rest.data() - received_.octets().data());
    if (popped.edit_begin == 0) {
        add(cut_begin, cut_end, Header::none, {}, Place::last);
    } else {
        auto* known = edits_.data();
        while (known->begin != popped.edit_begin || known->end != popped.end) ++known;
        known->begin = cut_begin;
        known->end = cut_end;
    }
    popped = {field, cut_begin, last ? value_end : cut_end};
    return true;
}

bool ForwardedMessage::pop_via() { return pop<Via>(via_); }

bool ForwardedMessage::pop_route() { return pop<Route>(route_); }

void ForwardedMessage::set_request_uri(std::string_view uri) {
    detail::check_request_uri(uri);
    if (!received_.is_request()) throw std::invalid_argument("a response has no Request-URI");
    const auto old = received_.request_uri_text();
    const auto begin = static_cast<std::uint32_t>(old.data() - received_.octets().data());
    if (count_ > 0 && edits_[0].begin == begin) {
        edits_[0].value = uri.data();
        edits_[0].value_size = static_cast<std::uint32_t>(uri.size());
    } else {
        add(begin, begin + static_cast<std::uint32_t>(old.size()), Header::none, uri, Place::last);
    }
}

bool ForwardedMessage::decrement_max_forwards() {
    const auto value = received_.top<MaxForwards>();
    if (decremented_ || (!value && value.error().code != ParseErrc::missing)) return false;
    if (value && value->value == 0) return false;
    if (value) {
        const auto* field = received_.find(Header::max_forwards);
        const auto* end = std::to_chars(hops_.data(), hops_.data() + hops_.size(), value->value - 1).ptr;
        add(field->value_offset, field->value_offset + field->value_length, Header::none, {hops_.data(), end},
            Place::last);
    } else {
        append(Header::max_forwards, "70");
    }
    decremented_ = true;
    return true;
}

template <class Emit>
void ForwardedMessage::walk(Emit&& emit) const noexcept {
    const auto octets = received_.octets();
    std::size_t at = 0;
    for (const auto& edit : std::span(edits_).first(count_)) {
        if (edit.begin > at) emit(octets.substr(at, edit.begin - at));
        if (edit.id != Header::none) {
            emit(to_string(edit.id));
            emit(colon);
        }
        if (edit.value_size != 0) emit({edit.value, edit.value_size});
        if (edit.id != Header::none) emit(line_end);
        at = std::max<std::size_t>(at, edit.end);
    }
    emit(octets.substr(at));
}

std::size_t ForwardedMessage::gather(std::span<std::string_view, max_pieces> room) const noexcept {
    std::size_t count = 0;
    walk([&](std::string_view piece) { room[count++] = piece; });
    return count;
}

std::size_t ForwardedMessage::size() const noexcept {
    std::size_t size = 0;
    walk([&](std::string_view piece) { size += piece.size(); });
    return size;
}

void ForwardedMessage::append_to(std::string& out) const {
    const auto old = out.size();
    out.resize_and_overwrite(old + size(), [&](char* data, std::size_t room) {
        char* to = data + old;
        walk([&](std::string_view piece) {
            std::memcpy(to, piece.data(), piece.size());
            to += piece.size();
        });
        return room;
    });
}

}  // namespace sipmsg
