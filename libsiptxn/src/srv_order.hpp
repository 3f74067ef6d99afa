// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/locator.hpp>

#include <vector>

namespace siptxn {

/// SRV records in the order to try them (RFC 2782): by priority; of one priority by chance, in proportion to their
/// weights. Without chance, by weight and name.
[[nodiscard]] std::vector<DnsRecord> in_srv_order(std::vector<DnsRecord> records, const Chance& chance);

}  // namespace siptxn
