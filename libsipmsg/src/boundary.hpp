// SPDX-License-Identifier: MIT
#pragma once

// RFC 2046 §5.1.1: the lines between the parts of a multipart body.

#include <sipmsg/error.hpp>
#include <sipmsg/header/content.hpp>

#include <cstddef>
#include <string_view>

namespace sipmsg::detail {

inline constexpr std::size_t longest_boundary = 70;

[[nodiscard]] bool is_boundary(std::string_view text) noexcept;

/// The boundary parameter, unquoted. Errors name Content-Type; offsets count from its type.
[[nodiscard]] Result<std::string_view> boundary_of(const ContentType& type);

struct BoundaryLine {
    std::size_t begin = 0;  ///< the line end in front of it, which belongs to it
    std::size_t end = 0;    ///< behind its own line end
    bool closes = false;
};
/// The first boundary line at or behind `from`, where a line begins; `{size, size, false}` when there is none. A line
/// that begins like a boundary and goes on with anything but white space is an error: some readers would take it for
/// one.
[[nodiscard]] Result<BoundaryLine> find_boundary(std::string_view text, std::size_t from, std::string_view boundary,
                                                 bool bare_lf);

}  // namespace sipmsg::detail
