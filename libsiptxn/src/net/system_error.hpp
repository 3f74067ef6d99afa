// SPDX-License-Identifier: MIT
#pragma once

#include <asio/error.hpp>

#include <system_error>

namespace siptxn::net {

/// Asio's codes of the system, in the standard's category: only those compare with std::errc.
[[nodiscard]] inline std::error_code to_standard(std::error_code error) {
    return error.category() == asio::error::get_system_category()
               ? std::error_code(error.value(), std::system_category())
               : error;
}

}  // namespace siptxn::net
