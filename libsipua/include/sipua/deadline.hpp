// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/timer.hpp>

#include <siptxn/error.hpp>

#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/error.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <system_error>

namespace sipua {

/// Waits for `operation(token)` for at most `limit` of the agent's clock. Whatever ends the operation ends the wait at
/// once, a refusal included (Asio's bare `||` would wait on for a success); past the limit the operation is cancelled
/// and siptxn::Errc::timeout is thrown. Run it on the agent's executor.
///     co_await deadline(ua, 20s, [&](auto token) { return call.invite(token); });
template <class Operation>
asio::awaitable<void> deadline(const UserAgent& agent, Duration limit, Operation operation) {
    asio::cancellation_signal signal;
    bool late = false;
    Timer timer(agent, limit, [&signal, &late] {
        late = true;
        signal.emit(asio::cancellation_type::terminal);
    });
    asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    auto outer = state.slot();
    if (outer.is_connected()) outer.assign([&signal](asio::cancellation_type type) { signal.emit(type); });
    struct Clear {
        asio::cancellation_slot slot;
        ~Clear() {
            if (slot.is_connected()) slot.clear();
        }
    } clear{outer};
    std::error_code error;
    try {
        co_await operation(asio::bind_cancellation_slot(signal.slot(), asio::use_awaitable));
    } catch (const std::system_error& failure) {
        error = failure.code();
    }
    // An operation that was over when the limit came has its own outcome.
    if (late && error == asio::error::operation_aborted) error = siptxn::Errc::timeout;
    if (error) throw std::system_error(error);
}

}  // namespace sipua
