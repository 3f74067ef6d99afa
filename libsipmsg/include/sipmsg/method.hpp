// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace sipmsg {

/// The request methods with a registered meaning; anything else is `other` and keeps its text.
/// RFC 3261 §7.1, RFC 3262, RFC 3265, RFC 3311, RFC 3428, RFC 3515, RFC 3903, RFC 6086.
enum class Method : std::uint8_t {
    other,
    invite,
    ack,
    options,
    bye,
    cancel,
    register_,
    prack,
    subscribe,
    notify,
    publish,
    info,
    refer,
    message,
    update,
};

/// Method names compare case-sensitively (RFC 3261 §7.1).
[[nodiscard]] Method method_of(std::string_view text) noexcept;

/// "INVITE"; empty for `other`.
[[nodiscard]] std::string_view to_string(Method method) noexcept;

}  // namespace sipmsg
