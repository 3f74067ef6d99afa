// SPDX-License-Identifier: MIT
#pragma once

#include "scan.hpp"

#include <string_view>

namespace sipmsg::detail {

struct DateParts {
    std::string_view day, month, year, hour, minute, second;
};

/// rfc1123-date; the parts are digits and a name of a month.
[[nodiscard]] bool scan_date(Scan& scan, DateParts& value);

}  // namespace sipmsg::detail
