// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/clock.hpp>
#include <siptxn/transaction_layer.hpp>
#include <siptxn/wire.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace siptxn {

/// Who stands on an endpoint: a user agent's core, a proxy, a test. Called by the drain loop, between outputs; what it
/// starts on the layer is picked up by the same loop. It may detach, or destroy the endpoint's last handle, from inside
/// any of these. What it throws leaves the loop of the wire or clock (asio::io_context::run()); what was left to do is
/// done when that runs again.
class TransactionUser {
public:
    virtual ~TransactionUser() = default;
    virtual void on_event(const Event& event) = 0;
    /// More work that is due in the user's own values (dialogs): called after the layer is drained, until it returns
    /// false.
    virtual bool drain() { return false; }
    virtual std::optional<TimePoint> next_expiry() const { return std::nullopt; }
    virtual void expire(TimePoint) {}
};

/// One message on the wire, as a trace sees it.
struct TraceMessage {
    bool sent = false;  ///< else received
    Flow flow;
    std::string_view octets;  ///< during the call only; credentials are not masked here
    TimePoint time;
    std::chrono::system_clock::time_point calendar;
};
using Tracer = std::function<void(const TraceMessage&)>;

/// Owns one TransactionLayer, moves its outputs to a Wire and the wire's events to it, and wakes at its deadlines.
/// Written once for real and simulated worlds. One thread (the wire's and clock's strand). Held by shared_ptr: the loop
/// keeps itself alive while it runs.
class Endpoint : public std::enable_shared_from_this<Endpoint> {
public:
    [[nodiscard]] static std::shared_ptr<Endpoint> create(std::shared_ptr<Wire> wire, std::shared_ptr<Clock> clock,
                                                          RandomSource random, const LayerOptions& options = {});
    ~Endpoint();
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;

    /// One user at a time; nullptr detaches: events are dropped then, and requests answered 503.
    void attach(TransactionUser* user);
    /// Change it only from inside a TransactionUser call, or follow the change with wake().
    [[nodiscard]] TransactionLayer& layer() noexcept;
    [[nodiscard]] Clock& clock() noexcept;
    [[nodiscard]] const std::shared_ptr<Clock>& shared_clock() const noexcept;
    [[nodiscard]] Wire& wire() noexcept;
    /// While the loop runs, the time at which what it works on came: read once, however many ask. Else the clock's.
    [[nodiscard]] TimePoint now() const;

    /// Something was changed from outside: the loop runs soon (posted, never from inside this call).
    void wake();
    void set_tracer(Tracer tracer);
    /// Detaches from the wire and closes every flow; no event comes after it.
    void shutdown();

private:
    struct State;
    explicit Endpoint(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace siptxn
