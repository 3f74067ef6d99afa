// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/endpoint.hpp>
#include <siptxn/net/wire.hpp>
#include <siptxn/workers.hpp>

#include <asio/any_io_executor.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <vector>

namespace siptxn::net {

/// One stack of Workers, on its thread.
struct Worker {
    std::uint32_t index = 0;
    asio::any_io_executor executor;  ///< of its own context, which that one thread runs
    std::shared_ptr<Endpoint> endpoint;
};

struct WorkersOptions {
    std::size_t workers = 0;  ///< 0: one for each core that this process may use
    WireOptions wire;         ///< of each; they share the ports, and any thread may call what is in it
    LayerOptions layer;       ///< of each; `share` is filled in
    /// Parcels that wait for one worker; above it datagrams are dropped and connections wait (siptxn/workers.hpp).
    std::size_t queue = 4096;
};

/// What all workers did since they began.
struct WorkersCounts {
    std::uint64_t handed_over = 0;  ///< see WorkerCounts
    std::uint64_t taken = 0;
    std::uint64_t sent_back = 0;
    std::uint64_t dropped = 0;
    std::uint64_t held = 0;
};

/// Stacks on threads, one a core, that share their ports (SO_REUSEPORT). Each call is one stack's, by its Call-ID:
/// whatever has it is brought there. Requests of yours must have Call-IDs of their stack's share; TransactionLayer's
/// identifiers() makes such. Two dialogs that speak of each other (Replaces, Join, Target-Dialog) may be different
/// stacks', and neither knows the other's.
class Workers {
public:
    /// `begin` is called once on each worker's thread, one after the other, before anything arrives there: it attaches
    /// a TransactionUser to the endpoint, and what it gives back is kept until the end, and destroyed on that thread
    /// too. What it throws ends all of them, and start() throws it. std::invalid_argument for options that cannot be.
    using Begin = std::function<std::shared_ptr<void>(const Worker&)>;
    [[nodiscard]] static std::expected<std::unique_ptr<Workers>, SetupError> start(const WorkersOptions& options,
                                                                                   Begin begin);
    /// Ends all of them, and waits for it; not from one of their threads. Users go first, and what they still say goes
    /// out.
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    // Any thread, all of these.

    [[nodiscard]] std::size_t size() const noexcept;
    /// The same for all workers.
    [[nodiscard]] const std::vector<Listener>& listeners() const noexcept;
    [[nodiscard]] WorkersCounts counts() const noexcept;
    /// Runs `work` soon on the thread of the worker that owns this Call-ID.
    void post_to_owner(std::string_view call_id, std::move_only_function<void(const Worker&)> work);
    /// ... of the worker with that index, below size().
    void post(std::size_t worker, std::move_only_function<void(const Worker&)> work);

private:
    struct State;
    explicit Workers(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace siptxn::net
