// SPDX-License-Identifier: MIT
#pragma once

#include "message_parser.hpp"

#include <sipmsg/error.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace sipmsg::detail {

/// The start line at the front of `text`; `used` is what it takes.
[[nodiscard]] std::optional<ParseError> scan_fragment_start(MessageParser& head, std::string_view text,
                                                            const Leniency& lenient, std::size_t& used);
/// Header lines from `from` to the blank line or the end.
[[nodiscard]] std::optional<ParseError> scan_fragment_lines(MessageParser& head, std::string_view text,
                                                            std::size_t from, const Leniency& lenient);

}  // namespace sipmsg::detail
