// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>

#include <string_view>

namespace sipmsg::detail {

struct DateParts {
    std::string_view day, month, year, hour, minute, second;
};

/// rfc1123-date; the parts are digits and a name of a month.
[[nodiscard]] Result<DateParts> scan_date(std::string_view text);

}  // namespace sipmsg::detail
