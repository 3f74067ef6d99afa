// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace sipmsg {

/// The registered default phrase of a status code ("Busy Here"); the class's name for an unknown one
/// ("Client Error"); empty outside 100..699. RFC 3261 §21 and the IANA registry.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

[[nodiscard]] constexpr bool is_provisional(int status) noexcept { return status >= 100 && status < 200; }
[[nodiscard]] constexpr bool is_success(int status) noexcept { return status >= 200 && status < 300; }
[[nodiscard]] constexpr bool is_final(int status) noexcept { return status >= 200; }

}  // namespace sipmsg
