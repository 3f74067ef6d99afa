// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/field_list.hpp>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipmsg {

/// Header lines that many messages have in common: checked, written and told apart once. Message::append() puts them
/// into a message as one piece.
class HeaderLines {
public:
    HeaderLines() = default;
    /// Names with their values, in that order. CR, LF and NUL (and an ill-formed name) throw std::invalid_argument.
    explicit HeaderLines(std::span<const std::pair<std::string, std::string>> lines);

    [[nodiscard]] bool empty() const noexcept { return fields_.empty(); }
    /// As they stand in a message.
    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    /// Their offsets count from the start of text().
    [[nodiscard]] std::span<const HeaderField> fields() const noexcept { return fields_; }
    [[nodiscard]] std::string_view name(const HeaderField& field) const noexcept {
        return text().substr(field.name_offset, field.name_length);
    }
    [[nodiscard]] std::string_view value(const HeaderField& field) const noexcept {
        return text().substr(field.value_offset, field.value_length);
    }

private:
    std::string text_;
    std::vector<HeaderField> fields_;
};

}  // namespace sipmsg
