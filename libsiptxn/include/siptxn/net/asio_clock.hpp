// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/clock.hpp>

#include <asio/any_io_executor.hpp>

#include <memory>

namespace siptxn::net {

/// The system's time on an executor: a strand, or the executor of a context that one thread runs. All functions are
/// called there. Work still waiting when the clock is destroyed is dropped.
class AsioClock final : public Clock {
public:
    explicit AsioClock(asio::any_io_executor executor);
    ~AsioClock() override;
    AsioClock(const AsioClock&) = delete;
    AsioClock& operator=(const AsioClock&) = delete;

    [[nodiscard]] TimePoint now() const override;
    [[nodiscard]] std::chrono::system_clock::time_point calendar() const override;
    TimerId schedule(TimePoint when, std::move_only_function<void()> work) override;
    void cancel(TimerId timer) override;
    void post(std::move_only_function<void()> work) override;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace siptxn::net
