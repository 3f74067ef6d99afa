// SPDX-License-Identifier: MIT
#include <sipmsg/message.hpp>

#include "chars.hpp"
#include "message_edit.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/status.hpp>

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
    const auto delta = static_cast<std::uint32_t>(text.size() - length);
    auto move = [&](std::uint32_t& position) {
        if (position >= offset + length) position += delta;
    };
    move(view_.second_.offset);
    move(view_.body_.offset);
    for (auto& field : view_.fields_.span()) {
        move(field.name_offset);
        move(field.value_offset);
    }
    rebase();
}

/// Where the line of that field begins; for the index behind the last one, where the blank line begins.
std::size_t Message::line_begin(std::size_t index) const noexcept {
    const auto fields = view_.fields();
    if (index < fields.size()) return fields[index].name_offset;
    const std::size_t head = view_.head_size();
    return head >= 2 && octets_[head - 2] == '\r' ? head - 2 : head - 1;
}

void Message::insert_line(std::size_t index, std::string_view name, std::string_view value) {
    detail::check_name(name, "a header name");
    detail::check_value(value);
    if (view_.fields_.size() == 0xFFFF || name.size() > 0xFFFF) throw std::length_error("too many header lines");
    const auto trimmed = detail::trim_lws(value);
    const auto id = header_of(name);
    const auto offset = line_begin(index);
    std::string line;
    line.reserve(name.size() + trimmed.size() + 4);
    line.append(name).append(": ").append(trimmed).append("\r\n");
    splice(offset, 0, line);
    view_.fields_.insert(index, {.name_offset = static_cast<std::uint32_t>(offset),
                                 .value_offset = static_cast<std::uint32_t>(offset + name.size() + 2),
                                 .value_length = static_cast<std::uint32_t>(trimmed.size()),
                                 .name_length = static_cast<std::uint16_t>(name.size()),
                                 .id = id,
                                 .folded = false});
}

void Message::erase_line(std::size_t index) {
    const auto begin = line_begin(index);
    splice(begin, line_begin(index + 1) - begin, {});
    view_.fields_.erase(index);
}

void Message::replace_value(std::size_t index, std::size_t offset, std::size_t length, std::string_view text) {
    auto field = view_.fields_[index];
    splice(offset, length, text);
    field.value_length += static_cast<std::uint32_t>(text.size() - length);
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

void Message::append(Header id, std::string_view value) { append(sipmsg::to_string(id), value); }

void Message::append(std::string_view name, std::string_view value) {
    auto index = view_.fields_.size();
    if (index != 0 && view_.fields()[index - 1].id == Header::content_length) --index;
    insert_line(index, name, value);
}

void Message::prepend(Header id, std::string_view value) { prepend(sipmsg::to_string(id), value); }

void Message::prepend(std::string_view name, std::string_view value) {
    const auto first = index_of(header_of(name), name, 0);
    insert_line(first == view_.fields_.size() ? 0 : first, name, value);
}

void Message::set(Header id, std::string_view value) { set(sipmsg::to_string(id), value); }

void Message::set(std::string_view name, std::string_view value) {
    detail::check_name(name, "a header name");
    detail::check_value(value);
    const auto id = header_of(name);
    const auto first = index_of(id, name, 0);
    if (first == view_.fields_.size()) return append(name, value);
    const auto field = view_.fields()[first];
    const std::string kept(detail::trim_lws(value));  // `value` may point into this message
    const std::string kept_name(name);
    for (auto i = index_of(id, kept_name, first + 1); i < view_.fields_.size(); i = index_of(id, kept_name, i))
        erase_line(i);
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
