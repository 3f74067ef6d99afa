// SPDX-License-Identifier: MIT
#include "overload_log.hpp"

#include "core.hpp"

#include <chrono>
#include <string>

namespace sipua {

void OverloadLog::look(Core& core) {
    const auto& statistics = core.transactions().statistics();
    const auto refused = statistics.overload_refused + statistics.overload_dropped + core.dialogs().refused();
    if (refused == told_ || core.now() < quiet_until_) return;
    core.log(
        LogLevel::warning, "overload",
        "requests and connections refused because limits were reached (StackOptions::layer.limits, dialog_limits): " +
            std::to_string(refused - told_));
    told_ = refused;
    quiet_until_ = core.now() + std::chrono::seconds(10);
}

}  // namespace sipua
