// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace sipmsg {

/// The version of the libsipmsg that is loaded, such as "0.1.0"; it may be newer than the one compiled against.
/// Static storage. Any thread.
[[nodiscard]] std::string_view version() noexcept;

}  // namespace sipmsg
