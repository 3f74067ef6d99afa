// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace siptxn {

/// What a transaction machine asks of the layer that drives it; flags, carried out in this order.
enum class Effects : std::uint8_t {
    none = 0,
    deliver = 1,          ///< hand the message to the transaction user
    send_ack = 2,         ///< send the ACK for a non-2xx final (RFC 3261 §17.1.1.3)
    send = 4,             ///< put the transaction user's response on the wire
    resend = 8,           ///< the request, or the last response, once more
    send_trying = 16,     ///< make and send a 100 (RFC 3261 §17.2.1)
    report_timeout = 32,  ///< the transaction user learns of a timeout
    report_error = 64,    ///< the transaction user learns of a transport error
};

constexpr Effects operator|(Effects a, Effects b) noexcept {
    return static_cast<Effects>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has(Effects effects, Effects one) noexcept {
    return (static_cast<unsigned>(effects) & static_cast<unsigned>(one)) != 0;
}

/// "deliver | send_ack"; "none".
[[nodiscard]] std::string to_string(Effects effects);

/// One arrow of an RFC figure.
template <class State, class Event>
struct Transition {
    State in;
    Event on;
    State to;
    Effects effects;
};

/// The arrow that leaves `in` on `on`, or nullptr: what is not in the figure is ignored.
template <class State, class Event>
[[nodiscard]] constexpr const Transition<State, Event>* find(std::span<const Transition<State, Event>> table, State in,
                                                             Event on) noexcept {
    for (const auto& row : table) {
        if (row.in == in && row.on == on) return &row;
    }
    return nullptr;
}

}  // namespace siptxn
