// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>

namespace sipmsg::detail {

[[nodiscard]] inline std::unexpected<ParseError> fail(ParseErrc code, std::size_t offset, const char* expected,
                                                      Header header = Header::none) noexcept {
    return std::unexpected(ParseError{code, header, static_cast<std::uint32_t>(offset), expected});
}

}  // namespace sipmsg::detail
