// SPDX-License-Identifier: MIT
#include <sipmsg/header/auth.hpp>

#include "auth_parser.hpp"
#include "fail.hpp"

namespace sipmsg {

Result<AuthValue> AuthValue::parse(std::string_view text) {
    return detail::scan_whole<AuthValue>(text, detail::scan_auth);
}

Result<AuthValue> AuthValue::parse_item(std::string_view& rest) {
    return detail::scan_item<AuthValue>(rest, detail::scan_auth);
}

}  // namespace sipmsg
