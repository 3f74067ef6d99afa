// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/user_agent.hpp>

#include <functional>
#include <memory>

namespace sipua {

/// Runs a function once, on the agent's executor, when its clock (virtual in a simulation) has moved on by `delay`.
/// Destroying it first prevents that. Agent's executor.
class Timer {
public:
    Timer(const UserAgent& agent, Duration delay, std::move_only_function<void()> work);
    Timer(Timer&&) noexcept;
    Timer& operator=(Timer&&) noexcept;
    ~Timer();

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace sipua
