// SPDX-License-Identifier: MIT
#pragma once

#include "flow_watch.hpp"

#include <sipmedia/engine.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace sipmedia {

/// Looks now and then at the streams of an engine, and tells when one stopped and when it came back. On the engine's
/// executor; nothing is told once it is stopped or destroyed, which may happen inside the event.
class MediaWatch {
public:
    struct Stream {
        std::size_t mline = 0;
        bool expected = false;      ///< the peer may send on it, and we receive
        std::uint64_t packets = 0;  ///< so far
    };
    using Look = std::function<std::vector<Stream>()>;

    /// `timeout`: without a packet for so long, a stream is lost; 0: never.
    MediaWatch(asio::any_io_executor executor, std::chrono::milliseconds timeout);
    ~MediaWatch() { stop(); }
    MediaWatch(const MediaWatch&) = delete;
    MediaWatch& operator=(const MediaWatch&) = delete;

    /// From now on, anew. `events` are the engine's, and hold it while one is told.
    void start(Look look, std::weak_ptr<EngineEvents> events);
    void stop();

private:
    struct State;
    static void wait(const std::shared_ptr<State>& state);
    static void look(const std::shared_ptr<State>& state);

    std::shared_ptr<State> state_;
};

}  // namespace sipmedia
