// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/output.hpp>
#include <siptxn/time.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace sipstrata {

/// Timer C of all branches that have one (RFC 3261 §16.6 step 11), the earliest first. What one of them costs hardly
/// depends on how many there are.
class TimersC {
public:
    void start(siptxn::ClientId branch, siptxn::TimePoint when);
    /// Later, when it runs; else nothing.
    void move(siptxn::ClientId branch, siptxn::TimePoint when);
    void stop(siptxn::ClientId branch);
    [[nodiscard]] std::optional<siptxn::TimePoint> next_expiry() const;
    /// Stops the earliest and gives its branch when it is due.
    [[nodiscard]] std::optional<siptxn::ClientId> take_due(siptxn::TimePoint now);
    [[nodiscard]] std::size_t size() const noexcept { return when_.size(); }

private:
    std::unordered_map<siptxn::ClientId, siptxn::TimePoint> when_;
    std::set<std::pair<siptxn::TimePoint, siptxn::ClientId>> queue_;
};

}  // namespace sipstrata
