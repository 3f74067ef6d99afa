// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>

#include <chrono>
#include <cstdint>
#include <functional>

namespace siptxn {

enum class TimerId : std::uint64_t { none = 0 };

/// Time as the shell sees it: siptxn/net has the system's, siptxn/sim a virtual one. One thread (or strand) at a time.
/// Functions handed over are run from the clock's own loop, never from inside the call that hands them over.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual TimePoint now() const = 0;
    /// Calendar time, for Date, nonces and traces.
    [[nodiscard]] virtual std::chrono::system_clock::time_point calendar() const = 0;
    virtual TimerId schedule(TimePoint when, std::move_only_function<void()> work) = 0;
    /// After this the work will not run; unknown ids are ignored.
    virtual void cancel(TimerId timer) = 0;
    /// Runs soon.
    virtual void post(std::move_only_function<void()> work) = 0;
};

}  // namespace siptxn
