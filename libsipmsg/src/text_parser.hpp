// SPDX-License-Identifier: MIT
#pragma once

// Machines that only say whether a descriptive value is well formed; the result is the offset of the first fault.

#include <cstddef>
#include <optional>
#include <string_view>

namespace sipmsg::detail {

/// TEXT-UTF8-TRIM, possibly empty.
[[nodiscard]] std::optional<std::size_t> fault_in_text(std::string_view text);
/// header-value of an extension-header.
[[nodiscard]] std::optional<std::size_t> fault_in_extension(std::string_view text);
/// server-val *( LWS server-val ).
[[nodiscard]] std::optional<std::size_t> fault_in_product(std::string_view text);
[[nodiscard]] std::optional<std::size_t> fault_in_mime_version(std::string_view text);
[[nodiscard]] std::optional<std::size_t> fault_in_timestamp(std::string_view text);
/// warning-value *( COMMA warning-value ).
[[nodiscard]] std::optional<std::size_t> fault_in_warning(std::string_view text);
/// ainfo *( COMMA ainfo ), each name=value.
[[nodiscard]] std::optional<std::size_t> fault_in_auth_info(std::string_view text);

}  // namespace sipmsg::detail
