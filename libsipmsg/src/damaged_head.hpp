// SPDX-License-Identifier: MIT
#pragma once

// What a framer may still believe of a message that is damaged.

#include <sipmsg/limits.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace sipmsg::detail {

/// Octets of the message whose damaged head, blank line included, is `head`. Nullopt unless that is certain: a CR or LF
/// that stands alone, a Content-Length that is missing, folded, no number, too large or at odds with another one, and
/// nobody can say what the peer meant.
[[nodiscard]] std::optional<std::size_t> damaged_message_size(std::string_view head, const ParseOptions& options);

/// Where in `head` a line behind the first one reads as a start line.
[[nodiscard]] std::optional<std::size_t> later_start_line(std::string_view head, const ParseOptions& options);

/// `line` ends with LF. The request URI must begin like one: `Via : SIP/2.0` is no start line.
[[nodiscard]] bool reads_as_start_line(std::string_view line, const ParseOptions& options);

}  // namespace sipmsg::detail
