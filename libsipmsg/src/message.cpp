// SPDX-License-Identifier: MIT
#include <sipmsg/message.hpp>

#include "chars.hpp"
#include "message_edit.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/printer.hpp>
#include <sipmsg/status.hpp>

#include <functional>
#include <ranges>
#include <stdexcept>

namespace sipmsg {

Result<Message> Message::parse(std::string octets, const ParseOptions& options) {
    Message message;
    message.octets_ = std::move(octets);
    auto view = sipmsg::parse(message.octets_, options);
    if (!view) return std::unexpected(view.error());
    message.octets_.erase(0, static_cast<std::size_t>(view->octets().data() - message.octets_.data()));
    message.octets_.resize(view->octets().size());
    message.view_ = *std::move(view);
    message.view_.excess_ = 0;
    message.rebase();
    return message;
}

Message::Message(const MessageView& view) : octets_(view.octets()), view_(view) {
    view_.excess_ = 0;
    rebase();
}

Message::Message(const Message& other) : octets_(other.octets_), view_(other.view_) { rebase(); }

Message::Message(Message&& other) noexcept : octets_(std::move(other.octets_)), view_(std::move(other.view_)) {
    rebase();
    other.octets_.clear();
    other.view_ = {};
}

Message& Message::operator=(const Message& other) {
    if (this != &other) *this = Message(other);
    return *this;
}

Message& Message::operator=(Message&& other) noexcept {
    if (this == &other) return *this;
    octets_ = std::move(other.octets_);
    view_ = std::move(other.view_);
    rebase();
    other.octets_.clear();
    other.view_ = {};
    return *this;
}

void Message::rebase() noexcept {
    view_.octets_ = octets_;
    view_.padding_ = 0;
}

Message Message::request(std::string_view method, std::string_view uri) {
    detail::check_name(method, "a method");
    detail::check_request_uri(uri);
    std::string octets;
    octets.append(method).append(" ").append(uri).append(" SIP/2.0\r\nContent-Length: 0\r\n\r\n");
    auto message = parse(std::move(octets));
    if (!message) throw std::invalid_argument(sipmsg::to_string(message.error()));
    return *std::move(message);
}

/// Replaces octets and moves every range behind them. A range that begins at `offset` moves too.
void Message::splice(std::size_t offset, std::size_t length, std::string_view text) {
    octets_.replace(offset, length, text);
    note_splice(offset, length, text.size());
}

/// At `offset`, `size` octets stand instead of `length`.
void Message::note_splice(std::size_t offset, std::size_t length, std::size_t size) noexcept {
    const auto delta = static_cast<std::uint32_t>(size - length);
    auto move = [&](std::uint32_t& position) {
        if (position >= offset + length) position += delta;
    };
    move(view_.second_.offset);
    move(view_.body_.offset);
    for (auto& field : view_.fields_.span() | std::views::reverse) {
        if (field.value_offset < offset) break;
        move(field.name_offset);
        move(field.value_offset);
    }
    rebase();
}

/// The text; what stands in this message, which is about to change, is copied to `room`.
std::string_view Message::outside(std::string_view text, std::string& room) const {
    const std::less<> before;
    if (before(text.data(), octets_.data()) || !before(text.data(), octets_.data() + octets_.size())) return text;
    return room = text;
}

/// Where the line of that field begins; for the index behind the last one, where the blank line begins.
std::size_t Message::line_begin(std::size_t index) const noexcept {
    const auto fields = view_.fields();
    if (index < fields.size()) return fields[index].name_offset;
    const std::size_t head = view_.head_size();
    return head >= 2 && octets_[head - 2] == '\r' ? head - 2 : head - 1;
}

void Message::check_room(std::size_t lines, std::string_view name) const {
    if (view_.fields_.size() + lines > 0xFFFF || name.size() > 0xFFFF) throw std::length_error("too many header lines");
}

namespace {

Printer put_line(Printer to, std::string_view name, std::string_view value) {
    return to << name << ": " << value << "\r\n";
}

}  // namespace

/// Name and value may point into this message.
void Message::insert_line(std::size_t index, Header id, std::string_view name, std::string_view value) {
    detail::check_value(value);
    check_room(1, name);
    std::string name_room, value_room;
    name = outside(name, name_room);
    const auto trimmed = outside(detail::trim_lws(value), value_room);
    const auto offset = line_begin(index);
    const auto size = name.size() + trimmed.size() + detail::around_value;
    octets_.insert(offset, size, ' ');
    put_line(Printer(octets_.data() + offset, size), name, trimmed);
    note_splice(offset, 0, size);
    view_.fields_.insert(index, detail::field_at(offset, id, name.size(), trimmed.size()));
    touched(id);
}

/// The header of which a line is not as it was.
void Message::touched(Header id) noexcept {
    switch (id) {
        case Header::from:
        case Header::to:
        case Header::call_id:
        case Header::cseq: view_.notes_ = {}; return;
        default: return;
    }
}

void Message::erase_line(std::size_t index) {
    touched(view_.fields()[index].id);
    const auto begin = line_begin(index);
    splice(begin, line_begin(index + 1) - begin, {});
    view_.fields_.erase(index);
}

void Message::replace_value(std::size_t index, std::size_t offset, std::size_t length, std::string_view text) {
    octets_.replace(offset, length, text);
    note_value(index, offset, length, text.size());
}

/// In that field's value, at `offset`, `size` octets stand instead of `length`.
void Message::note_value(std::size_t index, std::size_t offset, std::size_t length, std::size_t size) noexcept {
    auto field = view_.fields_[index];
    touched(field.id);
    note_splice(offset, length, size);
    field.value_length += static_cast<std::uint32_t>(size - length);
    // An empty value, or one at the very place of the splice, would have moved: it is set, not moved.
    view_.fields_[index] = field;
    view_.fields_[index].folded = view_.value(field).find('\n') != std::string_view::npos;
}

std::size_t Message::index_of(Header id, std::string_view name, std::size_t from) const noexcept {
    const auto fields = view_.fields();
    std::size_t i = from;
    for (; i < fields.size(); ++i) {
        if (fields[i].id != id) continue;
        if (id != Header::other || iequals(view_.name(fields[i]), name)) break;
    }
    return i;
}

namespace {

std::string_view name_of(Header id) {
    const auto name = sipmsg::to_string(id);
    if (name.empty()) throw std::invalid_argument("not a header name");
    return name;
}

}  // namespace

void Message::append_line(Header id, std::string_view name, std::string_view value) {
    insert_line(append_index(), id, name, value);
}

/// In front of a Content-Length that stands last.
std::size_t Message::append_index() const noexcept {
    const auto fields = view_.fields();
    return fields.empty() || fields.back().id != Header::content_length ? fields.size() : fields.size() - 1;
}

void Message::append(Header id, std::string_view value) { append_line(id, name_of(id), value); }

void Message::append(std::string_view name, std::string_view value) {
    detail::check_name(name, "a header name");
    append_line(header_of(name), name, value);
}

void Message::append(std::span<const std::pair<std::string, std::string>> lines) { append(HeaderLines(lines)); }

void Message::prepend(Header id, std::string_view value) { prepend(sipmsg::to_string(id), value); }

void Message::prepend(std::string_view name, std::string_view value) {
    detail::check_name(name, "a header name");
    const auto id = header_of(name);
    const auto first = index_of(id, name, 0);
    insert_line(first == view_.fields_.size() ? 0 : first, id, name, value);
}

void Message::set(Header id, std::string_view value) { set_line(id, name_of(id), value); }

void Message::set(std::string_view name, std::string_view value) {
    detail::check_name(name, "a header name");
    set_line(header_of(name), name, value);
}

void Message::set_line(Header id, std::string_view name, std::string_view value) {
    const auto first = index_of(id, name, 0);
    if (first == view_.fields_.size()) return append_line(id, name, value);
    detail::check_value(value);
    const auto field = view_.fields()[first];
    std::string room;
    const auto kept = outside(detail::trim_lws(value), room);
    if (view_.fields_.is_repeated(id)) {
        const std::string kept_name(name);
        for (auto i = index_of(id, kept_name, first + 1); i < view_.fields_.size(); i = index_of(id, kept_name, i))
            erase_line(i);
    }
    replace_value(first, field.value_offset, field.value_length, kept);
}

std::size_t Message::remove(Header id) { return remove(sipmsg::to_string(id)); }

std::size_t Message::remove(std::string_view name) {
    const std::string kept(name);
    const auto id = header_of(kept);
    std::size_t dropped = 0;
    for (auto i = index_of(id, kept, 0); i < view_.fields_.size(); i = index_of(id, kept, i)) {
        erase_line(i);
        ++dropped;
    }
    return dropped;
}

}  // namespace sipmsg
