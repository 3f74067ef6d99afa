// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/stack.hpp>

#include <siptxn/sim/network.hpp>

#include <asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sipua::sim {

/// A world in which applications run unchanged, against virtual time: an io_context and a simulated network. Timeouts
/// of hours pass in microseconds, and a seed replays exactly. One thread.
class World {
public:
    explicit World(std::uint64_t seed);
    ~World();

    /// A stack on a host of its own, with UDP, TCP and WebSocket wherever `options.listen` says ("udp:10.0.0.1:5060");
    /// empty: UDP and TCP on 5060.
    [[nodiscard]] Stack stack(const std::string& ip, StackOptions options = {});
    [[nodiscard]] siptxn::sim::Network& network() noexcept;
    [[nodiscard]] asio::io_context& context() noexcept;
    [[nodiscard]] asio::any_io_executor executor() noexcept;
    [[nodiscard]] siptxn::TimePoint now() const;

    /// Runs ready handlers, then jumps to the next event, until nothing is left or `limit` of virtual time has passed.
    /// True when nothing is left.
    bool run(siptxn::Duration limit = std::chrono::hours(24));

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sipua::sim
