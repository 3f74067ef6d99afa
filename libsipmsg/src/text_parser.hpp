// SPDX-License-Identifier: MIT
#pragma once

// The machines of descriptive values.

#include "scan.hpp"

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
[[nodiscard]] bool scan_product(Scan& scan, Product& value);

struct Version {
    std::string_view major, minor;
};
[[nodiscard]] bool scan_mime_version(Scan& scan, Version& value);

struct Times {
    std::string_view time, delay;
};
[[nodiscard]] bool scan_timestamp(Scan& scan, Times& value);

struct WarningParts {
    std::string_view code, agent, text;
};
/// warning-value. Stops at a comma or at the end.
[[nodiscard]] bool scan_warning(Scan& scan, WarningParts& value);

/// ainfo *( COMMA ainfo ), each name=value: trimmed.
[[nodiscard]] bool scan_auth_info(Scan& scan, std::string_view& value);

}  // namespace sipmsg::detail
