// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sipmedia {

/// RFC 4648 §4, padded.
[[nodiscard]] std::string to_base64(std::span<const std::uint8_t> octets);
/// Nothing for a text that is not padded base64.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace sipmedia
