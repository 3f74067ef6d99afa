// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header_name.hpp>

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace sipmsg {

/// What kind of fault a parser met.
enum class ParseErrc : std::uint8_t {
    missing,       ///< the header asked for is not in the message
    syntax,        ///< an octet the grammar does not allow at this place
    out_of_range,  ///< well formed, but outside its numeric range
    duplicate,     ///< a header that may stand once stands twice, with different values
    too_large,     ///< a limit on octets was passed
    too_many,      ///< a limit on counts was passed
    incomplete,    ///< the input ends before the element does
    version,       ///< the start line names a SIP version other than 2.0
    misplaced,     ///< a header that may not stand in a message of this kind
    unsupported,   ///< well formed, but nothing the server can do
};

/// Why and where parsing stopped. A plain value: no allocation, valid for ever.
struct ParseError {
    ParseErrc code = ParseErrc::syntax;
    Header header = Header::none;  ///< the header it happened in; `none` for the start line, a URI, a body
    std::uint32_t offset = 0;      ///< octets from the start of what was handed to the parser
    const char* expected = "";     ///< a static phrase: "a host", "a number below 4294967296"

    friend bool operator==(const ParseError&, const ParseError&) = default;
};

/// "Via, octet 87: expected a host".
[[nodiscard]] std::string to_string(const ParseError& error);
[[nodiscard]] std::string_view to_string(ParseErrc code) noexcept;

template <class T>
using Result = std::expected<T, ParseError>;

}  // namespace sipmsg
