// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/output.hpp>

#include <siptxn/time.hpp>

#include <optional>
#include <string_view>

namespace sipua {

enum class Side { none, local, remote };
[[nodiscard]] std::string_view to_string(Side side) noexcept;

/// A call, as a bill or a statistic wants it. Times are the agent's clock's.
struct CallRecord {
    bool outgoing = false;
    std::optional<siptxn::TimePoint> begun;     ///< the first INVITE, sent or received
    std::optional<siptxn::TimePoint> answered;  ///< the 2xx
    std::optional<siptxn::TimePoint> ended;
    std::optional<sipdialog::EndCause> cause;
    Side ended_by = Side::none;  ///< none: it goes on, or something failed that was nobody's wish
    /// From the answer to the end, or to now; zero when nobody answered.
    [[nodiscard]] siptxn::Duration talked(siptxn::TimePoint now) const {
        return answered ? ended.value_or(now) - *answered : siptxn::Duration::zero();
    }
};

}  // namespace sipua
