// SPDX-License-Identifier: MIT
#include <sipmsg/header_lines.hpp>

#include "chars.hpp"
#include "message_edit.hpp"

#include <sipmsg/message.hpp>

#include <stdexcept>

namespace sipmsg {

HeaderLines::HeaderLines(std::span<const std::pair<std::string, std::string>> lines) {
    fields_.reserve(lines.size());
    std::size_t size = 0;
    for (const auto& [name, value] : lines) size += name.size() + value.size() + detail::around_value;
    text_.reserve(size);
    for (const auto& [name, value] : lines) {
        detail::check_name(name, "a header name");
        detail::check_value(value);
        if (name.size() > 0xFFFF) throw std::length_error("a header name of more than 65535 octets");
        const auto trimmed = detail::trim_lws(value);
        fields_.push_back(detail::field_at(text_.size(), header_of(name), name.size(), trimmed.size()));
        text_.append(name).append(": ").append(trimmed).append("\r\n");
    }
}

void Message::append(const HeaderLines& lines) {
    check_room(lines.fields().size(), {});
    const auto index = append_index();
    const auto begin = line_begin(index);
    octets_.insert(begin, lines.text());
    note_splice(begin, 0, lines.text().size());
    view_.fields_.insert(index, lines.fields());
    for (auto& field : view_.fields_.span().subspan(index, lines.fields().size())) {
        field.name_offset += static_cast<std::uint32_t>(begin);
        field.value_offset += static_cast<std::uint32_t>(begin);
        touched(field.id);
    }
}

}  // namespace sipmsg
