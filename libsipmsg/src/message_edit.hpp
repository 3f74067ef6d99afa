// SPDX-License-Identifier: MIT
#pragma once

// What is written into a message: checked before anything changes, and where it stands then.

#include <sipmsg/field_list.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipmsg::detail {

/// Throws std::invalid_argument unless `name` is a token.
void check_name(std::string_view name, const char* what);
/// CR, LF or NUL stands in it.
[[nodiscard]] bool breaks_line(std::string_view value) noexcept;
/// Throws std::invalid_argument when a value holds CR, LF or NUL.
void check_value(std::string_view value);
/// Throws std::invalid_argument unless `uri` is printable ASCII without spaces.
void check_request_uri(std::string_view uri);

/// Octets of a line beside its name and its value.
inline constexpr std::size_t around_value = std::string_view(": \r\n").size();

/// The line "Name: value" that begins at `offset`.
[[nodiscard]] inline HeaderField field_at(std::size_t offset, Header id, std::size_t name_size,
                                          std::size_t value_size) noexcept {
    return {.name_offset = static_cast<std::uint32_t>(offset),
            .value_offset = static_cast<std::uint32_t>(offset + name_size + 2),
            .value_length = static_cast<std::uint32_t>(value_size),
            .name_length = static_cast<std::uint16_t>(name_size),
            .id = id,
            .folded = false};
}

}  // namespace sipmsg::detail
