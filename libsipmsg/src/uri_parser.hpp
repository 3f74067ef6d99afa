// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/uri.hpp>

namespace sipmsg::detail {

/// Uri::parse() into a value that was just made.
[[nodiscard]] std::optional<ParseError> parse_uri(std::string_view text, Uri& uri);

/// What stands between "sip:" and "@". Offsets count from `text`.
[[nodiscard]] std::optional<ParseError> scan_userinfo(std::string_view text, Uri& uri);
/// hostport, parameters and headers of a SIP or SIPS URI.
[[nodiscard]] std::optional<ParseError> scan_hostport(std::string_view text, Uri& uri);
/// What stands behind "tel:".
[[nodiscard]] std::optional<ParseError> scan_tel(std::string_view text, Uri& uri);
/// What stands behind the colon of any other URI.
[[nodiscard]] std::optional<ParseError> scan_opaque(std::string_view text);

}  // namespace sipmsg::detail
