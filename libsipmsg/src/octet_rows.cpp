// SPDX-License-Identifier: MIT
#include "octet_rows.hpp"

#include <cstddef>

constinit const std::array<sipmsg::detail::OctetRow, 128> sipmsg::detail::octet_rows = [] {
    std::array<OctetRow, 128> rows{};
    for (std::size_t octet = 0; octet < rows.size(); ++octet) rows[octet].octets.fill(static_cast<char>(octet));
    return rows;
}();
