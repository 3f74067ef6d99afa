// SPDX-License-Identifier: MIT
#pragma once

// The machines of descriptive values.

#include <sipmsg/error.hpp>
#include <sipmsg/padding.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace sipmsg::detail {

/// TEXT-UTF8-TRIM, possibly empty: the offset of the first fault.
[[nodiscard]] std::optional<std::size_t> fault_in_text(std::string_view text);
/// header-value of an extension-header: the offset of the first fault.
[[nodiscard]] std::optional<std::size_t> fault_in_extension(std::string_view text);

struct Product {
    std::string_view name, version;  // of the first one
};
/// server-val *( LWS server-val ).
[[nodiscard]] Result<Product> scan_product(std::string_view text);

struct Version {
    std::string_view major, minor;
};
[[nodiscard]] Result<Version> scan_mime_version(std::string_view text);

struct Times {
    std::string_view time, delay;
};
[[nodiscard]] Result<Times> scan_timestamp(std::string_view text);

struct WarningParts {
    std::string_view code, agent, text;
};
/// warning-value. Stops at a comma or at the end.
[[nodiscard]] Result<WarningParts> scan_warning(std::string_view text, std::size_t& used, Padding behind = {});

/// ainfo *( COMMA ainfo ), each name=value: trimmed.
[[nodiscard]] Result<std::string_view> scan_auth_info(std::string_view text);

}  // namespace sipmsg::detail
